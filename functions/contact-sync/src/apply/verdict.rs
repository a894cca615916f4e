//! What the vendor's answer means for each contact of a batch. Pure.

use genesys::ItemOutcome;
use identity::Field;
use platform::next::Next;
use platform::vendor::{CallError, Failure};

use super::batch::{self, Item, TRIES_MAX};
use super::blame::is_nobodys;
use super::queue::{Batch, Kind};
use super::verify::ANOTHER_CONTACT;
use crate::plan::{Action, Step};

/// The reason of a contact that waits for its organization.
pub const NO_ORGANIZATION: &str = "organization";

/// What one contact's answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Written; this is its Genesys id.
    Settled(String),
    /// More has to be sent for it in this run.
    Again,
    /// Refused until it changes.
    Refused { code: String, field: Option<String> },
    /// Genesys wrote another contact than the one that was found.
    WrongContact { expected: String, answered: String },
    /// Not written, or not known to be; the next run tries again.
    Failed(&'static str),
    /// The same, because the whole call failed: it may be nobody's fault.
    Unanswered(&'static str),
}

pub(super) type Judged = batch::Judged<Kind, Verdict>;

/// Judges a batch.
///
/// # Errors
/// A failure after which no later contact could fare better.
pub(super) fn judge(
    batch: &Batch,
    answers: Result<Vec<ItemOutcome>, CallError>,
    steps: &[Step<'_>],
) -> Result<Judged, CallError> {
    let answers = match answers {
        Ok(answers) => answers,
        Err(error) if error.next() == Next::StopAndAlert => return Err(error),
        Err(error) => return Ok(judge_failed_call(batch, &error, steps)),
    };
    batch.judge("write contacts", answers, |item, answer| {
        let step = &steps[item.step];
        match answer {
            Ok(id) => judge_done(batch.kind, item, step, id),
            Err(failure) => judge_refusal(batch.kind, item, step, &failure),
        }
    })
}

fn judge_done(kind: Kind, item: &Item, step: &Step<'_>, id: String) -> (Verdict, Option<(Kind, Item)>) {
    let is_expected = |expected: &&String| **expected == id || !matches!(kind, Kind::Update | Kind::Patch);
    if step.action.target().is_some_and(|expected| !is_expected(&expected)) {
        // Perhaps agents merged the expected one into it.
        return (Verdict::Again, Some((Kind::Verify, item.answered(id))));
    }
    let was_answered_by_enrich = item.answered_id.is_some() && kind == Kind::Verify;
    let has_to_clear =
        !step.difference.clear.is_empty() && (matches!(kind, Kind::Redrive | Kind::Update) || was_answered_by_enrich);
    if has_to_clear {
        return (Verdict::Again, Some((Kind::Clear, item.answered(id))));
    }
    (Verdict::Settled(id), None)
}

/// One contact's refusal. An add that conflicts or whose answer is missing is looked for by its external id; so is a
/// contact that somebody deleted in Genesys, which makes it again.
fn judge_refusal(kind: Kind, item: &Item, step: &Step<'_>, failure: &Failure) -> (Verdict, Option<(Kind, Item)>) {
    let again = |kind| (Verdict::Again, Some((kind, item.again())));
    let may_try_again = item.tries + 1 < TRIES_MAX;
    match failure {
        failure if is_about_organization(failure) => (Verdict::Failed(NO_ORGANIZATION), None),
        Failure::Rejected { code, field } => (Verdict::Refused { code: code.clone(), field: field.clone() }, None),
        // The next run looks first what became of the contact that a person chose: appending twice is not appending once.
        failure if matches!(step.action, Action::Adopt { .. }) => (Verdict::Failed(failure.reason()), None),
        Failure::Conflict { .. } | Failure::NoAnswer if kind.is_add() => again(Kind::Redrive),
        // Its external id is gone; the linked contact may be there all the same.
        Failure::NotFound { .. } if kind == Kind::Update && matches!(step.action, Action::Update { .. }) => {
            again(Kind::Verify)
        }
        Failure::NotFound { .. } if kind == Kind::Verify && item.answered_id.is_some() => wrong_contact(item, step),
        Failure::NotFound { .. } if matches!(kind, Kind::Update | Kind::Patch | Kind::Verify) => again(Kind::Redrive),
        Failure::Conflict { code } if kind == Kind::Verify && code == ANOTHER_CONTACT => wrong_contact(item, step),
        Failure::Busy { .. } | Failure::NoAnswer if may_try_again => {
            again(if kind.is_add() { Kind::Redrive } else { kind })
        }
        other => (Verdict::Failed(other.reason()), None),
    }
}

/// Another contact than the linked one answered, and is not what it has become: nobody but a person can tell.
fn wrong_contact(item: &Item, step: &Step<'_>) -> (Verdict, Option<(Kind, Item)>) {
    let expected = step.action.target().cloned().unwrap_or_default();
    let answered = item.answered_id.clone().unwrap_or_else(|| expected.clone());
    (Verdict::WrongContact { expected, answered }, None)
}

/// A call that failed as a whole. The client has already halved a list that was refused for one contact's sake.
fn judge_failed_call(batch: &Batch, error: &CallError, steps: &[Step<'_>]) -> Judged {
    if batch.kind.is_add() && matches!(error.failure, Failure::NoAnswer | Failure::Conflict { .. }) {
        let items = batch.items.iter().map(Item::again).collect();
        let follow_ups = vec![Batch { kind: Kind::Redrive, items }];
        return Judged { verdicts: vec![Verdict::Again; batch.items.len()], follow_ups };
    }
    if let ([item], Failure::NotFound { .. }) = (batch.items.as_slice(), &error.failure) {
        let (verdict, again) = judge_refusal(batch.kind, item, &steps[item.step], &error.failure);
        let follow_ups = again.map(|(kind, item)| Batch { kind, items: vec![item] }).into_iter().collect();
        return Judged { verdicts: vec![verdict], follow_ups };
    }
    let verdict = match &error.failure {
        failure if is_about_organization(failure) => Verdict::Failed(NO_ORGANIZATION),
        Failure::Rejected { code, field } => Verdict::Refused { code: code.clone(), field: field.clone() },
        failure if is_nobodys(failure) => Verdict::Unanswered(failure.reason()),
        other => Verdict::Failed(other.reason()),
    };
    Judged { verdicts: vec![verdict; batch.items.len()], follow_ups: Vec::new() }
}

/// Genesys refuses the organization that the contact belongs to: somebody deleted it there. It is made again, and the
/// contact follows.
fn is_about_organization(failure: &Failure) -> bool {
    let field = match failure {
        Failure::Rejected { field: Some(field), .. } => field.trim_start_matches("$."),
        _ => return false,
    };
    field.split('.').next() == Some(Field::ExternalOrganization.as_str())
}

impl Verdict {
    /// The word for it in the audit line.
    pub(super) fn why(&self) -> &'static str {
        match self {
            Self::Settled(_) => "written",
            Self::Again => "sent_again",
            Self::Refused { .. } => "refused",
            Self::WrongContact { .. } => "wrong_contact_answered",
            Self::Failed(reason) | Self::Unanswered(reason) => reason,
        }
    }
}

impl Action {
    /// The identifier an update names: the one by which the contact was found.
    pub(super) fn found_by(&self) -> crate::matching::FoundBy {
        match self {
            Self::Link { by, .. } => by.clone(),
            _ => crate::matching::FoundBy::ExternalId,
        }
    }
}
