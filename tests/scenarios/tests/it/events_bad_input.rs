//! Whatever is sent has its documented answer, changes nothing, and leaves nothing of itself in a log.

use jiff::SignedDuration;
use platform::cloud_event::CloudEvent;
use scenarios::World;
use scenarios::aws::sqs::{CAPACITY, CONVERSATIONS, PARTNER, RECEIVES_MAX};
use scenarios::webhook::{Delivery, KEY};
use serde_json::{Value, json};

use crate::events_scene::{
    CONTACTS, assert_quiet, changes, deliver, deliver_one, last_run, lengths, load, past_visibility, put, rows, send,
    signed, signed_text, started_as_usual, units, world,
};

/// In every body: must not be found in anything that the functions leave behind.
const PERSON: &str = "Zuleica Quixabeira";

const MIB: usize = 1_048_576;
const BODY_BYTES_MAX: usize = 262_144;

/// A world that logs everything.
async fn talkative() -> World {
    let world = started_as_usual(World::builder().log("trace")).await;
    world.keep_private(PERSON);
    world
}

/// An ordinary load, with these members instead, and with a person's name.
fn changed(world: &World, changes: &Value) -> Value {
    let mut body = load("e-1", "sales", 250, world.clock().now());
    body["callerName"] = PERSON.into();
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    body
}

/// A body of exactly this size that asks for 2500 units.
fn of_size(world: &World, id: &str, bytes: usize) -> String {
    let mut body = load(id, "sales", 250, world.clock().now());
    body["note"] = "".into();
    let rest = bytes - body.to_string().len();
    body["note"] = "x".repeat(rest).into();
    body.to_string()
}

fn refused_requests(world: &World) -> Vec<(&'static str, Delivery, u16)> {
    let good = || signed(world, &changed(world, &json!({})));
    let header = |name: &str, value: &str| {
        let mut delivery = good();
        delivery.headers.insert(name.to_owned(), value.to_owned());
        delivery
    };
    let to = |path: &str| Delivery { path: path.to_owned(), ..good() };
    let with = |changes: Value| signed(world, &changed(world, &changes));
    let text = |text: &str| signed_text(world, text);
    let whole = changed(world, &json!({})).to_string();
    let in_an_hour = world.clock().now() + SignedDuration::from_hours(1);
    let mut not_text = good();
    not_text.body = [b"{\"callerName\":\"", PERSON.as_bytes(), b"\xff\xfe\"}"].concat();
    let moment = world.clock().now().as_second().to_string();
    vec![
        ("empty body", text(""), 400),
        ("truncated JSON", text(&whole[..whole.len() - 9]), 400),
        ("no object", text(&format!("[\"{PERSON}\"]")), 400),
        ("no JSON", text(PERSON), 400),
        ("deep JSON", text(&format!("{{\"a\":{}{}}}", "[".repeat(5000), "]".repeat(5000))), 400),
        ("no queue", with(json!({"queue": null})), 400),
        ("queue of another kind", with(json!({"queue": {"id": [PERSON]}})), 400),
        ("queue with a space", with(json!({"queue": {"id": PERSON}})), 400),
        ("type of another kind", with(json!({"event": {"name": PERSON}})), 400),
        ("type without a queue", with(json!({"event": "something.else"})), 400),
        ("long id", with(json!({"eventId": "x".repeat(129)})), 400),
        ("id of another kind", with(json!({"eventId": [PERSON]})), 400),
        ("time of another kind", with(json!({"timestamp": PERSON})), 400),
        ("time in the future", with(json!({"timestamp": in_an_hour})), 400),
        ("one MiB", text(&of_size(world, "e-2", MIB)), 413),
        ("one byte too many", text(&of_size(world, "e-3", BODY_BYTES_MAX + 1)), 413),
        ("another content type", header("content-type", "text/plain"), 415),
        ("no content type", header("content-type", ""), 415),
        ("packed", header("content-encoding", "gzip"), 415),
        ("unknown source", to("/webhooks/nobody"), 404),
        ("another path", to("/"), 404),
        ("not signed", header("x-genesys-webhook-signature", PERSON), 401),
        ("signed for another body", not_text, 401),
        ("signed twice", header("x-genesys-webhook-signature", "YQ==,YQ=="), 401),
        ("without moment", header("x-genesys-webhook-timestamp", PERSON), 401),
        ("signed by somebody else", Delivery::signed("another key altogether", &moment, whole), 401),
    ]
}

#[tokio::test]
async fn each_bad_request_has_its_answer_and_changes_nothing() {
    let world = talkative().await;
    let before = world.state_rows();
    for (what, delivery, status) in refused_requests(&world) {
        let posted = world.post(&delivery).await;
        assert_eq!(posted.status, status, "{what}: {posted:?}");
        let answer = posted.body.to_string();
        assert!(!answer.contains(PERSON) && !answer.contains(KEY), "{what}: {answer}");
    }
    assert_eq!(world.state_rows(), before, "not even remembered");
    for queue in [CAPACITY, CONVERSATIONS, PARTNER] {
        assert_eq!(lengths(&world, queue), (0, 0), "{queue}");
    }
    assert_eq!(changes(&world), []);

    let good = world.post(&signed(&world, &changed(&world, &json!({})))).await;
    assert_eq!(good.status, 200, "and none of them stands in the way of a good one: {good:?}");
    deliver_one(&world).await;
    assert_eq!(units(&world, CONTACTS), (2500, 1250));
    assert_quiet(&world).await;
}

/// What a load may not be. The receiver takes it in, because it does not read loads; the consumer gives it back.
fn wrong_counts() -> Vec<Value> {
    vec![
        json!(-1),
        json!(null),
        json!(1_000_001),
        json!(u64::MAX),
        json!(1e300),
        json!(1.5),
        json!("250"),
        json!([250]),
        json!({"n": 250}),
        json!(true),
    ]
}

#[tokio::test]
async fn a_load_that_cannot_be_right_ends_in_the_dead_letters_and_is_never_read_as_a_number() {
    let world = talkative().await;
    world.desk.open().tables.get_mut(CONTACTS).unwrap().units = (2000, 1000);
    let counts = wrong_counts();
    for (number, count) in counts.iter().enumerate() {
        let body = changed(&world, &json!({"eventId": format!("e-{number}"), "metrics": {"conversationCount": count}}));
        assert_eq!(world.post(&signed(&world, &body)).await.status, 200, "{count}");
    }
    for (number, metrics) in [json!(null), json!([]), json!({}), json!(PERSON)].into_iter().enumerate() {
        let body = changed(&world, &json!({"eventId": format!("f-{number}"), "metrics": metrics}));
        assert_eq!(world.post(&signed(&world, &body)).await.status, 200);
    }
    let sent = counts.len() + 4;
    // A batch holds ten of one group, and the next ones wait for them.
    for _ in 0..=RECEIVES_MAX * 2 {
        deliver(&world, CAPACITY).await;
        past_visibility(&world);
    }
    assert_eq!((lengths(&world, CAPACITY), rows(&world, "order#").len(), changes(&world)), ((0, sent), 0, vec![]));
    assert!(world.log().contains("the number of conversations is absent, or no whole number"), "{}", world.log());
    send(&world, "good", "sales", 250).await;
    deliver_one(&world).await;
    assert_eq!(units(&world, CONTACTS), (2500, 1250), "the queue is free again");
    world.desk.open().queues.get_mut(CAPACITY).unwrap().dead.clear(); // As a person does who corrected the sender.
    assert_quiet(&world).await;
}

#[tokio::test]
async fn messages_of_the_bus_that_make_no_sense_end_in_the_dead_letters() {
    let world = talkative().await;
    let observation = |body: Value| {
        json!({
            "version": "0", "id": "bus-1", "detail-type": "v2.analytics.queues.{id}.observations", "resources": [],
            "source": "aws.partner/genesys.com/cloud/org/main", "time": world.clock().now(),
            "detail": {"topicName": "v2.analytics.queues.sales.observations", "eventBody": body},
        })
    };
    let metric = |name: &str, count: Value| json!({"metric": name, "stats": {"count": count}, "note": PERSON});
    let group = json!({"queueId": "sales", "mediaType": "voice"});
    let data = |count: Value| json!([{"metrics": [metric("oWaiting", count), metric("oInteracting", json!(1))]}]);
    let whole = observation(json!({"group": group, "data": data(json!(1))})).to_string();
    let wrong = [
        "{".to_owned(),
        PERSON.to_owned(),
        whole[..whole.len() - 5].to_owned(),
        observation(json!(PERSON)).to_string(),
        observation(json!({"group": group, "data": data(json!(-1))})).to_string(),
        observation(json!({"group": group, "data": data(json!("7"))})).to_string(),
        format!("\"{}\"", "x".repeat(MIB - 2)),
    ];
    let nothing_of_ours = [
        observation(json!({"group": group, "data": []})).to_string(),
        observation(json!({"group": {"queueId": "nobodys", "mediaType": "voice"}, "data": data(json!(1))})).to_string(),
        observation(json!({"group": {"queueId": "sales", "mediaType": PERSON}, "data": data(json!(1))})).to_string(),
    ];
    for text in wrong.iter().chain(&nothing_of_ours) {
        put(&world, PARTNER, text);
    }
    for _ in 0..=RECEIVES_MAX {
        deliver(&world, PARTNER).await;
        past_visibility(&world);
    }
    assert_eq!(
        (lengths(&world, PARTNER), rows(&world, "order#").len(), changes(&world)),
        ((0, wrong.len()), 0, vec![])
    );
    world.desk.open().queues.get_mut(PARTNER).unwrap().dead.clear();
    assert_quiet(&world).await;
}

#[tokio::test]
async fn the_load_of_a_queue_that_no_table_follows_is_acknowledged_and_not_kept() {
    let world = talkative().await;
    let body = changed(&world, &json!({"queue": {"id": "nobodys"}}));
    assert_eq!(world.post(&signed(&world, &body)).await.status, 200);
    deliver_one(&world).await;
    assert_eq!(last_run(&world).skipped_by["unmapped"], 1);
    assert_eq!((rows(&world, "order#").len(), changes(&world)), (0, vec![]));
    assert_quiet(&world).await;
}

/// From the address to the consumer, which gets ten of them in one batch.
#[tokio::test]
async fn a_body_of_exactly_the_limit_travels_to_the_consumer_byte_by_byte_and_one_byte_more_is_refused() {
    let world = world().await;
    let bodies: Vec<_> = (0..10).map(|number| of_size(&world, &format!("e-{number}"), BODY_BYTES_MAX)).collect();
    for body in &bodies {
        assert_eq!((body.len(), world.post(&signed_text(&world, body)).await.status), (BODY_BYTES_MAX, 200));
    }
    let one_more = of_size(&world, "e-10", BODY_BYTES_MAX + 1);
    let refused = world.post(&signed_text(&world, &one_more)).await;
    assert_eq!((refused.status, refused.body), (413, json!({"error": "the body is larger than 262144 bytes"})));

    let delivered = deliver_one(&world).await;
    assert_eq!(delivered.batch.len(), 10);
    for (letter, body) in delivered.batch.iter().zip(&bodies) {
        let event = CloudEvent::decode(&letter.body).unwrap();
        assert!(event.data == body.as_bytes(), "{} arrived changed", event.id);
        assert!(letter.body.len() < MIB / 2, "base64 and envelope leave room: {}", letter.body.len());
    }
    assert_eq!((units(&world, CONTACTS), last_run(&world).created), ((2500, 1250), 10));
    assert_quiet(&world).await;
}
