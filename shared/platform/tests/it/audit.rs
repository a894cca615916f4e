//! The audit stream: written before the watermark moves, or the run fails.

use platform::audit::{Audit, AuditLine, AuditStream};
use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::next::Next;

use crate::aws_desk::{Call, Desk};

const GROUP: &str = "/cx-bridge/dev/audit";

fn group(desk: &Desk) -> Audit {
    let client = aws_sdk_cloudwatchlogs::Client::new(&desk.config);
    Audit::new(client, GROUP.to_owned(), "contact-sync", Clock::system())
}

fn stream(desk: &Desk) -> AuditStream {
    group(desk).open("run-1")
}

/// The first line in a `PutLogEvents`.
fn message(call: &Call) -> serde_json::Value {
    let put: serde_json::Value = serde_json::from_str(&call.body).unwrap();
    serde_json::from_str(put["logEvents"][0]["message"].as_str().unwrap()).unwrap()
}

fn line(subject: &str) -> AuditLine {
    AuditLine {
        subject: subject.to_owned(),
        action: "update",
        fields: vec!["workPhone".to_owned()],
        why: "changed".into(),
    }
}

#[tokio::test]
async fn one_stream_a_run_with_who_what_which_fields_and_why() {
    let desk = Desk::answering(&[(200, "{}"), (200, "{}"), (200, "{}")]);
    let mut audit = stream(&desk);
    audit.flush().await.unwrap(); // Nothing to write costs nothing.
    audit.line(&line("003xx000004TmiQAAS"));
    audit.flush().await.unwrap();
    audit.line(&line("003xx000004TmiRAAS"));
    audit.flush().await.unwrap();

    let calls = desk.calls();
    let targets: Vec<_> = calls.iter().map(|call| call.target.as_str()).collect();
    assert_eq!(targets, ["Logs_20140328.CreateLogStream", "Logs_20140328.PutLogEvents", "Logs_20140328.PutLogEvents"]);
    let put: serde_json::Value = serde_json::from_str(&calls[1].body).unwrap();
    assert_eq!((&put["logGroupName"], &put["logStreamName"]), (&GROUP.into(), &"contact-sync/run-1".into()));
    let event = message(&calls[1]);
    assert_eq!((&event["run_id"], &event["subject"]), (&"run-1".into(), &"003xx000004TmiQAAS".into()));
    assert_eq!((&event["action"], &event["why"]), (&"update".into(), &"changed".into()));
    assert_eq!(event["fields"], serde_json::json!(["workPhone"]));
}

#[tokio::test]
async fn a_stream_that_exists_already_is_ours() {
    let desk = Desk::answering(&[(400, r#"{"__type":"ResourceAlreadyExistsException"}"#), (200, "{}")]);
    let mut audit = stream(&desk);
    audit.line(&line("a"));
    audit.flush().await.unwrap();
}

#[tokio::test]
async fn lines_that_were_not_written_are_written_by_the_next_flush() {
    let desk = Desk::answering(&[
        (200, "{}"),
        (500, "{}"),
        (200, r#"{"rejectedLogEventsInfo":{"tooNewLogEventStartIndex":0}}"#),
        (200, "{}"),
    ]);
    let mut audit = stream(&desk);
    audit.line(&line("a"));
    for _ in 0..2 {
        assert!(matches!(audit.flush().await.unwrap_err().next(), Next::RetryAfter(_)));
    }
    audit.flush().await.unwrap();
    let calls = desk.calls();
    assert_eq!(message(&calls[1]), message(&calls[3]));
}

#[tokio::test]
async fn a_refusal_names_what_to_allow_and_stops_the_job() {
    let desk = Desk::answering(&[(400, r#"{"__type":"AccessDeniedException","message":"arn"}"#)]);
    let mut audit = stream(&desk);
    audit.line(&line("a"));
    let error = audit.flush().await.unwrap_err();
    assert_eq!(error.next(), Next::StopAndAlert);
    assert_eq!(
        error.to_string(),
        "audit log group /cx-bridge/dev/audit: not permitted; allow logs:CreateLogStream and logs:PutLogEvents on it"
    );
}

/// An answer of `FilterLogEvents` with these lines.
fn found(lines: &[serde_json::Value], next: Option<&str>) -> String {
    let events: Vec<_> = lines.iter().map(|line| serde_json::json!({"message": line.to_string()})).collect();
    serde_json::json!({"events": events, "nextToken": next}).to_string()
}

fn written(second: u32, subject: &str, action: &str) -> serde_json::Value {
    serde_json::json!({"at": format!("2026-03-14T07:00:{second:02}.000Z"), "function": "contact-sync", "run_id": "run-1",
        "subject": subject, "action": action, "fields": ["workPhone"], "why": "written"})
}

#[tokio::test]
async fn what_was_done_to_one_record_is_found_whole_in_order_and_once() {
    let (mine, other) = ("003xx000004TmiQAAS", "003xx000004TmiRAAS");
    let quotes_it = serde_json::json!({"at": "2026-03-14T07:00:00Z", "run_id": "r", "subject": other, "action": "merge", "fields": [mine], "why": ""});
    let desk = Desk::answering(&[
        (200, found(&[written(2, mine, "update"), quotes_it], Some("t")).leak()),
        (200, found(&[], Some("t")).leak()), // A piece of the group without a hit.
        (200, found(&[written(1, mine, "create"), written(2, mine, "update")], None).leak()),
    ]);
    let trail = group(&desk).about(mine, Deadline::after(std::time::Duration::from_secs(60))).await.unwrap();
    let actions: Vec<_> = trail.lines.iter().map(|line| line.action.as_str()).collect();
    assert_eq!((actions, trail.is_whole), (vec!["create", "update"], true));
    let asked: serde_json::Value = serde_json::from_str(&desk.calls()[0].body).unwrap();
    assert_eq!(asked["filterPattern"], format!("\"{mine}\""));
    assert_eq!((&asked["logGroupName"], &asked["logStreamNamePrefix"]), (&GROUP.into(), &"contact-sync/".into()));
}

#[tokio::test]
async fn a_group_that_may_not_be_read_is_an_error_and_not_an_empty_past() {
    let desk = Desk::answering(&[(400, r#"{"__type":"AccessDeniedException","message":"arn"}"#)]);
    let error = group(&desk)
        .about("003xx000004TmiQAAS", Deadline::after(std::time::Duration::from_secs(60)))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("allow logs:FilterLogEvents"), "{error}");
}
