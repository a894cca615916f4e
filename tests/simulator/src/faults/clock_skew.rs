//! Clock skew: the `Date` of an answer is wrong by so many seconds.
//!
//! A client that takes the vendor's time for its window moves the window with it.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;

/// Settings of the fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ClockSkew {
    /// Added to the simulator's time; negative for a clock that is behind.
    seconds: i64,
}

impl Default for ClockSkew {
    fn default() -> Self {
        Self { seconds: 3_600 }
    }
}

impl ClockSkew {
    pub(super) fn effect(&self) -> Effect {
        Effect::SkewDate(self.seconds)
    }
}
