//! Recommendation `transfers_many`: many conversations of a queue are handed on: they reach it by mistake, or its agents
//! cannot finish them.
//!
//! Rests on at least thirty conversations handled, of which a fifth or more was transferred.

use super::{Facts, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind};

pub(super) const NAME: &str = "transfers_many";

const HANDLED_MIN: u64 = 30;
/// One of so many.
const ONE_OF_MAX: u64 = 5;

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(|queue| many(facts, queue))
}

fn many(facts: &Facts<'_>, queue: &QueueFigures) -> Option<Finding> {
    let rate = queue.sums.figures(facts.settings.abandons).transfer_rate?;
    if rate.whole < HANDLED_MIN || ONE_OF_MAX * rate.part < rate.whole {
        return None;
    }
    let beyond = number(rate.part) - number(rate.whole) / number(ONE_OF_MAX);
    Some(Finding::about(queue, Kind::Recommendation, beyond, Found::TransfersMany { transferred: rate }))
}
