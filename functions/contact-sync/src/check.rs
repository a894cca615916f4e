//! The brake between plan and apply: what no plan may do. Pure.
//!
//! A plan that breaks one of these rules is a fault of this program, found before it can do damage.

use std::collections::HashSet;

use crate::plan::{Action, Step};

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
            Action::Create { .. } | Action::Redrive | Action::Link { .. } | Action::Update { .. }
        );
        if needs_external_id && external_source.is_none_or(str::is_empty) {
            return Err(PlanFault::NoExternalId(id.to_owned()));
        }
    }
    Ok(())
}
