//! Recommendation `missed_every_week`: a queue misses its service level on this weekday every week: its plan is too small.
//!
//! Rests on the same weekday of the last four weeks: at least three of them known, each with at least twenty conversations and
//! below the target, as the day itself.

use super::{CONVERSATIONS_MIN, Facts, WEEKS_MIN, beyond_service_level};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind};
use crate::rate::Share;
use crate::sums::Sums;

pub(super) const NAME: &str = "missed_every_week";

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(|queue| every_week(facts, queue))
}

fn every_week(facts: &Facts<'_>, queue: &QueueFigures) -> Option<Finding> {
    let beyond = beyond_service_level(queue)?;
    let weeks = facts.past.weekdays(&queue.id);
    let missed: Vec<Share> = weeks.iter().filter_map(|sums| below(queue, sums)).collect();
    if missed.len() < WEEKS_MIN || missed.len() < weeks.len() {
        return None;
    }
    let found = Found::MissedEveryWeek { weeks: missed, target: queue.target.service_level };
    Some(Finding::about(queue, Kind::Recommendation, beyond, found))
}

/// The service level of a week that missed the target.
fn below(queue: &QueueFigures, sums: &Sums) -> Option<Share> {
    let level = sums.in_time.filter(|level| level.whole >= CONVERSATIONS_MIN)?;
    let share = Share::of(level.part, level.whole)?;
    (share.value() < queue.target.service_level).then_some(share)
}
