//! Alert `hours_collapsed`: a queue met its service level over the day, and for some hours hardly anybody was answered in
//! time.
//!
//! Rests on those hours: at most six in a row, with at least twenty conversations, of which less than half of the target's
//! share was answered in time. Silent where the day's target was missed: `service_level_missed` names the hours then.

use super::{CONVERSATIONS_MIN, Facts, beyond_service_level, late, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind, Part};
use crate::rate::Share;

pub(super) const NAME: &str = "hours_collapsed";

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(|queue| collapsed(facts, queue))
}

fn collapsed(facts: &Facts<'_>, queue: &QueueFigures) -> Option<Finding> {
    let (target, level) = (queue.target.service_level, queue.sums.in_time?);
    let worst = facts.worst_hours(queue, 1.0 - target, late)?;
    let (whole, part) = (worst.tally.of, worst.tally.of - worst.tally.bad);
    let in_these = Share::of(part, whole)?;
    if whole < CONVERSATIONS_MIN || in_these.value() >= target / 2.0 || beyond_service_level(queue).is_some() {
        return None;
    }
    let hours = facts.hours(&worst)?;
    let rest = Share::of(level.part.saturating_sub(part), level.whole.saturating_sub(whole))?;
    let beyond = target * number(whole) - number(part);
    let found = Found::HoursCollapsed { worst: Part { hours, share: in_these }, rest };
    Some(Finding::about(queue, Kind::Alert, beyond, found))
}
