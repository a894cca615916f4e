//! The ledger of a report: written by the newest holder only, never read as empty when it is not.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use platform::lock::Locks;
use platform::report_ledger::ReportLedger;
use platform::table::StateError;
use serde::{Deserialize, Serialize};

use crate::lock::hold;
use crate::state_desk::StateDesk;

const DAY: &str = "2026-03-14";
const LIST: &str = "2026-03-14#management";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum State {
    Due,
    Sending { tries: u32, since_ms: i64 },
}

/// The ledger of a report that is called as the job whose lock the tests hold.
fn ledger(desk: &StateDesk) -> ReportLedger {
    ReportLedger::new(desk.table(), "contact-sync")
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn t36_an_entry_is_read_as_it_was_written_and_stays() {
    let desk = StateDesk::open().await;
    let (held, ledger) = (hold(&desk).await, ledger(&desk));
    assert!(ledger.read::<State>(&named(&[DAY, LIST])).await.unwrap().is_empty());
    let sending = State::Sending { tries: 1, since_ms: 1_773_000_000_000 };
    ledger.put(&[(DAY.to_owned(), State::Due), (LIST.to_owned(), sending.clone())], held.fence()).await.unwrap();

    let read = ledger.read::<State>(&named(&[DAY, LIST, "2026-03-15", DAY])).await.unwrap();
    assert_eq!(read, [(DAY.to_owned(), State::Due), (LIST.to_owned(), sending)].into());
    let rows = desk.rows().await;
    assert!(!rows["report#contact-sync/2026-03-14#management"].contains_key("ttl"), "or it could be mailed again");
    let other = ReportLedger::new(desk.table(), "weekly-report");
    assert!(other.read::<State>(&named(&[DAY])).await.unwrap().is_empty());
}

#[tokio::test]
async fn entries_are_written_in_one_request_whose_answer_may_be_lost() {
    let desk = StateDesk::open().await;
    let (held, ledger) = (hold(&desk).await, ledger(&desk));
    desk.journal();
    ledger.put::<State>(&[], held.fence()).await.unwrap();
    assert!(desk.journal().is_empty());
    desk.lose_answers("TransactWriteItems", 2);
    ledger.put(&[(DAY.to_owned(), State::Due), (LIST.to_owned(), State::Due)], held.fence()).await.unwrap();
    assert_eq!(ledger.read::<State>(&named(&[DAY, LIST])).await.unwrap().len(), 2);
}

/// A run that stalled after it had decided to mail finds out before it mails.
#[tokio::test]
async fn t36_who_was_overtaken_writes_no_entry() {
    let desk = StateDesk::open().await;
    let (paused, ledger) = (hold(&desk).await, ledger(&desk));
    desk.pass(Duration::from_secs(61));
    let next = Locks::new(desk.table(), desk.clock());
    let next = next.try_hold("contact-sync", Duration::from_secs(60)).await.unwrap().unwrap();
    let late = ledger.put(&[(LIST.to_owned(), State::Due)], paused.fence()).await;
    assert!(matches!(late, Err(StateError::Fenced)), "{late:?}");
    assert!(ledger.read::<State>(&named(&[LIST])).await.unwrap().is_empty());
    ledger.put(&[(LIST.to_owned(), State::Due)], next.fence()).await.unwrap();
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_an_error_and_not_a_day_without_a_report() {
    let desk = StateDesk::open().await;
    let (held, ledger) = (hold(&desk).await, ledger(&desk));
    ledger.put(&[(DAY.to_owned(), State::Due)], held.fence()).await.unwrap();
    desk.overwrite("report#contact-sync", DAY, "of_a_later_version", AttributeValue::Bool(true)).await;
    assert_eq!(ledger.read::<State>(&named(&[DAY])).await.unwrap()[DAY], State::Due);
    desk.overwrite("report#contact-sync", DAY, "says", AttributeValue::S("ana@example.com".to_owned())).await;
    let error = ledger.read::<State>(&named(&[DAY])).await.unwrap_err();
    assert!(matches!(error, StateError::Unreadable { .. }) && !error.to_string().contains("ana@"), "{error}");
}
