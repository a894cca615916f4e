//! Which messages are understood, and what becomes of the others.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};
use table_capacity::message::{Ignored, Message, Poison, decode};

use crate::scene::now;

/// A delivery of the webhook receiver.
fn webhook(body: Value) -> Value {
    raw_webhook(body.to_string().as_bytes())
}

fn raw_webhook(body: &[u8]) -> Value {
    json!({
        "specversion": "1.0", "id": "event-1", "source": "cx-bridge/webhooks/genesys", "type": "routing.queue.stats",
        "time": "2026-11-24T09:59:30Z", "subject": "queue-1", "datacontenttype": "application/json",
        "cxheaders": "{}", "data_base64": STANDARD.encode(body),
    })
}

/// An event of the partner bus about the voice conversations of a queue.
fn partner(data: Value) -> Value {
    json!({
        "version": "0", "id": "event-2", "detail-type": "v2.analytics.queues.{id}.observations",
        "source": "aws.partner/genesys.com/cloud/11111111-2222-4333-8444-555555555555/main",
        "account": "123456789012", "time": "2026-11-24T09:59:40Z", "region": "us-east-1", "resources": [],
        "detail": {
            "topicName": "v2.analytics.queues.queue-1.observations", "version": "2",
            "eventBody": {"group": {"queueId": "queue-1", "mediaType": "voice"}, "data": data},
            "metadata": {}, "timestamp": "2026-11-24T09:59:35.120Z",
        },
    })
}

fn metric(name: &str, count: Value) -> Value {
    json!({"metric": name, "stats": {"count": count}})
}

/// What a message says, in a line.
fn read(message: Value) -> String {
    match decode(&message.to_string(), now()) {
        Ok(Message::Load(event)) => {
            let observation = &event.observation;
            format!("{} {} at {} by {}", event.entity(), observation.value, observation.at, observation.id)
        }
        Ok(Message::Ignored(ignored)) => format!("ignored: {}", ignored.name()),
        Err(poison) => format!("poison: {poison:?}"),
    }
}

#[test]
fn a_webhook_says_count_and_time_in_its_body() {
    let body = json!({"metrics": {"conversationCount": 250}, "timestamp": "2026-11-24T09:59:00Z"});
    assert_eq!(read(webhook(body)), "queue-1 250 at 2026-11-24T09:59:00Z by event-1");
    let in_milliseconds = json!({"metrics": {"conversationCount": 0}, "timestamp": 1_795_514_340_000_i64});
    assert_eq!(read(webhook(in_milliseconds)), "queue-1 0 at 2026-11-24T09:59:00Z by event-1");
}

#[test]
fn a_body_without_time_takes_the_deliverys_and_one_without_subject_names_its_queue() {
    let mut message = webhook(json!({"metrics": {"conversationCount": 250}, "queue": {"id": "queue-2"}}));
    assert_eq!(read(message.clone()), "queue-1 250 at 2026-11-24T09:59:30Z by event-1");
    message.as_object_mut().unwrap().remove("subject");
    assert_eq!(read(message), "queue-2 250 at 2026-11-24T09:59:30Z by event-1");
}

#[test]
fn an_observation_is_what_waits_plus_what_is_held() {
    let listed =
        json!([{"interval": "i", "metrics": [metric("oWaiting", json!(7)), metric("oInteracting", json!(50))]}]);
    let expected = "queue-1/voice 57 at 2026-11-24T09:59:35.12Z by event-2";
    assert_eq!(read(partner(listed)), expected);
    let flat =
        json!([metric("oWaiting", json!(7)), metric("oInteracting", json!(50.0)), metric("oOnQueueUsers", json!(9))]);
    assert_eq!(read(partner(flat)), expected);
}

#[test]
fn an_observation_about_something_else_is_acknowledged() {
    assert_eq!(read(partner(json!([metric("oOnQueueUsers", json!(9))]))), "ignored: no_load");
    assert_eq!(read(partner(json!([metric("oWaiting", json!(9))]))), "ignored: incomplete");
    let both = json!([metric("oWaiting", json!(1)), metric("oInteracting", json!(2))]);
    let mut shared_screen = partner(both.clone());
    shared_screen["detail"]["eventBody"]["group"]["mediaType"] = "screenshare".into();
    assert_eq!(read(shared_screen), "ignored: other_media");
    let mut ended = partner(both.clone());
    ended["detail-type"] = "v2.detail.events.conversation.{id}.customer.end".into();
    assert_eq!(read(ended), "ignored: other_event");
    let mut foreign = partner(both);
    foreign["source"] = "aws.partner/example.com/genesys".into();
    assert_eq!(read(foreign), "ignored: other_event");
}

#[test]
fn the_topic_names_the_queue_where_the_body_does_not() {
    let mut message = partner(json!([metric("oWaiting", json!(1)), metric("oInteracting", json!(2))]));
    message["detail"]["eventBody"]["group"] = json!({"mediaType": "chat"});
    assert_eq!(read(message.clone()), "queue-1/chat 3 at 2026-11-24T09:59:35.12Z by event-2");
    message["detail"]["topicName"] = "v2.analytics.queues.{id}.observations".into();
    assert_eq!(read(message), "poison: NoQueue");
}

#[test]
fn a_count_that_is_none_is_poison_and_never_zero() {
    let counts =
        [json!(null), json!(-1), json!(1.5), json!("250"), json!([250]), json!(1_000_001), json!(1e300), json!({})];
    for count in counts {
        assert_eq!(read(webhook(json!({"metrics": {"conversationCount": count}}))), "poison: NoCount", "{count}");
        let observed = json!([metric("oWaiting", count.clone()), metric("oInteracting", json!(1))]);
        assert_eq!(read(partner(observed)), "poison: NoCount", "{count}");
    }
    for body in [json!({}), json!({"metrics": null}), json!({"metrics": []}), json!({"metrics": {}})] {
        assert_eq!(read(webhook(body)), "poison: NoCount");
    }
}

#[test]
fn a_time_that_cannot_be_right_is_poison() {
    let at = |stamp: Value| read(webhook(json!({"metrics": {"conversationCount": 1}, "timestamp": stamp})));
    assert_eq!(at(json!("2026-11-24T10:05:01Z")), "poison: FromTheFuture");
    assert!(at(json!("2026-11-24T10:05:00Z")).starts_with("queue-1 1 "));
    assert_eq!(at(json!("yesterday")), "poison: NoTime", "the delivery's time does not stand in for a broken one");
}

#[test]
fn broken_bodies_and_envelopes_are_poison() {
    for text in ["", "{", "null", "[]", "\"text\"", "{}", r#"{"metrics":{"conversationCount":5}}"#] {
        assert_eq!(decode(text, now()), Err(Poison::NoEnvelope), "{text}");
    }
    for body in ["", "{", "[1]", "text"] {
        assert_eq!(read(raw_webhook(body.as_bytes())), "poison: NoBody", "{body}");
    }
    let mut message = webhook(json!({"metrics": {"conversationCount": 1}}));
    message["id"] = "x".repeat(300).into();
    assert_eq!(read(message), "poison: NoId");
}

#[test]
fn a_body_of_a_megabyte_is_read() {
    let body = json!({"metrics": {"conversationCount": 5}, "note": "x".repeat(700_000)});
    assert!(read(webhook(body)).starts_with("queue-1 5 "));
}

#[test]
fn reasons_show_nothing_of_the_message() {
    let secret = "ana@example.com";
    for poison in [Poison::NoEnvelope, Poison::NoBody, Poison::NoCount, Poison::NoTime, Poison::NoQueue] {
        assert!(!poison.to_string().contains('@'));
    }
    let error = decode(secret, now()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains(secret));
    assert_eq!(Ignored::NoLoad.name(), "no_load");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_decoder_fail_otherwise_than_by_saying_so(text in ".{0,300}", body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&text, now());
        let _ = decode(&raw_webhook(&body).to_string(), now());
    }

    #[test]
    fn every_load_in_range_arrives_as_it_is(count in 0..=1_000_000_i64) {
        let expected = format!("queue-1 {count} at 2026-11-24T09:59:30Z by event-1");
        prop_assert_eq!(read(webhook(json!({"metrics": {"conversationCount": count}}))), expected);
    }
}
