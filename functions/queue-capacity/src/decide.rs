//! One group from its lock to its outcomes.
//!
//! The group is read under its lock, never before: a size that was read earlier may be older than what another run has
//! written since. A run that finds the lock taken knocks and goes away; whoever holds it reads the group once more
//! before letting go. So however many events come at once, the last reading is later than the last event.

use platform::lock::Held;
use platform::next::Next;
use platform::telemetry::caught;

use crate::connect::QueueCapacity;
use crate::mapping::{Mapping, Target};
use crate::outcome::{DecideError, Decided, Outcome};
use crate::turn::{Run, Turn};

impl QueueCapacity {
    /// Decides about the numbers of `mapping` and carries the decisions out; once more for each time that somebody
    /// knocked meanwhile.
    pub(crate) async fn decide(&self, mapping: &Mapping, run: &Run) -> Vec<Result<Vec<Decided>, DecideError>> {
        if run.deadline.is_closing() {
            return vec![Ok(all_skipped(mapping, "no_time"))];
        }
        let mut held = match self.locks.hold_or_knock(&mapping.job, self.lease).await {
            Ok(Some(held)) => held,
            Ok(None) => return vec![Ok(all_skipped(mapping, "locked"))],
            Err(error) => return vec![Err(error.into())],
        };
        let mut turns = Vec::new();
        loop {
            let turn = self.turn(mapping, &held, run).await;
            // Who knocks has gone away: after a failure that passes there is one more turn for them, and no third.
            let is_first_failure = turns.iter().all(Result::is_ok);
            let passes = turn.as_ref().err().is_none_or(|error| is_first_failure && error.next() != Next::StopAndAlert);
            turns.push(turn);
            let listens = passes && !run.deadline.is_closing();
            let released = if listens { held.release_and_listen().await } else { held.release().await.map(|()| None) };
            match released {
                Ok(Some(still_held)) => held = still_held,
                Ok(None) => return turns,
                Err(error) => {
                    tracing::warn!(group = mapping.group, %error, "the lock was not given back; it is free after its lease");
                    return turns;
                }
            }
        }
    }

    async fn turn(&self, mapping: &Mapping, held: &Held, run: &Run) -> Result<Vec<Decided>, DecideError> {
        // On the heap: a turn holds everything that it may wait for, and is inside of everything else.
        caught(Box::pin(Turn::take(self, mapping, held, run))).await?
    }
}

fn all_skipped(mapping: &Mapping, reason: &'static str) -> Vec<Decided> {
    let skipped =
        |target: &Target| Decided { target: target.id.clone(), decision: None, outcome: Outcome::Skipped(reason) };
    mapping.targets().map(skipped).collect()
}
