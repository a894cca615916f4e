//! Recommendation `staff_worst_hours`: most late answers of a queue fell into a few hours; more agents there help most.
//!
//! Rests on a missed service level, at least twenty late answers, and a stretch of at most four hours with half of them.
//! Knows how much work came in these hours: conversations offered, times the handle time of the day, by the hour. That is
//! how many agents would have been busy without a pause.

use super::{CONVERSATIONS_MIN, Facts, beyond_service_level, is_answered, late, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind, Part};
use crate::rate::Share;

pub(super) const NAME: &str = "staff_worst_hours";

/// More hours than a shift's half cannot be helped by moving breaks.
const HOURS_MAX: usize = 4;

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(|queue| staff(facts, queue))
}

fn staff(facts: &Facts<'_>, queue: &QueueFigures) -> Option<Finding> {
    beyond_service_level(queue).filter(|_| is_answered(queue))?;
    let all = late(&queue.sums);
    let worst = facts.worst_hours(queue, 1.0 - queue.target.service_level, late)?;
    // Hours that do not add up to the day may hold less than half of what the day has.
    let is_most = 2 * worst.tally.bad >= all.bad;
    if all.bad < CONVERSATIONS_MIN || worst.hours() > HOURS_MAX || !is_most {
        return None;
    }
    let late = Part { hours: facts.hours(&worst)?, share: Share::of(worst.tally.bad, all.bad)? };
    let handle_time = queue.sums.figures(facts.settings.abandons).handle_time;
    let offered = queue.hours[worst.first..=worst.last].iter().filter_map(|hour| hour.sums().offered).sum();
    let found = Found::StaffWorstHours { late, offered, handle_time };
    Some(Finding::about(queue, Kind::Recommendation, number(worst.tally.bad), found))
}
