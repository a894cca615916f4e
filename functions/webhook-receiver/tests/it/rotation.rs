//! Keys: changed without a restart and without one refused event, and never a flood of readings.

use serde_json::{Value, json};

use crate::desk::{Desk, hand_in, now};
use crate::sender::{KEY, event, load, timestamped};

const NEW_KEY: &str = "the key that comes after it";

fn signed(key: &str, number: i64, ahead: i64) -> Value {
    let at = now().saturating_add(jiff::SignedDuration::from_secs(ahead)).unwrap();
    let body = load("queue-456", number, at);
    event("/webhook", &timestamped(key, &at.as_second().to_string(), &body), &body)
}

#[tokio::test]
async fn t49_a_key_is_rotated_without_a_restart_and_without_one_refused_event() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    assert_eq!(hand_in(&receiver, &signed(KEY, 1, 0)).await.status, 200);
    desk.known.open().secret = json!({"genesys": [NEW_KEY, KEY]});
    assert_eq!(hand_in(&receiver, &signed(KEY, 2, 0)).await.status, 200);
    desk.ahead(11);
    assert_eq!(hand_in(&receiver, &signed(NEW_KEY, 3, 11)).await.status, 200, "well before the cache time ends");
    assert_eq!(hand_in(&receiver, &signed(KEY, 4, 11)).await.status, 200, "both keys work");
    desk.known.open().secret = json!({"genesys": [NEW_KEY]});
    desk.ahead(400);
    assert_eq!(hand_in(&receiver, &signed(KEY, 5, 400)).await.status, 401, "the old key ends with the cache time");
    assert_eq!(hand_in(&receiver, &signed(NEW_KEY, 6, 400)).await.status, 200);
}

#[tokio::test]
async fn s01_forged_deliveries_do_not_become_calls_to_secrets_manager() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    for number in 0..50 {
        assert_eq!(hand_in(&receiver, &signed("a key that nobody knows", number, 0)).await.status, 401);
    }
    assert_eq!(desk.known.open().secret_reads, 1);
}

#[tokio::test]
async fn known_keys_go_on_working_while_the_secret_cannot_be_read() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    assert_eq!(hand_in(&receiver, &signed(KEY, 1, 0)).await.status, 200);
    desk.known.open().secret = Value::Null;
    desk.ahead(400);
    assert_eq!(hand_in(&receiver, &signed(KEY, 2, 400)).await.status, 200);
    let fresh = desk.receiver().await;
    assert_eq!(
        hand_in(&fresh, &signed(KEY, 3, 400)).await.status,
        503,
        "an environment that knows no key says come back"
    );
}

#[tokio::test]
async fn s01_a_source_without_keys_lets_nobody_in() {
    let desk = Desk::open().await;
    for secret in [json!({"genesys": []}), json!({}), json!({"genesys": ["", "short"]})] {
        desk.known.open().secret = secret;
        let receiver = desk.receiver().await;
        for key in [KEY, "", "short"] {
            assert_eq!(hand_in(&receiver, &signed(key, 1, 0)).await.status, 401);
        }
    }
}
