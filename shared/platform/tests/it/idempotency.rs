//! Replay memory: one of many begins, a repeat gets the stored answer, nobody is blocked for ever.

use std::time::Duration;

use platform::deadline::Deadline;
use platform::idempotency::{Begun, Claim, KEPT, Memory, MemoryError, Sighting};
use platform::table::StateError;

use crate::state_desk::StateDesk;

const EVENT: Sighting<'_> = Sighting { source: "genesys", event_id: "e-1" };
const BODY: &[u8] = b"{}";

fn memory(desk: &StateDesk) -> Memory {
    Memory::new(desk.table(), desk.clock())
}

fn ten_seconds() -> Deadline {
    Deadline::after(Duration::from_secs(10))
}

async fn begin(memory: &Memory) -> Begun {
    memory.begin(EVENT, BODY, ten_seconds()).await.unwrap()
}

fn claim(begun: Begun) -> Claim {
    let Begun::New(claim) = begun else { unreachable!("not ours: {begun:?}") };
    claim
}

#[tokio::test]
async fn t20_of_fifty_that_come_together_one_begins() {
    let desk = StateDesk::open().await;
    let memory = memory(&desk);
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let memory = memory.clone();
        tries.spawn(async move { begin(&memory).await });
    }
    let begun = tries.join_all().await;
    assert_eq!(begun.iter().filter(|begun| matches!(begun, Begun::New(_))).count(), 1);
    assert_eq!(begun.iter().filter(|begun| matches!(begun, Begun::InProgress(_))).count(), 49);
}

#[tokio::test]
async fn t20_a_repeat_gets_the_stored_answer_and_is_never_called_done_before_it_is() {
    let desk = StateDesk::open().await;
    let memory = memory(&desk);
    let claim = claim(begin(&memory).await);
    let Begun::InProgress(left) = begin(&memory).await else { panic!("a second one began") };
    assert!(left <= Duration::from_secs(10) && left > Duration::from_secs(5), "{left:?}");
    memory.done(EVENT, &claim, "answer").await.unwrap();
    assert_eq!(begin(&memory).await, Begun::Done("answer".to_owned()));
    let other_source = Sighting { source: "relay", ..EVENT };
    assert!(matches!(memory.begin(other_source, BODY, ten_seconds()).await.unwrap(), Begun::New(_)));
}

#[tokio::test]
async fn a_killed_invocation_blocks_until_its_deadline_and_no_longer() {
    let desk = StateDesk::open().await;
    let memory = memory(&desk);
    let killed = claim(begin(&memory).await);
    desk.pass(Duration::from_secs(11));
    let second = claim(begin(&memory).await);
    memory.done(EVENT, &killed, "too late").await.unwrap();
    assert!(matches!(begin(&memory).await, Begun::InProgress(_)), "the late one must not answer for the second");
    memory.done(EVENT, &second, "answer").await.unwrap();
    assert_eq!(begin(&memory).await, Begun::Done("answer".to_owned()));
}

#[tokio::test]
async fn a_claim_made_with_no_time_left_is_written_and_lapses_at_once() {
    let desk = StateDesk::open().await;
    let memory = memory(&desk);
    let begun = memory.begin(EVENT, BODY, Deadline::after(Duration::ZERO)).await.unwrap();
    assert!(matches!(begun, Begun::New(_)));
    assert!(desk.rows().await["seen#genesys#e-1/seen"].contains_key("held_until_ms"));
    drop(claim(begin(&memory).await));
}

#[tokio::test]
async fn a_released_claim_is_free_at_once() {
    let desk = StateDesk::open().await;
    let memory = memory(&desk);
    let first = claim(begin(&memory).await);
    memory.release(EVENT, &first).await.unwrap();
    drop(claim(begin(&memory).await));
}

#[tokio::test]
async fn the_same_id_with_another_payload_is_an_error() {
    let desk = StateDesk::open().await;
    let memory = memory(&desk);
    let claim = claim(begin(&memory).await);
    memory.done(EVENT, &claim, "answer").await.unwrap();
    let error = memory.begin(EVENT, b"{\"n\":1}", ten_seconds()).await.unwrap_err();
    assert!(matches!(error, MemoryError::OtherPayload), "{error}");
}

#[tokio::test]
async fn t24_an_event_that_comes_again_days_later_is_still_known() {
    let desk = StateDesk::open().await;
    let memory = memory(&desk);
    let first = claim(begin(&memory).await);
    memory.done(EVENT, &first, "answer").await.unwrap();
    desk.pass(KEPT - Duration::from_secs(60));
    assert_eq!(begin(&memory).await, Begun::Done("answer".to_owned()), "Genesys repeats for four days");
    desk.pass(Duration::from_secs(61));
    drop(claim(begin(&memory).await));
}

#[tokio::test]
async fn a_claim_whose_answer_is_lost_is_still_ours() {
    let desk = StateDesk::open().await;
    let memory = memory(&desk);
    desk.lose_answers("UpdateItem", 1);
    let first = claim(begin(&memory).await);
    desk.lose_answers("UpdateItem", 1);
    memory.done(EVENT, &first, "answer").await.unwrap();
    assert_eq!(begin(&memory).await, Begun::Done("answer".to_owned()));
}

#[tokio::test]
async fn a_state_table_that_does_not_answer_is_an_error_and_never_news() {
    let desk = StateDesk::open().await;
    desk.lose_answers("UpdateItem", 9);
    let error = memory(&desk).begin(EVENT, BODY, ten_seconds()).await.unwrap_err();
    assert!(matches!(error, MemoryError::State(StateError::Unavailable { .. })), "{error}");
}
