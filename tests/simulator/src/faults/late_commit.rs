//! Late commit: rows that a long transaction has written are not visible yet, and will come with an older stamp.
//!
//! It strikes SOQL queries: what changed within the last seconds is not found. When the fault is over, the rows are there,
//! behind the mark of a reader that went on to *now*.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::verdict::Effect;

/// Settings of the fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LateCommit {
    /// How old a change must be to be seen.
    seconds: u64,
}

impl Default for LateCommit {
    fn default() -> Self {
        Self { seconds: 600 }
    }
}

impl LateCommit {
    pub(super) fn effect(&self) -> Effect {
        Effect::HideYoung(Duration::from_secs(self.seconds))
    }
}
