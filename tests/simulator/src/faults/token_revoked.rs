//! Token revoked: the token that comes with the request dies first, so the request is answered with 401.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenRevoked {}

impl TokenRevoked {
    pub(super) fn effect(&self) -> Effect {
        Effect::RevokeToken
    }
}
