//! What became of a mail, on a real table: events in any order, twice, and with lost answers.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use platform::mail::event::{MailEvent, MailEventKind};
use platform::mail::fate::{Fate, MailFates, Noted};
use platform::table::StateError;

use crate::state_desk::StateDesk;

const KEY: &str = "nightly-report/2026-03-14/ops";

fn fates(desk: &StateDesk) -> MailFates {
    MailFates::new(desk.table(), desk.clock())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn event(message_id: &str, kind: MailEventKind, second: i64) -> MailEvent {
    MailEvent { key: KEY.to_owned(), kind, at: at(second), message_id: message_id.to_owned() }
}

#[tokio::test]
async fn events_in_any_order_and_twice_end_in_one_fate() {
    let desk = StateDesk::open().await;
    let fates = fates(&desk);
    assert_eq!(fates.of(KEY).await.unwrap(), []);
    let steps = [
        (event("m", MailEventKind::Delivered, 20), Noted::News),
        (event("m", MailEventKind::Sent, 10), Noted::News),
        (event("m", MailEventKind::Sent, 10), Noted::Known),
        (event("m", MailEventKind::Delivered, 19), Noted::Known),
        (event("m", MailEventKind::Delivered, 21), Noted::News),
        (event("m", MailEventKind::Bounced, 15), Noted::News),
    ];
    for (event, becomes) in steps {
        assert_eq!(fates.note(&event).await.unwrap(), becomes, "{event:?}");
    }
    let expected = Fate {
        message_id: "m".to_owned(),
        sent: Some(at(10)),
        delivered: Some(at(21)),
        bounced: Some(at(15)),
        ..Fate::default()
    };
    assert_eq!(fates.of(KEY).await.unwrap(), [expected]);
    assert_eq!(fates.of("another").await.unwrap(), []);
}

#[tokio::test]
async fn t36_a_mail_that_was_handed_over_twice_is_seen_as_two_messages() {
    let desk = StateDesk::open().await;
    let fates = fates(&desk);
    for message_id in ["m-2", "m-1", "m-2"] {
        fates.note(&event(message_id, MailEventKind::Sent, 10)).await.unwrap();
    }
    let messages: Vec<_> = fates.of(KEY).await.unwrap().into_iter().map(|fate| fate.message_id).collect();
    assert_eq!(messages, ["m-1", "m-2"]);
}

#[tokio::test]
async fn an_event_whose_answer_is_lost_is_noted_once() {
    let desk = StateDesk::open().await;
    desk.lose_answers("UpdateItem", 1);
    assert_eq!(fates(&desk).note(&event("m", MailEventKind::Sent, 10)).await.unwrap(), Noted::Known);
    assert_eq!(fates(&desk).of(KEY).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_fate_is_kept_for_ninety_days() {
    let desk = StateDesk::open().await;
    let before = desk.clock().now().as_second();
    fates(&desk).note(&event("m", MailEventKind::Sent, 10)).await.unwrap();
    let ttl: i64 = desk.rows().await[&format!("mail#{KEY}/m")]["ttl"].as_n().unwrap().parse().unwrap();
    assert!((7_776_000..7_776_060).contains(&(ttl - before)), "{ttl}");
}

#[tokio::test]
async fn a_fate_that_cannot_be_read_is_an_error_and_not_a_mail_that_nobody_took() {
    let desk = StateDesk::open().await;
    fates(&desk).note(&event("m", MailEventKind::Sent, 10)).await.unwrap();
    desk.overwrite(&format!("mail#{KEY}"), "m", "sent_ms", AttributeValue::S("soon".to_owned())).await;
    assert!(matches!(fates(&desk).of(KEY).await, Err(StateError::Unreadable { .. })));
}
