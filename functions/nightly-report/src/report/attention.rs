//! The order in which queues are told: what needs attention first.
//!
//! First the queues that missed a target or have an alert, by how many conversations that is about: late answers, abandons
//! and the conversations that the time beyond the target would have been enough for; or what the alert says, if that is more.
//! Then the others by how much came to them; last those to which nothing came.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::Line;
use crate::finding::Finding;
use crate::targets::Target;

/// The lines in their order, marked where an alert is about them.
pub(super) fn sorted(lines: Vec<Line>, alerts: &[Finding]) -> Vec<Line> {
    let mut weights: HashMap<&str, f64> = HashMap::new();
    for alert in alerts {
        let Some(queue) = &alert.queue else { continue };
        let weight = weights.entry(&queue.id).or_default();
        *weight = weight.max(alert.weight);
    }
    let marked = lines.into_iter().map(|line| Line { has_alert: weights.contains_key(line.id.as_str()), ..line });
    let weigh = |line: &Line| missed_by(line).max(weights.get(line.id.as_str()).copied().unwrap_or(0.0));
    let mut weighed: Vec<(f64, Line)> = marked.map(|line| (weigh(&line), line)).collect();
    weighed.sort_by(order);
    weighed.into_iter().map(|(_, line)| line).collect()
}

fn order((weight, one): &(f64, Line), (other_weight, other): &(f64, Line)) -> Ordering {
    rank(one)
        .cmp(&rank(other))
        .then(other_weight.total_cmp(weight))
        .then(other.figures.offered.cmp(&one.figures.offered))
        .then_with(|| one.name.cmp(&other.name))
        .then_with(|| one.id.cmp(&other.id))
}

fn rank(line: &Line) -> u8 {
    match (line.verdicts.missed() > 0 || line.has_alert, line.figures.offered) {
        (true, _) => 0,
        (false, Some(_)) => 1,
        (false, None) => 2,
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
