//! Records set aside: quarantine and review.

use std::collections::HashMap;

use crate::lock::Fence;
use crate::table::{StateError, StateTable};

/// Which of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Refused until it changes.
    Quarantine,
    /// Waits for a person.
    Review,
}

/// Why a record is set aside. Codes, field names and ids only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The vendor refuses it, or it failed too often.
    Quarantine {
        /// Machine-readable code.
        code: String,
        /// The field, where known.
        field: Option<String>,
    },
    /// It could be several.
    Review {
        /// Genesys ids.
        candidates: Vec<String>,
        /// A word.
        reason: String,
    },
}

/// One record set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Id in the source.
    pub source_id: String,
    /// Keyed digest of the content.
    pub hash: String,
    /// Since when, in milliseconds since 1970.
    pub since: i64,
    /// Why.
    pub why: Why,
}

/// What one job has set aside.
#[derive(Clone, Debug)]
pub struct Asides {
    table: StateTable,
    job: String,
}

impl Asides {
    /// The asides of `job`.
    pub fn new(table: StateTable, job: &str) -> Self {
        Self { table, job: job.to_owned() }
    }

    /// All of them.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn list(&self) -> Result<HashMap<String, Aside>, StateError> {
        let _ = (&self.table, &self.job);
        Err(StateError::unfinished())
    }

    /// Sets records aside.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn put(&self, _asides: &[Aside], _fence: Fence) -> Result<(), StateError> {
        Err(StateError::unfinished())
    }

    /// Takes records back.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn remove(&self, _gone: &[(Kind, String)], _fence: Fence) -> Result<(), StateError> {
        Err(StateError::unfinished())
    }
}
