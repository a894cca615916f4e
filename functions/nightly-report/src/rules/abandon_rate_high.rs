//! Alert `abandon_rate_high`: more people gave up in a queue than its target lets pass.
//!
//! Rests on the conversations offered, at least twenty, and on the hours in which most gave up. Silent where nobody
//! answered at all: `nobody_answered` says that.

use super::{CONVERSATIONS_MIN, Facts, is_answered, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind, Level, Part};
use crate::rate::Share;

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
    let worst = facts.worst_hours(queue, target, |sums| facts.abandoned(sums));
    let worst = worst.filter(|worst| worst.tally.of < rate.whole).and_then(|worst| {
        Some(Part { hours: facts.hours(&worst)?, share: Share::of(worst.tally.bad, worst.tally.of)? })
    });
    let found = Found::AbandonRateHigh { lost: Level { share: rate, target }, worst };
    Some(Finding::about(queue, Kind::Alert, beyond, found))
}
