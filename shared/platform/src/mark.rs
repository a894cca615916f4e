//! How far a job has come in a source.
//!
//! ```text
//!  records by (time, id)   ··●··●··●··●··○··○··
//!                                    │  └ not settled: work still to do, or failed
//!                                    └ the mark: every record up to here is settled, skipped or set aside
//! ```
//!
//! A mark moves only forward, only under the job's fence, and only after the work behind it is durable. Moving it to
//! where it is changes nothing; moving it backwards is a mistake that is refused and logged, because records that were
//! settled once would be read again for nothing. A job should not write a mark that has not moved.

use jiff::Timestamp;

use crate::change::{Change, Clause, Row, Step, number, text};
use crate::key::Key;
use crate::lock::fenced::{self, not_newer};
use crate::lock::{FENCE, Fence};
use crate::table::{ROW_VERSION, StateError, StateTable, Write};

const AT_MS: &str = "at_ms";
const ID: &str = "id";

/// A position among records that are sorted by time, then by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The moment. Kept in whole milliseconds; Salesforce has whole seconds.
    pub at: Timestamp,
    /// The last record of that moment; empty when none of them is behind the mark yet.
    pub id: String,
}

/// The watermarks of one stage.
#[derive(Clone, Debug)]
pub struct Marks {
    table: StateTable,
}

/// Moves the mark to `mark`, if that is forward and no newer holder has written it.
pub fn advance(mark: &Mark, fence: Fence) -> Change {
    let at_ms = mark.at.as_millisecond();
    let never_set = || Clause::Absent(AT_MS);
    let not_later = Clause::AtMost(AT_MS, at_ms.into());
    let earlier = Clause::Below(AT_MS, at_ms.into());
    let id_not_later = Clause::AtMost(ID, mark.id.as_str().into());
    Change {
        when: not_newer(fence).and_any([never_set(), not_later]).and_any([never_set(), earlier, id_not_later]),
        steps: vec![
            Step::Set(AT_MS, at_ms.into()),
            Step::Set(ID, mark.id.as_str().into()),
            Step::Set(FENCE, fence.number().into()),
            Step::Set("v", ROW_VERSION.into()),
        ],
    }
}

impl Marks {
    /// The marks in `table`.
    pub fn new(table: StateTable) -> Self {
        Self { table }
    }

    /// How far `job` has come in `source`; `None` before its first run.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn read(&self, job: &str, source: &str) -> Result<Option<Mark>, StateError> {
        let key = Key::Mark { job, source };
        let Some(row) = self.table.row(key).await? else { return Ok(None) };
        let mark = readable(&row).ok_or_else(|| StateError::Unreadable {
            key: key.to_string(),
            what: format!("{AT_MS} or {ID} is missing or wrong"),
        })?;
        Ok(Some(mark))
    }

    /// Moves the mark of `job` in `source` to `mark`. Backwards is refused with a warning and is a success: what lies
    /// behind the stored mark is settled. Two writes: the mark, and the check of the lock.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when `fence` is no longer the newest of the job's lock.
    pub async fn advance(&self, job: &str, source: &str, mark: &Mark, fence: Fence) -> Result<(), StateError> {
        let change = Write::Change(Key::Mark { job, source }, advance(mark, fence));
        let refused = fenced::write(&self.table, job, fence, vec![change]).await?;
        let Some(refused) = refused.first() else { return Ok(()) };
        if !not_newer(fence).holds(refused.row.as_ref()) {
            return Err(StateError::Fenced);
        }
        tracing::warn!(job, source, "a mark was not moved backwards");
        Ok(())
    }
}

fn readable(row: &Row) -> Option<Mark> {
    let at = Timestamp::from_millisecond(number(row, AT_MS)?).ok()?;
    Some(Mark { at, id: text(row, ID)?.to_owned() })
}
