//! Numbers that a job sets at a vendor, and what is remembered about each.
//!
//! ```text
//!  settled ──another number is wanted──▶ sending ──written and read back──▶ settled
//!                                           └ killed here: a vendor that shows `sending` got it from us
//! ```
//!
//! The row says what the vendor held when it was last right. So a number that differs later was changed by somebody
//! else: without the row nobody could tell our own earlier write from a hand's. It also keeps what a decision needs
//! to know about the past: since when less has been wanted, and that a target is not to be tried again.
//!
//! All rows of a job are written under its lock, as [`crate::link`]'s are.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::lock::Fence;
use crate::lock::fenced;
use crate::table::{StateError, StateTable, readable};

/// What is remembered about one number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetRow {
    /// The target's id within its job.
    pub id: String,
    /// What the vendor held when it was last right, or last looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<i64>,
    /// A write that was begun and whose end is not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sending: Option<i64>,
    /// Fingerprint of everything else in the vendor's object at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<String>,
    /// Since when a lower number has been wanted without a break, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower_since_ms: Option<i64>,
    /// When it was last changed, where one change may only go so far, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stepped_ms: Option<i64>,
    /// That the target is left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<Parked>,
}

/// Why a target is left alone, and until what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// The reason in a word.
    pub reason: String,
    /// Fingerprint of the target's settings: with other settings it is tried again.
    pub settings: String,
}

/// The targets of one stage.
#[derive(Clone, Debug)]
pub struct Targets {
    table: StateTable,
}

impl Targets {
    /// The targets in `table`.
    pub fn new(table: StateTable) -> Self {
        Self { table }
    }

    /// All rows of `job`, by id. One request.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn of(&self, job: &str) -> Result<HashMap<String, TargetRow>, StateError> {
        let items = self.table.partition(Key::Target { job, id: "" }).await?;
        let rows = items.into_iter().map(readable::<TargetRow>);
        rows.map(|row| row.map(|row| (row.id.clone(), row))).collect()
    }

    /// Writes `rows`, 99 in a request. None: nothing is sent.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when `fence` is no longer the newest of the job's lock; earlier requests stay written.
    pub async fn put(&self, job: &str, rows: &[TargetRow], fence: Fence) -> Result<(), StateError> {
        let writes = rows.iter().map(|row| fenced::put(Key::Target { job, id: &row.id }, row, fence));
        fenced::write_each(&self.table, job, fence, writes).await
    }
}
