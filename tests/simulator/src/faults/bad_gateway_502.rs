//! Bad gateway: 502 with an empty body, from something that lost its connection to the vendor.
//!
//! Whether the vendor carried the request out the client cannot know; here the test decides.

use serde::{Deserialize, Serialize};

use super::gateway_timeout_504::nothing;
use super::verdict::Effect;

/// Settings of the fault.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct BadGateway {
    /// Whether the request was carried out before the answer was lost.
    done: bool,
}

impl BadGateway {
    pub(super) fn effect(&self) -> Effect {
        let answer = nothing(502);
        if self.done { Effect::AnswerAfter(answer) } else { Effect::Answer(answer) }
    }
}
