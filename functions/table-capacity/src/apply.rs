//! Carries a decision out: the one place that changes a table.
//!
//! Before the first call the moment is written down under the lock's fence. That does two things: a holder of the lock
//! who was overtaken is stopped here, and a run that is killed right after the call still lets the table settle. Each
//! call is sent once; what was refused or lost is decided again from what the next run reads.

use std::time::Duration;

use jiff::Timestamp;
use platform::capacity::{CapacityControl, CapacityError, Resource, Units};
use platform::lock::Held;
use platform::mark::{Mark, Marks};
use platform::table::StateError;

use crate::config::TableConfig;
use crate::plan::{Action, Decision, FloorChange, UnitsChange};
use crate::read::{UPDATED, job};

/// How long a call may take: the platform's time-out of one try, and these are tried once.
const CALL: Duration = Duration::from_secs(5);

/// What `apply` works with.
pub struct Tools<'a> {
    /// Where changes are sent.
    pub control: &'a CapacityControl,
    /// Where the moment of the change is kept.
    pub marks: &'a Marks,
    /// The table's lock.
    pub held: &'a Held,
    /// The present moment.
    pub now: Timestamp,
}

/// Why a decision was not carried out, or not wholly.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The lock was lost, or the state table failed.
    #[error(transparent)]
    State(#[from] StateError),
    /// AWS refused or gave no answer.
    #[error(transparent)]
    Capacity(#[from] CapacityError),
    /// Too little of the lease is left for a call.
    #[error("the lock's lease ends too soon for a change; the next run decides again")]
    Lease,
}

/// Carries out `decision`; says whether anything was changed.
///
/// # Errors
/// [`ApplyError`]. Of several floors the others are set all the same.
pub async fn apply(decision: &Decision, table: &TableConfig, tools: &Tools<'_>) -> Result<bool, ApplyError> {
    match &decision.action {
        Action::Keep | Action::Wait(_) | Action::Refuse(_) => Ok(false),
        Action::SetUnits(changes) => {
            prepare(table, tools).await?;
            tools.control.set_units(&table.name, &units(changes)).await?;
            Ok(true)
        }
        Action::SetFloors(changes) => {
            prepare(table, tools).await?;
            set_floors(changes, table, tools).await?;
            Ok(true)
        }
    }
}

/// Writes down that a change is made now, under the fence, and makes sure that the lock lasts for it.
async fn prepare(table: &TableConfig, tools: &Tools<'_>) -> Result<(), ApplyError> {
    tools.held.renew().await?;
    let mark = Mark { at: tools.now, id: String::new() };
    tools.marks.advance(&job(table), UPDATED, &mark, tools.held.fence()).await?;
    if tools.held.guard().covers(CALL) { Ok(()) } else { Err(ApplyError::Lease) }
}

fn units(changes: &[UnitsChange]) -> Vec<(Resource, Units)> {
    changes.iter().map(|change| (change.resource.clone(), change.to)).collect()
}

async fn set_floors(changes: &[FloorChange], table: &TableConfig, tools: &Tools<'_>) -> Result<(), ApplyError> {
    let mut failed = None;
    for change in changes {
        if !tools.held.guard().covers(CALL) {
            return Err(ApplyError::Lease);
        }
        let set = tools.control.set_floor(&table.name, &change.resource, change.dimension, change.to).await;
        failed = failed.or(set.err());
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}
