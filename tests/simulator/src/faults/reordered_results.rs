//! Reordered results: the rows of an answer come in another order, drawn from the rule's seed.
//!
//! Neither vendor promises an order of bulk results; who pairs requests and results by position pairs the wrong ones.

use serde::{Deserialize, Serialize};

use super::verdict::{Effect, RowChange};

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReorderedResults {}

impl ReorderedResults {
    pub(super) fn effect(&self, draw: u64) -> Effect {
        Effect::ChangeRows(RowChange::Reorder(draw))
    }
}
