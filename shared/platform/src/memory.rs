//! Words and numbers that a job keeps beside its marks: which field map was agreed to, how many contacts are linked.
//!
//! Each is a row of its own with one value. It is written under the job's fence like a mark, so that a holder who was
//! overtaken changes nothing. One kind of word is left by somebody who does *not* hold the lock, because he found it
//! busy: what he came for ([`Memories::leave`]); whoever holds the lock next takes it away.

use crate::change::{Change, Condition, Row, Step, Value};
use crate::key::Key;
use crate::lock::fenced::{self, not_newer};
use crate::lock::{FENCE, Fence};
use crate::table::{ROW_VERSION, StateError, StateTable, Write};

const VALUE: &str = "value";

/// What the jobs of one stage remember.
#[derive(Clone, Debug)]
pub struct Memories {
    table: StateTable,
}

impl Memories {
    /// The memories in `table`.
    pub fn new(table: StateTable) -> Self {
        Self { table }
    }

    /// What `job` remembers under `name`.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn recall(&self, job: &str, name: &str) -> Result<Option<Value>, StateError> {
        let row = self.table.row(Key::Mark { job, source: name }).await?;
        Ok(row.as_ref().and_then(|row: &Row| row.get(VALUE).cloned()))
    }

    /// Remembers `value` under `name`. Two writes: the row, and the check of the lock.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when `fence` is no longer the newest of the job's lock.
    pub async fn keep(&self, job: &str, name: &str, value: Value, fence: Fence) -> Result<(), StateError> {
        self.write(job, name, Step::Set(VALUE, value), fence).await
    }

    /// Forgets what stands under `name`. Two writes.
    ///
    /// # Errors
    /// As [`Self::keep`].
    pub async fn forget(&self, job: &str, name: &str, fence: Fence) -> Result<(), StateError> {
        self.write(job, name, Step::Remove(VALUE), fence).await
    }

    /// Leaves `value` under `name` for whoever holds the lock next. One write.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn leave(&self, job: &str, name: &str, value: Value) -> Result<(), StateError> {
        let steps = vec![Step::Set(VALUE, value), Step::Set("v", ROW_VERSION.into())];
        let change = Change { when: Condition::default(), steps };
        self.table.change(Key::Mark { job, source: name }, &change).await.map(drop)
    }

    async fn write(&self, job: &str, name: &str, step: Step, fence: Fence) -> Result<(), StateError> {
        let steps = vec![step, Step::Set(FENCE, fence.number().into()), Step::Set("v", ROW_VERSION.into())];
        let change = Change { when: not_newer(fence), steps };
        let writes = vec![Write::Change(Key::Mark { job, source: name }, change)];
        match fenced::write(&self.table, job, fence, writes).await?.is_empty() {
            true => Ok(()),
            false => Err(StateError::Fenced),
        }
    }
}
