//! The rate window of a token.

use serde_json::{Value, json};
use simulator::Shift;

use crate::desk::Desk;

#[tokio::test]
async fn every_answer_says_how_much_of_the_window_is_used() {
    let desk = Desk::open().await;
    desk.midst_of_a_minute();
    for used in ["1", "2"] {
        let answer = desk.genesys("GET", "/organizations/me", Value::Null).await;
        assert_eq!(answer.header("inin-ratelimit-count"), used);
        assert_eq!(answer.header("inin-ratelimit-allowed"), "300");
        assert!((1..=60).contains(&answer.header("inin-ratelimit-reset").parse::<u64>().unwrap()));
    }
    let refused = desk.genesys("GET", "/externalcontacts/contacts/nobody", Value::Null).await;
    assert_eq!((refused.status, refused.header("inin-ratelimit-count")), (404, "3"));
}

#[tokio::test]
async fn a_full_window_is_429_until_the_next_one() {
    let desk = Desk::open().await;
    desk.midst_of_a_minute();
    desk.settings(&json!({"genesys": {"rate_allowed": 2}}));
    for status in [200, 200, 429] {
        assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, status);
    }
    let refused = desk.genesys("GET", "/organizations/me", Value::Null).await;
    assert_eq!(refused.body["code"], "too.many.requests.retry.after");
    let wait: f64 = refused.header("retry-after").parse().unwrap();
    assert!(refused.body["message"].as_str().unwrap().contains(&format!("[{wait}] seconds")));
    let ahead = desk.shift()["ahead"].as_f64().unwrap();
    desk.ahead(ahead + wait);
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, 200);
}

#[tokio::test]
async fn a_new_token_has_a_window_of_its_own() {
    let mut desk = Desk::open().await;
    desk.midst_of_a_minute();
    desk.settings(&json!({"genesys": {"rate_allowed": 1}}));
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, 200);
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, 429);
    desk.log_in().await;
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, 200);
}

#[tokio::test]
async fn a_client_that_waits_faster_is_told_a_longer_wait() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"minute_ms": 86_400_000_000_i64}}));
    let reset = async |speed| {
        desk.simulator.set_clock(Shift { ahead: 0.0, speed });
        let answer = desk.genesys("GET", "/organizations/me", Value::Null).await;
        answer.header("inin-ratelimit-reset").parse::<f64>().unwrap()
    };
    let (plain, fast) = (reset(1.0).await, reset(100.0).await);
    assert!((fast / plain - 100.0).abs() < 1.0, "{plain} {fast}");
}
