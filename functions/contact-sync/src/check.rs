//! Between plan and apply: what no plan may do, and what no plan does without being asked twice. Pure.
//!
//! A plan that breaks a rule ([`check`]) is a fault of this program, found before it can do damage. A plan out of
//! proportion ([`exceeded`]) may be right, but is more often an accident in Salesforce or in the configuration: a mass
//! update gone wrong, a field left out of a query. It is counted over the whole run, whatever the slices, and stops
//! until a person approves of exactly this plan.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::plan::{Action, Step};

/// So many changes are nothing out of the ordinary, however few contacts are linked.
const ALWAYS_ALLOWED: u64 = 20;

/// Why a plan is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    /// Two actions for one Salesforce contact.
    #[error(
        "the plan has two actions for Salesforce contact {0}; nothing was written, report this as a fault of contact-sync"
    )]
    SourceTwice(String),
    /// Two writes to one Genesys contact.
    #[error("the plan writes Genesys contact {0} twice; nothing was written, report this as a fault of contact-sync")]
    TargetTwice(String),
    /// A contact that was read has no action, or one that was not read has.
    #[error(
        "the plan accounts for {planned} of {read} contacts; nothing was written, report this as a fault of contact-sync"
    )]
    Unaccounted {
        /// Contacts in the plan.
        planned: usize,
        /// Contacts read.
        read: usize,
    },
    /// A write that would not carry our external id.
    #[error(
        "the plan would write Salesforce contact {0} without an external id; nothing was written, report this as a fault of contact-sync"
    )]
    NoExternalId(String),
}

/// Refuses a plan that could double, lose or orphan a contact. `read` is the number of contacts read,
/// `external_source` the id of the source under which external ids are written.
pub fn check(steps: &[Step<'_>], read: usize, external_source: Option<&str>) -> Result<(), PlanFault> {
    if steps.len() != read {
        return Err(PlanFault::Unaccounted { planned: steps.len(), read });
    }
    let mut sources = HashSet::new();
    let mut targets = HashSet::new();
    for step in steps {
        let id = step.source.id.as_str();
        if !sources.insert(id) {
            return Err(PlanFault::SourceTwice(id.to_owned()));
        }
        if let Some(target) = step.action.target().filter(|target| !targets.insert(*target)) {
            return Err(PlanFault::TargetTwice(target.clone()));
        }
        let needs_external_id = matches!(
            step.action,
            Action::Create { .. }
                | Action::Redrive
                | Action::Link { .. }
                | Action::Adopt { .. }
                | Action::Update { .. }
        );
        if needs_external_id && external_source.is_none_or(str::is_empty) {
            return Err(PlanFault::NoExternalId(id.to_owned()));
        }
    }
    Ok(())
}

/// What a run does that a brake looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Genesys contacts deleted or unlinked.
    pub deletes: u64,
    /// Linked contacts changed.
    pub changed: u64,
    /// Linked contacts on which a field is emptied, by field.
    pub emptied: BTreeMap<String, u64>,
}

/// How much one run may do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Deletions.
    pub deletes: u64,
    /// Changes, as a share of all linked contacts.
    pub changed: f64,
    /// Contacts on which one field is emptied, as a share of all linked contacts.
    pub emptied: f64,
}

/// One way in which a run is out of proportion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// What it does.
    pub what: What,
    /// To how many contacts.
    pub planned: u64,
    /// To how many it may.
    pub allowed: u64,
}

/// What a run does too much of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Deleting.
    Delete,
    /// Changing.
    Change,
    /// Emptying this field.
    Empty(String),
}

impl Tally {
    /// What `steps` would do.
    pub fn of<'s, 'a: 's>(steps: impl IntoIterator<Item = &'s Step<'a>>) -> Self {
        let mut tally = Self::default();
        for step in steps.into_iter().filter(|step| matches!(step.action, Action::Update { .. } | Action::Patch { .. }))
        {
            tally.changed += 1;
            for field in &step.difference.clear {
                *tally.emptied.entry(field.as_str().to_owned()).or_default() += 1;
            }
        }
        tally
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.deletes += other.deletes;
        self.changed += other.changed;
        for (field, count) in &other.emptied {
            *self.emptied.entry(field.clone()).or_default() += count;
        }
        self
    }
}

/// In what `tally` is out of proportion. `linked` is the number of linked contacts: without it nobody knows what is in
/// proportion, and only deletions are counted. `approved` is what a person has agreed to for this run.
pub fn exceeded(tally: &Tally, linked: Option<u64>, limits: &Limits, approved: Option<&Tally>) -> Vec<Excess> {
    let nothing = Tally::default();
    let approved = approved.unwrap_or(&nothing);
    let share = |part: f64| linked.map(|linked| part_of(linked, part).max(ALWAYS_ALLOWED));
    let excess = |what: What, planned: u64, allowed: Option<u64>, approved: u64| {
        let allowed = allowed?.max(approved);
        (planned > allowed).then_some(Excess { what, planned, allowed })
    };
    let deleted = excess(What::Delete, tally.deletes, Some(limits.deletes), approved.deletes);
    let changed = excess(What::Change, tally.changed, share(limits.changed), approved.changed);
    let emptied = tally.emptied.iter().filter_map(|(field, count)| {
        let agreed = approved.emptied.get(field).copied().unwrap_or(0);
        excess(What::Empty(field.clone()), *count, share(limits.emptied), agreed)
    });
    deleted.into_iter().chain(changed).chain(emptied).collect()
}

/// The part of a number of contacts, cut to whole ones.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of 0 to 1 of a number of contacts, which stays far below 2^52"
)]
fn part_of(linked: u64, part: f64) -> u64 {
    // A hair more: 0.15 of 100 is 15, also where the nearest number to 0.15 lies below it.
    (linked as f64 * part.clamp(0.0, 1.0) + 1e-6) as u64
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { planned, allowed, .. } = self;
        match &self.what {
            What::Delete => write!(f, "delete or unlink {planned} contacts (at most {allowed} without approval)"),
            What::Change => write!(f, "change {planned} linked contacts (at most {allowed} without approval)"),
            What::Empty(field) => {
                write!(f, "empty {field} on {planned} contacts (at most {allowed} without approval)")
            }
        }
    }
}
