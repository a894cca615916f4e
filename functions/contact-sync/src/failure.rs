//! What can end a run as a whole.

use platform::audit::AuditError;
use platform::next::Next;
use platform::secret::SecretError;
use platform::table::StateError;
use platform::telemetry::Panicked;
use platform::vendor::CallError;

use crate::check::PlanFault;
use crate::read::ReadError;
use crate::trigger::TriggerFault;

/// What can end a run as a whole. Its text is the run's reason.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    #[error(transparent)]
    Trigger(#[from] TriggerFault),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Plan(#[from] PlanFault),
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error(transparent)]
    Vendor(#[from] CallError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl JobError {
    /// Whether the next run would fare no better.
    pub(crate) fn is_for_good(&self) -> bool {
        let passes = |error: &CallError| matches!(error.next(), Next::RetryAfter(_) | Next::ReadBack);
        match self {
            Self::Vendor(error) | Self::Read(ReadError::Vendor(error)) => !passes(error),
            Self::State(_) | Self::Read(ReadError::State(_)) | Self::Secret(_) => false,
            _ => true,
        }
    }
}
