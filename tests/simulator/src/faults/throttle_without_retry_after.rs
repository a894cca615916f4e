//! Throttle without Retry-After: a 429 that does not say for how long.
//!
//! Clients that wait "as the header says" wait not at all, and come back at once. Its body names no time either.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use crate::wire::Refusal;

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThrottleWithoutRetryAfter {}

impl ThrottleWithoutRetryAfter {
    pub(super) fn effect(&self) -> Effect {
        Effect::Refuse(Refusal::new(429, "too.many.requests", "Rate limit exceeded the maximum."))
    }
}
