//! Which day's notice to people is out: one row a job, written before the mail and again after it.
//!
//! ```text
//!  mark#contact-sync   digest   {day, sending | sent | …}
//! ```
//!
//! No mail service takes a mail twice and delivers it once. So whoever mails writes first what is intended, under the
//! job's fence, and afterwards what came of it; whoever comes later finds the intent and leaves the day alone. What an
//! entry says is the job's own business; what is promised here is that only the newest holder of its lock writes it, and
//! that one which cannot be read is an error and never a day on which nothing was mailed.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::lock::Fence;
use crate::lock::fenced;
use crate::table::{StateError, StateTable, readable};

/// The notices of one job, written under its lock.
#[derive(Clone, Debug)]
pub struct Notices {
    table: StateTable,
    job: String,
}

/// An entry as it is stored: in an attribute of its own, so that no name in it can meet one of the row's.
#[derive(Serialize, Deserialize)]
struct NoticeRow<T> {
    says: T,
}

impl Notices {
    /// The notices of `job` in `table`.
    pub fn new(table: StateTable, job: &str) -> Self {
        Self { table, job: job.to_owned() }
    }

    /// The entry `name`; `None` before the first one.
    ///
    /// # Errors
    /// [`StateError`]; also when it has a form that `T` does not understand.
    pub async fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StateError> {
        let item = self.table.item(Key::Mark { job: &self.job, source: name }).await?;
        item.map(readable::<NoticeRow<T>>).transpose().map(|row| row.map(|row| row.says))
    }

    /// Writes the entry `name`.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when `fence` is no longer the newest of the lock: then this run must not mail either.
    pub async fn put<T: Serialize>(&self, name: &str, says: &T, fence: Fence) -> Result<(), StateError> {
        let key = Key::Mark { job: &self.job, source: name };
        let write = fenced::put(key, &NoticeRow { says }, fence);
        fenced::write_each(&self.table, &self.job, fence, std::iter::once(write)).await
    }
}
