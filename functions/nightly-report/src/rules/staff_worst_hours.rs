//! Recommendation `staff_worst_hours`: most late answers of a queue fell into a few hours; more agents there help most.
//!
//! Rests on a missed service level, at least twenty late answers, and a stretch of at most four hours with half of them.
//! Says how much work came in these hours: conversations offered, times the handle time of the day, by the hour. That is how
//! many agents would have been busy without a pause.

use super::{CONVERSATIONS_MIN, Facts, beyond_service_level, is_answered, late, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Kind};
use crate::wording;

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
    if all.bad < CONVERSATIONS_MIN || worst.hours() > HOURS_MAX {
        return None;
    }
    let hours = facts.hours(&worst)?;
    let finding = Finding::about(queue, NAME, Kind::Recommendation, number(worst.tally.bad))
        .say(format!("needs more agents from {} to {}", hours.from, hours.to))
        .number(
            "late answers in these hours",
            format!("{} of {}", wording::count(worst.tally.bad), wording::count(all.bad)),
        );
    let Some(mean) = queue.sums.figures(facts.settings.abandons).handle_time else {
        return Some(finding.at(Some(hours)));
    };
    let offered: u64 = queue.hours[worst.first..=worst.last].iter().filter_map(|hour| hour.sums().offered).sum();
    let agents = number(offered) * mean.seconds() / 3600.0 / number(hours.count);
    let finding = finding
        .number("offered in these hours", wording::count(offered))
        .number("handle time", wording::duration(mean))
        .number("busy without a pause", format!("{agents:.1} agents"));
    Some(finding.at(Some(hours)))
}
