//! Throttle: the vendor says "too many requests" although the client kept to its budget.
//!
//! Genesys answers 429 with `Retry-After`; Salesforce has no 429 for this and answers 403 `REQUEST_LIMIT_EXCEEDED`
//! (see the fault `refused`), so aim this one at Genesys.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use crate::genesys::rate;

/// Settings of the fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Throttle {
    /// Seconds in `Retry-After`; absent: no such header.
    retry_after: Option<u64>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self { retry_after: Some(1) }
    }
}

impl Throttle {
    pub(super) fn effect(&self) -> Effect {
        let mut refusal = rate::refusal(self.retry_after.unwrap_or(1));
        refusal.retry_after_s = self.retry_after;
        Effect::Refuse(refusal)
    }
}
