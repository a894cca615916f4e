//! How far a job has come.

use jiff::Timestamp;

use crate::lock::Fence;
use crate::table::{StateError, StateTable};

/// A position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Moment; kept to the millisecond.
    pub at: Timestamp,
    /// Tie-break among records of the same moment; empty: none of them yet.
    pub id: String,
}

/// The watermarks of one stage.
#[derive(Clone, Debug)]
pub struct Marks {
    table: StateTable,
}

impl Marks {
    /// Marks in `table`.
    pub fn new(table: StateTable) -> Self {
        Self { table }
    }

    /// The mark.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn read(&self, _job: &str, _source: &str) -> Result<Option<Mark>, StateError> {
        let _ = &self.table;
        Err(StateError::unfinished())
    }

    /// Moves forward.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn advance(&self, _job: &str, _source: &str, _mark: &Mark, _fence: Fence) -> Result<(), StateError> {
        Err(StateError::unfinished())
    }
}
