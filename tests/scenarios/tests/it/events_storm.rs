//! A thousand webhooks in no order, some twice and some forged, through both functions while the consumer is killed at
//! every call it makes: the tables end at the newest loads, and nothing forged got past the door.
//!
//! The senders, the queue and the event source mapping are the world's; the two functions are the real processes. The
//! consumer is harmed at one call of one kind in one batch after another, until each kind of call has been met by each
//! kind of harm.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use platform::cloud_event::CloudEvent;
use scenarios::World;
use scenarios::aws::{Provisioned, sqs};
use scenarios::door::{Harm, Kind, Point};
use scenarios::webhook::{Delivery, KEY};
use serde_json::{Value, json};

const SEED: u64 = 20_261_124;

/// Distinct events; some are sent twice, which makes a thousand deliveries together with the forged ones.
const EVENTS: usize = 750;
const REPEATED: usize = 150;
const FORGED: usize = 100;

/// How many places an event may come too late.
const LATE_BY: usize = 300;

/// Messages that SQS hands out once more although they were deleted.
const HANDED_OUT_TWICE: usize = 40;

const CONSUMER: &str = "table-capacity";
const QUEUES: [&str; 3] = ["queue-a", "queue-b", "queue-c"];

/// `wide` follows two queues and `narrow` one. A load stays fresh for a day, because killed runs cost hours here.
const CONFIG: &str = r#"
stale_after_minutes = 1440
throttle_window_minutes = 0
lease_seconds = 60
[[table-capacity.tables]]
name = "wide"
queues = ["queue-a", "queue-b"]
max = 40000
[[table-capacity.tables]]
name = "narrow"
queues = ["queue-c"]
max = 40000
"#;

/// Longer than the visibility time-out and the lease.
const PAST_A_KILL: Duration = Duration::from_secs(200);

/// DynamoDB gives one decrease an hour.
const PAST_AN_HOUR: Duration = Duration::from_secs(3_700);

const HARMS: [Harm; 3] = [Harm::KillBefore, Harm::KillAfter, Harm::LoseAnswer];

/// A load that a queue really had.
#[derive(Clone, Debug)]
struct Load {
    id: String,
    queue: &'static str,
    at: Timestamp,
    conversations: i64,
}

/// Everything that is sent, in the order in which it is sent.
struct Storm {
    loads: Vec<Load>,
    /// Index of the load, and whether it is forged.
    order: Vec<(usize, bool)>,
}

impl Storm {
    /// Three queues whose loads change every second, ending at `now`, shuffled by `chance`: each event is late by up to
    /// [`LATE_BY`] others.
    fn of(now: Timestamp, chance: &mut fastrand::Rng) -> Self {
        let load = |number: usize| Load {
            id: format!("event-{number:04}"),
            queue: QUEUES[number % QUEUES.len()],
            at: now - Duration::from_secs(u64::try_from(EVENTS - number).unwrap()),
            conversations: 100 + i64::try_from(number * 37 % 900).unwrap(),
        };
        let mut order: Vec<_> = (0..EVENTS).map(|index| (index, false)).collect();
        order.extend((0..REPEATED).map(|_| (chance.usize(..EVENTS), false)));
        order.extend((0..FORGED).map(|_| (chance.usize(..EVENTS), true)));
        order.sort_by_cached_key(|(index, _)| index + chance.usize(..LATE_BY));
        Self { loads: (0..EVENTS).map(load).collect(), order }
    }

    fn newest(&self, queue: &str) -> &Load {
        self.loads.iter().filter(|load| load.queue == queue).max_by_key(|load| load.at).unwrap()
    }

    /// Read and write units that the newest loads of `queues` ask for.
    fn units(&self, queues: &[&str]) -> (i64, i64) {
        let conversations: i64 = queues.iter().map(|queue| self.newest(queue).conversations).sum();
        (conversations * 10, conversations * 5)
    }
}

fn delivery(load: &Load, is_forged: bool, now: Timestamp) -> Delivery {
    let (id, conversations) = match is_forged {
        true => (format!("forged-{}", load.id), 999_999),
        false => (load.id.clone(), load.conversations),
    };
    let body = json!({
        "eventId": id, "event": "routing.queue.stats", "timestamp": load.at.to_string(),
        "queue": {"id": load.queue}, "metrics": {"conversationCount": conversations},
    });
    let key = if is_forged { "a key that somebody made up" } else { KEY };
    Delivery::signed(key, &now.as_second().to_string(), body.to_string())
}

/// What the consumer was handed, and where harm was already done.
#[derive(Default)]
struct Consumed {
    ids: BTreeSet<String>,
    batches: usize,
    /// A batch that was harmed comes again unharmed: the queue sets aside what fails too often.
    may_harm: bool,
    known: BTreeSet<Kind>,
    harmed: BTreeMap<Kind, usize>,
    tried: BTreeMap<Kind, usize>,
}

impl Consumed {
    /// The next call to harm: of a kind that not every harm has met yet, and that was least often tried.
    fn next_harm(&self) -> Option<(Kind, Harm)> {
        let is_open = |kind: &&Kind| count(&self.harmed, kind) < HARMS.len();
        let kind = self.known.iter().filter(is_open).min_by_key(|kind| count(&self.tried, kind))?;
        Some((kind.clone(), HARMS[count(&self.harmed, kind)].clone()))
    }

    /// One batch, harmed if there is a harm left to do and the one before was not.
    async fn batch(&mut self, world: &World) -> bool {
        let door = &world.function(CONSUMER).door;
        door.forget();
        let harm = self.next_harm().filter(|_| self.may_harm);
        if let Some((kind, harm)) = harm.clone() {
            *self.tried.entry(kind.clone()).or_default() += 1;
            door.harm(Point::Nth(kind, 1), harm);
        }
        let Some(delivered) = world.deliver(sqs::CAPACITY, CONSUMER).await else { return false };
        self.batches += 1;
        self.known.extend(door.calls().into_iter().map(|call| call.kind));
        let was_harmed = !door.harmed().is_empty() && harm.is_some();
        door.calm();
        self.may_harm = !was_harmed;
        if let Some((kind, _)) = harm.filter(|(kind, _)| door.calls().iter().any(|call| call.kind == *kind)) {
            *self.harmed.entry(kind).or_default() += 1;
        }
        self.ids.extend(delivered.settled().map(|letter| event_id(&letter.body)));
        if was_harmed || !delivered.given_back.is_empty() {
            world.advance(PAST_A_KILL);
        }
        true
    }

    /// Until nothing is left, unharmed.
    async fn rest(&mut self, world: &World) {
        world.function(CONSUMER).door.calm();
        world.advance(PAST_A_KILL);
        while let Some(delivered) = world.deliver(sqs::CAPACITY, CONSUMER).await {
            assert_eq!(delivered.given_back, Vec::<String>::new(), "{}", delivered.log);
            self.ids.extend(delivered.settled().map(|letter| event_id(&letter.body)));
        }
    }
}

fn count(counts: &BTreeMap<Kind, usize>, kind: &Kind) -> usize {
    counts.get(kind).copied().unwrap_or(0)
}

fn event_id(body: &str) -> String {
    CloudEvent::decode(body).unwrap().id
}

fn units(world: &World, table: &str) -> (i64, i64) {
    world.desk.open().tables[table].units
}

fn changes(world: &World) -> usize {
    world.desk.open().tables.values().map(|table| table.changes.len()).sum()
}

/// Moment, id and value of each queue's row.
fn order_rows(world: &World) -> BTreeMap<String, (String, String, String)> {
    let rows = world.state_rows();
    let is_order = |row: &&Value| row["pk"]["S"].as_str().unwrap().starts_with("order#");
    let part = |row: &Value, name: &str, kind: &str| row[name][kind].as_str().unwrap().to_owned();
    let entry = |row: &Value| {
        (part(row, "entity", "S"), (part(row, "at_ms", "N"), part(row, "id", "S"), part(row, "value", "N")))
    };
    rows.iter().filter(is_order).map(entry).collect()
}

/// SQS may hand out a message again that was deleted.
fn hand_out_again(world: &World, chance: &mut fastrand::Rng, settled: &[String]) {
    let now_ms = world.clock().now_ms();
    let mut drawers = world.desk.open();
    let queue = drawers.queues.get_mut(sqs::CAPACITY).unwrap();
    for number in 0..HANDED_OUT_TWICE {
        let body = &settled[chance.usize(..settled.len())];
        queue.send(body, Some(format!("again-{number}")), Some(format!("again-{number}")), now_ms).unwrap();
    }
}

/// Posts everything, and lets the consumer work in between; the accepted ids and their messages.
async fn play(world: &World, storm: &Storm, consumed: &mut Consumed) -> (BTreeSet<String>, Vec<String>) {
    let (mut accepted, mut bodies) = (BTreeSet::new(), Vec::new());
    for (number, (index, is_forged)) in storm.order.iter().enumerate() {
        let load = &storm.loads[*index];
        let posted = world.post(&delivery(load, *is_forged, world.clock().now())).await;
        let is_repeat = accepted.contains(&load.id);
        match is_forged {
            true => assert_eq!((posted.status, &posted.body), (401, &json!({"error": "Unauthorized"}))),
            false => assert_eq!((posted.status, posted.body["duplicate"] == true), (200, is_repeat), "{posted:?}"),
        }
        if !is_forged && accepted.insert(load.id.clone()) {
            let drawers = world.desk.open();
            bodies.push(drawers.queues[sqs::CAPACITY].letters.last().unwrap().body.clone());
        }
        if number % 6 == 5 {
            consumed.batch(world).await;
        }
    }
    (accepted, bodies)
}

#[tokio::test]
async fn a_thousand_events_in_any_order_end_at_the_newest_and_take_effect_once() {
    println!("seed {SEED}");
    let mut chance = fastrand::Rng::with_seed(SEED);
    let world = World::builder().functions(&["webhook-receiver", CONSUMER]).config_of(CONSUMER, CONFIG).start().await;
    for table in ["wide", "narrow"] {
        world.desk.open().tables.insert(table.to_owned(), Provisioned::with(5, 5));
    }
    let storm = Storm::of(world.clock().now(), &mut chance);
    let mut consumed = Consumed::default();
    let (accepted, bodies) = play(&world, &storm, &mut consumed).await;
    hand_out_again(&world, &mut chance, &bodies);
    consumed.rest(&world).await;

    println!("{} batches, harm done: {:?}", consumed.batches, consumed.harmed);
    let met: Vec<String> = consumed.harmed.keys().map(ToString::to_string).collect();
    for kind in
        ["dynamodb UpdateItem order", "dynamodb UpdateItem lock", "dynamodb DescribeTable", "dynamodb UpdateTable"]
    {
        assert!(met.iter().any(|made| made.starts_with(kind)), "no harm at {kind}: {met:?}");
    }
    assert!(consumed.next_harm().is_none(), "not every kind of call was met by every harm: {:?}", consumed.harmed);
    assert_eq!(accepted.len(), EVENTS);
    assert!(consumed.ids.is_superset(&accepted), "an accepted event never reached the consumer");
    assert!(!consumed.ids.iter().any(|id| id.starts_with("forged-")), "a forged event reached a queue");
    for queue in QUEUES {
        let newest = storm.newest(queue);
        let row = (newest.at.as_millisecond().to_string(), newest.id.clone(), newest.conversations.to_string());
        assert_eq!(order_rows(&world)[queue], row);
    }
    settle(&world, &storm).await;
}

/// The schedule lowers what the budget held back; after that nothing moves, whatever comes again.
async fn settle(world: &World, storm: &Storm) {
    let wanted = [("wide", storm.units(&QUEUES[..2])), ("narrow", storm.units(&QUEUES[2..]))];
    for _ in 0..8 {
        world.advance(PAST_AN_HOUR);
        world.function(CONSUMER).invoke(&json!({})).await.report();
    }
    for (table, units_wanted) in wanted {
        assert_eq!(units(world, table), units_wanted, "{table}");
    }
    let (before, rows) = (changes(world), order_rows(world));
    let again = delivery(storm.newest(QUEUES[0]), false, world.clock().now());
    assert_eq!(world.post(&again).await.body["duplicate"], true);
    world.function(CONSUMER).invoke(&json!({})).await.report();
    assert_eq!((changes(world), order_rows(world)), (before, rows), "a second run changes something");
}
