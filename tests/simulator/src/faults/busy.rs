//! Busy: the vendor is up but does not take the request. Nothing was done.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use crate::operations::Vendor;
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
    pub(super) fn effect(&self, vendor: Vendor) -> Effect {
        let code = match (vendor, self.status) {
            (Vendor::Salesforce, 500) => "UNKNOWN_EXCEPTION",
            (Vendor::Salesforce, _) => "SERVER_UNAVAILABLE",
            (Vendor::Genesys, 500) => "internal.server.error",
            (Vendor::Genesys, 504) => "request.timeout",
            (Vendor::Genesys, _) => "service.unavailable",
        };
        let mut refusal = Refusal::new(self.status, code, "The service is not available at the moment.");
        refusal.retry_after_s = self.retry_after;
        Effect::Refuse(refusal)
    }
}
