//! Alert `nobody_answered`: conversations were offered to a queue, and not one was answered all day.
//!
//! Rests on the conversations offered, at least ten: so many are no accident.

use super::{Facts, is_answered, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind};

pub(super) const NAME: &str = "nobody_answered";

const OFFERED_MIN: u64 = 10;

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(unanswered)
}

fn unanswered(queue: &QueueFigures) -> Option<Finding> {
    let offered = queue.sums.offered.filter(|offered| *offered >= OFFERED_MIN && !is_answered(queue))?;
    Some(Finding::about(queue, Kind::Alert, 2.0 * number(offered), Found::NobodyAnswered { offered }))
}
