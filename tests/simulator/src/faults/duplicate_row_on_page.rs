//! Duplicate row on a page: the last row of a listing comes twice.
//!
//! Listings that are paged while rows come and go do this; who writes what it reads must not write it twice.

use serde::{Deserialize, Serialize};

use super::verdict::{Effect, RowChange};

/// The fault has no settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DuplicateRowOnPage {}

impl DuplicateRowOnPage {
    pub(super) fn effect(&self) -> Effect {
        Effect::ChangeRows(RowChange::RepeatLast)
    }
}
