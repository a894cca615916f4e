//! Empty 200: everything is well, says the status, and there is nothing behind it.
//!
//! A client that reads "no rows" out of an empty body believes that everybody is gone.

use serde::{Deserialize, Serialize};

use super::gateway_timeout_504::nothing;
use super::verdict::Effect;

/// Settings of the fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Empty {
    /// Whether the request was carried out.
    done: bool,
}

impl Default for Empty {
    fn default() -> Self {
        Self { done: true }
    }
}

impl Empty {
    pub(super) fn effect(&self) -> Effect {
        let answer = nothing(200);
        if self.done { Effect::AnswerAfter(answer) } else { Effect::Answer(answer) }
    }
}
