//! Which Genesys contact belongs to which Salesforce contact, and what both agreed on.
//!
//! ```text
//!  new ──put──▶ sending ──vendor call──▶ settled ──changed in Salesforce──▶ sending ──▶ …
//!                  └ killed here: whether it was done is not known; the next run drives it again by its key
//! ```
//!
//! A link row is written *before* the call to Genesys, with the version and the digests that will be, and again after
//! it. It holds ids and keyed digests, never a value. A settled row with a Genesys id also has a peer row, by which
//! the link is found from the Genesys side. A peer row is a pointer: whether the link still holds stands in the link row.
//!
//! A contact that was deleted in Salesforce leaves a tombstone: its link row without Genesys id and digests, with
//! [`Gone`] in it. For ninety days it keeps a late row of that contact from bringing it back. Its form is that of a
//! settled row which was never linked, so that a version of this code that knows no tombstones reads it too.
//!
//! All writers of link rows work under one job's lock, because only fences of one lock can be compared.

use std::collections::{BTreeMap, HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::lock::Fence;
use crate::lock::fenced::{self, not_newer, protected, write_groups};
use crate::table::{StateError, StateTable, Write, readable};

/// Whether what a link row says has reached Genesys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// Intended. Whether it was done is not known.
    Sending,
    /// Done and answered.
    Settled,
}

/// One contact's link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    /// Salesforce id in its 18-character form.
    pub salesforce_id: String,
    /// Id of the Genesys external contact, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genesys_id: Option<String>,
    /// For each field the keyed digest of its agreed value.
    #[serde(default)]
    pub digests: BTreeMap<String, String>,
    /// The key that made the digests. Digests of another key say nothing about change.
    #[serde(default)]
    pub digest_key_id: String,
    /// `SystemModstamp` of the Salesforce record, in milliseconds since 1970.
    pub source_version: i64,
    /// Intended or done.
    pub state: LinkState,
    /// Fence of the last writer. [`Links::put`] writes the fence that it is given, whatever stands here.
    #[serde(default)]
    pub fence: u64,
    /// The field map under which the digests were made.
    #[serde(default)]
    pub map_version: String,
    /// How many ticks in a row this contact has failed.
    #[serde(default)]
    pub failed_ticks: u32,
    /// A tombstone: the contact was deleted in Salesforce.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<Gone>,
}

/// What a tombstone says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// `SystemModstamp` of the deletion, in milliseconds since 1970: a row of this contact that is not newer is late.
    pub version: i64,
    /// The Genesys contact it was linked to until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genesys_id: Option<String>,
    /// The contact it was merged into, where it was merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
    /// When the row goes, in seconds since 1970.
    pub kept_until_s: i64,
}

/// How long a tombstone is kept.
pub const TOMBSTONE_DAYS: i64 = 90;

/// The peer of a settled link.
#[derive(Serialize, Deserialize)]
struct PeerRow {
    genesys_id: String,
    salesforce_id: String,
}

/// The links of one stage, written under the lock of one job.
#[derive(Clone, Debug)]
pub struct Links {
    table: StateTable,
    job: String,
}

impl Links {
    /// The links in `table`, written under the lock of `job`.
    pub fn new(table: StateTable, job: &str) -> Self {
        Self { table, job: job.to_owned() }
    }

    /// The links that exist among these Salesforce ids, by Salesforce id. A hundred in a request.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn get(&self, salesforce_ids: &[String]) -> Result<HashMap<String, LinkRow>, StateError> {
        let keys: Vec<_> = salesforce_ids.iter().map(|salesforce_id| Key::Link { salesforce_id }).collect();
        let rows = self.table.items(&keys).await?.into_iter().map(readable::<LinkRow>);
        rows.map(|row| row.map(|row| (row.salesforce_id.clone(), row))).collect()
    }

    /// The Salesforce ids that are linked to these Genesys ids, by Genesys id. A hundred in a request.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn peers(&self, genesys_ids: &[String]) -> Result<HashMap<String, String>, StateError> {
        let keys: Vec<_> = genesys_ids.iter().map(|genesys_id| Key::Peer { genesys_id }).collect();
        let rows = self.table.items(&keys).await?.into_iter().map(readable::<PeerRow>);
        rows.map(|row| row.map(|row| (row.genesys_id, row.salesforce_id))).collect()
    }

    /// Writes `rows`, and a peer row for each that is settled and knows its Genesys id. 99 rows, or 49 with their
    /// peers, in a request; each link goes together with its peer. A tombstone takes its peer row away, unless another
    /// of `rows` takes over that Genesys contact. Of several rows for one id the last counts.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when `fence` is no longer the newest of the job's lock; earlier requests stay written.
    pub async fn put(&self, rows: &[LinkRow], fence: Fence) -> Result<(), StateError> {
        let mut written = HashSet::new();
        let last_rows: Vec<&LinkRow> = rows.iter().rev().filter(|row| written.insert(&row.salesforce_id)).collect();
        let linked: HashSet<&String> = last_rows.iter().filter_map(|row| row.peer()).collect();
        let (mut pointed_at, mut pointers_gone) = (HashSet::new(), HashSet::new());
        let mut groups = Vec::with_capacity(rows.len());
        for row in last_rows {
            let mut group = vec![link_write(row, fence)?];
            if let Some(genesys_id) = row.peer().filter(|id| pointed_at.insert(*id)) {
                group.push(peer_write(genesys_id, &row.salesforce_id, fence)?);
            }
            let left = row.gone.as_ref().and_then(|gone| gone.genesys_id.as_ref());
            if let Some(genesys_id) = left.filter(|id| !linked.contains(id) && pointers_gone.insert(*id)) {
                group.push(fenced::delete(Key::Peer { genesys_id }, fence));
            }
            groups.push(group);
        }
        groups.reverse();
        write_groups(&self.table, &self.job, fence, groups).await
    }
}

impl LinkRow {
    /// The Genesys contact that a peer row points from.
    fn peer(&self) -> Option<&String> {
        self.genesys_id.as_ref().filter(|_| self.state == LinkState::Settled)
    }
}

fn link_write(row: &LinkRow, fence: Fence) -> Result<Write<'_>, StateError> {
    let key = Key::Link { salesforce_id: &row.salesforce_id };
    let mut item = protected(key, row, fence)?;
    if let Some(gone) = &row.gone {
        item.insert("ttl".to_owned(), AttributeValue::N(gone.kept_until_s.to_string()));
    }
    Ok(Write::Put(key, item, not_newer(fence)))
}

fn peer_write<'a>(genesys_id: &'a str, salesforce_id: &str, fence: Fence) -> Result<Write<'a>, StateError> {
    let row = PeerRow { genesys_id: genesys_id.to_owned(), salesforce_id: salesforce_id.to_owned() };
    fenced::put(Key::Peer { genesys_id }, &row, fence)
}
