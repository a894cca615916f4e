//! What the scenarios of events stand on: a world of receiver and consumer, loads as senders and the partner bus write
//! them, and the ways of time.

use std::time::Duration;

use jiff::Timestamp;
use platform::report::RunReport;
use scenarios::aws::Provisioned;
use scenarios::aws::sqs::{CAPACITY, PARTNER, VISIBILITY};
use scenarios::webhook::{Delivery, KEY, Posted};
use scenarios::{Delivered, World, WorldBuilder};
use serde_json::{Value, json};

pub const RECEIVER: &str = "webhook-receiver";
pub const CONSUMER: &str = "table-capacity";

/// The table of most stories; it follows the queues `sales` and `support`.
pub const CONTACTS: &str = "contacts";

/// Another one, which follows the queue `billing`.
pub const CALLS: &str = "calls";

const TABLES: &str = r#"
[[table-capacity.tables]]
name = "contacts"
queues = ["sales", "support"]
[[table-capacity.tables]]
name = "calls"
queues = ["billing"]
"#;

/// The schedule of the consumer.
const TICK: Duration = Duration::from_secs(5 * 60);

/// More batches than any story has.
const BATCHES_MAX: usize = 100;

/// Both functions, and both tables with the fewest units they may have.
pub async fn world() -> World {
    started(World::builder(), TABLES).await
}

/// The same with another log or seed, and these rows of tables.
pub async fn started(builder: WorldBuilder, tables: &str) -> World {
    let world = builder.functions(&[RECEIVER, CONSUMER]).config_of(CONSUMER, tables).start().await;
    for table in [CONTACTS, CALLS] {
        world.desk.open().tables.insert(table.to_owned(), Provisioned::with(5, 5));
    }
    world
}

/// The same with the usual tables.
pub async fn started_as_usual(builder: WorldBuilder) -> World {
    started(builder, TABLES).await
}

/// What a sender says about the load of a queue.
pub fn load(id: &str, queue: &str, conversations: impl Into<Value>, at: Timestamp) -> Value {
    json!({
        "eventId": id, "event": "routing.queue.stats", "timestamp": at, "queue": {"id": queue},
        "metrics": {"conversationCount": conversations.into()},
    })
}

/// A webhook with this body, signed now.
pub fn signed(world: &World, body: &Value) -> Delivery {
    signed_text(world, &body.to_string())
}

/// The same with a body that need not be JSON.
pub fn signed_text(world: &World, body: &str) -> Delivery {
    Delivery::signed(KEY, &world.clock().now().as_second().to_string(), body)
}

/// Sends the load of a queue at this moment, and hears that it was accepted.
pub async fn send(world: &World, id: &str, queue: &str, conversations: i64) -> Posted {
    let posted = world.post(&signed(world, &load(id, queue, conversations, world.clock().now()))).await;
    assert!(posted.is_accepted(), "{posted:?}");
    posted
}

/// An event of the partner bus about one media type of a queue, as a rule puts it on its queue.
pub fn observe(world: &World, id: &str, (queue, media): (&str, &str), conversations: i64, at: Timestamp) {
    let metric = |name: &str, count: i64| json!({"metric": name, "stats": {"count": count}});
    let metrics = [metric("oWaiting", conversations / 3), metric("oInteracting", conversations - conversations / 3)];
    let event = json!({
        "version": "0", "id": id, "detail-type": "v2.analytics.queues.{id}.observations", "region": "us-east-1",
        "source": "aws.partner/genesys.com/cloud/11111111-2222-4333-8444-555555555555/main", "time": at,
        "account": "000000000000", "resources": [],
        "detail": {
            "topicName": format!("v2.analytics.queues.{queue}.observations"), "version": "2", "timestamp": at,
            "eventBody": {"group": {"queueId": queue, "mediaType": media}, "data": [{"metrics": metrics}]},
        },
    });
    put(world, PARTNER, &event.to_string());
}

/// Puts a text on a standard queue as it is.
pub fn put(world: &World, queue: &str, text: &str) {
    let now_ms = world.clock().now_ms();
    let mut drawers = world.desk.open();
    drawers.queues.get_mut(queue).unwrap().send(text, None, None, now_ms).unwrap();
}

/// Gives the consumer batch after batch until none can be handed out at this moment.
pub async fn deliver(world: &World, queue: &str) -> Vec<Delivered> {
    let mut all = Vec::new();
    while let Some(delivered) = world.deliver(queue, CONSUMER).await {
        all.push(delivered);
        assert!(all.len() < BATCHES_MAX, "{queue} does not become empty");
    }
    all
}

/// One batch of the capacity queue, nothing of which may come back.
pub async fn deliver_one(world: &World) -> Delivered {
    let delivered = world.deliver(CAPACITY, CONSUMER).await.expect("a batch");
    assert!(delivered.given_back.is_empty() && delivered.error.is_none(), "{delivered:?}");
    delivered
}

/// What was given back is there again.
pub fn past_visibility(world: &World) {
    world.advance(VISIBILITY);
}

/// Five minutes pass, and the schedule fires.
pub async fn tick(world: &World) -> RunReport {
    world.advance(TICK);
    world.function(CONSUMER).invoke(&json!({})).await.report()
}

/// The second run does nothing, and there is nothing left to hand out.
pub async fn assert_quiet(world: &World) {
    let before = changes(world);
    let report = tick(world).await;
    assert_eq!((report.updated, report.failed), (0, 0), "{report:?}");
    for queue in [CAPACITY, PARTNER] {
        assert!(deliver(world, queue).await.is_empty(), "{queue} holds something");
    }
    assert_eq!(changes(world), before);
}

/// Read and write units of a table.
pub fn units(world: &World, table: &str) -> (i64, i64) {
    world.desk.open().tables[table].units
}

/// Every change of both tables.
pub fn changes(world: &World) -> Vec<(i64, i64)> {
    world.desk.open().tables.values().flat_map(|table| table.changes.clone()).collect()
}

/// The result of the consumer's newest run, as its history has it.
pub fn last_run(world: &World) -> RunReport {
    let rows = rows(world, "run#table-capacity");
    let newest = rows.iter().max_by_key(|row| row["sk"]["S"].as_str().unwrap().to_owned()).expect("a run");
    serde_json::from_str(newest["result"]["S"].as_str().unwrap()).unwrap()
}

/// State rows of one family.
pub fn rows(world: &World, family: &str) -> Vec<Value> {
    let rows = world.state_rows().into_iter();
    rows.filter(|row| row["pk"]["S"].as_str().is_some_and(|key| key.starts_with(family))).collect()
}

/// How many messages lie in a queue, and how many were set aside.
pub fn lengths(world: &World, queue: &str) -> (usize, usize) {
    let drawers = world.desk.open();
    (drawers.queues[queue].letters.len(), drawers.queues[queue].dead.len())
}
