//! A job's lock: a lease with an owner, an end, and a fence.
//!
//! ```text
//!  acquire            renew             renew                      expires_ms
//!  ───┬─────────────────┬─────────────────┬─────────────────────────────┬──────────▶ time
//!     │ owner A, fence 4│ fence 4         │ fence 4                     │ anybody may take it over: fence 5
//!     └── nobody else gets it: they go away as "busy", they never wait ─┘
//!
//!  release: the owner goes, the row and its fence stay; the next owner gets fence 5 at once
//! ```
//!
//! The fence grows at each change of owner and is never reset, so rows of this kind are never deleted and have no
//! TTL. A holder that stalled beyond its lease and wakes believes it still holds the lock; its fence is what gives
//! it away, because every write it protects is refused once the lock's fence is another (see [`fenced`]). The lease is
//! renewed by the work loop between two pieces of work, never by a timer, so that a run that hangs loses its lock.
//!
//! The rules are [`acquire`], [`renew`] and [`release`]: values that production sends to DynamoDB and that the model
//! checker explores. Clocks of two hosts differ; the margin for that is in the [`LeaseGuard`], which stops vendor writes
//! before the lease ends, while our own state is protected by the fence alone.

pub(crate) mod fenced;
pub mod knock;
#[cfg(test)]
mod model;
#[cfg(test)]
mod model_intent;

use std::fmt;
use std::time::Duration;

use crate::change::{Change, Clause, Condition, Outcome, Row, Step, number, text};
use crate::clock::Clock;
use crate::key::Key;
use crate::lease::LeaseGuard;
use crate::table::{ROW_VERSION, StateError, StateTable};

/// Who holds the lock: a fresh id for each attempt to take it. Absent when nobody does.
const OWNER: &str = "owner";
/// When the lease ends, in milliseconds since 1970.
const EXPIRES_MS: &str = "expires_ms";
/// Grows by one with each change of owner; also the name under which protected rows keep their last writer's fence.
pub(crate) const FENCE: &str = "fence";

/// How often a lock has changed hands. Only holding the lock gives one, so a write without a fence does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(u64);

/// Takes the lock for `owner` until `expires_ms`, if it is free at `now_ms`.
pub fn acquire(owner: &str, now_ms: i64, expires_ms: i64) -> Change {
    let nobody_holds_it = Clause::Absent(OWNER);
    let lease_ran_out = Clause::AtMost(EXPIRES_MS, now_ms.into());
    Change {
        when: Condition::any([nobody_holds_it, lease_ran_out]),
        steps: vec![
            Step::Set(OWNER, owner.into()),
            Step::Set(EXPIRES_MS, expires_ms.into()),
            Step::Grow(FENCE),
            Step::Set("v", ROW_VERSION.into()),
        ],
    }
}

/// Moves the end of the lease of `owner`, never back: a copy of an older renewal that arrives late changes nothing.
/// Allowed also after the lease ran out, as long as nobody took the lock over.
pub fn renew(owner: &str, fence: Fence, expires_ms: i64) -> Change {
    let lease_gets_longer = Clause::AtMost(EXPIRES_MS, expires_ms.into());
    Change {
        when: still_held(owner, fence).and_any([lease_gets_longer]),
        steps: vec![Step::Set(EXPIRES_MS, expires_ms.into())],
    }
}

/// Frees the lock of `owner`. The row stays, and with it the fence.
pub fn release(owner: &str, fence: Fence) -> Change {
    Change { when: still_held(owner, fence), steps: vec![Step::Remove(OWNER), Step::Remove(EXPIRES_MS)] }
}

fn still_held(owner: &str, fence: Fence) -> Condition {
    let owner_is_me = Clause::Is(OWNER, owner.into());
    let fence_is_mine = Clause::Is(FENCE, fence.number().into());
    Condition::all([owner_is_me, fence_is_mine])
}

/// The fence that `owner` got, `None` when another holds the lock.
///
/// A refusal that shows our own id means that our first attempt did take the lock and only its answer was lost.
pub fn granted(outcome: &Outcome, owner: &str) -> Option<Fence> {
    let row = outcome.row()?;
    (text(row, OWNER) == Some(owner)).then(|| fence_of(row)).flatten()
}

fn fence_of(row: &Row) -> Option<Fence> {
    number(row, FENCE).and_then(|fence| u64::try_from(fence).ok()).map(Fence)
}

impl Fence {
    /// The number, as it stands in rows.
    pub fn number(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }
}

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

/// A lock that is held. Dropped without [`release`](Held::release), it is freed when its lease runs out.
#[derive(Debug)]
pub struct Held {
    table: StateTable,
    clock: Clock,
    job: String,
    owner: String,
    fence: Fence,
    lease: Duration,
    guard: LeaseGuard,
    /// How often somebody had knocked when this holder last looked.
    heard: Option<i64>,
}

/// An attempt to take a lock: for whom, and until when.
struct Attempt {
    owner: String,
    expires_ms: i64,
}

impl Locks {
    /// The locks in `table`.
    pub fn new(table: StateTable, clock: Clock) -> Self {
        Self { table, clock }
    }

    /// Takes the lock of `job` for `lease`, or says `None` when another run holds it. Never waits. One write.
    ///
    /// # Errors
    /// [`StateError`]. After [`StateError::Unavailable`] the lock may have been taken; then it is free after the lease.
    pub async fn try_hold(&self, job: &str, lease: Duration) -> Result<Option<Held>, StateError> {
        let (attempt, outcome) = self.attempt(job, lease).await?;
        Ok(acquired(self, job, lease, attempt, &outcome))
    }

    async fn attempt(&self, job: &str, lease: Duration) -> Result<(Attempt, Outcome), StateError> {
        let owner = uuid::Uuid::now_v7().to_string();
        // The lease is counted from before the request: what the request takes is lost, never gained.
        let now_ms = self.clock.now_ms();
        let expires_ms = end_of(lease, now_ms);
        let outcome = self.table.change(Key::Lock { job }, &acquire(&owner, now_ms, expires_ms)).await?;
        Ok((Attempt { owner, expires_ms }, outcome))
    }
}

fn acquired(locks: &Locks, job: &str, lease: Duration, attempt: Attempt, outcome: &Outcome) -> Option<Held> {
    let Attempt { owner, expires_ms } = attempt;
    Some(Held {
        fence: granted(outcome, &owner)?,
        heard: outcome.row().and_then(knock::knocks),
        table: locks.table.clone(),
        guard: LeaseGuard::new(expires_ms, locks.clock.clone()),
        clock: locks.clock.clone(),
        job: job.to_owned(),
        owner,
        lease,
    })
}

impl Held {
    /// The fence that goes with every write under this lock.
    pub fn fence(&self) -> Fence {
        self.fence
    }

    /// The lease, for vendor calls: a write starts only while the lease outlives it.
    pub fn guard(&self) -> &LeaseGuard {
        &self.guard
    }

    /// Renews the lease. For the work loop, before each piece of work; it writes only when half of the lease is gone.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when another run took the lock over: the guard is closed, and the run has to stop.
    pub async fn renew(&self) -> Result<(), StateError> {
        let now_ms = self.clock.now_ms();
        let left_ms = self.guard.expires_ms().saturating_sub(now_ms);
        if left_ms > milliseconds(self.lease / 2) {
            return Ok(());
        }
        let expires_ms = end_of(self.lease, now_ms);
        let renewal = renew(&self.owner, self.fence, expires_ms);
        let outcome = self.table.change(Key::Lock { job: &self.job }, &renewal).await?;
        match outcome {
            Outcome::Changed(_) => self.guard.set(expires_ms),
            Outcome::Refused(_) if granted(&outcome, &self.owner) == Some(self.fence) => {} // it lasts longer already
            Outcome::Refused(_) => {
                self.guard.set(0);
                return Err(StateError::Fenced);
            }
        }
        Ok(())
    }

    /// Frees the lock. Fine when it was freed already or taken over: then there is nothing of ours to free.
    ///
    /// # Errors
    /// [`StateError`]; the lock is free after its lease in any case.
    pub async fn release(self) -> Result<(), StateError> {
        self.guard.set(0);
        let outcome = self.table.change(Key::Lock { job: &self.job }, &release(&self.owner, self.fence)).await?;
        if outcome.row().and_then(fence_of) != Some(self.fence) {
            tracing::warn!(job = self.job, fence = self.fence.0, "the lock was taken over before its release");
        }
        Ok(())
    }
}

fn end_of(lease: Duration, now_ms: i64) -> i64 {
    now_ms.saturating_add(milliseconds(lease))
}

fn milliseconds(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(row: Option<&Row>, change: &Change) -> Row {
        match change.apply(row) {
            Outcome::Changed(row) => row,
            Outcome::Refused(row) => panic!("refused: {row:?}"),
        }
    }

    #[test]
    fn a_held_lock_is_busy_until_its_lease_ran_out() {
        let held = after(None, &acquire("a", 0, 100));
        assert_eq!(granted(&acquire("b", 99, 199).apply(Some(&held)), "b"), None);
        assert_eq!(granted(&acquire("b", 100, 200).apply(Some(&held)), "b"), Some(Fence(2)));
    }

    #[test]
    fn a_lost_answer_of_our_own_acquisition_is_recognised() {
        let attempt = acquire("a", 0, 100);
        let held = after(None, &attempt);
        assert_eq!(granted(&attempt.apply(Some(&held)), "a"), Some(Fence(1)));
    }

    #[test]
    fn a_release_keeps_the_fence() {
        let held = after(None, &acquire("a", 0, 100));
        let free = after(Some(&held), &release("a", Fence(1)));
        assert_eq!(text(&free, OWNER), None);
        assert_eq!(granted(&acquire("b", 1, 101).apply(Some(&free)), "b"), Some(Fence(2)));
    }

    #[test]
    fn only_the_holder_renews_and_releases() {
        let held = after(None, &acquire("a", 0, 100));
        let late = after(Some(&held), &renew("a", Fence(1), 300));
        assert_eq!(number(&late, EXPIRES_MS), Some(300));
        let older = renew("a", Fence(1), 200).apply(Some(&late));
        assert_eq!(older, Outcome::Refused(Some(late.clone())), "a late copy does not shorten the lease");
        assert_eq!(granted(&older, "a"), Some(Fence(1)), "and does not look like a loss");
        let taken = after(Some(&late), &acquire("b", 300, 400));
        for stale in [renew("a", Fence(1), 500), release("a", Fence(1)), renew("a", Fence(2), 500)] {
            assert_eq!(stale.apply(Some(&taken)), Outcome::Refused(Some(taken.clone())));
        }
    }
}
