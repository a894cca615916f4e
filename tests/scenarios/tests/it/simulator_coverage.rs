//! Which operations of the simulator the functions use: measured, because the coverage page says it.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::{Date, Time, date};
use scenarios::World;
use serde_json::{Value, json};

use crate::capacity_scene::{self, QUEUE, SUPPORT, deliver_one, kept, mapping, queue_field, resize, row, utilization};
use crate::report_scene::{self, CHICAGO, local, night};
use crate::switches_lives;

const EXERCISED: &str = include_str!("../../../simulator/contract/exercised.json");
const YESTERDAY: Date = date(2026, 11, 27);

fn operations(world: &World) -> BTreeSet<String> {
    world.journal().into_iter().map(|entry| entry.operation).collect()
}

/// Lives that switches are lived with, a contact by its id, and an edit of one contact and its account alone.
async fn of_contact_sync() -> BTreeSet<String> {
    let lived = switches_lives::changes(switches_lives::builder().page_size(4), "as it stands").await;
    let paused = switches_lives::absence(switches_lives::builder(), "as it stands").await;
    let (accounts, of_accounts) = crate::organizations::load(&paused, 1, 1);
    paused.inside().invoke(json!({ "ids": of_accounts })).await.report();
    paused.salesforce.update_account(&accounts[0], &json!({"Website": null}));
    paused.salesforce.update(&of_accounts[0], &json!({"FirstName": "Renomeada"}));
    paused.advance(Duration::from_secs(30 * 60));
    paused.inside().invoke(json!({})).await.report();
    operations(&lived).into_iter().chain(operations(&paused)).collect()
}

async fn of_an_import() -> BTreeSet<String> {
    let (world, sync, _) = crate::import::first_load(20).await;
    let plan = crate::import::checked(&world, &sync).await;
    crate::import::run(&world, &sync, json!({ "approve": plan })).await;
    crate::import::run(&world, &sync, json!({})).await;
    operations(&world)
}

async fn of_queue_capacity() -> BTreeSet<String> {
    let targets = [row("Support", ""), queue_field("hold_down_seconds = 0"), utilization("hold_down_seconds = 0")];
    let world = capacity_scene::started(World::builder().simulator(kept()), &mapping(SUPPORT, "", &targets)).await;
    world.genesys.change_queue(QUEUE, &json!({"capacity": 200}));
    resize(&world, SUPPORT, 3);
    deliver_one(&world).await;
    operations(&world)
}

async fn of_nightly_report() -> BTreeSet<String> {
    let start = local(CHICAGO, YESTERDAY.tomorrow().unwrap(), Time::constant(0, 30, 0, 0));
    let world = report_scene::started(World::builder(), CHICAGO, start, "").await;
    world.genesys.contact_centre(&json!({"until": YESTERDAY, "days": 2, "queues": 2, "conversations_per_day": 20}));
    night(&world, CHICAGO, YESTERDAY).await;
    operations(&world)
}

/// What the coverage page says of our clients was seen in a run.
#[tokio::test]
async fn the_functions_use_the_operations_that_the_coverage_page_names() {
    let mut seen = of_contact_sync().await;
    seen.extend(of_an_import().await);
    seen.extend(of_queue_capacity().await);
    seen.extend(of_nightly_report().await);
    let exercised: Value = serde_json::from_str(EXERCISED).unwrap();
    let said: BTreeSet<String> = serde_json::from_value(exercised["our_clients"].clone()).unwrap();
    let (unsaid, unseen): (Vec<_>, Vec<_>) = (seen.difference(&said).collect(), said.difference(&seen).collect());
    assert!(
        unsaid.is_empty() && unseen.is_empty(),
        "our_clients in tests/simulator/contract/exercised.json lacks {unsaid:?} and has too much {unseen:?}; \
         then SIMULATOR_COVERAGE=write cargo test -p simulator --test it coverage_page"
    );
}
