//! Stale search index: a search does not know what was written a while ago.
//!
//! It strikes the keyword search only, which a client must not use to find out whether it wrote something.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::verdict::Effect;

/// Settings of the fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StaleSearchIndex {
    /// How far the index is behind.
    seconds: u64,
}

impl Default for StaleSearchIndex {
    fn default() -> Self {
        Self { seconds: 3_600 }
    }
}

impl StaleSearchIndex {
    pub(super) fn effect(&self) -> Effect {
        Effect::AgeIndex(Duration::from_secs(self.seconds))
    }
}
