//! Alert `service_level_missed`: a queue answered fewer in time than its target asks for.
//!
//! Rests on the conversations that count for the service level, at least twenty, and on the hours in which most late
//! answers fell. Silent where nobody answered at all: `nobody_answered` says that.

use super::{Facts, beyond_service_level, is_answered, late};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Kind};
use crate::rate::Share;
use crate::wording;

pub(super) const NAME: &str = "service_level_missed";

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(|queue| missed(facts, queue))
}

fn missed(facts: &Facts<'_>, queue: &QueueFigures) -> Option<Finding> {
    let beyond = beyond_service_level(queue).filter(|_| is_answered(queue))?;
    let level = queue.sums.in_time?;
    let share = wording::percent(Share::of(level.part, level.whole)?);
    let target = wording::target_percent(queue.target.service_level);
    let finding = Finding::about(queue, NAME, Kind::Alert, beyond)
        .say(format!("answered {share} in time, target {target}"))
        .number("in time", format!("{} of {}", wording::count(level.part), wording::count(level.whole)));
    let worst = facts.worst_hours(queue, 1.0 - queue.target.service_level, late);
    let Some(worst) = worst.filter(|worst| worst.tally.of < level.whole) else { return Some(finding) };
    let hours = facts.hours(&worst)?;
    let in_time = worst.tally.of - worst.tally.bad;
    let part = format!("{} of {} in time", wording::count(in_time), wording::count(worst.tally.of));
    let finding = finding.say(format!("; worst from {} to {}", hours.from, hours.to));
    Some(finding.number("in these hours", part).at(Some(hours)))
}
