//! One group from its lock to its outcomes.
//!
//! The group is read under its lock, never before: a size that was read earlier may be older than what another run has
//! written since. A run that finds the lock taken knocks and goes away; whoever holds it reads the group once more
//! before letting go. So however many events come at once, the last reading is later than the last event.

use std::sync::atomic::{AtomicU32, Ordering};

use platform::audit::AuditError;
use platform::deadline::Deadline;
use platform::group::GroupError;
use platform::lock::Held;
use platform::next::Next;
use platform::table::StateError;
use platform::telemetry::{Panicked, caught};
use platform::vendor::CallError;

use crate::check::PlanFault;
use crate::connect::QueueCapacity;
use crate::mapping::Mapping;
use crate::plan::Decision;
use crate::turn::Turn;

/// What the decisions of one invocation share.
pub(crate) struct Run {
    /// The run's id, for the audit stream.
    pub(crate) run_id: String,
    /// When the invocation ends.
    pub(crate) deadline: Deadline,
    /// Whether parked targets are tried again.
    pub(crate) retry_parked: bool,
    writes_left: AtomicU32,
}

/// How one number ended.
#[derive(Debug)]
pub(crate) struct Decided {
    /// The target's id.
    pub(crate) target: String,
    /// What was decided, if it came to that.
    pub(crate) decision: Option<Decision>,
    /// What came of it.
    pub(crate) outcome: Outcome,
}

/// What came of a decision.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Genesys holds the number that was decided, by our doing.
    Written,
    /// Nothing was changed and nothing is wrong, for this reason.
    Skipped(&'static str),
    /// Something went wrong with this number.
    Failed(TargetError),
}

/// What can go wrong with one number. The others of its group are served all the same.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TargetError {
    #[error(transparent)]
    Vendor(#[from] CallError),
    #[error(transparent)]
    Plan(#[from] PlanFault),
    #[error("what stands there is no whole number; correct it in Genesys, nothing was overwritten")]
    NotANumber,
    #[error(
        "Genesys took the write and does not hold the number (unsupported_by_server): the target is parked; choose another lever, or run {{\"retry_parked\":true}} once the server knows it"
    )]
    Unsupported,
    #[error("somebody else writes this number too: it was {0} again right after our write; find the other writer")]
    Overwritten(i64),
}

/// What can go wrong with a group as a whole.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecideError {
    #[error(transparent)]
    Group(#[from] GroupError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

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
            let may_go_on = turn.is_ok() && !run.deadline.is_closing();
            turns.push(turn);
            let released =
                if may_go_on { held.release_and_listen().await } else { held.release().await.map(|()| None) };
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
        caught(Turn::take(self, mapping, held, run)).await?
    }
}

fn all_skipped(mapping: &Mapping, reason: &'static str) -> Vec<Decided> {
    let skipped = |target: &crate::mapping::Target| Decided {
        target: target.id.clone(),
        decision: None,
        outcome: Outcome::Skipped(reason),
    };
    mapping.targets().map(skipped).collect()
}

impl Run {
    /// A run with so many writes.
    pub(crate) fn new(run_id: &str, deadline: Deadline, retry_parked: bool, writes: u32) -> Self {
        Self { run_id: run_id.to_owned(), deadline, retry_parked, writes_left: AtomicU32::new(writes) }
    }

    /// Takes one of the run's writes; false when none is left.
    pub(crate) fn may_write(&self) -> bool {
        self.writes_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }
}

impl TargetError {
    /// The one place where a failure becomes a decision.
    pub(crate) fn next(&self) -> Next {
        match self {
            Self::Vendor(error) => error.next(),
            Self::Overwritten(_) => Next::PlanAgain,
            // Said by a message of its own: the run as a whole did what it could.
            Self::Unsupported => Next::Quarantine,
            Self::Plan(_) | Self::NotANumber => Next::StopAndAlert,
        }
    }

    /// The reason in a word, for counts.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Vendor(error) => error.reason(),
            Self::Plan(_) => "plan",
            Self::NotANumber => "no_number",
            Self::Unsupported => "unsupported_by_server",
            Self::Overwritten(_) => "overwritten",
        }
    }

    /// Whether no later run can fare better until somebody changes something.
    pub(crate) fn stops(&self) -> bool {
        // A target that is gone or refuses its value is a mistake of the configuration, not a record among many.
        let is_final = matches!(self, Self::Vendor(error) if matches!(error.reason(), "not_found" | "rejected"));
        is_final || self.next() == Next::StopAndAlert
    }
}

impl DecideError {
    /// The one place where a failure becomes a decision.
    pub(crate) fn next(&self) -> Next {
        match self {
            Self::Group(error) => error.next(),
            Self::State(error) => error.next(),
            Self::Audit(error) => error.next(),
            Self::Panicked(_) => Next::StopAndAlert,
        }
    }

    /// The reason in a word, for counts.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Group(error) => error.name(),
            Self::State(StateError::Fenced) => "overtaken",
            Self::State(_) => "state",
            Self::Audit(_) => "audit",
            Self::Panicked(_) => "panicked",
        }
    }
}
