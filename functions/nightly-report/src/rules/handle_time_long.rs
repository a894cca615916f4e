//! Alert `handle_time_long`: conversations of a queue took longer than its target, on average.
//!
//! Rests on the conversations handled, at least twenty.

use std::cmp::Ordering;

use super::{CONVERSATIONS_MIN, Facts, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind};

pub(super) const NAME: &str = "handle_time_long";

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(|queue| long(facts, queue))
}

fn long(facts: &Facts<'_>, queue: &QueueFigures) -> Option<Finding> {
    let mean = queue.sums.figures(facts.settings.abandons).handle_time?;
    let target = queue.target.handle_seconds;
    if mean.count < CONVERSATIONS_MIN || mean.cmp_seconds(target) != Ordering::Greater {
        return None;
    }
    // So many more could have been handled in the time beyond the target.
    let beyond = number(mean.sum_ms) / (1000.0 * f64::from(target)) - number(mean.count);
    let found = Found::HandleTimeLong { handle_time: mean, target_seconds: target };
    Some(Finding::about(queue, Kind::Alert, beyond, found))
}
