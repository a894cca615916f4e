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

    /// One contender: has news, takes the lock or knocks at it, reads and lets go.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    enum At {
        Acquire(usize),
        Knock { tries: usize, owner: usize, fence: i64 },
        Read { fence: i64, heard: Option<i64> },
        Release { fence: i64, heard: Option<i64> },
        Gone,
    }

    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Scene {
        row: Option<Row>,
        contenders: [At; 3],
        /// Whose news were made, and whose were read by somebody since.
        seen: [bool; 3],
    }

    const OWNERS: [&str; 3] = ["a", "b", "c"];

    fn fence_number(row: &Row) -> i64 {
        number(row, "fence").unwrap()
    }

    fn step(scene: &Scene, who: usize, knocks_count: bool) -> Scene {
        let mut next = scene.clone();
        let apply = |change: Change| change.apply(scene.row.as_ref());
        let fence = |number: i64| Fence(u64::try_from(number).unwrap());
        next.contenders[who] = match scene.contenders[who] {
            At::Acquire(tries) if tries == TRIES_MAX => At::Gone,
            At::Acquire(tries) => {
                // Nobody's lease runs out here: all of them live.
                let outcome = apply(acquire(OWNERS[who], 0, 100));
                let row = outcome.row().unwrap().clone();
                next.row = Some(row.clone());
                if granted(&outcome, OWNERS[who]).is_some() {
                    At::Read { fence: fence_number(&row), heard: knocks(&row) }
                } else {
                    let owner = OWNERS.iter().position(|owner| text(&row, OWNER) == Some(owner)).unwrap();
                    At::Knock { tries, owner, fence: fence_number(&row) }
                }
            }
            At::Knock { .. } if !knocks_count => At::Gone,
            At::Knock { tries, owner, fence: of } => {
                let outcome = apply(knock(OWNERS[owner], fence(of)));
                next.row = outcome.row().cloned();
                if matches!(outcome, Outcome::Changed(_)) || is_taken(&outcome) {
                    At::Gone
                } else {
                    At::Acquire(tries + 1)
                }
            }
            At::Read { fence, heard } => {
                // Whoever has begun has news; who has not yet begun comes later.
                for (other, at) in scene.contenders.iter().enumerate() {
                    next.seen[other] = scene.seen[other] || *at != At::Acquire(0);
                }
                At::Release { fence, heard }
            }
            At::Release { fence: mine, heard } => {
                let outcome = apply(release_unless_knocked(OWNERS[who], fence(mine), heard));
                next.row = outcome.row().cloned();
                match &outcome {
                    Outcome::Refused(Some(row)) => At::Read { fence: mine, heard: knocks(row) },
                    _ => At::Gone,
                }
            }
            At::Gone => At::Gone,
        };
        next
    }

    /// Whether in every order of steps all news are read by somebody in the end.
    fn all_news_are_read(knocks_count: bool) -> bool {
        let start = Scene { row: None, contenders: [At::Acquire(0); 3], seen: [false; 3] };
        let (mut open, mut known) = (vec![start], std::collections::HashSet::new());
        while let Some(scene) = open.pop() {
            if scene.contenders == [At::Gone; 3] && scene.seen != [true; 3] {
                return false;
            }
            let moving = (0..3).filter(|who| scene.contenders[*who] != At::Gone);
            open.extend(moving.map(|who| step(&scene, who, knocks_count)).filter(|next| known.insert(next.clone())));
        }
        assert!(known.len() > 100, "{} scenes", known.len());
        true
    }

    #[test]
    fn t39_in_every_order_of_three_contenders_all_news_are_read() {
        assert!(all_news_are_read(true));
        assert!(!all_news_are_read(false), "the twin that only goes away loses some");
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
