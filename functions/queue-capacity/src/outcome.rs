//! How a number, or a group as a whole, ended.

use platform::audit::AuditError;
use platform::group::GroupError;
use platform::next::Next;
use platform::table::StateError;
use platform::telemetry::Panicked;
use platform::vendor::CallError;

use crate::check::PlanFault;
use crate::lever::Number;
use crate::plan::Decision;

/// Why a target is parked, in a word.
pub(crate) const UNSUPPORTED: &str = "unsupported_by_server";

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
    #[error(
        "Genesys took the write, and held {0} when it was read back; the next run tries again, look for another writer"
    )]
    Overwritten(Number),
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

impl Decided {
    /// Whether this is the moment at which the target is parked.
    pub(crate) fn is_parked_now(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(TargetError::Unsupported))
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
            Self::Unsupported => UNSUPPORTED,
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
