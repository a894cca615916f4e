//! One table from lock to outcome: read → plan → check → apply, under the table's lock.
//!
//! A run that finds the lock taken goes away. So that its news are not left lying until the next tick, whoever held
//! the lock looks at the loads once more after giving it back, and decides again if they changed: either the other run
//! stored its load before that look, or it finds the lock free.

use platform::capacity::CapacityError;
use platform::deadline::Deadline;
use platform::lock::Held;
use platform::next::Next;
use platform::table::StateError;
use platform::telemetry::{Panicked, caught};

use crate::apply::{ApplyError, Tools, apply};
use crate::check::{PlanFault, check};
use crate::config::TableConfig;
use crate::connect::TableCapacity;
use crate::load::QueueLoad;
use crate::plan::{Decision, Rules, plan};
use crate::read::{ReadError, job};

/// Decisions in a row about one table. Under a steady stream each finds new loads; the stream's next batch goes on.
const ROUNDS_MAX: usize = 3;

/// How the decision about one table ended.
#[derive(Debug)]
pub struct Decided {
    /// What was decided, if it came to that.
    pub decision: Option<Decision>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a decision.
#[derive(Debug)]
pub enum Outcome {
    /// The table was changed.
    Updated,
    /// Nothing was changed and nothing is wrong, for this reason.
    Skipped(&'static str),
    /// Something went wrong.
    Failed(DecideError),
}

/// What can go wrong about one table.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The state table failed, or the lock was lost.
    #[error(transparent)]
    State(#[from] StateError),
    /// AWS refused, or gave no answer.
    #[error(transparent)]
    Capacity(#[from] CapacityError),
    /// The plan broke a rule.
    #[error(transparent)]
    Plan(#[from] PlanFault),
    /// Too little of the lease was left.
    #[error("the lock's lease ends too soon for a change; the next run decides again")]
    Lease,
    /// A defect.
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl TableCapacity {
    /// Decides about `table` and carries the decision out; once more for each time that news came meanwhile.
    pub(crate) async fn decide(&self, table: &TableConfig, deadline: Deadline) -> Vec<Decided> {
        let mut all = Vec::new();
        for _ in 0..ROUNDS_MAX {
            if deadline.is_closing() {
                break;
            }
            let (loads, decided) = self.round(table).await;
            let may_go_on = decided.decision.is_some() && !matches!(decided.outcome, Outcome::Failed(_));
            all.push(decided);
            if !may_go_on || self.reader().loads(table).await.is_ok_and(|now| now == loads) {
                break;
            }
        }
        if all.is_empty() {
            all.push(Decided { decision: None, outcome: Outcome::Skipped("no_time") });
        }
        all
    }

    /// One decision, and the loads it was made on.
    async fn round(&self, table: &TableConfig) -> (Vec<QueueLoad>, Decided) {
        let mut made = Made::default();
        let outcome = match self.under_lock(table, &mut made).await {
            Ok(outcome) => outcome,
            Err(error) => outcome_of(error),
        };
        (made.loads, Decided { decision: made.decision, outcome })
    }

    async fn under_lock(&self, table: &TableConfig, made: &mut Made) -> Result<Outcome, DecideError> {
        let Some(held) = self.locks.try_hold(&job(table), self.lease).await? else {
            return Ok(Outcome::Skipped("locked"));
        };
        let worked = caught(self.read_to_apply(table, &held, made)).await;
        let released = held.release().await;
        let outcome = worked??;
        released?;
        Ok(outcome)
    }

    async fn read_to_apply(&self, table: &TableConfig, held: &Held, made: &mut Made) -> Result<Outcome, DecideError> {
        let reading = self.reader().reading(table, &Default::default()).await?;
        let now = self.platform.clock.now();
        let decision = plan(&reading, &Rules::of(&self.config), now);
        made.loads = reading.loads;
        let decision = made.decision.insert(decision);
        check(decision, table)?;
        let tools = Tools { control: &self.control, marks: &self.marks, held, now };
        apply(decision, table, &tools).await?;
        Ok(decision.action.skip_reason().map_or(Outcome::Updated, Outcome::Skipped))
    }
}

/// What a round made before it ended, in whatever way.
#[derive(Default)]
struct Made {
    loads: Vec<QueueLoad>,
    decision: Option<Decision>,
}

/// A refusal that the next run settles by itself is no failure.
fn outcome_of(error: DecideError) -> Outcome {
    match error {
        DecideError::Capacity(CapacityError::Updating { .. }) => Outcome::Skipped("updating"),
        DecideError::Capacity(CapacityError::Limit { .. }) => Outcome::Skipped("budget_spent"),
        error => Outcome::Failed(error),
    }
}

impl DecideError {
    /// The one place where a failure becomes a decision.
    pub fn next(&self) -> Next {
        match self {
            Self::State(error) => error.next(),
            Self::Capacity(error) => error.next(),
            Self::Lease => Next::PlanAgain,
            Self::Plan(_) | Self::Panicked(_) => Next::StopAndAlert,
        }
    }

    /// The reason in a word, for counts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::State(StateError::Fenced) => "overtaken",
            Self::State(_) => "state",
            Self::Capacity(CapacityError::NoAnswer { .. }) => "no_answer",
            Self::Capacity(CapacityError::Busy { .. }) => "busy",
            Self::Capacity(CapacityError::NotFound { .. }) => "not_found",
            Self::Capacity(CapacityError::Denied { .. }) => "denied",
            Self::Capacity(_) => "refused",
            Self::Plan(_) => "plan",
            Self::Lease => "lease",
            Self::Panicked(_) => "defect",
        }
    }
}

impl From<ReadError> for DecideError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::State(error) => Self::State(error),
            ReadError::Capacity(error) => Self::Capacity(error),
        }
    }
}

impl From<ApplyError> for DecideError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::State(error) => Self::State(error),
            ApplyError::Capacity(error) => Self::Capacity(error),
            ApplyError::Lease => Self::Lease,
        }
    }
}
