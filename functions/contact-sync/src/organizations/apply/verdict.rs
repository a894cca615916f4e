//! What the vendor's answer means for each account of a batch. Pure.

use genesys::ItemOutcome;
use platform::next::Next;
use platform::vendor::{CallError, Failure};

use super::{Batch, Kind, OrganizationStep};
use crate::apply::batch::{self, Item, TRIES_MAX};
use crate::apply::blame::is_nobodys;

/// What one account's answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Written; this is its organization.
    Settled(String),
    /// More has to be sent for it in this run.
    Again,
    /// Refused until it changes.
    Refused { code: String, field: Option<String> },
    /// Not written, or not known to be; the next run tries again.
    Failed(&'static str),
    /// The same, because the whole call failed: it may be nobody's fault.
    Unanswered(&'static str),
}

pub(super) type Judged = batch::Judged<Kind, Verdict>;

/// Judges a batch.
///
/// # Errors
/// A failure after which no later account could fare better.
pub(super) fn judge(
    batch: &Batch,
    answers: Result<Vec<ItemOutcome>, CallError>,
    steps: &[&OrganizationStep],
) -> Result<Judged, CallError> {
    let (outcomes, tries_left) = match answers {
        Ok(outcomes) => (outcomes, TRIES_MAX),
        Err(error) if error.next() == Next::StopAndAlert => return Err(error),
        // The client has repeated the whole call as often as it may.
        Err(error) => (vec![ItemOutcome::Refused(error.failure); batch.items.len()], 0),
    };
    batch.judge("write organizations", outcomes, |item, outcome| match outcome {
        Ok(id) => judge_done(batch.kind, item, steps[item.step], id),
        Err(failure) => judge_failure(batch.kind, item, &failure, tries_left),
    })
}

fn judge_done(kind: Kind, item: &Item, step: &OrganizationStep, id: String) -> (Verdict, Option<(Kind, Item)>) {
    if kind == Kind::Redrive && !step.clear.is_empty() {
        return (Verdict::Again, Some((Kind::Clear, item.answered(id))));
    }
    (Verdict::Settled(id), None)
}

/// An add that conflicts or whose answer is missing is looked for by its external id; so is an organization that
/// somebody deleted in Genesys, which makes it again.
fn judge_failure(kind: Kind, item: &Item, failure: &Failure, tries_left: u32) -> (Verdict, Option<(Kind, Item)>) {
    let again = |kind| (Verdict::Again, Some((kind, item.again())));
    let may_try_again = item.tries + 1 < tries_left;
    match failure {
        Failure::Rejected { code, field } => (Verdict::Refused { code: code.clone(), field: field.clone() }, None),
        Failure::Conflict { .. } | Failure::NoAnswer if kind == Kind::Add => again(Kind::Redrive),
        Failure::NotFound { .. } if matches!(kind, Kind::Update | Kind::Patch) => again(Kind::Redrive),
        Failure::Busy { .. } | Failure::NoAnswer if may_try_again => {
            again(if kind == Kind::Add { Kind::Redrive } else { kind })
        }
        failure if tries_left == 0 && is_nobodys(failure) => (Verdict::Unanswered(failure.reason()), None),
        other => (Verdict::Failed(other.reason()), None),
    }
}

impl Verdict {
    /// The word for it in the audit line.
    pub(super) fn why(&self) -> &'static str {
        match self {
            Self::Settled(_) => "written",
            Self::Again => "sent_again",
            Self::Refused { .. } => "refused",
            Self::Failed(reason) | Self::Unanswered(reason) => reason,
        }
    }
}
