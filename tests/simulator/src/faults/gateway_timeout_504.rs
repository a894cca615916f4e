//! Gateway timeout: 504 with an empty body, because the vendor took too long for something in between.
//!
//! The vendor may have finished afterwards; here the test decides.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use crate::wire::{Answer, Body};

/// Settings of the fault.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GatewayTimeout {
    /// Whether the request was carried out nevertheless.
    done: bool,
}

impl GatewayTimeout {
    pub(super) fn effect(&self) -> Effect {
        let answer = nothing(504);
        if self.done { Effect::AnswerAfter(answer) } else { Effect::Answer(answer) }
    }
}

/// An answer with this status and no byte of a body.
pub(super) fn nothing(status: u16) -> Answer {
    Answer { status, headers: Vec::new(), body: Body::Text(String::new()), items: 0 }
}
