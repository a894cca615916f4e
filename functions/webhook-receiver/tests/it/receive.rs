//! Whole deliveries: confirmed before accepted, taken in once, refused without a trace.

use std::time::Duration;

use serde_json::json;

use crate::desk::{Answered, Desk, Fault, hand_in, hand_in_load, hand_in_text, now};
use crate::sender::{KEY, event, headers, hub, load, timestamped};

const CAPACITY: &str = "capacity.fifo";

#[tokio::test]
async fn a_signed_event_reaches_its_queue_with_its_raw_body_and_is_answered_with_its_id() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let (at, moment) = (now(), now().as_second().to_string());
    let body = load("queue-456", 150, at);
    let answer = hand_in(&receiver, &event("/webhooks/genesys", &timestamped(KEY, &moment, &body), &body)).await;
    // No type in the body and none in the path: this source has no default.
    assert_eq!((answer.status, answer.body), (400, json!({"error": "the event has no type"})));

    let answer = hand_in_load(&receiver, "/webhook", &body).await;
    let messages = desk.messages(CAPACITY);
    assert_eq!((answer.status, messages.len()), (200, 1));
    let message = &messages[0];
    assert_eq!(answer.body, json!({"accepted": true, "id": message.event.id}));
    assert!(message.event.id.starts_with("sha256-"), "an event without id is named by what was signed");
    assert_eq!(message.event.data, body);
    assert_eq!(message.event.source, "cx-bridge/webhooks/genesys");
    assert_eq!((message.event.event_type.as_str(), message.event.time), ("routing.queue.stats", at));
    assert_eq!(message.event.subject.as_deref(), Some("queue-456"));
    assert_eq!(message.group.as_deref(), Some("queue-456"));
    assert_eq!(message.deduplication, Some(format!("genesys:{}", message.event.id)));
    let kept: Vec<_> = message.event.headers.keys().map(String::as_str).collect();
    assert_eq!(kept, ["x-genesys-webhook-signature", "x-genesys-webhook-timestamp"]);
}

#[tokio::test]
async fn t20_a_repeat_is_called_a_duplicate_and_reaches_no_queue() {
    let desk = Desk::open().await;
    let (one, other) = (desk.receiver().await, desk.receiver().await);
    let body = load("queue-456", 150, now());
    let signed = event("/webhook", &timestamped(KEY, &now().as_second().to_string(), &body), &body);
    let first = hand_in(&one, &signed).await;
    for receiver in [&one, &other] {
        let repeat = hand_in(receiver, &signed).await;
        let mut expected = first.body.clone();
        expected["duplicate"] = true.into();
        assert_eq!((repeat.status, repeat.body), (200, expected));
    }
    assert_eq!(desk.messages(CAPACITY).len(), 1);
}

#[tokio::test]
async fn t24_a_repeat_after_three_days_is_still_a_duplicate() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let body = json!({"id": "message-1", "type": "Text"}).to_string().into_bytes();
    let signed = event("/webhooks/open-messaging", &hub(KEY, &body), &body);
    hand_in(&receiver, &signed).await;
    desk.ahead(3 * 24 * 3600);
    assert_eq!(hand_in(&receiver, &signed).await.body["duplicate"], true);
    assert_eq!(desk.messages("conversations").len(), 1);
}

#[tokio::test]
async fn while_another_invocation_is_at_it_a_repeat_is_told_to_come_back() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    // The message is stored, its confirmation lost twice: what became of it is not known until the deadline.
    desk.known.open().faults.extend([Fault::AnswerLost, Fault::AnswerLost]);
    let body = load("queue-456", 150, now());
    let signed = event("/webhook", &timestamped(KEY, &now().as_second().to_string(), &body), &body);
    assert_eq!(hand_in(&receiver, &signed).await.status, 503);
    let repeat = hand_in(&receiver, &signed).await;
    assert_eq!((repeat.status, repeat.body["duplicate"].is_null()), (503, true), "never called a duplicate");
    let wait: u64 = repeat.retry_after.unwrap().parse().unwrap();
    assert!((1..=11).contains(&wait), "{wait}");
    desk.ahead(i64::try_from(wait).unwrap());
    assert_eq!(hand_in(&receiver, &signed).await.body["accepted"], true);
    let ids: Vec<_> = desk.messages(CAPACITY).iter().map(|message| message.deduplication.clone()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "the FIFO queue drops what was stored before: {ids:?}");
}

#[tokio::test]
async fn nobody_hears_accepted_before_the_queue_has_confirmed_and_every_retry_succeeds() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let mut accepted = Vec::new();
    for number in 0..30 {
        let body = load("queue-456", number, now());
        let signed = event("/webhook", &timestamped(KEY, &now().as_second().to_string(), &body), &body);
        if number % 3 == 0 {
            desk.known.open().faults.extend([Fault::Busy, Fault::Busy]);
        }
        let mut answer = hand_in(&receiver, &signed).await;
        if number % 3 == 0 {
            assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("5")));
            answer = hand_in(&receiver, &signed).await;
        }
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        accepted.push(answer.body["id"].as_str().unwrap().to_owned());
    }
    let arrived: Vec<_> = desk.messages(CAPACITY).into_iter().map(|message| message.event.id).collect();
    assert_eq!(arrived, accepted, "none lost, none doubled, in order");
}

#[tokio::test]
async fn a_state_table_that_does_not_answer_means_come_back() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    desk.known.open().state_down = true;
    let body = load("queue-456", 150, now());
    assert_eq!(hand_in_load(&receiver, "/webhook", &body).await.status, 503);
    desk.known.open().state_down = false;
    assert_eq!(hand_in_load(&receiver, "/webhook", &body).await.status, 200);
    assert_eq!(desk.messages(CAPACITY).len(), 1);
}

#[tokio::test]
async fn an_invocation_without_time_left_answers_come_back() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let body = load("queue-456", 150, now());
    let signed = event("/webhook", &timestamped(KEY, &now().as_second().to_string(), &body), &body);
    assert_eq!(hand_in_text(&receiver, &signed.to_string(), Duration::ZERO).await.status, 503);
}

#[tokio::test]
async fn s01_a_changed_or_stale_delivery_is_refused_with_one_text_and_leaves_no_trace() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let body = load("queue-456", 150, now());
    let at = |seconds: i64| (now().as_second() + seconds).to_string();
    let mut answers: Vec<Answered> = Vec::new();
    for moment in [at(-3700), at(400)] {
        answers.push(hand_in(&receiver, &event("/webhook", &timestamped(KEY, &moment, &body), &body)).await);
    }
    let wrong_key = timestamped("another key altogether", &at(0), &body);
    answers.push(hand_in(&receiver, &event("/webhook", &wrong_key, &body)).await);
    answers.push(hand_in(&receiver, &event("/webhook", &timestamped(KEY, &at(0), &body), b"{}")).await);
    answers.push(hand_in(&receiver, &event("/webhook", &headers(&[]), &body)).await);
    // The same JSON in other bytes: what was signed is the text and not its meaning.
    let spaced = String::from_utf8(body.clone()).unwrap().replace(':', ": ").into_bytes();
    answers.push(hand_in(&receiver, &event("/webhook", &timestamped(KEY, &at(0), &body), &spaced)).await);
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (401, &json!({"error": "Unauthorized"})));
    }
    assert!(desk.known.open().messages.is_empty());
    // Nothing is remembered of them either: the genuine one is news.
    assert_eq!(hand_in_load(&receiver, "/webhook", &body).await.body.get("duplicate"), None);
}

#[tokio::test]
async fn s01_a_replay_within_the_window_takes_effect_once_and_outside_it_is_refused() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let body = load("queue-456", 150, now());
    let captured = event("/webhook", &timestamped(KEY, &now().as_second().to_string(), &body), &body);
    hand_in(&receiver, &captured).await;
    desk.ahead(3000);
    assert_eq!(hand_in(&receiver, &captured).await.body["duplicate"], true);
    desk.ahead(3700);
    assert_eq!(hand_in(&receiver, &captured).await.status, 401);
    assert_eq!(desk.messages(CAPACITY).len(), 1);
}

#[tokio::test]
async fn t49_a_body_that_api_gateway_encoded_is_verified_as_it_was_sent() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let body = b"{\"id\":\"message-\xc3\xa9\",\"text\":\"ol\xc3\xa1\"}".to_vec();
    let mut signed = event("/webhooks/open-messaging", &hub(KEY, &body), &body);
    let text = signed["body"].as_str().unwrap().to_owned();
    signed["body"] = base64(text.as_bytes()).into();
    signed["isBase64Encoded"] = true.into();
    // The id that was configured as entity has a letter that no name takes.
    assert_eq!(hand_in(&receiver, &signed).await.status, 400);
    let body = b"{\"text\":\"ol\xc3\xa1\"}".to_vec();
    let mut signed = event("/webhooks/open-messaging", &hub(KEY, &body), &body);
    signed["body"] = base64(&body).into();
    signed["isBase64Encoded"] = true.into();
    assert_eq!(hand_in(&receiver, &signed).await.status, 200);
    assert_eq!(desk.messages("conversations")[0].event.data, body);
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_fits_into_a_message_and_one_byte_more_is_refused() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let of_size = |bytes: usize| {
        let start = r#"{"text":""#;
        format!("{start}{}\"}}", "x".repeat(bytes - start.len() - 2)).into_bytes()
    };
    for (bytes, status) in [(262_144, 200), (262_145, 413)] {
        let body = of_size(bytes);
        assert_eq!(body.len(), bytes);
        let answer = hand_in(&receiver, &event("/webhooks/open-messaging", &hub(KEY, &body), &body)).await;
        assert_eq!(answer.status, status);
    }
    let messages = desk.messages("conversations");
    assert_eq!(messages[0].event.data.len(), 262_144);
    assert!(messages[0].bytes < 1_048_576, "{}", messages[0].bytes);
}

#[tokio::test]
async fn the_same_id_with_another_payload_is_malformed_and_not_lost_in_silence() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let send = |count: i64| {
        let body = json!({"id": "relay-1", "type": "routing.queue.stats", "entity": "q", "n": count}).to_string();
        event("/webhooks/relay", &headers(&[("x-cx-bridge-token", KEY)]), body.as_bytes())
    };
    assert_eq!(hand_in(&receiver, &send(1)).await.status, 200);
    let other = hand_in(&receiver, &send(2)).await;
    assert_eq!(
        (other.status, other.body),
        (400, json!({"error": "this event id was used before with another payload"}))
    );
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
