//! Concurrent limit: too many long calls of the organisation at once.
//!
//! It has the same code as a used-up day, `REQUEST_LIMIT_EXCEEDED`; only the text tells them apart, and here a short wait
//! helps.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use crate::wire::Refusal;

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConcurrentLimit {}

impl ConcurrentLimit {
    pub(super) fn effect(&self) -> Effect {
        let sentence = "ConcurrentRequests (Concurrent API Requests) Limit exceeded.";
        Effect::Refuse(Refusal::new(403, "REQUEST_LIMIT_EXCEEDED", sentence))
    }
}
