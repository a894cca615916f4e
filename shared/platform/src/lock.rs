//! A job's lock.

use std::fmt;
use std::time::Duration;

use crate::clock::Clock;
use crate::lease::LeaseGuard;
use crate::table::{StateError, StateTable};

/// A number that grows with each change of a lock's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(u64);

impl fmt::Display for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The locks of one stage.
#[derive(Clone, Debug)]
pub struct Locks {
    table: StateTable,
    clock: Clock,
}

/// A lock that is held.
#[derive(Debug)]
pub struct Held {
    fence: Fence,
    guard: LeaseGuard,
}

impl Locks {
    /// Locks in `table`.
    pub fn new(table: StateTable, clock: Clock) -> Self {
        Self { table, clock }
    }

    /// Takes the lock.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn try_hold(&self, _job: &str, _lease: Duration) -> Result<Option<Held>, StateError> {
        let _ = (&self.table, &self.clock);
        Err(StateError::unfinished())
    }
}

impl Held {
    /// The fence.
    pub fn fence(&self) -> Fence {
        self.fence
    }

    /// The lease.
    pub fn guard(&self) -> &LeaseGuard {
        &self.guard
    }

    /// Renews.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when lost.
    pub async fn renew(&self) -> Result<(), StateError> {
        Err(StateError::unfinished())
    }

    /// Releases.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn release(self) -> Result<(), StateError> {
        Err(StateError::unfinished())
    }
}
