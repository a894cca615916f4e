//! Proxy retry: something between client and vendor sends the request a second time, although it was carried out.
//!
//! The client asked once and hears the second answer. A write without a key of its own now exists twice; a contact with an
//! external id answers that it belongs to another one.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProxyRetry {}

impl ProxyRetry {
    pub(super) fn effect(&self) -> Effect {
        Effect::Twice
    }
}
