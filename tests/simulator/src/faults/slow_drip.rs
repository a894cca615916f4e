//! Slow drip: the answer arrives a few bytes at a time.
//!
//! Every single read is quick, so a time limit for reads never ends it; only one for the whole request does.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::verdict::{Delivery, Effect};

/// Settings of the fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SlowDrip {
    /// So many bytes at a time.
    bytes: usize,
    /// The pause after them, in the machine's time.
    ms: u64,
}

impl Default for SlowDrip {
    fn default() -> Self {
        Self { bytes: 64, ms: 20 }
    }
}

impl SlowDrip {
    pub(super) fn effect(&self) -> Effect {
        Effect::Deliver(Delivery::Drip(self.bytes.max(1), Duration::from_millis(self.ms)))
    }
}
