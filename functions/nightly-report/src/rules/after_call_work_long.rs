//! Recommendation `after_call_work_long`: agents of a queue spend much of their time after the conversation has ended.
//!
//! Rests on at least thirty conversations handled, of whose handle time after-call work is 30 % or more. Vendors of
//! workforce tools put a healthy share at a tenth to a fifth.

use super::{Facts, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind};
use crate::rate::Share;

pub(super) const NAME: &str = "after_call_work_long";

const HANDLED_MIN: u64 = 30;
const PERCENT_MIN: u64 = 30;

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(|queue| long(facts, queue))
}

fn long(facts: &Facts<'_>, queue: &QueueFigures) -> Option<Finding> {
    let (handled, acw) = (queue.sums.handled?, queue.sums.acw?);
    if handled.count < HANDLED_MIN || 100 * acw.sum_ms < PERCENT_MIN * handled.sum_ms {
        return None;
    }
    let figures = queue.sums.figures(facts.settings.abandons);
    let share = Share::of(acw.sum_ms, handled.sum_ms)?;
    // Conversations that the time above the limit would have been enough for.
    let beyond = (share.value() - number(PERCENT_MIN) / 100.0) * number(handled.count);
    let found = Found::AfterCallWorkLong {
        after_call_work: figures.after_call_work?,
        handle_time: figures.handle_time?,
        share,
    };
    Some(Finding::about(queue, Kind::Recommendation, beyond, found))
}
