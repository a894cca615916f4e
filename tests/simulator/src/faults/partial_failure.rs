//! Partial failure: a bulk request is answered with 200, and some of its items failed inside.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use crate::wire::Refusal;

/// Settings of the fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PartialFailure {
    /// Values of external ids whose items fail; empty for all items.
    external_ids: Vec<String>,
    status: u16,
    code: String,
    message: String,
    pub(crate) retryable: bool,
}

impl Default for PartialFailure {
    fn default() -> Self {
        Self {
            external_ids: Vec::new(),
            status: 500,
            code: "internal.server.error".to_owned(),
            message: "The item could not be processed.".to_owned(),
            retryable: true,
        }
    }
}

impl PartialFailure {
    pub(super) fn effect(&self) -> Effect {
        Effect::FailItems(self.clone())
    }

    /// The refusal for an item with these external ids, when it is one of the chosen.
    pub(crate) fn refusal(&self, external_ids: &[&str]) -> Option<Refusal> {
        let chosen = self.external_ids.is_empty()
            || self.external_ids.iter().any(|value| external_ids.contains(&value.as_str()));
        chosen.then(|| Refusal::new(self.status, &self.code, self.message.clone()))
    }
}
