//! Answer lost: the vendor did what was asked, and the client never hears of it.
//!
//! The worst of all faults for a writer: it looks like *reset before*, but a repeated write doubles the effect.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use crate::connection::Ending;

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerLost {}

impl AnswerLost {
    pub(super) fn effect(&self) -> Effect {
        Effect::CutAfter(Ending::Closed)
    }
}
