//! Wrong id answered: an enrich writes the right contact, but its answer carries the id of another one.
//!
//! This is what a client sees when an identifier moved between its look-up and its write.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrongIdAnswered {}

impl WrongIdAnswered {
    pub(super) fn effect(&self) -> Effect {
        Effect::AnswerWrongId
    }
}
