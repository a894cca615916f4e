//! The state table: the only place that talks to DynamoDB.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::clock::Clock;
use crate::key::Key;
use crate::next::Next;

/// One row's attributes, without its key.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The state table of one stage.
#[derive(Clone, Debug)]
pub struct StateTable {
    client: Client,
    name: Arc<str>,
    clock: Clock,
    reads: Arc<AtomicU64>,
    writes: Arc<AtomicU64>,
}

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A newer fence was seen.
    #[error("another run took the lock over; this run writes nothing more")]
    Fenced,
    /// DynamoDB did not answer.
    #[error("the state table did not answer ({operation}: {reason}); the next run reads the state back")]
    Unavailable {
        /// The DynamoDB action.
        operation: &'static str,
        /// What happened.
        reason: String,
    },
    /// DynamoDB refuses.
    #[error("the state table {table} refused {operation} ({code})")]
    Refused {
        /// The table.
        table: String,
        /// The DynamoDB action.
        operation: &'static str,
        /// The error code.
        code: String,
    },
    /// A row has another form than this version understands.
    #[error("the state row {key} cannot be read: {what}")]
    Unreadable {
        /// Which row.
        key: String,
        /// What is wrong, without values.
        what: String,
    },
}

impl StateError {
    /// The decision.
    pub fn next(&self) -> Next {
        match self {
            Self::Unavailable { .. } => Next::ReadBack,
            Self::Fenced | Self::Refused { .. } | Self::Unreadable { .. } => Next::StopAndAlert,
        }
    }

    pub(crate) fn unfinished() -> Self {
        Self::Unavailable { operation: "none", reason: "not connected".to_owned() }
    }
}

impl StateTable {
    /// The table `name`.
    pub fn new(client: Client, name: impl Into<Arc<str>>, clock: Clock) -> Self {
        Self { client, name: name.into(), clock, reads: Arc::default(), writes: Arc::default() }
    }

    /// Items read.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Items written.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    /// Writes a row that nobody else writes (run history). Writing it twice is fine.
    pub(crate) async fn put(&self, _key: Key<'_>, _item: Item) -> Result<(), StateError> {
        let _ = (&self.client, &self.name, &self.clock);
        Err(StateError::unfinished())
    }

    /// The newest `limit` rows of `key`'s partition, newest first.
    pub(crate) async fn newest(&self, _key: Key<'_>, _limit: usize) -> Result<Vec<Item>, StateError> {
        Err(StateError::unfinished())
    }
}
