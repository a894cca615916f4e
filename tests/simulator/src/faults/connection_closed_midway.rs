//! Connection closed midway: the answer begins, and the connection ends before its last byte.
//!
//! Everything was done. Unlike *truncated body* the client can tell, because the head promised more.

use serde::{Deserialize, Serialize};

use super::verdict::{Delivery, Effect};

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectionClosedMidway {}

impl ConnectionClosedMidway {
    pub(super) fn effect(&self) -> Effect {
        Effect::Deliver(Delivery::Broken)
    }
}
