//! Watermarks: only forward, only under the newest fence.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use platform::mark::{Mark, Marks};
use platform::table::StateError;

use crate::lock::hold;
use crate::state_desk::StateDesk;

const JOB: &str = "contact-sync";

fn mark(second: i64, id: &str) -> Mark {
    Mark { at: Timestamp::from_second(second).unwrap(), id: id.to_owned() }
}

#[tokio::test]
async fn a_mark_moves_forward_by_time_then_by_id_and_never_back() {
    let desk = StateDesk::open().await;
    let (held, marks) = (hold(&desk).await, Marks::new(desk.table()));
    assert_eq!(marks.read(JOB, "salesforce").await.unwrap(), None);
    let steps = [
        (mark(10, ""), mark(10, "")),
        (mark(10, "003B"), mark(10, "003B")),
        (mark(10, "003A"), mark(10, "003B")),
        (mark(9, "003Z"), mark(10, "003B")),
        (mark(10, "003B"), mark(10, "003B")),
        (mark(11, ""), mark(11, "")),
    ];
    for (to, then) in steps {
        marks.advance(JOB, "salesforce", &to, held.fence()).await.unwrap();
        assert_eq!(marks.read(JOB, "salesforce").await.unwrap(), Some(then), "advance to {to:?}");
    }
    assert_eq!(marks.read(JOB, "genesys").await.unwrap(), None, "each source has its own");
}

#[tokio::test]
async fn an_advance_whose_answer_is_lost_is_a_success() {
    let desk = StateDesk::open().await;
    let (held, marks) = (hold(&desk).await, Marks::new(desk.table()));
    desk.lose_answers("TransactWriteItems", 2);
    marks.advance(JOB, "salesforce", &mark(10, "003A"), held.fence()).await.unwrap();
    assert_eq!(marks.read(JOB, "salesforce").await.unwrap(), Some(mark(10, "003A")));
}

#[tokio::test]
async fn an_overtaken_holder_is_told_so_even_when_its_move_is_backwards() {
    let desk = StateDesk::open().await;
    let (paused, marks) = (hold(&desk).await, Marks::new(desk.table()));
    desk.pass(Duration::from_secs(61));
    let successor = hold(&desk).await;
    marks.advance(JOB, "salesforce", &mark(10, ""), successor.fence()).await.unwrap();
    assert!(matches!(marks.advance(JOB, "salesforce", &mark(9, ""), paused.fence()).await, Err(StateError::Fenced)));
}

#[tokio::test]
async fn a_mark_that_cannot_be_read_is_an_error_and_not_a_first_run() {
    let desk = StateDesk::open().await;
    desk.overwrite("mark#contact-sync", "salesforce", "at_ms", AttributeValue::S("soon".to_owned())).await;
    let error = Marks::new(desk.table()).read(JOB, "salesforce").await.unwrap_err();
    assert!(matches!(error, StateError::Unreadable { .. }), "{error}");
}
