//! Expired token: a login answers as always, and its token is dead when the client first uses it.
//!
//! This is a clock that is wrong on the vendor's side, or a token that not all of its servers know. Who asks for a new one
//! without counting asks for ever.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpiredToken {}

impl ExpiredToken {
    pub(super) fn effect(&self) -> Effect {
        Effect::KillIssuedToken
    }
}
