//! Alert `service_level_missed`: a queue answered fewer in time than its target asks for.
//!
//! Rests on the conversations that count for the service level, at least twenty, and on the hours in which most late
//! answers fell. Silent where nobody answered at all: `nobody_answered` says that.

use super::{Facts, beyond_service_level, is_answered, late};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind, Level, Part};
use crate::rate::Share;

pub(super) const NAME: &str = "service_level_missed";

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(|queue| missed(facts, queue))
}

fn missed(facts: &Facts<'_>, queue: &QueueFigures) -> Option<Finding> {
    let beyond = beyond_service_level(queue).filter(|_| is_answered(queue))?;
    let level = queue.sums.in_time?;
    let (share, target) = (Share::of(level.part, level.whole)?, queue.target.service_level);
    let worst = facts.worst_hours(queue, 1.0 - target, late);
    let worst = worst.filter(|worst| worst.tally.of < level.whole).and_then(|worst| {
        let in_time = Share::of(worst.tally.of - worst.tally.bad, worst.tally.of)?;
        Some(Part { hours: facts.hours(&worst)?, share: in_time })
    });
    let found = Found::ServiceLevelMissed { level: Level { share, target }, worst };
    Some(Finding::about(queue, Kind::Alert, beyond, found))
}
