//! What queues should reach, and whether they did.

use std::cmp::Ordering;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::sums::Figures;

/// What should be reached.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Least share answered in time.
    pub service_level: f64,
    /// Most seconds to handle a conversation, on average.
    pub handle_seconds: u32,
    /// Most abandons among what was offered.
    pub abandon_rate: f64,
}

/// The targets of all queues.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// For every queue, and for groups, media and everything together.
    pub general: Target,
    /// For single queues, by id.
    pub of_queue: HashMap<String, Target>,
}

/// Whether a target was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It was.
    Met,
    /// It was not.
    Missed,
}

/// Which targets were reached; `None` where there is no figure to judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts {
    /// The service level: at least the target.
    pub service_level: Option<Verdict>,
    /// The handle time: at most the target.
    pub handle_time: Option<Verdict>,
    /// The abandon rate: at most the target.
    pub abandon_rate: Option<Verdict>,
}

impl Targets {
    /// What a queue should reach.
    pub fn of(&self, queue: &str) -> Target {
        self.of_queue.get(queue).copied().unwrap_or(self.general)
    }
}

impl Target {
    /// Which of the targets these figures reach. Exact values are compared, not rounded ones.
    pub fn judge(&self, figures: &Figures) -> Verdicts {
        let is_short = |mean: crate::rate::Mean| mean.cmp_seconds(self.handle_seconds) != Ordering::Greater;
        Verdicts {
            service_level: figures.service_level.map(|share| verdict(share.value() >= self.service_level)),
            handle_time: figures.handle_time.map(|mean| verdict(is_short(mean))),
            abandon_rate: figures.abandon_rate.map(|share| verdict(share.value() <= self.abandon_rate)),
        }
    }
}

fn verdict(is_met: bool) -> Verdict {
    if is_met { Verdict::Met } else { Verdict::Missed }
}

impl Verdicts {
    /// How many targets were not reached.
    pub fn missed(&self) -> usize {
        let all = [self.service_level, self.handle_time, self.abandon_rate];
        all.iter().filter(|verdict| **verdict == Some(Verdict::Missed)).count()
    }

    /// Whether there was anything to judge.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
