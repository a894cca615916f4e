//! Which Genesys contact belongs to which Salesforce contact.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::lock::Fence;
use crate::table::{StateError, StateTable};

/// Whether what a row says has reached Genesys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// Intended; whether it was done is not known.
    Sending,
    /// Done.
    Settled,
}

/// One contact's link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    /// Salesforce id, 18 characters.
    pub salesforce_id: String,
    /// Genesys external contact id, once known.
    pub genesys_id: Option<String>,
    /// Field → keyed digest of the agreed value.
    pub digests: BTreeMap<String, String>,
    /// Which key made the digests.
    pub digest_key_id: String,
    /// `SystemModstamp` in milliseconds.
    pub source_version: i64,
    /// Intended or done.
    pub state: LinkState,
    /// Fence of the last writer; `put` writes its own.
    pub fence: u64,
    /// The field map's version.
    pub map_version: String,
    /// Ticks in a row in which it failed.
    pub failed_ticks: u32,
}

/// The links of one stage.
#[derive(Clone, Debug)]
pub struct Links {
    table: StateTable,
    job: String,
}

impl Links {
    /// Links in `table`, written under the lock of `job`.
    pub fn new(table: StateTable, job: &str) -> Self {
        Self { table, job: job.to_owned() }
    }

    /// Links by Salesforce id.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn get(&self, _salesforce_ids: &[String]) -> Result<HashMap<String, LinkRow>, StateError> {
        let _ = (&self.table, &self.job);
        Err(StateError::unfinished())
    }

    /// Salesforce ids by Genesys id.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn peers(&self, _genesys_ids: &[String]) -> Result<HashMap<String, String>, StateError> {
        Err(StateError::unfinished())
    }

    /// Writes rows.
    ///
    /// # Errors
    /// [`StateError::Fenced`].
    pub async fn put(&self, _rows: &[LinkRow], _fence: Fence) -> Result<(), StateError> {
        Err(StateError::unfinished())
    }
}
