//! Which Genesys external organization belongs to which Salesforce account, and what both agreed on.
//!
//! The row of an account is written as a contact's link is ([`crate::link`]): `sending` before the call and `settled`
//! after it, under the fence of the one job that writes it, with keyed digests and never a value. There is no row for the
//! other direction. What Genesys refused is remembered in the row too, so that it costs nothing until the account changes.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::link::LinkState;
use crate::lock::Fence;
use crate::lock::fenced;
use crate::table::{StateError, StateTable, readable};

/// One account's organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationRow {
    /// Salesforce id of the account in its 18-character form.
    pub account_id: String,
    /// Id of the Genesys external organization, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genesys_id: Option<String>,
    /// For each field the keyed digest of its agreed value.
    #[serde(default)]
    pub digests: BTreeMap<String, String>,
    /// The key that made the digests.
    #[serde(default)]
    pub digest_key_id: String,
    /// Intended or done.
    pub state: LinkState,
    /// The field map under which the digests were made.
    #[serde(default)]
    pub map_version: String,
    /// How many ticks in a row this account has failed.
    #[serde(default)]
    pub failed_ticks: u32,
    /// What Genesys refused, or what failed too often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

/// A content of an account that is not tried again until it is another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Keyed digest of the content.
    pub hash: String,
    /// The vendor's code, or `gave_up`.
    pub code: String,
}

/// The organizations of one stage, written under the lock of one job.
#[derive(Clone, Debug)]
pub struct Organizations {
    table: StateTable,
    job: String,
}

impl Organizations {
    /// The organizations in `table`, written under the lock of `job`.
    pub fn new(table: StateTable, job: &str) -> Self {
        Self { table, job: job.to_owned() }
    }

    /// The rows that exist among these accounts, by account. A hundred in a request.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn get(&self, account_ids: &[String]) -> Result<HashMap<String, OrganizationRow>, StateError> {
        let keys: Vec<_> = account_ids.iter().map(|account_id| Key::Organization { account_id }).collect();
        let rows = self.table.items(&keys).await?.into_iter().map(readable::<OrganizationRow>);
        rows.map(|row| row.map(|row| (row.account_id.clone(), row))).collect()
    }

    /// Writes `rows`, one for each account at most. 99 in a request.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when `fence` is no longer the newest of the job's lock; earlier requests stay written.
    pub async fn put(&self, rows: &[OrganizationRow], fence: Fence) -> Result<(), StateError> {
        let writes = rows.iter().map(|row| fenced::put(Key::Organization { account_id: &row.account_id }, row, fence));
        fenced::write_each(&self.table, &self.job, fence, writes).await
    }
}
