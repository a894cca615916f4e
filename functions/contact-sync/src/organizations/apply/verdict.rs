//! What the vendor's answer means for each account of a batch. Pure.

use genesys::ItemOutcome;
use platform::next::Next;
use platform::vendor::{CallError, Failure};

use super::{Batch, Item, Kind, OrganizationStep};

/// Requests for one account in one run: the first, and one more where the answer asks for it.
const TRIES_MAX: u32 = 2;

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
}

/// The verdicts of a batch, in the order of its items, and what has to be sent next.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub verdicts: Vec<Verdict>,
    pub follow_ups: Vec<Batch>,
}

/// Whether the vendor gave no useful answer at all.
pub(super) fn is_silence(answers: &Result<Vec<ItemOutcome>, CallError>) -> bool {
    answers.as_ref().is_err_and(|error| matches!(error.next(), Next::RetryAfter(_) | Next::ReadBack))
}

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
    let mut judged = Judged::default();
    for (item, outcome) in batch.items.iter().zip(outcomes) {
        let (verdict, again) = match outcome {
            ItemOutcome::Done { id, .. } => judge_done(batch.kind, item, steps[item.step], id),
            ItemOutcome::Missing => judge_failure(batch.kind, item, &Failure::NoAnswer, tries_left),
            ItemOutcome::Refused(failure) if failure.stops_the_job() => {
                let operation = "write organizations";
                return Err(CallError { vendor: "genesys", operation, correlation_id: None, failure });
            }
            ItemOutcome::Refused(failure) => judge_failure(batch.kind, item, &failure, tries_left),
        };
        judged.verdicts.push(verdict);
        judged.follow_ups.extend(again.map(|(kind, item)| Batch { kind, items: vec![item] }));
    }
    judged.follow_ups = gather(judged.follow_ups);
    Ok(judged)
}

fn judge_done(kind: Kind, item: &Item, step: &OrganizationStep, id: String) -> (Verdict, Option<(Kind, Item)>) {
    if kind == Kind::Redrive && !step.clear.is_empty() {
        return (Verdict::Again, Some((Kind::Clear, Item { answered_id: Some(id), ..item.clone() })));
    }
    (Verdict::Settled(id), None)
}

/// An add that conflicts or whose answer is missing is looked for by its external id; so is an organization that
/// somebody deleted in Genesys, which makes it again.
fn judge_failure(kind: Kind, item: &Item, failure: &Failure, tries_left: u32) -> (Verdict, Option<(Kind, Item)>) {
    let again = |kind| (Verdict::Again, Some((kind, Item { tries: item.tries + 1, ..item.clone() })));
    let may_try_again = item.tries + 1 < tries_left;
    match failure {
        Failure::Rejected { code, field } => (Verdict::Refused { code: code.clone(), field: field.clone() }, None),
        Failure::Conflict { .. } | Failure::NoAnswer if kind == Kind::Add => again(Kind::Redrive),
        Failure::NotFound { .. } if matches!(kind, Kind::Update | Kind::Patch) => again(Kind::Redrive),
        Failure::Busy { .. } | Failure::NoAnswer if may_try_again => {
            again(if kind == Kind::Add { Kind::Redrive } else { kind })
        }
        other => (Verdict::Failed(reason(other)), None),
    }
}

fn reason(failure: &Failure) -> &'static str {
    CallError { vendor: "genesys", operation: "", correlation_id: None, failure: failure.clone() }.reason()
}

/// Single follow-ups of one kind travel together again.
fn gather(singles: Vec<Batch>) -> Vec<Batch> {
    let mut gathered: Vec<Batch> = Vec::new();
    for single in singles {
        match gathered.iter_mut().find(|batch| batch.kind == single.kind) {
            Some(batch) => batch.items.extend(single.items),
            None => gathered.push(single),
        }
    }
    gathered
}

impl Verdict {
    /// The word for it in the audit line.
    pub(super) fn why(&self) -> &'static str {
        match self {
            Self::Settled(_) => "written",
            Self::Again => "sent_again",
            Self::Refused { .. } => "refused",
            Self::Failed(reason) => reason,
        }
    }
}
