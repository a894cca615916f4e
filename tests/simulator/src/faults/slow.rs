//! Slow: the request waits, then everything goes on as usual. For time-outs and lease guards.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::verdict::Effect;

/// Settings of the fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Slow {
    /// How long, in the machine's time.
    ms: u64,
}

impl Slow {
    pub(super) fn effect(&self) -> Effect {
        Effect::Wait(Duration::from_millis(self.ms))
    }
}
