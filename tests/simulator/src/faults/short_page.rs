//! Short page: a page of queue names lacks its last queue, although the listing still counts it.
//!
//! This is what a client sees when queues come and go between two pages; who does not count ends with fewer queues than
//! there are.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShortPage {}

impl ShortPage {
    pub(super) fn effect(&self) -> Effect {
        Effect::ShortenPage
    }
}
