//! Quota exhausted: other integrations of the same organisation have used the calls of the day.
//!
//! This call and all that follow are refused with 403 `REQUEST_LIMIT_EXCEEDED` and without `Retry-After`, until
//! `POST /_sim/salesforce/usage` gives calls back; waiting seconds does not help.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuotaExhausted {}

impl QuotaExhausted {
    pub(super) fn effect(&self) -> Effect {
        Effect::UseUpQuota
    }
}
