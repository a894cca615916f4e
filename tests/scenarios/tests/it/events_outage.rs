//! A queue that is down in bursts, and a receiver that dies: who was not told 2xx repeats and succeeds, and what was told
//! 2xx is not lost.
//!
//! Senders repeat as they are told to: after `Retry-After`, or after five seconds where there was no such answer, with
//! the delivery and the signature of the first time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use platform::cloud_event::CloudEvent;
use scenarios::World;
use scenarios::aws::sqs::CAPACITY;
use scenarios::door::{Call, Harm, Kind, Point};
use scenarios::webhook::Delivery;

use crate::events_scene::{
    CALLS, CONTACTS, RECEIVER, assert_quiet, changes, deliver, deliver_one, last_run, lengths, load, send, signed,
    tick, units, world,
};

/// Decides when the queue is down, and how. The same in every run, so that a red test stays red.
const SEED: u64 = 4;

/// Events in the story of bursts.
const EVENTS: usize = 150;

/// The most deliveries in a row that meet a queue that is down.
const BURST_MAX: usize = 12;

/// Tries of one sender; more than any claim that a dead invocation left behind can cost.
const TRIES_MAX: usize = 6;

/// What a sender waits where nobody tells it.
const UNTOLD: Duration = Duration::from_secs(5);

fn send_message() -> Kind {
    Kind { service: "sqs".to_owned(), operation: "SendMessage".to_owned() }
}

fn refusal(status: u16, code: &str) -> Harm {
    Harm::Answer(status, format!(r#"{{"__type":"com.amazonaws.sqs#{code}"}}"#))
}

/// Each way in which a queue can be down. Of a pair the first try of the receiver meets the first one.
fn outages() -> Vec<(&'static str, Vec<Harm>)> {
    vec![
        ("does not answer", vec![Harm::LoseCall]),
        ("stores and does not answer", vec![Harm::LoseAnswer]),
        ("503", vec![refusal(503, "ServiceUnavailable")]),
        ("500", vec![refusal(500, "InternalFailure")]),
        ("throttles", vec![refusal(400, "RequestThrottled")]),
        ("refuses", vec![refusal(403, "AccessDeniedException")]),
        ("stores without an answer, then 503", vec![Harm::LoseAnswer, refusal(503, "ServiceUnavailable")]),
        ("stores without an answer, then refuses", vec![Harm::LoseAnswer, refusal(403, "AccessDeniedException")]),
    ]
}

fn break_queue(world: &World, harms: &[Harm]) {
    let door = &world.function(RECEIVER).door;
    door.calm();
    door.forget();
    match harms {
        [harm] => door.harm(Point::Every("sqs SendMessage"), harm.clone()),
        harms => {
            for (number, harm) in harms.iter().enumerate() {
                door.harm(Point::Nth(send_message(), number + 1), harm.clone());
            }
        }
    }
}

/// Repeats until the answer is 2xx; how many tries it took.
async fn until_accepted(world: &World, delivery: &Delivery) -> usize {
    for tries in 1..=TRIES_MAX {
        let posted = world.post(delivery).await;
        if posted.is_accepted() {
            return tries;
        }
        assert!([500, 503].contains(&posted.status), "a refusal that no repeat can mend: {posted:?}");
        let told = posted.retry_after.map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
        world.advance(told.unwrap_or(UNTOLD));
    }
    panic!("not accepted after {TRIES_MAX} tries");
}

/// The events on the queue, each with the number of its messages.
fn on_queue(world: &World) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for letter in &world.desk.open().queues[CAPACITY].letters {
        *counts.entry(CloudEvent::decode(&letter.body).unwrap().id).or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn each_way_of_being_down_is_told_to_come_back_and_costs_and_doubles_nothing() {
    for (number, (what, harms)) in outages().iter().enumerate() {
        let world = world().await;
        let id = format!("event-{number}");
        let delivery = signed(&world, &load(&id, "sales", 250, world.clock().now()));
        break_queue(&world, harms);
        let first = world.post(&delivery).await;
        assert_eq!((first.status, first.retry_after.as_deref()), (503, Some("5")), "{what}: {first:?}");

        // Where something may have been stored, nobody else begins before this invocation could have ended.
        let may_be_stored = !on_queue(&world).is_empty();
        world.function(RECEIVER).door.calm();
        let second = world.post(&delivery).await;
        if may_be_stored {
            assert_eq!((second.status, second.body["duplicate"].is_null()), (503, true), "{what}: {second:?}");
        }
        if !second.is_accepted() {
            until_accepted(&world, &delivery).await;
        }
        assert_eq!(on_queue(&world), [(id, 1)].into(), "{what}");
        assert_eq!(world.post(&delivery).await.body["duplicate"], true, "{what}");
        deliver_one(&world).await;
        assert_eq!(changes(&world), [(2500, 1250)], "{what}");
        assert_quiet(&world).await;
    }
}

/// The queue remembers a deduplication id for five minutes. A sender that is later than that puts a second message there.
#[tokio::test]
async fn t20_a_repeat_that_the_queue_no_longer_knows_takes_effect_once() {
    let world = world().await;
    let delivery = signed(&world, &load("event-1", "sales", 250, world.clock().now()));
    break_queue(&world, &[Harm::LoseAnswer]);
    assert_eq!(world.post(&delivery).await.status, 503);
    world.function(RECEIVER).door.calm();
    deliver_one(&world).await;
    send(&world, "event-2", "sales", 300).await;
    deliver_one(&world).await;
    world.advance(Duration::from_secs(6 * 60));
    assert_eq!(until_accepted(&world, &delivery).await, 1);
    assert_eq!(on_queue(&world), [("event-1".to_owned(), 1)].into());
    deliver_one(&world).await;
    assert_eq!(last_run(&world).skipped_by["older"], 1);
    assert_eq!(changes(&world), [(2500, 1250), (3000, 1500)]);
    assert_quiet(&world).await;
}

/// Two phases: the queue is down again and again, and then it is up.
struct Story {
    chance: fastrand::Rng,
    waiting: Vec<(String, Delivery)>,
    accepted: BTreeSet<String>,
    refused: usize,
    left_of_burst: usize,
    bursts: BTreeMap<&'static str, usize>,
}

impl Story {
    /// Begins or ends a burst now and then.
    fn weather(&mut self, world: &World) {
        let outages = outages();
        match self.left_of_burst {
            0 if self.chance.usize(..10) < 3 => {
                let (what, harms) = &outages[self.chance.usize(..outages.len())];
                *self.bursts.entry(what).or_default() += 1;
                self.left_of_burst = self.chance.usize(1..=BURST_MAX);
                break_queue(world, harms);
            }
            0 => {}
            1 => {
                self.left_of_burst = 0;
                world.function(RECEIVER).door.calm();
            }
            _ => self.left_of_burst -= 1,
        }
    }

    async fn post(&mut self, world: &World, id: String, delivery: Delivery) {
        let posted = world.post(&delivery).await;
        if posted.is_accepted() {
            self.accepted.insert(id);
        } else {
            assert_eq!(posted.status, 503, "{posted:?}");
            self.refused += 1;
            self.waiting.push((id, delivery));
        }
    }
}

#[tokio::test]
async fn bursts_of_a_dead_queue_lose_nothing_and_every_sender_succeeds_in_the_end() {
    println!("seed {SEED}");
    let world = world().await;
    let mut story = Story {
        chance: fastrand::Rng::with_seed(SEED),
        waiting: Vec::new(),
        accepted: BTreeSet::new(),
        refused: 0,
        left_of_burst: 0,
        bursts: BTreeMap::new(),
    };
    for number in 0..EVENTS {
        world.advance(Duration::from_secs(1));
        story.weather(&world);
        let (id, queue) = (format!("event-{number:03}"), ["sales", "support", "billing"][number % 3]);
        let conversations = 100 + i64::try_from(number).unwrap();
        let delivery = signed(&world, &load(&id, queue, conversations, world.clock().now()));
        story.post(&world, id, delivery).await;
        if number % 4 == 3 && !story.waiting.is_empty() {
            let (id, delivery) = story.waiting.remove(0);
            story.post(&world, id, delivery).await;
        }
        if number % 25 == 24 {
            deliver(&world, CAPACITY).await;
        }
    }
    println!("{} refusals in the bursts {:?}, {} wait", story.refused, story.bursts, story.waiting.len());
    assert!(story.refused >= 30 && !story.waiting.is_empty(), "the queue was hardly ever down");

    world.function(RECEIVER).door.calm();
    for (id, delivery) in std::mem::take(&mut story.waiting) {
        until_accepted(&world, &delivery).await;
        story.accepted.insert(id);
    }
    deliver(&world, CAPACITY).await;
    assert_eq!(story.accepted.len(), EVENTS);
    world.advance(Duration::from_secs(60));
    tick(&world).await;
    // The last one of each queue: 147, 148 and 149.
    assert_eq!((units(&world, CONTACTS), units(&world, CALLS)), ((4000, 2000), (2490, 1245)));
    assert_eq!(lengths(&world, CAPACITY), (0, 0));
    assert_quiet(&world).await;
}

/// Every call of the receiver's one delivery, from a cold start.
async fn calls_of_one_delivery() -> Vec<Call> {
    let world = world().await;
    send(&world, "event-1", "sales", 250).await;
    deliver_one(&world).await;
    world.function(RECEIVER).door.calls()
}

#[tokio::test]
async fn a_receiver_that_dies_at_any_call_loses_and_doubles_nothing() {
    let calls = calls_of_one_delivery().await;
    let kinds: Vec<_> = calls.iter().map(|call| call.kind.to_string()).collect();
    let expected = ["GetSecretValue", "UpdateItem seen", "SendMessage", "UpdateItem seen"];
    assert!(kinds.len() == 4 && kinds.iter().zip(expected).all(|(kind, part)| kind.ends_with(part)), "{kinds:?}");
    for call in calls {
        for harm in [Harm::KillBefore, Harm::KillAfter, Harm::LoseCall, Harm::LoseAnswer] {
            let place = format!("{} #{} {harm:?}", call.kind, call.nth);
            let world = world().await;
            let delivery = signed(&world, &load("event-1", "sales", 250, world.clock().now()));
            world.function(RECEIVER).door.harm(Point::Nth(call.kind.clone(), call.nth), harm.clone());
            let first = world.post(&delivery).await;
            assert_eq!(world.function(RECEIVER).door.harmed().len(), 1, "{place}: the call was never made");
            let dies = matches!(harm, Harm::KillBefore | Harm::KillAfter);
            assert_eq!(first.status, if dies { 500 } else { 200 }, "{place}: {first:?}");
            if dies {
                let tries = until_accepted(&world, &delivery).await;
                println!("{place}: accepted at try {}", 1 + tries);
            }
            assert_eq!(on_queue(&world), [("event-1".to_owned(), 1)].into(), "{place}");
            assert_eq!(world.post(&delivery).await.body["duplicate"], true, "{place}");
            deliver_one(&world).await;
            assert_eq!(changes(&world), [(2500, 1250)], "{place}");
            assert_quiet(&world).await;
        }
    }
}
