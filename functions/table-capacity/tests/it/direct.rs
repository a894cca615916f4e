//! Whole runs on tables whose units are set directly.

use std::time::Duration;

use platform::deadline::Deadline;
use serde_json::json;

use crate::desk::Desk;

async fn deliver(desk: &Desk, id: &str, conversations: i64) {
    let message = desk.message(id, "a", conversations, 1);
    assert!(desk.deliver(&[message]).await.is_empty());
}

#[tokio::test]
async fn a_held_decrease_is_made_by_the_schedule_without_a_new_event() {
    let desk = Desk::open().await;
    deliver(&desk, "1", 250).await;
    desk.advance(10);
    deliver(&desk, "2", 120).await;
    assert_eq!(desk.aws.changes(), ["UpdateTable 2500/1250"], "it settles first");
    assert!(desk.last_run().await.decisions[0].contains("because the last update was only just made"));
    desk.advance(300);
    desk.tick().await;
    assert_eq!(desk.aws.changes(), ["UpdateTable 1200/600"]);
    desk.advance(300);
    desk.tick().await;
    assert_eq!(desk.aws.changes(), [""; 0], "the second tick does nothing");
}

#[tokio::test]
async fn t41_a_table_that_is_being_updated_for_minutes_is_set_afterwards_and_no_message_comes_back() {
    let desk = Desk::open().await;
    desk.aws.drawers().tables.get_mut("contacts").unwrap().updates_take_time = true;
    deliver(&desk, "1", 250).await;
    deliver(&desk, "2", 300).await;
    assert_eq!(desk.aws.changes(), ["UpdateTable 2500/1250"]);
    desk.advance(300);
    let decisions = desk.tick().await;
    assert!(decisions[0].contains("because the table is being updated"), "{decisions:?}");
    desk.aws.drawers().tables.get_mut("contacts").unwrap().is_updating = false;
    desk.tick().await;
    assert_eq!(desk.aws.changes(), ["UpdateTable 3000/1500"]);
}

#[tokio::test]
async fn t40_a_spent_budget_is_known_before_the_call() {
    let desk = Desk::open().await;
    desk.aws.drawers().tables.get_mut("contacts").unwrap().decreases_today = 27;
    deliver(&desk, "1", 0).await;
    assert_eq!(desk.aws.changes(), [""; 0]);
    assert_eq!(desk.last_run().await.skipped_by["budget_spent"], 1);
    deliver(&desk, "2", 250).await;
    assert_eq!(desk.aws.changes(), ["UpdateTable 2500/1250"]);
}

#[tokio::test]
async fn t40_a_budget_that_dynamodb_counts_otherwise_is_tried_once_and_held() {
    let desk = Desk::open().await;
    desk.aws.drawers().refusals.insert("UpdateTable".to_owned(), ["LimitExceededException".to_owned()].into());
    deliver(&desk, "1", 0).await;
    let run = desk.last_run().await;
    assert_eq!((run.skipped_by["budget_spent"], run.failed), (1, 0));
    assert_eq!(
        desk.aws.drawers().journal.iter().filter(|line| line.starts_with("UpdateTable")).count(),
        1,
        "sent once"
    );
    desk.advance(300);
    desk.tick().await;
    assert_eq!(desk.units("contacts"), (5, 5));
}

#[tokio::test]
async fn t42_no_decrease_while_cloudwatch_counts_throttled_requests() {
    let desk = Desk::open().await;
    desk.aws.drawers().is_throttled = true;
    deliver(&desk, "1", 0).await;
    assert_eq!(desk.aws.changes(), [""; 0]);
    assert_eq!(desk.last_run().await.skipped_by["throttled"], 1);
    desk.aws.drawers().is_throttled = false;
    desk.tick().await;
    assert_eq!(desk.aws.changes(), ["UpdateTable 5/5"]);
}

#[tokio::test]
async fn t42_cloudwatch_is_not_asked_where_nothing_falls() {
    let desk = Desk::open().await;
    deliver(&desk, "1", 250).await;
    desk.tick().await;
    assert!(!desk.aws.drawers().journal.iter().any(|line| line == "GetMetricData"));
}

#[tokio::test]
async fn a_load_that_grew_old_is_never_read_as_zero() {
    let desk = Desk::open().await;
    deliver(&desk, "1", 250).await;
    desk.aws.changes();
    desk.advance(16 * 60);
    desk.aws.drawers().tables.get_mut("contacts").unwrap().read = 3000;
    let decisions = desk.tick().await;
    assert_eq!(desk.aws.changes(), [""; 0]);
    assert!(
        decisions[0].contains("because a queue or a media type of one has not reported for too long"),
        "{decisions:?}"
    );
    assert!(decisions[1].contains("because no queue has reported yet"), "{decisions:?}");
}

#[tokio::test]
async fn t41_a_table_on_demand_is_refused_and_the_others_are_set() {
    let desk = Desk::open().await;
    desk.aws.drawers().tables.get_mut("contacts").unwrap().is_on_demand = true;
    desk.deliver(&[desk.message("1", "a", 250, 1), desk.message("2", "b", 250, 1)]).await;
    assert_eq!(desk.aws.changes(), ["UpdateTable 2500/1250"]);
    let run = desk.last_run().await;
    assert_eq!(run.skipped_by["on_demand"], 1);
    assert!(run.warnings[0].starts_with("contacts: the table is paid per request"), "{:?}", run.warnings);
}

#[tokio::test]
async fn a_table_that_is_not_there_fails_the_tick_and_not_the_batch() {
    let desk = Desk::open().await;
    desk.aws.drawers().tables.remove("contacts");
    deliver(&desk, "1", 250).await;
    let error = desk.invoke(json!({})).await.unwrap_err();
    assert!(error.contains("there is no contacts"), "{error}");
    assert_eq!(desk.last_run().await.failed_by["not_found"], 1);
}

#[tokio::test]
async fn a_lost_answer_is_read_back_and_not_sent_again() {
    let desk = Desk::open().await;
    desk.aws.drawers().refusals.insert("UpdateTable".to_owned(), ["InternalServerError".to_owned()].into());
    deliver(&desk, "1", 250).await;
    assert_eq!(desk.aws.drawers().journal.iter().filter(|line| line.starts_with("UpdateTable")).count(), 1);
    desk.tick().await;
    assert_eq!(desk.units("contacts"), (2500, 1250));
}

#[tokio::test]
async fn two_writers_at_once_change_the_table_once_and_end_at_the_newest() {
    let desk = Desk::open().await;
    let (one, two) = (desk.function(), desk.function());
    let event = |id: &str, conversations, age| json!({"Records": [desk.message(id, "a", conversations, age)]});
    let (older, newer) = (event("1", 250, 9), event("2", 300, 1));
    let deadline = Deadline::after(Duration::from_secs(30));
    let (first, second) = tokio::join!(one.run(older, "r1", deadline), two.run(newer, "r2", deadline));
    first.unwrap();
    second.unwrap();
    assert_eq!(desk.units("contacts"), (3000, 1500), "whoever held the lock looked again: {:?}", desk.aws.changes());
    desk.tick().await;
    assert_eq!(desk.units("contacts"), (3000, 1500));
}
