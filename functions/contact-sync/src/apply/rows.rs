//! The state rows that a step writes: `sending` before the call, and what its verdict means after it. Pure.

use std::collections::HashMap;

use platform::aside::{Aside, Kind as AsideKind, Why};
use platform::link::{LinkRow, LinkState};

use super::verdict::Verdict;
use super::{Outcome, Tools};
use crate::plan::{Action, Step};
use crate::source::Source;

/// The intent, written ahead of the call: which fields are on their way to which contact.
pub(super) fn sending(step: &Step<'_>, tools: &Tools<'_>) -> LinkRow {
    LinkRow {
        salesforce_id: step.source.id.as_str().to_owned(),
        genesys_id: step.action.target().cloned(),
        digests: step.source.in_flight_digests(&step.difference, step.link),
        digest_key_id: tools.digest_key_id.clone(),
        source_version: step.source.modified.as_millisecond(),
        state: LinkState::Sending,
        fence: 0, // the table fills in the fence it is written under
        map_version: tools.map_version.clone(),
        failed_ticks: step.link.map_or(0, |link| link.failed_ticks),
        gone: None,
    }
}

/// The link row after a refusal. A linked contact keeps what was agreed. Any other is matched from the start once it is
/// corrected: if an earlier request did reach Genesys, it is found there by its external id.
fn after_refusal(step: &Step<'_>, tools: &Tools<'_>) -> LinkRow {
    match step.link {
        Some(link) if link.state == LinkState::Settled && link.genesys_id.is_some() => link.clone(),
        _ => LinkRow { genesys_id: None, state: LinkState::Settled, ..sending(step, tools) },
    }
}

/// A contact set aside for a person's decision.
pub(super) fn review(source: &Source, candidates: Vec<String>, reason: &str, now_ms: i64) -> Aside {
    let why = Why::Review { candidates, reason: reason.to_owned() };
    Aside { source_id: source.id.as_str().to_owned(), hash: source.hash.clone(), since: now_ms, why, answer: None }
}

fn quarantine(source: &Source, code: &str, field: Option<String>, now_ms: i64) -> Aside {
    let why = Why::Quarantine { code: code.to_owned(), field };
    Aside { source_id: source.id.as_str().to_owned(), hash: source.hash.clone(), since: now_ms, why, answer: None }
}

/// Rows to write for one batch.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub links: Vec<LinkRow>,
    pub aside: Vec<Aside>,
    pub resolved: Vec<(AsideKind, String)>,
}

/// Turns verdicts into rows, knowing what was set aside before this run.
pub(super) struct Ledger<'a> {
    asides: &'a HashMap<String, Aside>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(asides: &'a HashMap<String, Aside>) -> Self {
        Self { asides }
    }

    /// Adds the rows of one verdict to `written`. `None`: more is to come for this contact in this run.
    pub(super) fn enter(
        &self,
        step: &Step<'_>,
        verdict: &Verdict,
        tools: &Tools<'_>,
        written: &mut Written,
    ) -> Option<Outcome> {
        let source = step.source;
        match verdict {
            Verdict::Again => None,
            Verdict::Settled(id) => {
                written.links.push(self.settled(step, id, tools));
                written.resolved.extend(self.earlier_aside(source));
                let was_new = matches!(step.action, Action::Create { .. } | Action::Redrive);
                Some(if was_new { Outcome::Created } else { Outcome::Updated })
            }
            Verdict::Refused { code, field } => {
                tracing::warn!(salesforce_id = %source.id, code, field, "contact refused by Genesys; correct it in Salesforce");
                written.aside.push(quarantine(source, code, field.clone(), tools.now_ms));
                written.links.push(after_refusal(step, tools));
                Some(Outcome::Skipped("refused"))
            }
            Verdict::WrongContact { expected, answered } => {
                tracing::warn!(salesforce_id = %source.id, expected, answered, "Genesys wrote another contact than the one found");
                let candidates = vec![expected.clone(), answered.clone()];
                written.aside.push(review(source, candidates, "wrong_contact_answered", tools.now_ms));
                Some(Outcome::Skipped("review"))
            }
            Verdict::Failed(reason) => Some(self.failed(step, reason, tools, written)),
            // Its row says `sending` already, by which it travels alone in the next run.
            Verdict::Unanswered(reason) => Some(Outcome::Failed(reason)),
        }
    }

    fn settled(&self, step: &Step<'_>, id: &str, tools: &Tools<'_>) -> LinkRow {
        LinkRow {
            genesys_id: Some(id.to_owned()),
            digests: step.source.agreed_digests(step.link),
            state: LinkState::Settled,
            failed_ticks: 0,
            ..sending(step, tools)
        }
    }

    /// One more tick in which this contact failed; after too many it goes to quarantine and the watermark passes.
    pub(super) fn failed(
        &self,
        step: &Step<'_>,
        reason: &'static str,
        tools: &Tools<'_>,
        written: &mut Written,
    ) -> Outcome {
        let counts = tools.blame.counts(step.source.id.as_str());
        let failed_ticks = step.link.map_or(0, |link| link.failed_ticks) + u32::from(counts);
        written.links.push(LinkRow { failed_ticks, ..sending(step, tools) });
        if !counts || failed_ticks < tools.give_up_after_ticks {
            return Outcome::Failed(reason);
        }
        written.aside.push(quarantine(step.source, "gave_up", None, tools.now_ms));
        Outcome::Skipped("gave_up")
    }

    /// Where the contact was set aside before this run.
    pub(super) fn earlier_aside(&self, source: &Source) -> Option<(AsideKind, String)> {
        let aside = self.asides.get(source.id.as_str())?;
        let kind = match aside.why {
            Why::Quarantine { .. } => AsideKind::Quarantine,
            Why::Review { .. } => AsideKind::Review,
        };
        Some((kind, source.id.as_str().to_owned()))
    }
}
