//! What is known about each day of a report, and about its mail to each list.
//!
//! ```text
//!  report#nightly-report   2026-03-13            the day: read, worked out, stored
//!                          2026-03-13#management its mail to one list
//!                          2026-03-14 …
//! ```
//!
//! A report is mailed once because its entry is written before the mail is handed over and again after it: whoever
//! comes later finds what was intended, and asks what became of it ([`crate::mail::fate`]) before trying again. What an
//! entry says is the report's own business; what is promised here is that only the newest holder of its lock writes it,
//! that several entries are written together or not at all, and that one which cannot be read is an error and never a
//! day on which nothing was done. Entries stay: one that was forgotten could be mailed a second time.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::lock::Fence;
use crate::lock::fenced;
use crate::table::{StateError, StateTable, readable};

/// The entries of one report, written under the lock of the job of the same name.
#[derive(Clone, Debug)]
pub struct ReportLedger {
    table: StateTable,
    report: String,
}

/// An entry as it is stored: in an attribute of its own, so that no name in it can meet one of the row's.
#[derive(Serialize, Deserialize)]
struct EntryRow<T> {
    entry: String,
    says: T,
}

impl ReportLedger {
    /// The entries of `report` in `table`.
    pub fn new(table: StateTable, report: &str) -> Self {
        Self { table, report: report.to_owned() }
    }

    /// The entries that exist among `entries`, by name. A hundred in a request.
    ///
    /// # Errors
    /// [`StateError`]; also when one of them has a form that `T` does not understand.
    pub async fn read<T: DeserializeOwned>(&self, entries: &[String]) -> Result<HashMap<String, T>, StateError> {
        let keys: Vec<_> = entries.iter().map(|entry| self.key(entry)).collect();
        let rows = self.table.items(&keys).await?.into_iter().map(readable::<EntryRow<T>>);
        rows.map(|row| row.map(|row| (row.entry, row.says))).collect()
    }

    /// Writes `entries`, all or none as long as they are at most 99. None: nothing is sent.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when `fence` is no longer the newest of the lock: then this run must not mail either.
    pub async fn put<T: Serialize>(&self, entries: &[(String, T)], fence: Fence) -> Result<(), StateError> {
        let writes = entries.iter().map(|(entry, says)| {
            let row = EntryRow { entry: entry.clone(), says };
            fenced::put(self.key(entry), &row, fence)
        });
        fenced::write_each(&self.table, &self.report, fence, writes).await
    }

    fn key<'a>(&'a self, entry: &'a str) -> Key<'a> {
        Key::Report { report: &self.report, entry }
    }
}
