//! Recommendation `lend_agents`: a queue missed its service level while another of the same group was far above its own.
//!
//! Rests on both queues' service levels, each over at least twenty conversations; far above is ten points or more. Of several
//! queues the one is named that had most to spare.

use super::{CONVERSATIONS_MIN, Facts, beyond_service_level, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Kind};
use crate::rate::Share;
use crate::wording;

pub(super) const NAME: &str = "lend_agents";

/// So far above its target a queue can spare agents without missing it at once.
const ABOVE_MIN: f64 = 0.1;

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    let lenders: Vec<(&QueueFigures, f64)> =
        facts.figures.queues.iter().filter_map(|queue| Some((queue, to_spare(queue)?))).collect();
    facts.each_queue(|queue| lend(queue, &lenders))
}

fn lend(queue: &QueueFigures, lenders: &[(&QueueFigures, f64)]) -> Option<Finding> {
    let beyond = beyond_service_level(queue)?;
    let group = queue.group.as_deref()?;
    let near = lenders.iter().filter(|(lender, _)| lender.group.as_deref() == Some(group));
    let (lender, spare) = near.max_by(|one, other| one.1.total_cmp(&other.1))?;
    let of = |queue: &QueueFigures| {
        let level = queue.sums.in_time?;
        let share = wording::percent(Share::of(level.part, level.whole)?);
        let target = wording::target_percent(queue.target.service_level);
        Some(format!("{share} of {}, target {target}", wording::count(level.whole)))
    };
    let finding = Finding::about(queue, NAME, Kind::Recommendation, beyond.min(*spare))
        .say("could have had agents of ")
        .name(lender)
        .say(", which answered far more in time than it had to");
    Some(finding.number("this queue", of(queue)?).number("the other", of(lender)?))
}

/// Answers in time beyond what the target asks for.
fn to_spare(queue: &QueueFigures) -> Option<f64> {
    let level = queue.sums.in_time.filter(|level| level.whole >= CONVERSATIONS_MIN)?;
    let share = Share::of(level.part, level.whole)?.value();
    let target = queue.target.service_level;
    (share >= target + ABOVE_MIN).then(|| number(level.part) - target * number(level.whole))
}
