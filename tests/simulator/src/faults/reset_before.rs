//! Reset before: the connection is reset, and the vendor has done nothing.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use crate::connection::Ending;

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetBefore {}

impl ResetBefore {
    pub(super) fn effect(&self) -> Effect {
        Effect::CutBefore(Ending::Reset)
    }
}
