//! One run from its begin to its end, over as many invocations as it takes: what it is for, where it stands, and what
//! it has done so far. All of it fits into the run's checkpoint.

use jiff::Timestamp;
use platform::checkpoint::Checkpoint;
use serde::{Deserialize, Serialize};

use crate::check::Tally;
use crate::read::Cursor;

/// What a run is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// What the schedule does: deletions, decisions, changes since the watermark.
    Tick,
    /// Changes since the watermark, or since this moment.
    Changes(Option<Timestamp>),
    /// Every contact once, because the field map, the filter or the default country is another one.
    MapChange(String),
    /// These contacts only.
    Ids,
    /// Both sides from end to end.
    Full,
    /// New contacts by Genesys' import of a file.
    FirstLoad,
}

/// What a run has done so far, and what it may still do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What it is for.
    pub purpose: Purpose,
    /// Contacts that need something and may still be taken; all, without a limit.
    #[serde(default)]
    pub limit: Option<usize>,
    /// A contact behind the cursor is still owed: the watermark stays before it.
    #[serde(default)]
    pub owed: bool,
    /// It is done once more, because the one before it has left somebody undone.
    #[serde(default)]
    pub is_repeat: bool,
    /// What the brake looks at.
    #[serde(default)]
    pub tally: Tally,
    /// Contacts that a full reconcile has gone through so far, on both sides.
    #[serde(default)]
    pub compared: u64,
    /// Linked contacts that a full reconcile has counted so far.
    #[serde(default)]
    pub counted: u64,
    /// What a person has agreed to.
    #[serde(default)]
    pub approved: Option<Tally>,
    /// The plan that waits for approval.
    #[serde(default)]
    pub braked: Option<String>,
}

/// An unfinished run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The id of its first invocation.
    pub id: String,
    /// How often its checkpoint has moved; 0 before the first time.
    pub number: u64,
    /// What is next.
    pub cursor: Cursor,
    /// What has been done.
    pub progress: Progress,
    /// When it began, in milliseconds since 1970.
    pub started_ms: i64,
    /// Whether the checkpoint says exactly this.
    pub is_saved: bool,
}

impl Run {
    /// A run that begins.
    pub fn begin(id: &str, purpose: Purpose, limit: Option<usize>, cursor: Cursor, started_ms: i64) -> Self {
        let progress = Progress {
            purpose,
            limit,
            owed: false,
            is_repeat: false,
            tally: Tally::default(),
            compared: 0,
            counted: 0,
            approved: None,
            braked: None,
        };
        Self { id: id.to_owned(), number: 0, cursor, progress, started_ms, is_saved: false }
    }

    /// The run of a checkpoint. `None` when a version of the code wrote it that this one does not understand.
    pub fn resume(checkpoint: Checkpoint) -> Option<Self> {
        Some(Self {
            cursor: serde_json::from_str(&checkpoint.cursor).ok()?,
            progress: serde_json::from_str(&checkpoint.tally).ok()?,
            id: checkpoint.run_id,
            number: checkpoint.slice,
            started_ms: checkpoint.started_ms,
            is_saved: true,
        })
    }

    /// The checkpoint that comes next.
    pub fn checkpoint(&self) -> Checkpoint {
        // Texts, numbers and lists of our own: none of it can fail to be written.
        let text = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
        Checkpoint {
            run_id: self.id.clone(),
            slice: self.number + 1,
            cursor: text(serde_json::to_string(&self.cursor)),
            tally: text(serde_json::to_string(&self.progress)),
            started_ms: self.started_ms,
        }
    }

    /// Whether failures in it count as those of a tick: a list of ids may come a hundred times an hour.
    pub fn is_tick(&self) -> bool {
        self.progress.purpose != Purpose::Ids
    }

    /// Whether somebody is left undone whom no tick looks at again, because the watermark has passed.
    pub fn is_owed_to_full(&self) -> bool {
        self.progress.purpose == Purpose::Full && self.progress.owed
    }

    /// Whether all of it is done once more: not for ever, and not where somebody asked for a part.
    pub fn comes_again(&self) -> bool {
        self.is_owed_to_full() && self.progress.limit.is_none() && !self.progress.is_repeat
    }

    /// So much was done, and is nowhere kept yet.
    pub fn count(&mut self, done: &Tally) {
        if *done != Tally::default() {
            self.progress.tally = std::mem::take(&mut self.progress.tally).and(done);
            self.is_saved = false;
        }
    }

    /// The run goes on at `cursor`.
    pub fn move_to(&mut self, cursor: Cursor) {
        self.cursor = cursor;
        self.is_saved = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Window;

    #[test]
    fn a_run_comes_back_from_its_checkpoint() {
        let window = Window {
            from: Timestamp::from_second(7).unwrap(),
            behind: Some("003".to_owned()),
            until: Some(Timestamp::from_second(9).unwrap()),
        };
        let mut run = Run::begin("r-1", Purpose::Tick, Some(3), Cursor::Gone, 5);
        run.move_to(Cursor::Changes(window));
        run.progress.tally.emptied.insert("workPhone".to_owned(), 4);
        let resumed = Run::resume(run.checkpoint()).unwrap();
        assert_eq!(resumed, Run { number: 1, is_saved: true, ..run });
    }

    #[test]
    fn a_checkpoint_of_another_version_is_no_run() {
        let mut checkpoint = Run::begin("r-1", Purpose::Tick, None, Cursor::Gone, 5).checkpoint();
        checkpoint.cursor = r#"{"reader":"of the future"}"#.to_owned();
        assert_eq!(Run::resume(checkpoint), None);
    }
}
