//! Decides what happens to each changed contact. Pure: no clock, no network.
//!
//! Every contact that was read gets exactly one action, including those to which nothing happens, so that a dry run
//! and the counts account for all of them.

use std::collections::{HashMap, HashSet};

use platform::aside::{Answer, Aside, Why};
use platform::link::{LinkRow, LinkState};
use serde::Serialize;

use crate::candidates::{Candidates, GenesysId};
use crate::matching::{FoundBy, Match, match_all};
use crate::read::claims::Claims;
use crate::source::{Difference, Source};

/// Everything a plan is made from.
#[derive(Debug, Default)]
pub struct Read {
    /// The changed contacts, oldest first, each once.
    pub sources: Vec<Source>,
    /// Their link rows by Salesforce id.
    pub links: HashMap<String, LinkRow>,
    /// What is in quarantine or review, by Salesforce id; also contacts that are not in `sources`.
    pub asides: HashMap<String, Aside>,
    /// The Genesys contacts that unlinked sources may be.
    pub candidates: Candidates,
    /// What contacts of other slices claim of them.
    pub claims: Claims,
}

/// What happens to one contact. One variant is one kind of request that `apply` may send, or none.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Known to be new: goes into a bulk add.
    Create {
        /// Somebody else has the same e-mail address or number.
        shares_key: bool,
    },
    /// A create that may already have happened: an upsert by our external id, never a second add.
    Redrive,
    /// A free contact that was found: gets our external id and the fields.
    Link {
        /// The candidate.
        id: GenesysId,
        /// By what it was found, and the only identifier that is named in the request.
        by: FoundBy,
    },
    /// This one, by its id, because a person said so, or because somebody else carries the key by which it was found: a
    /// patch with our external id and all fields.
    Adopt {
        /// The candidate that was chosen.
        id: GenesysId,
    },
    /// Linked, and only values to write.
    Update {
        /// The linked contact.
        id: GenesysId,
    },
    /// Linked, and at least one value to empty.
    Patch {
        /// The linked contact.
        id: GenesysId,
    },
    /// Genesys already has exactly this.
    Keep,
    /// A person has to decide; nothing is written.
    Review {
        /// The candidates.
        candidates: Vec<GenesysId>,
        /// What is unclear, in a word.
        reason: &'static str,
    },
    /// Set aside earlier, and unchanged since.
    Wait(Waiting),
    /// An old row of a contact that was deleted since.
    Stale,
    /// Its organization could not be written this time, so it is not either.
    Await,
}

/// Why a contact waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// A person has not decided yet.
    Review,
    /// Refused by Genesys, until it changes in Salesforce.
    Quarantined,
}

/// One contact's action.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// The contact.
    pub source: &'a Source,
    /// Its link row as read.
    pub link: Option<&'a LinkRow>,
    /// What happens.
    pub action: Action,
    /// The fields concerned.
    pub difference: Difference,
}

/// What is known about a contact before Genesys is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing to do, or nothing that may be done.
    Quiet,
    /// Has to be written, and to which contact is known.
    Known,
    /// Has to be matched first.
    Unlinked,
}

/// How a contact stands before Genesys is asked: decides whether and how much `read` has to ask.
pub fn standing(source: &Source, link: Option<&LinkRow>, aside: Option<&Aside>) -> Standing {
    if aside.is_some_and(|aside| waits(source, aside)) {
        return Standing::Quiet;
    }
    let is_decided = aside.is_some_and(|aside| decision(aside).is_some());
    match link {
        Some(link) if source.is_late(link) => Standing::Quiet,
        _ if is_decided => Standing::Unlinked,
        Some(link) if source.is_settled_in(link) => Standing::Quiet,
        Some(link) if is_add_on_its_way(link) => Standing::Known,
        // Also while it is on its way: what was intended is driven again, to the same contact.
        Some(link) if link.genesys_id.is_some() => Standing::Known,
        // Refused at its first add.
        Some(_) | None => Standing::Unlinked,
    }
}

/// Whether a contact that is set aside stays so: it did not change, and nobody has said anything about it.
fn waits(source: &Source, aside: &Aside) -> bool {
    aside.answer.is_none() && aside.hash == source.hash
}

/// Who a person says that it is. A decision is about people: it holds also when their values have changed since.
fn decision(aside: &Aside) -> Option<&Answer> {
    aside.answer.as_ref().filter(|answer| **answer != Answer::Release)
}

/// An add that may have happened: it has an intent and no answer.
fn is_add_on_its_way(link: &LinkRow) -> bool {
    link.state == LinkState::Sending && link.genesys_id.is_none()
}

fn is_on_its_way(link: Option<&LinkRow>) -> bool {
    link.is_some_and(|link| link.state == LinkState::Sending)
}

/// The plan: one step per contact, in the order read.
pub fn plan(read: &Read) -> Vec<Step<'_>> {
    let standing_of = |source: &Source| {
        let id = source.id.as_str();
        standing(source, read.links.get(id), read.asides.get(id))
    };
    let decision_on = |source: &Source| read.asides.get(source.id.as_str()).and_then(decision);
    let is_open = |source: &&Source| standing_of(source) == Standing::Unlinked && decision_on(source).is_none();
    let unlinked: Vec<&Source> = read.sources.iter().filter(is_open).collect();
    let replanned: HashSet<&str> = unlinked.iter().map(|source| source.id.as_str()).collect();
    let mut matches =
        match_all(&unlinked, &read.candidates, &reserved(&read.asides, &replanned), &read.claims).into_iter();
    let mut targets: HashSet<GenesysId> = HashSet::new();
    let steps = read.sources.iter().map(|source| {
        let link = read.links.get(source.id.as_str());
        let action = match standing_of(source) {
            Standing::Quiet => quiet(source, link, read),
            Standing::Known => known(link, &source.difference(link)),
            Standing::Unlinked => match decision_on(source) {
                Some(answer) => decided(source, answer, &read.candidates),
                None => matches.next().map_or(Action::Keep, |found| matched(found, &read.candidates)),
            },
        };
        let is_second = action.target().is_some_and(|target| !targets.insert(target.clone()));
        let action = if is_second { shared(&action) } else { action };
        let action = awaiting(source, action);
        Step { source, link, difference: difference(source, link, &action), action }
    });
    steps.collect()
}

/// What has to be written. The agreed values of a link are about its own Genesys contact: any other contact gets all.
fn difference(source: &Source, link: Option<&LinkRow>, action: &Action) -> Difference {
    let is_about_another = match (action, link.and_then(|link| link.genesys_id.as_ref())) {
        (Action::Create { .. } | Action::Adopt { .. }, _) => true,
        (Action::Link { id, .. }, Some(linked)) => linked != id,
        // An add that was refused or not answered may have made this one: then it carries our external id.
        (Action::Link { by, .. }, None) => *by != FoundBy::ExternalId,
        _ => false,
    };
    source.difference(link.filter(|_| !is_about_another))
}

/// A contact whose organization is owed waits with it, whatever else would be written: the watermark stays before both.
fn awaiting(source: &Source, action: Action) -> Action {
    let is_open = !matches!(action, Action::Wait(_) | Action::Stale | Action::Review { .. });
    if source.awaits_organization && is_open { Action::Await } else { action }
}

/// Two Salesforce contacts have come to the same Genesys contact, as when an agent merged theirs. Both would overwrite
/// it in turn, so the later of them waits for a person.
fn shared(action: &Action) -> Action {
    let reason = if matches!(action, Action::Adopt { .. }) { "candidate_taken" } else { "shared_contact" };
    Action::Review { candidates: action.target().into_iter().cloned().collect(), reason }
}

/// Candidates that wait in review for contacts which this plan does not look at again, and those that a person has chosen.
fn reserved(asides: &HashMap<String, Aside>, replanned: &HashSet<&str>) -> HashSet<GenesysId> {
    let still_open = asides.iter().filter(|(id, _)| !replanned.contains(id.as_str()));
    let candidates = still_open.flat_map(|(_, aside)| match (&aside.why, &aside.answer) {
        (_, Some(Answer::Candidate(chosen))) => std::slice::from_ref(chosen),
        (Why::Review { candidates, .. }, None) => candidates,
        _ => &[],
    });
    candidates.cloned().collect()
}

/// What a person's decision comes to by now: the contact that was chosen must still be nobody's.
fn decided(source: &Source, answer: &Answer, candidates: &Candidates) -> Action {
    let carries_our_id = candidates.by_external_id(&source.id);
    match (answer, carries_our_id) {
        (Answer::Candidate(chosen), Some(other)) if chosen != other => {
            Action::Review { candidates: vec![chosen.clone(), other.clone()], reason: "external_id_elsewhere" }
        }
        (_, Some(own)) => Action::Link { id: own.clone(), by: FoundBy::ExternalId },
        (Answer::Candidate(chosen), None) if candidates.may_be_chosen(chosen) => Action::Adopt { id: chosen.clone() },
        (Answer::Candidate(chosen), None) => {
            Action::Review { candidates: vec![chosen.clone()], reason: "candidate_taken" }
        }
        (Answer::New | Answer::Release, None) => Action::Create { shares_key: false },
    }
}

fn quiet(source: &Source, link: Option<&LinkRow>, read: &Read) -> Action {
    if link.is_some_and(|link| source.is_late(link)) {
        return Action::Stale;
    }
    match read.asides.get(source.id.as_str()) {
        Some(aside) if waits(source, aside) => Action::Wait(match aside.why {
            Why::Review { .. } => Waiting::Review,
            Why::Quarantine { .. } => Waiting::Quarantined,
        }),
        _ => Action::Keep,
    }
}

fn known(link: Option<&LinkRow>, difference: &Difference) -> Action {
    match link.and_then(|link| link.genesys_id.clone()) {
        None => Action::Redrive,
        // One that is on its way may not carry our external id yet: an update brings it.
        Some(id) if difference.clear.is_empty() || is_on_its_way(link) => Action::Update { id },
        Some(id) => Action::Patch { id },
    }
}

fn matched(found: Match, candidates: &Candidates) -> Action {
    match found {
        // Genesys would find somebody else by it: the candidate is written by its id.
        Match::One(id, FoundBy::Key(key)) if candidates.is_taken(&key) => Action::Adopt { id },
        Match::One(id, by) => Action::Link { id, by },
        Match::Ambiguous(candidates) => {
            Action::Review { candidates: candidates.into_iter().collect(), reason: "ambiguous" }
        }
        Match::Nobody { shares_key } => Action::Create { shares_key },
    }
}

impl Action {
    /// The action's name in dry runs, audit lines and counts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Redrive => "redrive",
            Self::Link { .. } => "link",
            Self::Adopt { .. } => "adopt",
            Self::Update { .. } => "update",
            Self::Patch { .. } => "patch",
            Self::Keep => "keep",
            Self::Review { .. } => "review",
            Self::Wait(Waiting::Review) => "wait_in_review",
            Self::Wait(Waiting::Quarantined) => "wait_in_quarantine",
            Self::Stale => "stale",
            Self::Await => "wait_for_organization",
        }
    }

    /// Whether `apply` sends something to Genesys for it.
    pub fn writes(&self) -> bool {
        matches!(
            self,
            Self::Create { .. }
                | Self::Redrive
                | Self::Link { .. }
                | Self::Adopt { .. }
                | Self::Update { .. }
                | Self::Patch { .. }
        )
    }

    /// The Genesys contact it writes to, where that is known.
    pub fn target(&self) -> Option<&GenesysId> {
        match self {
            Self::Link { id, .. } | Self::Adopt { id } | Self::Update { id } | Self::Patch { id } => Some(id),
            _ => None,
        }
    }
}
