//! A run that stalled beyond its lease changes nothing, and what would happen if it could.

use std::time::Duration;

use platform::capacity::{CapacityControl, Units};
use platform::lock::{Held, Locks};
use platform::mark::Marks;
use platform::table::StateError;
use table_capacity::apply::{ApplyError, Tools, apply};
use table_capacity::config::TableConfig;
use table_capacity::plan::{Action, Decision, plan};
use table_capacity::read::job;

use crate::desk::Desk;
use crate::scene::{RULES, now, reading, table};

const LEASE: Duration = Duration::from_secs(60);

/// A decision made on old news: the load was low, so the units fall.
fn outdated(table: &TableConfig) -> Decision {
    let decision = plan(&reading(table, 0, 100, 50), &RULES, now());
    assert_eq!(decision.action.name(), "set_units");
    decision
}

async fn hold(desk: &Desk, table: &TableConfig) -> Held {
    let platform = desk.platform();
    Locks::new(platform.table, platform.clock).try_hold(&job(table), LEASE).await.unwrap().unwrap()
}

async fn carry_out(desk: &Desk, table: &TableConfig, held: &Held) -> Result<bool, ApplyError> {
    let platform = desk.platform();
    let (control, marks): (CapacityControl, Marks) = (platform.capacity(), Marks::new(platform.table.clone()));
    let tools = Tools { control: &control, marks: &marks, held, now: platform.clock.now() };
    apply(&outdated(table), table, &tools).await
}

#[tokio::test]
async fn a_holder_who_was_overtaken_changes_nothing() {
    let (desk, table) = (Desk::open().await, table());
    let stalled = hold(&desk, &table).await;
    desk.advance(61);
    let successor = hold(&desk, &table).await;
    let refused = carry_out(&desk, &table, &stalled).await;
    assert!(matches!(refused, Err(ApplyError::State(StateError::Fenced))), "{refused:?}");
    assert_eq!(desk.aws.changes(), [""; 0]);
    assert!(carry_out(&desk, &table, &successor).await.unwrap());
    assert_eq!(desk.units("contacts"), (5, 5));
}

/// The twin of the test above: the same call without the fence.
#[tokio::test]
async fn without_the_fence_an_overtaken_holder_undoes_its_successor() {
    let (desk, table) = (Desk::open().await, table());
    let control = desk.platform().capacity();
    let resource = platform::capacity::Resource::Table;
    control.set_units("contacts", &[(resource.clone(), Units { read: 3000, write: 1500 })]).await.unwrap();
    let Action::SetUnits(changes) = outdated(&table).action else { panic!("it falls") };
    control.set_units("contacts", &[(resource, changes[0].to)]).await.unwrap();
    assert_eq!(desk.units("contacts"), (5, 5), "the damage: the newer load wanted 3000");
}
