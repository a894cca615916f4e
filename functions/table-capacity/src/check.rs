//! The brake between plan and apply: what no decision may do. Pure.
//!
//! A decision that breaks one of these rules is a fault of this program, found before it can do damage.

use std::collections::HashSet;

use platform::capacity::{Dimension, Resource};

use crate::config::TableConfig;
use crate::plan::{Action, Decision};

/// Why a decision is not carried out.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    /// A number outside the table's bounds.
    #[error(
        "the plan sets {resource} {dimension} of {table} to {to}, outside its min and max; nothing was changed, report this as a fault of table-capacity"
    )]
    OutOfBounds {
        /// The table.
        table: String,
        /// The table or an index.
        resource: Resource,
        /// Reads or writes.
        dimension: Dimension,
        /// The number.
        to: i64,
    },
    /// Two changes of one number.
    #[error("the plan sets {resource} of {table} twice; nothing was changed, report this as a fault of table-capacity")]
    Twice {
        /// The table.
        table: String,
        /// The table or an index.
        resource: Resource,
    },
    /// A change to what is there already, which DynamoDB refuses; or no change at all.
    #[error("the plan changes nothing in {0}; nothing was sent, report this as a fault of table-capacity")]
    NoChange(String),
}

/// A number that a decision sets.
type Set<'d> = (&'d Resource, Dimension, i64, i64);

/// Refuses a decision that leaves the bounds, contradicts itself, or would be refused by AWS.
pub fn check(decision: &Decision, table: &TableConfig) -> Result<(), PlanFault> {
    let name = || table.name.clone();
    let sets: Vec<Set<'_>> = match &decision.action {
        Action::SetUnits(changes) => changes
            .iter()
            .flat_map(|it| {
                let set = |dimension| (&it.resource, dimension, it.from.of(dimension), it.to.of(dimension));
                [Dimension::Read, Dimension::Write].map(set)
            })
            .collect(),
        Action::SetFloors(changes) => changes.iter().map(|it| (&it.resource, it.dimension, it.from, it.to)).collect(),
        Action::Keep | Action::Wait(_) | Action::Refuse(_) => return Ok(()),
    };
    let mut seen = HashSet::new();
    for (resource, dimension, from, to) in &sets {
        if !seen.insert((*resource, *dimension)) {
            return Err(PlanFault::Twice { table: name(), resource: (*resource).clone() });
        }
        if from != to && !(table.min..=table.max).contains(to) {
            let (resource, dimension, to) = ((*resource).clone(), *dimension, *to);
            return Err(PlanFault::OutOfBounds { table: name(), resource, dimension, to });
        }
    }
    let changes = |resource: &Resource| sets.iter().any(|(it, _, from, to)| *it == resource && from != to);
    if sets.is_empty() || !sets.iter().all(|(resource, ..)| changes(resource)) {
        return Err(PlanFault::NoChange(name()));
    }
    Ok(())
}
