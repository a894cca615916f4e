//! Where a long run stands, so that the next invocation goes on instead of beginning again.
//!
//! ```text
//!  begin ──slice 1──▶ advance 1 ──slice 2──▶ advance 2 ── … ──last slice──▶ finish
//!                        └ killed or out of time here: whoever comes next goes on behind slice 1
//! ```
//!
//! A job has at most one unfinished run. Its checkpoint moves only under the job's fence, only after the work behind it
//! is durable, and only forward: for the same run the number of slices must grow. So a message that says "go on" and
//! comes late or twice finds another number and does nothing. What a cursor and a tally mean is the job's matter; here
//! they are texts. The row stays when a run is finished: only its content goes.

use crate::change::{Change, Clause, Row, Step, number, text};
use crate::key::Key;
use crate::lock::fenced::{self, not_newer};
use crate::lock::{FENCE, Fence};
use crate::table::{ROW_VERSION, StateError, StateTable, Write};

const RUN_ID: &str = "run_id";
const SLICE: &str = "slice";
const CURSOR: &str = "cursor";
const TALLY: &str = "tally";
const STARTED_MS: &str = "started_ms";

/// Name of the checkpoint among a job's marks.
const SOURCE: &str = "run";

/// Where an unfinished run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The run: the id of its first invocation.
    pub run_id: String,
    /// How often it has moved, from 1.
    pub slice: u64,
    /// What is next, in the job's words.
    pub cursor: String,
    /// What has been counted so far, in the job's words.
    pub tally: String,
    /// When the run began, in milliseconds since 1970.
    pub started_ms: i64,
}

/// The checkpoints of one stage.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    table: StateTable,
}

/// Moves the checkpoint to `checkpoint`, if that is forward: its run is the unfinished one, or there is none.
pub fn advance(checkpoint: &Checkpoint, fence: Fence) -> Change {
    let slice = number_of(checkpoint.slice);
    let no_run = || Clause::Absent(RUN_ID);
    let same_run = Clause::Is(RUN_ID, checkpoint.run_id.as_str().into());
    let behind = Clause::Below(SLICE, slice.into());
    Change {
        when: not_newer(fence).and_any([no_run(), same_run]).and_any([no_run(), behind]),
        steps: vec![
            Step::Set(RUN_ID, checkpoint.run_id.as_str().into()),
            Step::Set(SLICE, slice.into()),
            Step::Set(CURSOR, checkpoint.cursor.as_str().into()),
            Step::Set(TALLY, checkpoint.tally.as_str().into()),
            Step::Set(STARTED_MS, checkpoint.started_ms.into()),
            Step::Set(FENCE, fence.number().into()),
            Step::Set("v", ROW_VERSION.into()),
        ],
    }
}

/// Takes the content of the checkpoint of `run_id` away. Nothing is left to do for that run.
pub fn finish(run_id: &str, fence: Fence) -> Change {
    let no_other_run = [Clause::Absent(RUN_ID), Clause::Is(RUN_ID, run_id.into())];
    let content = [RUN_ID, SLICE, CURSOR, TALLY, STARTED_MS].map(Step::Remove);
    let written_by = [Step::Set(FENCE, fence.number().into()), Step::Set("v", ROW_VERSION.into())];
    Change { when: not_newer(fence).and_any(no_other_run), steps: content.into_iter().chain(written_by).collect() }
}

/// The checkpoint in `row`, `None` when no run is unfinished.
///
/// # Errors
/// The attribute that is missing or wrong.
pub fn unfinished(row: &Row) -> Result<Option<Checkpoint>, &'static str> {
    let Some(run_id) = text(row, RUN_ID) else { return Ok(None) };
    let text_of = |name: &'static str| text(row, name).map(str::to_owned).ok_or(name);
    let slice = number(row, SLICE).and_then(|slice| u64::try_from(slice).ok()).ok_or(SLICE)?;
    Ok(Some(Checkpoint {
        run_id: run_id.to_owned(),
        slice,
        cursor: text_of(CURSOR)?,
        tally: text_of(TALLY)?,
        started_ms: number(row, STARTED_MS).ok_or(STARTED_MS)?,
    }))
}

impl Checkpoints {
    /// The checkpoints in `table`.
    pub fn new(table: StateTable) -> Self {
        Self { table }
    }

    /// The unfinished run of `job`, if there is one.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn read(&self, job: &str) -> Result<Option<Checkpoint>, StateError> {
        let key = Key::Mark { job, source: SOURCE };
        let Some(row) = self.table.row(key).await? else { return Ok(None) };
        unfinished(&row).map_err(|name| StateError::Unreadable {
            key: key.to_string(),
            what: format!("{name} is missing or wrong"),
        })
    }

    /// Moves the checkpoint of `job` forward. Two writes: the checkpoint, and the check of the lock.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when `fence` is no longer the newest of the job's lock, or when the stored checkpoint is of
    /// another run or not behind this one: then somebody else did this work.
    pub async fn advance(&self, job: &str, checkpoint: &Checkpoint, fence: Fence) -> Result<(), StateError> {
        self.write(job, advance(checkpoint, fence), fence).await
    }

    /// The run `run_id` of `job` is finished, or given up. Two writes.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub async fn finish(&self, job: &str, run_id: &str, fence: Fence) -> Result<(), StateError> {
        self.write(job, finish(run_id, fence), fence).await
    }

    async fn write(&self, job: &str, change: Change, fence: Fence) -> Result<(), StateError> {
        let writes = vec![Write::Change(Key::Mark { job, source: SOURCE }, change)];
        match fenced::write(&self.table, job, fence, writes).await?.is_empty() {
            true => Ok(()),
            false => Err(StateError::Fenced),
        }
    }
}

fn number_of(slice: u64) -> i64 {
    i64::try_from(slice).unwrap_or(i64::MAX)
}
