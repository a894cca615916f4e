//! Accounts become external organizations, slice by slice and before the contacts that belong to them.
//!
//! ```text
//!  contacts of a slice ──▶ their accounts, each once ──▶ plan ──▶ brake ──▶ add · enrich · patch ──▶ contacts
//!                                     └ row org#<account>: what is agreed; unchanged accounts cost nothing more
//! ```
//!
//! A contact carries the columns of its account, so an account is read with whoever belongs to it. An account that
//! cannot be written this time holds its contacts back; one that Genesys refuses costs them that one field.

pub mod apply;
pub mod company;
pub mod plan;
pub(crate) mod tell;
pub mod wire;

use std::collections::{HashMap, HashSet};

use crate::apply::{Applied, Outcome, Stop};
use crate::plan::{Action, Read, Step};
use crate::source::Source;
use apply::{Fate, Written};
use plan::{OrganizationAction, OrganizationStep};

/// The accounts of a slice, each with what has to be done about it.
#[derive(Debug, Default)]
pub struct Desk {
    /// In the order of their ids.
    pub steps: Vec<OrganizationStep>,
}

impl Desk {
    /// The steps that write, of accounts with a contact that is looked after now: nothing is made for a contact that
    /// waits for a person, or that was deleted.
    pub fn wanted<'s, 'a: 's>(&self, steps: impl IntoIterator<Item = &'s Step<'a>>) -> Vec<&OrganizationStep> {
        let is_after =
            |step: &&Step<'_>| !matches!(step.action, Action::Wait(_) | Action::Stale | Action::Review { .. });
        let accounts: HashSet<&str> =
            steps.into_iter().filter(is_after).filter_map(|step| step.source.account_id()).collect();
        let is_wanted = |step: &&OrganizationStep| step.action.writes() && accounts.contains(step.company.id.as_str());
        self.steps.iter().filter(is_wanted).collect()
    }

    /// Tells contacts what is known of their organizations before anything is written.
    pub fn hand_out(&self, sources: &mut [Source]) {
        let by_account: HashMap<&str, &OrganizationStep> =
            self.steps.iter().map(|step| (step.company.id.as_str(), step)).collect();
        for source in sources {
            let Some(step) = source.account_id().and_then(|id| by_account.get(id)) else { continue };
            source.organization = step.genesys_id().cloned();
            match &step.action {
                OrganizationAction::Refused => source.miss_organization(step.refusal()),
                OrganizationAction::Hidden => source.miss_organization("account_hidden"),
                _ => {}
            }
        }
    }
}

impl Written {
    /// Tells contacts what became of their organizations.
    pub fn hand_out(&self, sources: &mut [Source]) {
        for source in sources {
            let Some(fate) = source.account_id().and_then(|id| self.fates.get(id)) else { continue };
            match fate {
                Fate::There(id) => source.organization = Some(id.clone()),
                Fate::Kept(id) => {
                    source.organization = Some(id.clone());
                    source.miss_organization("organization_refused");
                }
                Fate::Refused => source.miss_organization("organization_refused"),
                Fate::GivenUp => source.miss_organization("organization_gave_up"),
                Fate::Failed => source.awaits_organization = true,
            }
        }
    }
}

/// A slice none of whose contacts was tried, because their organizations were stopped.
pub fn untried(read: &Read, stop: Stop) -> Applied {
    Applied {
        outcomes: vec![Outcome::untried(Some(&stop)); read.sources.len()],
        stop: Some(stop),
        ..Applied::default()
    }
}
