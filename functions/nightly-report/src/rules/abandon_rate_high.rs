//! Alert `abandon_rate_high`: more people gave up in a queue than its target lets pass.
//!
//! Rests on the conversations offered, at least twenty, and on the hours in which most gave up. Silent where nobody
//! answered at all: `nobody_answered` says that.

use super::{CONVERSATIONS_MIN, Facts, is_answered, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Kind};
use crate::wording;

pub(super) const NAME: &str = "abandon_rate_high";

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(|queue| high(facts, queue))
}

fn high(facts: &Facts<'_>, queue: &QueueFigures) -> Option<Finding> {
    let rate = queue.sums.figures(facts.settings.abandons).abandon_rate?;
    let target = queue.target.abandon_rate;
    if rate.whole < CONVERSATIONS_MIN || rate.value() <= target || !is_answered(queue) {
        return None;
    }
    let beyond = number(rate.part) - target * number(rate.whole);
    let (percent, target_percent) = (wording::percent(rate), wording::target_percent(target));
    let finding = Finding::about(queue, NAME, Kind::Alert, beyond)
        .say(format!("lost {percent} of those who came, target at most {target_percent}"))
        .number("gave up", format!("{} of {}", wording::count(rate.part), wording::count(rate.whole)));
    let worst = facts.worst_hours(queue, target, |sums| facts.abandoned(sums));
    let Some(worst) = worst.filter(|worst| worst.tally.of < rate.whole) else { return Some(finding) };
    let hours = facts.hours(&worst)?;
    let part = format!("{} of {}", wording::count(worst.tally.bad), wording::count(worst.tally.of));
    let finding = finding.say(format!("; most from {} to {}", hours.from, hours.to));
    Some(finding.number("in these hours", part).at(Some(hours)))
}
