//! The way of an event through both functions: signed, taken in once, stored once, decided from what is newest.

use std::time::Duration;

use jiff::SignedDuration;
use platform::cloud_event::CloudEvent;
use scenarios::aws::sqs::{CAPACITY, PARTNER, RECEIVES_MAX};
use scenarios::door::{Harm, Kind, Point};
use scenarios::webhook::Delivery;
use serde_json::json;

use crate::events_scene::{
    CALLS, CONSUMER, CONTACTS, assert_quiet, changes, deliver, deliver_one, last_run, lengths, load, observe,
    past_visibility, rows, send, signed, tick, units, world,
};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn state_call(operation: &str) -> Kind {
    Kind { service: "dynamodb".to_owned(), operation: operation.to_owned() }
}

fn denied() -> Harm {
    Harm::Answer(400, json!({"__type": "com.amazon.coral.service#AccessDeniedException"}).to_string())
}

#[tokio::test]
async fn a_signed_webhook_sets_the_table_and_repeats_late_ones_and_forgeries_change_nothing() {
    let world = world().await;
    let earlier = world.clock().now() - SignedDuration::from_secs(60);
    let first = signed(&world, &load("e-2", "sales", 250, world.clock().now()));
    assert_eq!(world.post(&first).await.body, json!({"accepted": true, "id": "e-2"}));
    assert_eq!(deliver_one(&world).await.batch.len(), 1);
    assert_eq!((units(&world, CONTACTS), units(&world, CALLS)), ((2500, 1250), (5, 5)));

    assert_eq!(world.post(&first).await.body, json!({"accepted": true, "id": "e-2", "duplicate": true}));
    assert_eq!(lengths(&world, CAPACITY), (0, 0), "the repeat reached no queue");

    assert_eq!(world.post(&signed(&world, &load("e-1", "sales", 400, earlier))).await.status, 200);
    deliver_one(&world).await;
    assert_eq!(last_run(&world).skipped_by["older"], 1);

    let moment = world.clock().now().as_second().to_string();
    let body = load("e-3", "sales", 400, world.clock().now()).to_string();
    let forged = world.post(&Delivery::signed("a key that is not ours", &moment, body)).await;
    assert_eq!((forged.status, forged.body), (401, json!({"error": "Unauthorized"})));
    assert_eq!(lengths(&world, CAPACITY), (0, 0));

    assert_eq!(changes(&world), [(2500, 1250)]);
    assert_quiet(&world).await;
}

#[tokio::test]
async fn the_partner_bus_does_the_same_as_the_webhook_and_the_way_that_was_last_counts() {
    let world = world().await;
    let now = world.clock().now();
    observe(&world, "bus-1", ("sales", "voice"), 150, now);
    observe(&world, "bus-2", ("sales", "chat"), 100, now);
    observe(&world, "bus-3", ("nobodys", "voice"), 900, now);
    assert_eq!(deliver(&world, PARTNER).await.len(), 1);
    assert_eq!(units(&world, CONTACTS), (2500, 1250));
    assert_eq!(last_run(&world).skipped_by["unmapped"], 1);
    world.advance(Duration::from_secs(1));
    send(&world, "web-1", "sales", 300).await;
    deliver_one(&world).await;
    assert_eq!(changes(&world), [(2500, 1250), (3000, 1500)], "never both together");
    assert_quiet(&world).await;
}

/// The batch is done, and the word of it is lost: it comes again as a whole.
#[tokio::test]
async fn t20_a_batch_that_comes_again_takes_effect_once() {
    let world = world().await;
    for (id, queue) in [("e-1", "sales"), ("e-2", "support"), ("e-3", "billing")] {
        send(&world, id, queue, 200).await;
    }
    world.function(CONSUMER).door.harm(Point::Nth(state_call("PutItem run"), 1), Harm::KillAfter);
    let killed = world.deliver(CAPACITY, CONSUMER).await.expect("a batch");
    assert!(killed.error.as_ref().is_some_and(scenarios::LambdaError::is_exit), "{killed:?}");
    assert!(world.deliver(CAPACITY, CONSUMER).await.is_none(), "out of sight until the time-out");
    past_visibility(&world);
    let again = deliver_one(&world).await;
    assert!(again.batch.iter().all(|letter| letter.receives == 2), "{again:?}");
    assert_eq!(last_run(&world).skipped_by["repeated"], 3);
    assert_eq!((units(&world, CONTACTS), units(&world, CALLS)), ((4000, 2000), (2000, 1000)));
    assert_eq!(changes(&world).len(), 2);
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t21_one_bad_message_does_not_fail_its_batch_and_ends_in_the_dead_letters() {
    let world = world().await;
    send(&world, "e-1", "sales", 250).await;
    send(&world, "e-2", "support", -5).await;
    send(&world, "e-3", "billing", 250).await;
    let first = world.deliver(CAPACITY, CONSUMER).await.expect("a batch");
    assert_eq!((first.batch.len(), first.given_back.len()), (3, 1));
    assert_eq!((units(&world, CONTACTS), units(&world, CALLS)), ((2500, 1250), (2500, 1250)));
    for _ in 0..RECEIVES_MAX {
        past_visibility(&world);
        deliver(&world, CAPACITY).await;
    }
    assert_eq!(lengths(&world, CAPACITY), (0, 1));
    let dead = world.desk.open().queues.get_mut(CAPACITY).unwrap().dead.remove(0); // As a person does who corrected the sender.
    assert_eq!((dead.group.as_deref(), dead.receives), (Some("support"), RECEIVES_MAX));
    assert_eq!(rows(&world, "order#table-capacity#support").len(), 0);
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t22_after_a_load_that_was_not_stored_the_later_ones_of_its_group_wait_and_keep_their_order() {
    let world = world().await;
    for (id, queue, conversations) in
        [("e-1", "sales", 300), ("e-2", "sales", 350), ("e-3", "billing", 250), ("e-4", "sales", 200)]
    {
        send(&world, id, queue, conversations).await;
        world.advance(Duration::from_secs(1));
    }
    world.function(CONSUMER).door.harm(Point::Nth(state_call("UpdateItem order"), 1), denied());
    let first = world.deliver(CAPACITY, CONSUMER).await.expect("a batch");
    assert_eq!((first.batch.len(), first.given_back.len()), (4, 3), "{first:?}");
    let run = last_run(&world);
    assert_eq!((run.created, run.failed_by["refused"], run.failed_by["behind_a_failure"]), (1, 1, 2));
    assert_eq!((units(&world, CONTACTS), units(&world, CALLS)), ((5, 5), (2500, 1250)));
    past_visibility(&world);
    let again = deliver_one(&world).await;
    let ids: Vec<_> = again.batch.iter().map(|letter| CloudEvent::decode(&letter.body).unwrap().id).collect();
    assert_eq!(ids, ["e-1", "e-2", "e-4"]);
    assert_eq!((last_run(&world).created, units(&world, CONTACTS)), (3, (2000, 1000)));
    assert_quiet(&world).await;
}

/// What passes by itself is not what never will: nothing is acknowledged unstored, and nothing is set aside for it.
#[tokio::test]
async fn t23_a_state_table_that_is_away_costs_no_load_and_no_dead_letter() {
    let world = world().await;
    for (id, queue) in [("e-1", "sales"), ("e-2", "billing")] {
        send(&world, id, queue, 250).await;
    }
    let door = &world.function(CONSUMER).door;
    door.harm(Point::Every("UpdateItem order"), Harm::Answer(503, "{}".to_owned()));
    for _ in 0..2 {
        let delivered = world.deliver(CAPACITY, CONSUMER).await.expect("a batch");
        assert_eq!(delivered.given_back.len(), 2, "{delivered:?}");
        past_visibility(&world);
    }
    assert_eq!(changes(&world), []);
    door.calm();
    deliver_one(&world).await;
    assert_eq!((units(&world, CONTACTS), units(&world, CALLS)), ((2500, 1250), (2500, 1250)));
    assert_eq!(lengths(&world, CAPACITY), (0, 0));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t24_an_event_that_comes_again_days_later_changes_nothing() {
    let world = world().await;
    let then = world.clock().now();
    assert_eq!(world.post(&signed(&world, &load("e-1", "sales", 400, then))).await.status, 200);
    send(&world, "s-1", "support", 0).await;
    observe(&world, "bus-1", ("billing", "voice"), 400, then);
    deliver_one(&world).await;
    deliver(&world, PARTNER).await;

    world.advance(3 * DAY);
    send(&world, "e-2", "sales", 250).await;
    send(&world, "s-2", "support", 0).await;
    observe(&world, "bus-2", ("billing", "voice"), 250, world.clock().now());
    deliver_one(&world).await;
    deliver(&world, PARTNER).await;
    let (before, made) = (rows(&world, "order#"), changes(&world));

    // Signed anew, as a sender does that gives every try a signature of its own.
    let repeat = world.post(&signed(&world, &load("e-1", "sales", 400, then))).await;
    assert_eq!((repeat.status, &repeat.body["duplicate"]), (200, &json!(true)));
    observe(&world, "bus-1", ("billing", "voice"), 400, then);
    observe(&world, "sent-again-under-another-id", ("billing", "voice"), 400, then);
    deliver(&world, PARTNER).await;
    assert_eq!(last_run(&world).skipped_by["older"], 2);
    assert_eq!((lengths(&world, CAPACITY), rows(&world, "order#"), changes(&world)), ((0, 0), before, made));
    assert_eq!((units(&world, CONTACTS), units(&world, CALLS)), ((2500, 1250), (2500, 1250)));
    assert_quiet(&world).await;
}

/// At the same moment the larger id wins, in whichever order the two arrive.
#[tokio::test]
async fn t25_out_of_order_and_equal_times_end_at_the_same_load() {
    for order in [["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"]] {
        let world = world().await;
        let at = world.clock().now();
        for id in order {
            let conversations = match id {
                "a" => 300,
                "b" => 200,
                _ => 250,
            };
            observe(&world, &format!("event-{id}"), ("billing", "voice"), conversations, at);
            deliver(&world, PARTNER).await;
        }
        tick(&world).await;
        assert_eq!(units(&world, CALLS), (2500, 1250), "{order:?}");
        assert_eq!(rows(&world, "order#table-capacity#billing")[0]["id"]["S"], "event-c");
        assert_quiet(&world).await;
    }
}
