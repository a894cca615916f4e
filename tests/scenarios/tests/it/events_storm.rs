//! A thousand webhooks in no order, some twice and some forged, through both functions while the consumer is harmed at
//! every call it makes: the tables end at the newest loads, each event takes effect once, and nothing forged gets in.
//!
//! The senders, the queue and the event source mapping are the world's; the two functions are the real processes. The
//! first batches are watched, to learn which calls the consumer makes. Then one call in each batch is harmed, until the
//! first, a middle and the last call of each kind have been met by each kind of harm.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use platform::cloud_event::CloudEvent;
use scenarios::aws::sqs;
use scenarios::door::{Harm, Kind, Point};
use scenarios::webhook::{Delivery, KEY};
use scenarios::{Delivered, LambdaError, World};
use serde_json::{Value, json};

use crate::events_scene::{CALLS, CONSUMER, CONTACTS, assert_quiet, load as body_of, rows, started, tick, units};

/// Decides the order, the repeats and the forgeries. The same in every run, so that a red test stays red.
const SEED: u64 = 20_261_124;

/// Distinct events; some are sent twice, which makes a thousand deliveries together with the forged ones.
const EVENTS: usize = 750;
const REPEATED: usize = 150;
const FORGED: usize = 100;

/// How many places an event may come too late.
const LATE_BY: usize = 60;

/// Deliveries after which the consumer gets a batch.
const DELIVERIES_A_BATCH: usize = 6;

/// Between two batches. After four of them a table may be lowered again.
const BETWEEN_BATCHES: Duration = Duration::from_secs(10);

/// Batches in which nothing is harmed.
const WATCHED: usize = 12;

/// A message that was handed out so often is harmed no more: the queue would set it aside.
const RECEIVES_HARMED_MAX: u32 = sqs::RECEIVES_MAX - 2;

/// Messages that SQS hands out once more although they were deleted.
const HANDED_OUT_TWICE: usize = 40;

const QUEUES: [&str; 3] = ["queue-a", "queue-b", "queue-c"];

/// A load stays fresh for a day, because killed runs cost hours here; and every decrease is worth one.
const CONFIG: &str = r#"
stale_after_minutes = 1440
lease_seconds = 60
[[table-capacity.tables]]
name = "contacts"
queues = ["queue-a", "queue-b"]
max = 40000
hysteresis = 0.0
[[table-capacity.tables]]
name = "calls"
queues = ["queue-c"]
max = 40000
hysteresis = 0.0
"#;

/// Longer than the visibility time-out and the lease.
const PAST_A_KILL: Duration = Duration::from_secs(200);

/// DynamoDB gives one decrease an hour.
const AN_HOUR: Duration = Duration::from_secs(3_600);

/// What a forger says; nobody has so many conversations.
const FORGED_LOAD: i64 = 999_999;

const HARMS: [Harm; 3] = [Harm::KillBefore, Harm::KillAfter, Harm::LoseAnswer];

/// A load that a queue really had.
#[derive(Clone, Debug)]
struct Load {
    id: String,
    queue: &'static str,
    at: Timestamp,
    conversations: i64,
}

/// How a delivery is made without the key.
#[derive(Clone, Copy, Debug)]
enum Forgery {
    AnotherKey,
    ChangedBody,
    ChangedMoment,
    OldMoment,
    NoSignature,
}

const FORGERIES: [Forgery; 5] =
    [Forgery::AnotherKey, Forgery::ChangedBody, Forgery::ChangedMoment, Forgery::OldMoment, Forgery::NoSignature];

/// Everything that is sent, in the order in which it is sent.
struct Storm {
    loads: Vec<Load>,
    /// Index of the load, and how it is forged if it is.
    order: Vec<(usize, Option<Forgery>)>,
}

impl Storm {
    /// Three queues whose loads change every other second, ending at `now`, shuffled by `chance`: each event is late by
    /// up to [`LATE_BY`] others. Two events in a row have the same moment, and now and then the same queue. The loads
    /// rise on the whole, with steps down between: those are few a day, and something has to be changed all the time.
    fn of(now: Timestamp, chance: &mut fastrand::Rng) -> Self {
        let loads = (0..EVENTS).map(|number| Load {
            id: format!("event-{number:04}"),
            queue: QUEUES[chance.usize(..QUEUES.len())],
            at: now - Duration::from_secs(u64::try_from((EVENTS - 1 - number) / 2 * 2).unwrap()),
            conversations: 100 + i64::try_from(2 * number + number * 37 % 60).unwrap(),
        });
        let loads = loads.collect();
        let mut order: Vec<_> = (0..EVENTS).map(|index| (index, None)).collect();
        order.extend((0..REPEATED).map(|_| (chance.usize(..EVENTS), None)));
        let forged = |number| (chance.usize(..EVENTS), Some(FORGERIES[number % FORGERIES.len()]));
        order.extend((0..FORGED).map(forged));
        order.sort_by_cached_key(|(index, _)| index + chance.usize(..LATE_BY));
        Self { loads, order }
    }

    /// At the same moment the larger id counts.
    fn newest(&self, queue: &str) -> &Load {
        self.loads.iter().filter(|load| load.queue == queue).max_by_key(|load| (load.at, &load.id)).unwrap()
    }

    /// Read and write units that the newest loads of `queues` ask for.
    fn units(&self, queues: &[&str]) -> (i64, i64) {
        let conversations: i64 = queues.iter().map(|queue| self.newest(queue).conversations).sum();
        (conversations * 10, conversations * 5)
    }
}

fn body(load: &Load) -> String {
    body_of(&load.id, load.queue, load.conversations, load.at).to_string()
}

fn genuine(load: &Load, now: Timestamp) -> Delivery {
    Delivery::signed(KEY, &now.as_second().to_string(), body(load))
}

/// A delivery that says of a real event what is not so. Taken in, it would be its queue's newest load.
fn forged(load: &Load, forgery: Forgery, now: Timestamp) -> Delivery {
    let lie = body(&Load { conversations: FORGED_LOAD, at: now, ..load.clone() });
    let moment = now.as_second().to_string();
    let long_ago = (now - SignedDuration::from_hours(2)).as_second().to_string();
    match forgery {
        Forgery::AnotherKey => Delivery::signed("a key that somebody made up", &moment, lie),
        Forgery::ChangedBody => Delivery { body: lie.into_bytes(), ..genuine(load, now) },
        Forgery::OldMoment => Delivery::signed(KEY, &long_ago, lie),
        Forgery::ChangedMoment => {
            let mut delivery = Delivery::signed(KEY, &long_ago, lie);
            delivery.headers.insert("x-genesys-webhook-timestamp".to_owned(), moment);
            delivery
        }
        Forgery::NoSignature => {
            let mut delivery = Delivery::signed(KEY, &moment, lie);
            delivery.headers.remove("x-genesys-webhook-signature");
            delivery
        }
    }
}

/// A harm that is still to be done.
#[derive(Clone, Debug, PartialEq)]
struct Trap {
    kind: Kind,
    nth: usize,
    harm: Harm,
}

/// The first, a middle and the last call of each kind, each with each harm.
fn traps(made: &BTreeMap<Kind, usize>) -> VecDeque<Trap> {
    let mut traps = VecDeque::new();
    for harm in HARMS {
        for (kind, count) in made {
            let chosen: BTreeSet<usize> = [1, count.div_ceil(2), *count].into();
            traps.extend(chosen.into_iter().map(|nth| Trap { kind: kind.clone(), nth, harm: harm.clone() }));
        }
    }
    traps
}

/// What the consumer was handed, and where it was harmed.
#[derive(Default)]
struct Consumer {
    settled: BTreeSet<String>,
    bodies: Vec<String>,
    batches: usize,
    made: BTreeMap<Kind, usize>,
    open: VecDeque<Trap>,
    sprung: Vec<Trap>,
    rows: BTreeMap<String, (i64, String)>,
}

impl Consumer {
    /// One batch, with a harm if one is left.
    async fn batch(&mut self, world: &World) {
        let door = &world.function(CONSUMER).door;
        door.forget();
        let trap = if is_worn(world) { None } else { self.open.pop_front() };
        if trap.as_ref().is_some_and(|trap| trap.kind.service == "ssm") {
            world.function(CONSUMER).restart().await; // Only a new process reads its configuration.
        }
        if let Some(Trap { kind, nth, harm }) = trap.clone() {
            door.harm(Point::Nth(kind, nth), harm);
        }
        let delivered = world.deliver(sqs::CAPACITY, CONSUMER).await;
        door.calm();
        let Some(delivered) = delivered else {
            self.open.extend(trap);
            return;
        };
        let mut made: BTreeMap<Kind, usize> = BTreeMap::new();
        for call in door.calls() {
            *made.entry(call.kind).or_default() += 1;
        }
        if let Some(trap) = trap {
            self.spring(trap, &made, &delivered);
        }
        self.watch(made);
        self.note(world, &delivered);
        if !delivered.given_back.is_empty() {
            world.advance(PAST_A_KILL);
        }
    }

    /// The harm was done; or the batch made fewer calls of this kind, and another batch meets it at the last that it makes.
    fn spring(&mut self, trap: Trap, made: &BTreeMap<Kind, usize>, delivered: &Delivered) {
        let count = made.get(&trap.kind).copied().unwrap_or(0);
        if count < trap.nth {
            let next = Trap { nth: if count == 0 { trap.nth } else { count }, ..trap };
            if !self.sprung.contains(&next) && !self.open.contains(&next) {
                self.open.push_back(next);
            }
            return;
        }
        let is_dead = delivered.error.as_ref().is_some_and(LambdaError::is_exit);
        assert_eq!(is_dead, trap.harm != Harm::LoseAnswer, "{trap:?}: {:?}", delivered.error);
        self.sprung.push(trap);
    }

    fn watch(&mut self, made: BTreeMap<Kind, usize>) {
        self.batches += 1;
        let mut news = BTreeMap::new();
        for (kind, count) in made {
            if self.batches > WATCHED && !self.made.contains_key(&kind) {
                news.insert(kind.clone(), count);
            }
            let most = self.made.entry(kind).or_default();
            *most = count.max(*most);
        }
        self.open.extend(traps(if self.batches == WATCHED { &self.made } else { &news }));
    }

    /// A row moves forward or not at all, so no event can take effect a second time.
    fn note(&mut self, world: &World, delivered: &Delivered) {
        self.bodies.extend(delivered.batch.iter().map(|letter| letter.body.clone()));
        self.settled.extend(delivered.settled().map(|letter| CloudEvent::decode(&letter.body).unwrap().id));
        let now = newest_known(world);
        for (queue, before) in &self.rows {
            assert!(now[queue] >= *before, "{queue} went back from {before:?} to {:?}", now[queue]);
        }
        self.rows = now;
    }

    /// Until nothing is left, unharmed.
    async fn rest(&mut self, world: &World) {
        world.advance(PAST_A_KILL);
        while let Some(delivered) = world.deliver(sqs::CAPACITY, CONSUMER).await {
            assert_eq!(delivered.given_back, Vec::<String>::new(), "{}", delivered.log);
            self.note(world, &delivered);
        }
    }
}

/// Whether the next batch holds a message that was handed out often enough.
fn is_worn(world: &World) -> bool {
    let now_ms = world.clock().now_ms();
    let drawers = world.desk.open();
    drawers.queues[sqs::CAPACITY].next_batch(now_ms).iter().any(|letter| letter.receives >= RECEIVES_HARMED_MAX)
}

/// Moment and id of each queue's row.
fn newest_known(world: &World) -> BTreeMap<String, (i64, String)> {
    let text = |row: &Value, name: &str, kind: &str| row[name][kind].as_str().unwrap().to_owned();
    let entry = |row: &Value| {
        (text(row, "entity", "S"), (text(row, "at_ms", "N").parse::<i64>().unwrap(), text(row, "id", "S")))
    };
    rows(world, "order#").iter().map(entry).collect()
}

/// SQS may hand out a message again that was deleted.
fn hand_out_again(world: &World, chance: &mut fastrand::Rng, bodies: &[String]) {
    let now_ms = world.clock().now_ms();
    let mut drawers = world.desk.open();
    let queue = drawers.queues.get_mut(sqs::CAPACITY).unwrap();
    for number in 0..HANDED_OUT_TWICE {
        let body = &bodies[chance.usize(..bodies.len())];
        queue.send(body, Some(format!("again-{number}")), Some(format!("again-{number}")), now_ms).unwrap();
    }
}

/// Posts everything, and lets the consumer work in between; the accepted ids.
async fn play(world: &World, storm: &Storm, consumer: &mut Consumer) -> BTreeSet<String> {
    let mut accepted = BTreeSet::new();
    for (number, (index, forgery)) in storm.order.iter().enumerate() {
        let (load, now) = (&storm.loads[*index], world.clock().now());
        if let Some(forgery) = forgery {
            let posted = world.post(&forged(load, *forgery, now)).await;
            assert_eq!((posted.status, &posted.body), (401, &json!({"error": "Unauthorized"})), "{forgery:?}");
        } else {
            let posted = world.post(&genuine(load, now)).await;
            let is_repeat = !accepted.insert(load.id.clone());
            assert_eq!((posted.status, posted.body["duplicate"] == true), (200, is_repeat), "{posted:?}");
        }
        if number % DELIVERIES_A_BATCH == 0 {
            world.advance(BETWEEN_BATCHES);
            consumer.batch(world).await;
        }
    }
    accepted
}

fn tell(consumer: &Consumer) {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Trap { kind, nth, harm } in &consumer.sprung {
        told.entry(kind.to_string()).or_default().push(format!("{harm:?} #{nth}"));
    }
    println!("{} batches, {} harms", consumer.batches, consumer.sprung.len());
    told.iter().for_each(|(kind, harms)| println!("  {kind}: {}", harms.join(", ")));
}

#[tokio::test]
async fn a_thousand_events_in_any_order_end_at_the_newest_and_take_effect_once() {
    println!("seed {SEED}");
    let mut chance = fastrand::Rng::with_seed(SEED);
    let world = started(World::builder().config_from_parameter(), CONFIG).await;
    let storm = Storm::of(world.clock().now(), &mut chance);
    let mut consumer = Consumer::default();
    let accepted = play(&world, &storm, &mut consumer).await;
    hand_out_again(&world, &mut chance, &consumer.bodies);
    consumer.rest(&world).await;

    tell(&consumer);
    assert!(consumer.open.is_empty(), "harms that were never done: {:?}", consumer.open);
    let met: BTreeSet<String> = consumer.sprung.iter().map(|trap| trap.kind.to_string()).collect();
    for kind in [
        "ssm GetParameter",
        "dynamodb UpdateItem order",
        "dynamodb UpdateItem lock",
        "dynamodb UpdateTable",
        "monitoring",
    ] {
        assert!(met.iter().any(|made| made.starts_with(kind)), "no harm at {kind}: {met:?}");
    }
    assert_eq!(accepted.len(), EVENTS);
    assert_eq!(consumer.settled, accepted, "what the consumer took care of and what was accepted");
    let is_forged = |body: &String| {
        let data: Value = serde_json::from_slice(&CloudEvent::decode(body).unwrap().data).unwrap();
        data["metrics"]["conversationCount"] == FORGED_LOAD
    };
    assert!(!consumer.bodies.iter().any(is_forged), "a forged event reached the queue");
    for queue in QUEUES {
        let newest = storm.newest(queue);
        assert_eq!(newest_known(&world)[queue], (newest.at.as_millisecond(), newest.id.clone()));
    }
    settle(&world, &storm).await;
}

/// The schedule lowers what the budget held back; after that nothing moves, whatever comes again.
async fn settle(world: &World, storm: &Storm) {
    let wanted = [(CONTACTS, storm.units(&QUEUES[..2])), (CALLS, storm.units(&QUEUES[2..]))];
    for _ in 0..3 {
        world.advance(AN_HOUR);
        tick(world).await;
    }
    for (table, units_wanted) in wanted {
        assert_eq!(units(world, table), units_wanted, "{table}");
        let refused = world.desk.open().tables[table].refused.clone();
        assert!(refused.is_empty(), "{table} was asked for what it refuses: {refused:?}");
    }
    let again = genuine(storm.newest(QUEUES[0]), world.clock().now());
    assert_eq!(world.post(&again).await.body["duplicate"], true);
    assert_quiet(world).await;
}
