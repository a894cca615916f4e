//! Busy: the vendor is up but does not take the request. Nothing was done.

use serde::{Deserialize, Serialize};

use super::Effect;
use crate::wire::Refusal;

/// Settings of the fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Busy {
    status: u16,
    /// Seconds in `Retry-After`; absent: no such header.
    retry_after: Option<u64>,
}

impl Default for Busy {
    fn default() -> Self {
        Self { status: 503, retry_after: None }
    }
}

impl Busy {
    pub(super) fn effect(&self) -> Effect {
        let code = match self.status {
            500 => "internal.server.error",
            504 => "request.timeout",
            _ => "service.unavailable",
        };
        let mut refusal = Refusal::new(self.status, code, "The service is not available at the moment.");
        refusal.retry_after_s = self.retry_after;
        Effect::Refuse(refusal)
    }
}
