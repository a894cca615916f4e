//! Sending to a queue: confirmed or not, and whether something may have been stored.

use platform::Platform;
use platform::queue::{Place, SendError};

use crate::aws_desk::Desk;
use crate::settings::settings;

const URL: &str = "https://sqs.us-east-1.amazonaws.com/123456789012/intake.fifo";

async fn send(answers: &[(u16, &str)]) -> (Result<(), SendError>, Desk) {
    let desk = Desk::answering(answers);
    let queue = Platform::with_sdk(&settings(&[]).unwrap(), desk.config.clone()).queue(URL);
    let sent = queue.send("body".to_owned(), Some(Place { group: "q-1", deduplication: "e-1" })).await;
    (sent, desk)
}

#[tokio::test]
async fn a_message_for_a_fifo_queue_carries_group_and_deduplication() {
    let (sent, desk) =
        send(&[(200, r#"{"MessageId":"m","MD5OfMessageBody":"841a2d689ad86bd1611447453c22c6fc"}"#)]).await;
    sent.unwrap();
    let call = &desk.calls()[0];
    assert_eq!(call.target, "AmazonSQS.SendMessage");
    let body: serde_json::Value = serde_json::from_str(&call.body).unwrap();
    assert_eq!((&body["MessageGroupId"], &body["MessageDeduplicationId"]), (&"q-1".into(), &"e-1".into()));
    assert_eq!((&body["QueueUrl"], &body["MessageBody"]), (&URL.into(), &"body".into()));
}

#[tokio::test]
async fn each_failure_says_whether_something_may_be_stored_and_names_the_queue() {
    let (busy, _) = send(&[(503, "{}"), (503, "{}")]).await;
    assert!(matches!(&busy, Err(SendError::Busy { queue, .. }) if queue == "intake.fifo"), "{busy:?}");
    let (unknown, _) = send(&[(500, "{}"), (500, "{}")]).await;
    assert!(matches!(unknown, Err(SendError::NoAnswer { .. })), "{unknown:?}");
    let denied = r#"{"__type":"com.amazonaws.sqs#AccessDeniedException","message":"body"}"#;
    let (refused, _) = send(&[(403, denied)]).await;
    let line = refused.unwrap_err().to_string();
    assert!(line.contains("AccessDeniedException") && line.contains("intake.fifo") && !line.contains("body"), "{line}");
}

/// The second try's answer says nothing about the first one, which may have been stored.
#[tokio::test]
async fn a_refusal_after_a_lost_answer_does_not_say_that_nothing_was_stored() {
    let denied = r#"{"__type":"com.amazonaws.sqs#AccessDeniedException","message":"body"}"#;
    for (last, code) in [((503, "{}"), "unnamed"), ((403, denied), "AccessDeniedException")] {
        let (unknown, desk) = send(&[(500, "{}"), last]).await;
        assert_eq!(desk.calls().len(), 2);
        assert!(
            matches!(&unknown, Err(SendError::NoAnswer { reason, .. }) if reason.ends_with(code)),
            "{last:?}: {unknown:?}"
        );
    }
    let (unknown, _) = send(&[(503, "{}"), (500, "{}")]).await;
    assert!(matches!(unknown, Err(SendError::NoAnswer { .. })), "{unknown:?}");
}

#[tokio::test]
async fn one_failure_is_repeated_by_itself() {
    let confirmed = r#"{"MessageId":"m","MD5OfMessageBody":"841a2d689ad86bd1611447453c22c6fc"}"#;
    let (sent, desk) = send(&[(500, "{}"), (200, confirmed)]).await;
    sent.unwrap();
    assert_eq!(desk.calls().len(), 2);
}
