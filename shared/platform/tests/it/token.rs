//! Tokens: one login for everybody, healed by themselves, useless to who has only the table.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use platform::deadline::Deadline;
use platform::token::Token;
use platform::vendor::{Api, CallError, Failure};
use secrecy::ExposeSecret;
use tokio::task::JoinSet;

use crate::login_desk::{Desk, LoginDesk};
use crate::state_desk::{StateDesk, text};

const ROW: &str = "token#client-1/token";

/// A new execution environment.
fn environment(vendor: &LoginDesk, state: &StateDesk) -> Api<Desk> {
    vendor.api(state.table(), state.clock())
}

fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(60))
}

async fn token_of(api: &Api<Desk>) -> Result<Token, CallError> {
    api.token(deadline()).await
}

async fn bearer_of(api: &Api<Desk>) -> String {
    token_of(api).await.unwrap().bearer.expose_secret().to_owned()
}

/// Another environment's claim on the row, running for `seconds`.
async fn claim_of_another(state: &StateDesk, seconds: i64) {
    let expires = state.clock().now_ms() + seconds * 1000;
    state.overwrite("token#client-1", "token", "claim_owner", AttributeValue::S("another".to_owned())).await;
    state.overwrite("token#client-1", "token", "claim_expires_ms", AttributeValue::N(expires.to_string())).await;
}

#[tokio::test]
async fn fifty_environments_starting_together_log_in_once() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open_at_speed(10).await);
    let mut environments = JoinSet::new();
    for _ in 0..50 {
        let api = environment(&vendor, &state);
        environments.spawn(async move { bearer_of(&api).await });
    }
    let bearers = environments.join_all().await;
    assert!(bearers.iter().all(|bearer| bearer == "token-1"), "{bearers:?}");
    assert_eq!(vendor.with(|known| known.logins), 1);
}

#[tokio::test]
async fn fifty_environments_refresh_a_spent_token_once() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open_at_speed(10).await);
    bearer_of(&environment(&vendor, &state)).await;
    state.pass(Duration::from_secs(3301));
    let mut environments = JoinSet::new();
    for _ in 0..50 {
        let api = environment(&vendor, &state);
        environments.spawn(async move { bearer_of(&api).await });
    }
    assert!(environments.join_all().await.iter().all(|bearer| bearer == "token-2"));
    assert_eq!(vendor.with(|known| known.logins), 2);
}

#[tokio::test]
async fn a_login_costs_two_writes_a_later_environment_one_read_and_a_warm_call_nothing() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    let first = environment(&vendor, &state);
    bearer_of(&first).await;
    assert_eq!(state.journal(), ["GetItem", "UpdateItem", "UpdateItem"]);
    bearer_of(&first).await;
    assert!(state.journal().is_empty());

    let token = token_of(&environment(&vendor, &state)).await.unwrap();
    assert_eq!(state.journal(), ["GetItem"]);
    assert_eq!(
        (token.bearer.expose_secret(), token.base_url.as_deref(), token.organization.as_deref()),
        ("token-1", Some("https://instance"), Some("org"))
    );
}

#[tokio::test]
async fn the_row_shows_no_token_and_ends_with_it() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    let token = token_of(&environment(&vendor, &state)).await.unwrap();
    let row = &state.rows().await[ROW];
    assert!(!format!("{row:?}").contains("token-1"));
    assert_eq!(row["ttl"], AttributeValue::N(token.expires_at.as_second().to_string()));
    assert!(!row.contains_key("claim_owner"));
}

#[tokio::test]
async fn a_row_sealed_under_another_secret_is_a_cache_miss() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    bearer_of(&environment(&vendor, &state)).await;
    vendor.rotate("secret-2");
    assert_eq!(bearer_of(&environment(&vendor, &state)).await, "token-2");
    assert_eq!(bearer_of(&environment(&vendor, &state)).await, "token-2");
}

#[tokio::test]
async fn a_sealed_token_that_was_moved_to_another_row_does_not_open() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    bearer_of(&environment(&vendor, &state)).await;
    let thief = state.rows().await[ROW].clone();
    for attribute in ["sealed", "version"] {
        state.overwrite("token#client-2", "token", attribute, thief[attribute].clone()).await;
    }
    vendor.with(|known| known.secret = known.secret.take().map(|secret| secret.replace("client-1", "client-2")));
    let error = token_of(&environment(&vendor, &state)).await.unwrap_err();
    assert!(
        matches!(error.failure, Failure::Unauthorized { .. }),
        "it logged in instead, as a client that the vendor does not know: {error}"
    );
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once_and_the_call_succeeds() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    let (first, second) = (environment(&vendor, &state), environment(&vendor, &state));
    bearer_of(&first).await;
    bearer_of(&second).await;
    vendor.with(|known| known.revoked.push("token-1".to_owned()));
    assert!(first.send(&vendor.resource(), deadline()).await.is_ok());
    assert!(second.send(&vendor.resource(), deadline()).await.is_ok());
    assert_eq!(vendor.with(|known| known.logins), 2, "the second environment found the first one's new token");
}

#[tokio::test]
async fn a_rotated_secret_heals_without_a_restart() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    let api = environment(&vendor, &state);
    bearer_of(&api).await;
    vendor.rotate("secret-2");
    vendor.with(|known| known.revoked.push("token-1".to_owned()));
    assert!(api.send(&vendor.resource(), deadline()).await.is_ok());

    vendor.rotate("secret-3");
    state.pass(Duration::from_secs(3600));
    assert_eq!(
        bearer_of(&api).await,
        "token-4",
        "the login with the old secret was refused, then the secret was read again"
    );
}

#[tokio::test]
async fn a_wrong_secret_is_said_and_costs_one_login() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    vendor.with(|known| known.client_secret = "another".to_owned());
    let error = token_of(&environment(&vendor, &state)).await.unwrap_err();
    assert!(matches!(error.failure, Failure::Unauthorized { .. }), "{error}");
    assert_eq!(vendor.with(|known| known.logins), 1);
}

#[tokio::test]
async fn a_claim_that_ran_out_is_taken_over() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    claim_of_another(&state, 10).await;
    state.pass(Duration::from_secs(11));
    assert_eq!(bearer_of(&environment(&vendor, &state)).await, "token-1");
}

#[tokio::test]
async fn without_a_token_and_behind_a_running_claim_busy_is_said_after_fifteen_seconds() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open_at_speed(1000).await);
    claim_of_another(&state, 3600).await;
    let error = token_of(&environment(&vendor, &state)).await.unwrap_err();
    assert!(matches!(error.failure, Failure::Busy { .. }), "{error}");
    assert_eq!(vendor.with(|known| known.logins), 0);
    let calls = state.journal();
    assert!(
        (51..=151).contains(&calls.len()) && calls.iter().all(|call| call == "GetItem"),
        "15 s in steps of 100 to 300 ms, without a write: {calls:?}"
    );
}

#[tokio::test]
async fn an_ageing_token_is_used_while_another_one_refreshes_it() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    let (known, new) = (environment(&vendor, &state), environment(&vendor, &state));
    bearer_of(&known).await;
    state.pass(Duration::from_secs(3280));
    claim_of_another(&state, 10).await;
    assert_eq!(bearer_of(&known).await, "token-1");
    assert_eq!(bearer_of(&new).await, "token-1", "also by who finds it in the row");
    state.pass(Duration::from_secs(10));
    assert_eq!(bearer_of(&known).await, "token-2", "the other one's claim ran out");
}

#[tokio::test]
async fn a_claim_and_a_store_whose_answers_are_lost_make_one_login() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    state.lose_answers("UpdateItem", 1);
    let api = environment(&vendor, &state);
    bearer_of(&api).await;
    assert_eq!(vendor.with(|known| known.logins), 1);
    assert_eq!(
        state.journal(),
        ["GetItem", "UpdateItem", "UpdateItem", "UpdateItem"],
        "its own claim is no reason to wait"
    );

    vendor.with(|known| known.revoked.push("token-1".to_owned()));
    state.lose_answers("UpdateItem", 2);
    assert!(api.send(&vendor.resource(), deadline()).await.is_ok());
    assert_eq!(bearer_of(&environment(&vendor, &state)).await, "token-2");
    assert_eq!(vendor.with(|known| known.logins), 2);
}

#[tokio::test]
async fn a_token_that_lives_five_minutes_is_used_for_five_minutes() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    vendor.with(|known| known.expires_in = 300);
    let api = environment(&vendor, &state);
    bearer_of(&api).await;
    state.pass(Duration::from_secs(290));
    assert_eq!(bearer_of(&api).await, "token-1");
    state.pass(Duration::from_secs(11));
    assert_eq!(bearer_of(&api).await, "token-2");
}

#[tokio::test]
async fn the_row_names_its_version_and_no_secret() {
    let (vendor, state) = (LoginDesk::open().await, StateDesk::open().await);
    let api = environment(&vendor, &state);
    bearer_of(&api).await;
    let before = text(&state.rows().await[ROW], "version");
    vendor.with(|known| known.revoked.push("token-1".to_owned()));
    api.send(&vendor.resource(), deadline()).await.unwrap();
    assert_ne!(text(&state.rows().await[ROW], "version"), before);
}
