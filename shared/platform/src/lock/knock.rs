//! A word left at a taken lock: "there is news", so that whoever holds it looks once more before letting go.
//!
//! ```text
//!  A holds the lock, has read the state ──writes──▶ wants to let go: somebody knocked ──▶ reads again, decides again
//!  B has news, finds the lock taken ──knocks──▶ goes away, done
//! ```
//!
//! Without the knock the news would lie until the next tick, or B would have to wait. The knock and the release are
//! conditional changes of the same row, so one of them comes first: either A sees the knock, or B finds the lock free and
//! takes it. A holder that is killed hears nothing any more; then the next tick sees to the news.

use std::time::Duration;

use super::{Fence, Held, Locks, OWNER, acquired, granted, release, still_held};
use crate::change::{Change, Clause, Outcome, Row, Step, number, text};
use crate::key::Key;
use crate::table::StateError;

/// Grows with each knock, and is never reset.
pub(super) const KNOCKS: &str = "knocks";

/// Tries to take a lock that others keep taking and giving back. Each of them read the state after we had our news.
const TRIES_MAX: usize = 3;

/// Knocks at the lock that `owner` holds with this fence.
pub fn knock(owner: &str, fence: Fence) -> Change {
    Change { when: still_held(owner, fence), steps: vec![Step::Grow(KNOCKS)] }
}

/// Frees the lock, unless somebody knocked since `heard`.
pub fn release_unless_knocked(owner: &str, fence: Fence, heard: Option<i64>) -> Change {
    let silent = heard.map_or(Clause::Absent(KNOCKS), |heard| Clause::Is(KNOCKS, heard.into()));
    let Change { when, steps } = release(owner, fence);
    Change { when: when.and_any([silent]), steps }
}

pub(super) fn knocks(row: &Row) -> Option<i64> {
    number(row, KNOCKS)
}

impl Locks {
    /// Takes the lock of `job`, or knocks at it and says `None` when another run holds it: that run, or one that came
    /// after it, looks at the state later than this call began. Never waits. One write, and one more to knock.
    ///
    /// # Errors
    /// [`StateError`], as [`Self::try_hold`].
    pub async fn hold_or_knock(&self, job: &str, lease: Duration) -> Result<Option<Held>, StateError> {
        for _ in 0..TRIES_MAX {
            let (attempt, outcome) = self.attempt(job, lease).await?;
            if let Some(held) = acquired(self, job, lease, attempt, &outcome) {
                return Ok(Some(held));
            }
            let holder = outcome.row().and_then(|row| Some((text(row, OWNER)?, super::fence_of(row)?)));
            let Some((owner, fence)) = holder else { continue };
            let knocked = self.table.change(Key::Lock { job }, &knock(owner, fence)).await?;
            // Refused: it was given back, and is tried again, or it changed hands, and the new holder reads after us.
            if matches!(knocked, Outcome::Changed(_)) || is_taken(&knocked) {
                return Ok(None);
            }
        }
        Ok(None)
    }
}

fn is_taken(outcome: &Outcome) -> bool {
    outcome.row().is_some_and(|row| text(row, OWNER).is_some())
}

impl Held {
    /// Frees the lock and says `None`; or keeps it and gives it back, when somebody knocked since it was taken or since
    /// the last knock was heard. Then the holder has to look at the state once more.
    ///
    /// # Errors
    /// [`StateError`]; the lock is free after its lease in any case.
    pub async fn release_and_listen(mut self) -> Result<Option<Self>, StateError> {
        let change = release_unless_knocked(&self.owner, self.fence, self.heard);
        let outcome = self.table.change(Key::Lock { job: &self.job }, &change).await?;
        if let Outcome::Refused(Some(row)) = &outcome
            && granted(&outcome, &self.owner) == Some(self.fence)
        {
            self.heard = knocks(row);
            return Ok(Some(self));
        }
        self.guard.set(0);
        if outcome.row().and_then(super::fence_of) != Some(self.fence) {
            tracing::warn!(job = self.job, fence = self.fence.0, "the lock was taken over before its release");
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EXPIRES_MS, acquire};
    use super::*;

    fn after(row: Option<&Row>, change: &Change) -> Row {
        match change.apply(row) {
            Outcome::Changed(row) => row,
            Outcome::Refused(row) => panic!("refused: {row:?}"),
        }
    }

    #[test]
    fn a_knock_keeps_the_holder_until_it_was_heard() {
        let held = after(None, &acquire("a", 0, 100));
        let knocked = after(Some(&held), &knock("a", Fence(1)));
        let deaf = release_unless_knocked("a", Fence(1), None).apply(Some(&knocked));
        assert_eq!(deaf, Outcome::Refused(Some(knocked.clone())));
        assert_eq!(granted(&deaf, "a"), Some(Fence(1)), "it is still held");
        let free = after(Some(&knocked), &release_unless_knocked("a", Fence(1), knocks(&knocked)));
        assert_eq!((text(&free, OWNER), number(&free, EXPIRES_MS)), (None, None));
        let next = after(Some(&free), &acquire("b", 1, 101));
        assert_eq!(knocks(&next), Some(1), "who takes it later knows which knocks are old");
    }

    #[test]
    fn nobody_knocks_at_a_lock_that_was_given_back_or_changed_hands() {
        let held = after(None, &acquire("a", 0, 100));
        let free = after(Some(&held), &release("a", Fence(1)));
        let taken_over = after(Some(&held), &acquire("b", 100, 200));
        for row in [free, taken_over] {
            assert_eq!(knock("a", Fence(1)).apply(Some(&row)), Outcome::Refused(Some(row.clone())));
        }
    }

    /// Whatever the order of a knock and a release, one of the two sees the other.
    #[test]
    fn a_knock_and_a_release_never_miss_each_other() {
        let held = after(None, &acquire("a", 0, 100));
        let freed = after(Some(&held), &release_unless_knocked("a", Fence(1), None));
        assert!(matches!(knock("a", Fence(1)).apply(Some(&freed)), Outcome::Refused(_)), "then B finds it free");
        assert!(granted(&acquire("b", 1, 101).apply(Some(&freed)), "b").is_some());
        let knocked = after(Some(&held), &knock("a", Fence(1)));
        let release = release_unless_knocked("a", Fence(1), None).apply(Some(&knocked));
        assert!(matches!(release, Outcome::Refused(_)), "then A hears it");
    }
}
