//! The order in which queues are told: what needs attention first.
//!
//! First the queues that missed a target, by how many conversations they missed it: late answers, abandons and the
//! conversations that the time beyond the target would have been enough for. Then the others by how much came to them; last
//! those to which nothing came.

use std::cmp::Ordering;

use super::Line;
use crate::targets::Target;

pub(super) fn sorted(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(order);
    lines
}

fn order(one: &Line, other: &Line) -> Ordering {
    rank(one)
        .cmp(&rank(other))
        .then(missed_by(other).total_cmp(&missed_by(one)))
        .then(other.figures.offered.cmp(&one.figures.offered))
        .then_with(|| one.title.cmp(&other.title))
        .then_with(|| one.id.cmp(&other.id))
}

fn rank(line: &Line) -> u8 {
    match (line.verdicts.missed(), line.figures.offered) {
        (1.., _) => 0,
        (0, Some(_)) => 1,
        (0, None) => 2,
    }
}

/// Conversations by which the targets were missed.
#[expect(clippy::cast_precision_loss, reason = "counts of a day are far below 2^53")]
fn missed_by(line: &Line) -> f64 {
    let Line { figures, target: Target { service_level, handle_seconds, abandon_rate }, .. } = line;
    let late = figures.service_level.map(|share| service_level * share.whole as f64 - share.part as f64);
    let lost = figures.abandon_rate.map(|share| share.part as f64 - abandon_rate * share.whole as f64);
    let long =
        figures.handle_time.map(|mean| mean.sum_ms as f64 / (1000.0 * f64::from(*handle_seconds)) - mean.count as f64);
    [late, lost, long].into_iter().flatten().filter(|beyond| *beyond > 0.0).sum()
}
