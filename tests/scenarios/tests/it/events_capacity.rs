//! When a table is set, and when not: the decisions of the consumer against a DynamoDB that refuses what AWS refuses.

use std::time::Duration;

use scenarios::World;
use scenarios::aws::Provisioned;
use scenarios::aws::sqs::{CAPACITY, PARTNER};
use scenarios::door::{Harm, Kind, Point};

use crate::events_scene::{
    CALLS, CONSUMER, CONTACTS, assert_quiet, changes, deliver, deliver_one, last_run, lengths, observe, send, tick,
    units, world,
};

fn table<T>(world: &World, change: impl FnOnce(&mut Provisioned) -> T) -> T {
    change(world.desk.open().tables.get_mut(CONTACTS).expect("the table"))
}

/// The load of the one queue that reports, by the bus.
async fn report(world: &World, number: usize, conversations: i64) {
    observe(world, &format!("event-{number:04}"), ("sales", "voice"), conversations, world.clock().now());
    deliver(world, PARTNER).await;
}

#[tokio::test]
async fn a_decrease_that_had_to_wait_is_made_by_the_schedule_without_another_event() {
    let world = world().await;
    send(&world, "e-1", "billing", 250).await;
    deliver_one(&world).await;
    world.advance(Duration::from_secs(10));
    send(&world, "e-2", "billing", 120).await;
    let held = deliver_one(&world).await;
    assert!(held.log.contains("because the last update was only just made"), "{}", held.log);
    assert_eq!(units(&world, CALLS), (2500, 1250), "it settles first");
    let report = tick(&world).await;
    assert_eq!((report.updated, units(&world, CALLS)), (1, (1200, 600)), "{report:?}");
    assert_quiet(&world).await;
}

/// One table follows two queues: the one that never reported holds what would be lowered, and not what is raised.
#[tokio::test]
async fn a_queue_that_never_reported_is_not_read_as_zero() {
    let world = world().await;
    table(&world, |table| *table = Provisioned::with(2000, 1000));
    send(&world, "e-1", "sales", 120).await;
    deliver_one(&world).await;
    assert_eq!((units(&world, CONTACTS), last_run(&world).skipped_by["stale"]), ((2000, 1000), 1));
    send(&world, "e-2", "support", 0).await;
    deliver_one(&world).await;
    assert_eq!(units(&world, CONTACTS), (1200, 600));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t40_decreases_stay_within_the_budget_and_no_call_is_refused() {
    let world = world().await;
    send(&world, "support-is-empty", "support", 0).await;
    deliver_one(&world).await;
    for round in 0..30 {
        report(&world, 2 * round, 300).await;
        world.advance(Duration::from_secs(5 * 60));
        send(&world, &format!("empty-{round}"), "support", 0).await;
        deliver_one(&world).await;
        report(&world, 2 * round + 1, 100).await;
        world.advance(Duration::from_secs(5 * 60));
    }
    let (decreases, refused) = table(&world, |table| (table.decreases_ms.len(), table.refused.clone()));
    // Five hours: four at once and one an hour, and those of a second day where midnight lies between.
    assert!((6..=14).contains(&decreases), "{decreases}");
    assert!(refused.is_empty(), "each call was known to be allowed: {refused:?}");

    // Up again, and down when the next one is due.
    report(&world, 98, 300).await;
    assert_eq!(units(&world, CONTACTS), (3000, 1500), "raising never waits");
    world.advance(Duration::from_secs(3600));
    send(&world, "empty-at-last", "support", 0).await;
    report(&world, 99, 100).await;
    deliver_one(&world).await;
    assert_eq!(units(&world, CONTACTS), (1000, 500));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t41_five_minutes_of_updating_cost_no_message_and_end_at_the_newest_load() {
    let world = world().await;
    table(&world, |table| table.updates_take = Duration::from_secs(6 * 60));
    send(&world, "e-1", "sales", 250).await;
    deliver_one(&world).await;
    for number in 2..6 {
        world.advance(Duration::from_secs(10));
        send(&world, &format!("e-{number}"), "sales", 250 + 10 * number).await;
        deliver_one(&world).await;
        assert_eq!(last_run(&world).skipped_by["updating"], 1);
    }
    assert_eq!((lengths(&world, CAPACITY), changes(&world)), ((0, 0), vec![(2500, 1250)]));
    let report = tick(&world).await;
    assert_eq!((report.updated, report.skipped_by.get("updating")), (0, Some(&1)), "{report:?}");
    let report = tick(&world).await;
    assert_eq!((report.updated, units(&world, CONTACTS)), (1, (3000, 1500)), "{report:?}");
    assert_eq!(table(&world, |table| table.refused.clone()), [""; 0]);
    tick(&world).await;
    assert_quiet(&world).await;
}

/// It became busy between the description and the call: nothing is wrong, and the next run sets it.
#[tokio::test]
async fn t41_a_table_that_somebody_else_changes_meanwhile_is_set_by_the_next_run() {
    let world = world().await;
    let busy = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceInUseException"}"#;
    let call = Kind { service: "dynamodb".to_owned(), operation: "UpdateTable".to_owned() };
    world.function(CONSUMER).door.harm(Point::Nth(call, 1), Harm::Answer(400, busy.to_owned()));
    send(&world, "e-1", "sales", 250).await;
    deliver_one(&world).await;
    assert_eq!((last_run(&world).skipped_by["updating"], changes(&world)), (1, vec![]));
    assert_eq!(tick(&world).await.updated, 1);
    assert_eq!(units(&world, CONTACTS), (2500, 1250));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t41_a_table_on_demand_is_refused_with_the_reason_and_the_others_are_set() {
    let world = world().await;
    table(&world, |table| *table = Provisioned::on_demand());
    send(&world, "e-1", "sales", 250).await;
    send(&world, "e-2", "billing", 250).await;
    deliver_one(&world).await;
    let run = last_run(&world);
    assert_eq!((run.skipped_by["on_demand"], run.updated), (1, 1));
    assert!(run.warnings[0].starts_with("contacts: the table is paid per request"), "{:?}", run.warnings);
    assert_eq!((changes(&world), table(&world, |table| table.refused.clone())), (vec![(2500, 1250)], vec![]));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t41_a_load_that_asks_for_what_is_there_causes_no_call() {
    let world = world().await;
    for number in 0..3 {
        send(&world, &format!("e-{number}"), "billing", 250).await;
        deliver_one(&world).await;
    }
    let calls = world.function(CONSUMER).door.count(|kind| kind.operation == "UpdateTable");
    assert_eq!((calls, changes(&world)), (1, vec![(2500, 1250)]));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t42_a_table_that_turns_requests_away_is_not_lowered_until_it_stopped() {
    let world = world().await;
    send(&world, "e-1", "billing", 250).await;
    deliver_one(&world).await;
    world.advance(Duration::from_secs(60));
    world.desk.open().is_throttled = true;
    send(&world, "e-2", "billing", 120).await;
    deliver_one(&world).await;
    assert_eq!((units(&world, CALLS), last_run(&world).skipped_by["throttled"]), ((2500, 1250), 1));
    world.desk.open().is_throttled = false;
    assert_eq!(tick(&world).await.updated, 1);
    assert_eq!(units(&world, CALLS), (1200, 600));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t43_zero_conversations_lead_to_the_floor_and_never_to_zero() {
    let world = world().await;
    send(&world, "e-1", "billing", 250).await;
    deliver_one(&world).await;
    world.advance(Duration::from_secs(60));
    send(&world, "e-2", "billing", 0).await;
    deliver_one(&world).await;
    assert_eq!((units(&world, CALLS), changes(&world)), ((5, 5), vec![(2500, 1250), (5, 5)]));
    assert_quiet(&world).await;
}

/// Done, and the answer was lost: the next run reads it and sends nothing.
#[tokio::test]
async fn an_update_whose_answer_was_lost_is_read_back_and_not_sent_again() {
    let world = world().await;
    let call = Kind { service: "dynamodb".to_owned(), operation: "UpdateTable".to_owned() };
    world.function(CONSUMER).door.harm(Point::Nth(call, 1), Harm::LoseAnswer);
    send(&world, "e-1", "billing", 250).await;
    deliver_one(&world).await;
    assert_eq!((last_run(&world).failed_by["no_answer"], changes(&world)), (1, vec![(2500, 1250)]));
    assert_quiet(&world).await;
    assert_eq!(table(&world, |table| table.refused.clone()), [""; 0]);
}
