//! Recommendation `lend_agents`: a queue missed its service level while another of the same group was far above its own.
//!
//! Rests on both queues' service levels, each over at least twenty conversations; far above is ten points or more. Of several
//! queues the one is named that had most to spare.

use super::{CONVERSATIONS_MIN, Facts, beyond_service_level, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind, Level};
use crate::rate::Share;

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
    let found = Found::LendAgents { level: level(queue)?, lender: lender.named(), lender_level: level(lender)? };
    Some(Finding::about(queue, Kind::Recommendation, beyond.min(*spare), found))
}

fn level(queue: &QueueFigures) -> Option<Level> {
    let level = queue.sums.in_time?;
    Some(Level { share: Share::of(level.part, level.whole)?, target: queue.target.service_level })
}

/// Answers in time beyond what the target asks for.
fn to_spare(queue: &QueueFigures) -> Option<f64> {
    let level = queue.sums.in_time.filter(|level| level.whole >= CONVERSATIONS_MIN)?;
    let share = Share::of(level.part, level.whole)?.value();
    let target = queue.target.service_level;
    (share >= target + ABOVE_MIN).then(|| number(level.part) - target * number(level.whole))
}
