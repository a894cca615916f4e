//! Batches: messages only store, comes-again is told message by message, and the newest value wins.

use serde_json::{Value, json};

use crate::desk::Desk;

#[tokio::test]
async fn a_load_sets_the_table_and_the_same_one_again_nothing() {
    let desk = Desk::open().await;
    let message = desk.message("1", "a", 250, 5);
    assert!(desk.deliver(std::slice::from_ref(&message)).await.is_empty());
    assert_eq!(desk.aws.changes(), ["UpdateTable 2500/1250"]);
    assert!(desk.deliver(&[message]).await.is_empty());
    assert_eq!(desk.aws.changes(), [""; 0]);
    assert_eq!(desk.last_run().await.skipped_by["repeated"], 1);
    assert_eq!(desk.units("calls"), (100, 50), "a table that follows another queue is not looked at");
}

#[tokio::test]
async fn t25_an_older_load_that_arrives_late_changes_nothing() {
    let desk = Desk::open().await;
    desk.deliver(&[desk.message("2", "a", 250, 5)]).await;
    desk.aws.changes();
    assert!(desk.deliver(&[desk.message("1", "a", 400, 60)]).await.is_empty());
    assert_eq!(desk.aws.changes(), [""; 0]);
    assert_eq!(desk.last_run().await.skipped_by["older"], 1);
}

#[tokio::test]
async fn t25_a_thousand_loads_shuffled_and_doubled_end_at_the_newest() {
    let desk = Desk::open().await;
    // 7 and 1009 share no factor: each step of the walk is another event, and a third of them comes twice.
    let walk = (0..1009_i64).map(|step| step * 7 % 1009);
    let twice = walk.flat_map(|age| std::iter::repeat_n(age, 1 + usize::from(age % 3 == 0)));
    let age = |age: i64| desk.message(&age.to_string(), "a", 100 + age % 50, age / 10);
    let messages: Vec<_> = twice.map(age).collect();
    for batch in messages.chunks(10) {
        assert!(desk.deliver(batch).await.is_empty());
    }
    desk.advance(60);
    desk.tick().await;
    // Of the ten events of the newest moment that with the largest id: 9, which is 109 conversations.
    assert_eq!(desk.units("contacts"), (1090, 545));
}

#[tokio::test]
async fn t21_one_bad_message_does_not_fail_its_batch() {
    let desk = Desk::open().await;
    let batch = [
        desk.fifo("1", "a", "{"),
        desk.fifo("2", "a", &desk.envelope("2", "a", br#"{"metrics":{"conversationCount":-5}}"#)),
        desk.message("3", "a", 250, 5),
        desk.message("4", "unmapped", 250, 5),
        desk.message("5", "b", 300, 5),
    ];
    assert_eq!(desk.deliver(&batch).await, ["m-1", "m-2"]);
    assert_eq!(desk.aws.changes(), ["UpdateTable 2500/1250", "UpdateTable 3000/1500"]);
    let run = desk.last_run().await;
    assert_eq!((run.created, run.failed_by["poison"], run.skipped_by["unmapped"]), (2, 2, 1));
}

#[tokio::test]
async fn t22_after_a_load_that_was_not_stored_its_group_waits_and_the_answer_says_so() {
    let desk = Desk::open().await;
    desk.aws.drawers().state_refusals.insert("UpdateItem".to_owned(), 1);
    let batch = [desk.message("1", "a", 250, 9), desk.message("2", "a", 260, 8), desk.message("3", "b", 300, 7)];
    assert_eq!(desk.deliver(&batch).await, ["m-1", "m-2", "m-3"]);
    let run = desk.last_run().await;
    assert_eq!((run.failed_by["no_answer"], run.failed_by["behind_a_failure"], run.failed_by["not_tried"]), (1, 1, 1));
    assert!(desk.deliver(&batch).await.is_empty(), "they come again and are stored");
    assert_eq!((desk.units("contacts"), desk.units("calls")), ((2600, 1300), (3000, 1500)));
}

#[tokio::test]
async fn t20_a_load_that_was_stored_and_not_decided_is_decided_when_it_comes_again() {
    let desk = Desk::open().await;
    desk.aws.drawers().refusals.insert("DescribeTable".to_owned(), ["InternalServerError".to_owned()].into());
    let message = desk.message("1", "a", 250, 5);
    assert!(desk.deliver(std::slice::from_ref(&message)).await.is_empty(), "stored: the message has done its part");
    assert_eq!(desk.units("contacts"), (100, 50));
    desk.deliver(&[message]).await;
    assert_eq!(desk.units("contacts"), (2500, 1250));
}

/// A message of the partner bus about one media type of queue a.
fn observation(desk: &Desk, id: &str, media: &str, waiting: i64, interacting: i64) -> Value {
    let metric = |name: &str, count: i64| json!({"metric": name, "stats": {"count": count}});
    let body = json!({
        "version": "0", "id": id, "detail-type": "v2.analytics.queues.{id}.observations",
        "source": "aws.partner/genesys.com/cloud/org/main", "time": desk.ago(3), "resources": [],
        "detail": {"topicName": "v2.analytics.queues.a.observations", "eventBody": {
            "group": {"queueId": "a", "mediaType": media},
            "data": [{"metrics": [metric("oWaiting", waiting), metric("oInteracting", interacting)]}],
        }},
    });
    json!({"messageId": id, "body": body.to_string(), "attributes": {}})
}

#[tokio::test]
async fn the_partner_bus_does_the_same_as_the_webhook_and_media_add_up() {
    let desk = Desk::open().await;
    let batch = [observation(&desk, "1", "voice", 40, 110), observation(&desk, "2", "chat", 5, 45)];
    assert!(desk.deliver(&batch).await.is_empty());
    assert_eq!(desk.aws.changes(), ["UpdateTable 2000/1000"]);
}

#[tokio::test]
async fn a_media_type_that_fell_silent_holds_decreases_and_is_left_out_in_the_end() {
    let desk = Desk::open().await;
    let batch = [observation(&desk, "1", "voice", 40, 110), observation(&desk, "2", "chat", 5, 45)];
    desk.deliver(&batch).await;
    desk.aws.changes();
    desk.advance(16 * 60);
    desk.deliver(&[observation(&desk, "3", "chat", 0, 10)]).await;
    assert_eq!(desk.aws.changes(), [""; 0], "what voice is now is not known");
    assert_eq!(desk.last_run().await.skipped_by["stale"], 1);
    desk.deliver(&[observation(&desk, "4", "chat", 0, 90)]).await;
    assert_eq!(desk.aws.changes(), ["UpdateTable 2400/1200"], "its last number and the news are enough to raise");
    desk.advance(45 * 60);
    desk.deliver(&[observation(&desk, "5", "chat", 0, 110), observation(&desk, "6", "hologram", 0, 500)]).await;
    assert_eq!(desk.aws.changes(), ["UpdateTable 1100/550"], "a type that nobody knows adds nothing and holds nothing");
}

#[tokio::test]
async fn an_event_of_another_form_is_refused_with_those_that_are_understood() {
    let desk = Desk::open().await;
    let error = desk.invoke(json!({"dryrun": true})).await.unwrap_err();
    assert!(error.contains("dryrun") && error.contains("dry_run"), "{error}");
    assert_eq!(desk.aws.changes(), [""; 0]);
}
