//! The newest value wins on a real table, whatever is repeated, late or lost.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use platform::order::{Observation, Orders, Stored};
use platform::table::StateError;

use crate::state_desk::StateDesk;

fn event(second: i64, id: &str, value: i64) -> Observation {
    Observation { at: Timestamp::from_second(second).unwrap(), id: id.to_owned(), value }
}

fn orders(desk: &StateDesk) -> Orders {
    Orders::new(desk.table(), desk.clock(), "table-capacity")
}

#[tokio::test]
async fn t25_an_older_event_is_dropped_and_the_same_one_recognised() {
    let desk = StateDesk::open().await;
    let orders = orders(&desk);
    let steps = [
        (event(10, "b", 100), Stored::Newest),
        (event(10, "b", 100), Stored::Repeated),
        (event(9, "z", 50), Stored::Older),
        (event(10, "a", 50), Stored::Older),
        (event(10, "c", 101), Stored::Newest),
        (event(11, "a", 90), Stored::Newest),
    ];
    for (event, becomes) in steps {
        assert_eq!(orders.store("q", &event).await.unwrap(), becomes, "{event:?}");
    }
    let newest = orders.newest(&["q".to_owned(), "unknown".to_owned(), "q".to_owned()]).await.unwrap();
    assert_eq!(newest, [("q".to_owned(), event(11, "a", 90))].into());
}

#[tokio::test]
async fn a_value_whose_answer_is_lost_is_stored_once_and_told_as_ours() {
    let desk = StateDesk::open().await;
    desk.lose_answers("UpdateItem", 1);
    assert_eq!(orders(&desk).store("q", &event(10, "b", 100)).await.unwrap(), Stored::Repeated);
}

#[tokio::test]
async fn a_value_is_kept_for_thirty_days_under_its_consumer() {
    let desk = StateDesk::open().await;
    let before = desk.clock().now().as_second();
    orders(&desk).store("q", &event(10, "b", 100)).await.unwrap();
    let rows = desk.rows().await;
    let ttl: i64 = rows["order#table-capacity#q/order"]["ttl"].as_n().unwrap().parse().unwrap();
    assert!((2_592_000..2_592_060).contains(&(ttl - before)), "{ttl}");
}

#[tokio::test]
async fn a_value_that_cannot_be_read_is_an_error_and_not_an_absence() {
    let desk = StateDesk::open().await;
    let orders = orders(&desk);
    orders.store("q", &event(10, "b", 100)).await.unwrap();
    desk.overwrite("order#table-capacity#q", "order", "value", AttributeValue::S("many".to_owned())).await;
    assert!(matches!(orders.newest(&["q".to_owned()]).await, Err(StateError::Unreadable { .. })));
}
