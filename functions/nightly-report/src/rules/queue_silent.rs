//! Alert `queue_silent`: nothing came to a queue to which always something comes on this weekday. Often a number or a flow
//! leads elsewhere.
//!
//! Rests on the same weekday of the last four weeks: at least three of them known, at least twenty conversations on each.

use super::{CONVERSATIONS_MIN, Facts, WEEKS_MIN, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind};

pub(super) const NAME: &str = "queue_silent";

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(|queue| silent(facts, queue))
}

fn silent(facts: &Facts<'_>, queue: &QueueFigures) -> Option<Finding> {
    if queue.sums.offered.unwrap_or(0) > 0 {
        return None;
    }
    let weeks: Vec<u64> = facts.past.weekdays(&queue.id).iter().map(|sums| sums.offered.unwrap_or(0)).collect();
    if weeks.len() < WEEKS_MIN || weeks.iter().any(|offered| *offered < CONVERSATIONS_MIN) {
        return None;
    }
    let usual: u64 = weeks.iter().sum();
    let weight = number(usual) / number(weeks.len() as u64);
    Some(Finding::about(queue, Kind::Alert, weight, Found::QueueSilent { weeks }))
}
