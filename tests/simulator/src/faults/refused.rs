//! Refused: any refusal a vendor can give, chosen by the test. Nothing was done.
//!
//! This is how a code that the simulator's own rules cannot bring about is produced, such as Salesforce's
//! `API_DISABLED_FOR_ORG`.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use crate::wire::Refusal;

/// Settings of the fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refused {
    status: u16,
    code: String,
    #[serde(default = "no_reason")]
    message: String,
}

fn no_reason() -> String {
    "Refused on request of a test.".to_owned()
}

impl Refused {
    pub(super) fn effect(&self) -> Effect {
        Effect::Refuse(Refusal::new(self.status, &self.code, self.message.clone()))
    }
}
