//! Truncated body: 200, and JSON that ends in the middle, with a head that says this is all.
//!
//! Everything was done. It comes from gateways with a limit, and looks like a complete answer until it is parsed.

use serde::{Deserialize, Serialize};

use super::verdict::{Delivery, Effect};

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TruncatedBody {}

impl TruncatedBody {
    pub(super) fn effect(&self) -> Effect {
        Effect::Deliver(Delivery::Half)
    }
}
