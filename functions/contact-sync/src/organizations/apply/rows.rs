//! The row that a step writes: `sending` before the call, and what its verdict means after it. Pure.

use std::collections::BTreeMap;

use platform::link::LinkState;
use platform::organization::{OrganizationRow, Refused};

use super::verdict::Verdict;
use super::{Fate, OrganizationStep, Tools};
use crate::organizations::plan::GAVE_UP;
use crate::source::IN_FLIGHT;

/// The intent, written ahead of the call.
pub(super) fn sending(step: &OrganizationStep, tools: &Tools<'_>) -> OrganizationRow {
    let mut digests = before(step);
    let on_the_way = step.set.iter().chain(&step.clear);
    digests.extend(on_the_way.map(|field| (field.as_str().to_owned(), IN_FLIGHT.to_owned())));
    OrganizationRow {
        account_id: step.company.id.clone(),
        genesys_id: step.genesys_id().cloned(),
        digests,
        digest_key_id: tools.digest_key_id.to_owned(),
        state: LinkState::Sending,
        map_version: tools.map_version.to_owned(),
        failed_ticks: step.row.as_ref().map_or(0, |row| row.failed_ticks),
        refused: None,
    }
}

/// The row and the fate after a verdict. `None`: more is to come for this account in this run.
pub(super) fn after(step: &OrganizationStep, verdict: &Verdict, tools: &Tools<'_>) -> Option<(OrganizationRow, Fate)> {
    let account_id = &step.company.id;
    match verdict {
        Verdict::Again => None,
        Verdict::Settled(id) => Some((settled(step, id, tools), Fate::There(id.clone()))),
        Verdict::Refused { code, field } => {
            tracing::warn!(
                account_id,
                code,
                field,
                "organization refused by Genesys; correct the account in Salesforce"
            );
            Some(set_aside(step, code, Fate::Refused, tools))
        }
        Verdict::Failed(_) => Some(failed(step, tools)),
        Verdict::Unanswered(_) => Some((sending(step, tools), Fate::Failed)),
    }
}

/// One more tick in which this account failed; after too many it is given up.
pub(super) fn failed(step: &OrganizationStep, tools: &Tools<'_>) -> (OrganizationRow, Fate) {
    let row = sending(step, tools);
    let counts = tools.blame.counts(&step.company.id);
    let failed_ticks = row.failed_ticks + u32::from(counts);
    if !counts || failed_ticks < tools.give_up_after_ticks {
        return (OrganizationRow { failed_ticks, ..row }, Fate::Failed);
    }
    set_aside(step, GAVE_UP, Fate::GivenUp, tools)
}

fn settled(step: &OrganizationStep, id: &str, tools: &Tools<'_>) -> OrganizationRow {
    let mut digests = step.company.digests.clone();
    let before = before(step);
    for field in step.company.dropped.iter().map(|field| field.as_str()) {
        digests.extend(before.get(field).map(|old| (field.to_owned(), old.clone())));
    }
    OrganizationRow {
        genesys_id: Some(id.to_owned()),
        digests,
        state: LinkState::Settled,
        failed_ticks: 0,
        ..sending(step, tools)
    }
}

/// Costs nothing until the account changes. Contacts of one that exists still belong to it.
fn set_aside(step: &OrganizationStep, code: &str, fate: Fate, tools: &Tools<'_>) -> (OrganizationRow, Fate) {
    let refused = Some(Refused { hash: step.company.hash.clone(), code: code.to_owned() });
    let fate = step.genesys_id().map_or(fate, |id| Fate::Kept(id.clone()));
    (OrganizationRow { state: LinkState::Settled, failed_ticks: 0, refused, ..sending(step, tools) }, fate)
}

fn before(step: &OrganizationStep) -> BTreeMap<String, String> {
    step.row.as_ref().map(|row| row.digests.clone()).unwrap_or_default()
}
