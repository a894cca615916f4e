//! The audit stream: written before the watermark moves, or the run fails.

use platform::audit::{Audit, AuditLine, AuditStream};
use platform::clock::Clock;
use platform::next::Next;

use crate::aws_desk::{Call, Desk};

const GROUP: &str = "/cx-bridge/dev/audit";

fn stream(desk: &Desk) -> AuditStream {
    let client = aws_sdk_cloudwatchlogs::Client::new(&desk.config);
    Audit::new(client, GROUP.to_owned(), "contact-sync", Clock::system()).open("run-1")
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
