//! Whatever is sent, the answer is a documented one and nothing is changed.

use std::time::Duration;

use serde_json::{Value, json};
use webhook_receiver::WebhookReceiver;

use crate::desk::{Desk, hand_in, hand_in_text, now};
use crate::sender::{KEY, event, headers};

/// A relay's delivery, which needs no signature over its body.
pub fn relayed(body: &str) -> Value {
    event("/webhooks/relay", &headers(&[("x-cx-bridge-token", KEY)]), body.as_bytes())
}

async fn status(receiver: &WebhookReceiver, event: &Value) -> u64 {
    hand_in(receiver, event).await.status
}

fn part(changes: Value) -> Value {
    let mut body = json!({"id": "relay-1", "type": "routing.queue.stats", "time": now().to_string(), "entity": "q"});
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    relayed(&body.to_string())
}

#[tokio::test]
async fn each_kind_of_bad_input_has_its_answer_and_changes_nothing() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let long = "x".repeat(129);
    let far = (now().as_second() + 3_600).to_string();
    let cases = [
        ("no object", relayed("[1]"), 400),
        ("empty body", relayed(""), 400),
        ("truncated JSON", relayed(r#"{"id":"relay-1","#), 400),
        ("deep JSON", relayed(&format!("{{\"a\":{deep}}}")), 400),
        ("text", relayed("hunter2"), 400),
        ("id of another kind", part(json!({"id": {"a": 1}})), 400),
        ("empty id", part(json!({"id": ""})), 400),
        ("long id", part(json!({"id": long})), 400),
        ("type of another kind", part(json!({"type": true})), 400),
        ("type without a queue", part(json!({"type": "something.else"})), 400),
        ("no entity for a FIFO queue", part(json!({"entity": null})), 400),
        ("entity with a space", part(json!({"entity": "a b"})), 400),
        ("time of another kind", part(json!({"time": [1]})), 400),
        ("negative time", part(json!({"time": -1})), 400),
        ("huge time", part(json!({"time": u64::MAX})), 400),
        ("time in the future", part(json!({"time": far})), 400),
        ("unknown source", event("/webhooks/nobody", &headers(&[]), b"{}"), 404),
        ("no source", event("/webhooks/", &headers(&[]), b"{}"), 404),
        ("below a source", event("/webhooks/relay/x", &headers(&[]), b"{}"), 404),
        ("another path", event("/", &headers(&[]), b"{}"), 404),
        ("one MiB", relayed(&"x".repeat(1_048_576)), 413),
    ];
    for (what, event, expected) in cases {
        assert_eq!(status(&receiver, &event).await, expected, "{what}");
    }
    assert!(desk.known.open().messages.is_empty());
    assert_eq!(status(&receiver, &part(json!({}))).await, 200, "and what is right is taken in");
}

#[tokio::test]
async fn another_method_content_type_or_encoding_is_refused() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let mut get = part(json!({}));
    get["requestContext"]["http"]["method"] = "GET".into();
    assert_eq!(status(&receiver, &get).await, 404);
    for (name, value) in [("content-type", "text/plain"), ("content-type", ""), ("content-encoding", "gzip")] {
        let mut event = part(json!({}));
        event["headers"][name] = value.into();
        assert_eq!(status(&receiver, &event).await, 415, "{name}: {value}");
    }
}

#[tokio::test]
async fn what_does_not_come_from_an_http_api_is_answered_and_not_fatal() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    for text in [
        "{}",
        "[]",
        "null",
        "\"x\"",
        "1",
        r#"{"Records":[{"body":"x"}]}"#,
        r#"{"requestContext":{"http":{"method":5}}}"#,
    ] {
        assert_eq!(hand_in_text(&receiver, text, Duration::from_secs(10)).await.status, 400, "{text}");
    }
}

#[tokio::test]
async fn the_brake_of_size_comes_before_all_work_and_the_signature_before_the_json() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let unsigned_and_huge = event("/webhook", &headers(&[]), "x".repeat(300_000).as_bytes());
    assert_eq!(status(&receiver, &unsigned_and_huge).await, 413);
    assert_eq!(status(&receiver, &event("/webhook", &headers(&[]), b"no json")).await, 401);
    assert_eq!(desk.known.open().secret_reads, 1, "only the second one was worth a key");
}
