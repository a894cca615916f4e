//! Query locator gone: between two pages the vendor forgets the query, and its remaining pages with it.
//!
//! It strikes following pages only. The reader has to begin again, and must not take what it has for everything.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use crate::wire::Refusal;

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QueryLocatorGone {}

impl QueryLocatorGone {
    pub(super) fn effect(&self) -> Effect {
        Effect::Refuse(Refusal::new(400, "INVALID_QUERY_LOCATOR", "invalid query locator"))
    }
}
