//! Mail through SES: handed over once, and each failure says whether it may have been sent.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use platform::Platform;
use platform::deadline::Deadline;
use platform::mail::{Attachment, Mail, MailError, Sent, tag};
use platform::next::Next;
use platform::retry::RETRY_AFTER_DEFAULT;
use serde_json::{Value, json};

use crate::aws_desk::{Desk, LOST};
use crate::settings::settings;

const TAKEN: &str = r#"{"MessageId":"0100019c-1"}"#;

/// A mail with everything in it.
pub(crate) fn mail() -> Mail {
    Mail {
        from: "Données <reports@example.com>".to_owned(),
        to: vec!["ana@example.com".to_owned(), "Bo <bo@example.com>".to_owned()],
        subject: "Gestern – 14. März".to_owned(),
        text: "7 calls\n.\nend".to_owned(),
        html: Some("<p>7 calls</p>".to_owned()),
        attachments: vec![Attachment {
            name: "report.pdf".to_owned(),
            content_type: "application/pdf".to_owned(),
            bytes: vec![0, 159, 146, 150],
        }],
        key: "nightly-report/2026-03-14/ops/1".to_owned(),
    }
}

async fn send_within(desk: &Desk, time: Duration) -> Result<Sent, MailError> {
    let mailer = Platform::with_sdk(&settings(&[]).unwrap(), desk.config.clone()).ses_mailer("cx-bridge-dev");
    mailer.send(&mail(), Deadline::after(time)).await
}

async fn send(desk: &Desk) -> Result<Sent, MailError> {
    send_within(desk, Duration::from_secs(60)).await
}

#[tokio::test]
async fn a_mail_arrives_with_its_parts_its_key_and_its_events() {
    let desk = Desk::answering(&[(200, TAKEN)]);
    let sent = send(&desk).await.unwrap();
    assert_eq!(sent, Sent { message_id: "0100019c-1".to_owned(), recipients_refused: 0 });
    let calls = desk.calls();
    assert_eq!(calls[0].request, "POST /v2/email/outbound-emails");
    let body: Value = serde_json::from_str(&calls[0].body).unwrap();
    let text = |data: &str| json!({"Data": data, "Charset": "UTF-8"});
    let expected = json!({
        "FromEmailAddress": "=?UTF-8?B?RG9ubsOpZXM=?= <reports@example.com>",
        "Destination": {"ToAddresses": ["ana@example.com", "Bo <bo@example.com>"]},
        "Content": {"Simple": {
            "Subject": text("Gestern – 14. März"),
            "Body": {"Text": text("7 calls\n.\nend"), "Html": text("<p>7 calls</p>")},
            "Attachments": [{
                "FileName": "report.pdf", "ContentType": "application/pdf", "ContentDisposition": "ATTACHMENT",
                "ContentTransferEncoding": "BASE64", "RawContent": "AJ+Slg==",
            }],
        }},
        "EmailTags": [{"Name": "cx-bridge-key", "Value": tag::encode("nightly-report/2026-03-14/ops/1").unwrap()}],
        "ConfigurationSetName": "cx-bridge-dev",
    });
    assert_eq!(body, expected);
}

/// Whatever comes back, nobody sends it a second time: the desk has an answer left that nobody asks for.
#[tokio::test]
async fn t36_a_mail_is_handed_over_once_and_each_failure_says_whether_it_may_be_on_its_way() {
    let busy = Next::RetryAfter(RETRY_AFTER_DEFAULT);
    let unknown = Next::ReadBack;
    let refused = Next::Quarantine;
    let stop = Next::StopAndAlert;
    let cases: [(u16, &str, Next, &str); 10] = [
        (LOST, "", unknown, "may have been sent"),
        (500, "InternalFailure", unknown, "may have been sent"),
        (504, "GatewayTimeout", unknown, "may have been sent"),
        (429, "TooManyRequestsException", busy, "nothing was sent"),
        (503, "ServiceUnavailable", busy, "nothing was sent"),
        (400, "ThrottlingException", busy, "nothing was sent"),
        (400, "MessageRejected", refused, "refused the mail (MessageRejected)"),
        (403, "AccessDeniedException", stop, "allow ses:SendEmail"),
        (400, "SendingPausedException", stop, "switch sending on again"),
        (404, "NotFoundException", stop, "MAIL_CONFIGURATION_SET"),
    ];
    for (status, code, next, part) in cases {
        let body = json!({"__type": code, "message": "ana@example.com is not verified"}).to_string();
        let desk = Desk::answering(&[(status, body.as_str()), (200, TAKEN)]);
        let error = send(&desk).await.unwrap_err();
        let line = error.to_string();
        assert!(error.next() == next && line.contains(part), "{status} {code}: {line}");
        assert!(!format!("{line}{error:?}").contains('@'), "{error:?}");
        assert_eq!(desk.calls().len(), 1, "{status} {code}");
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_may_have_been_a_yes() {
    let desk = Desk::answering(&[(200, "<html>"), (200, TAKEN)]);
    assert_eq!(send(&desk).await.unwrap_err().next(), Next::ReadBack);
    assert_eq!(desk.calls().len(), 1);
}

#[tokio::test]
async fn silence_ends_with_the_invocation_and_leaves_the_mail_unknown() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut desk = Desk::answering(&[]);
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    desk.config = desk.config.to_builder().endpoint_url(endpoint).build();
    let begun = Instant::now();
    let error = send_within(&desk, Duration::from_millis(400)).await.unwrap_err();
    assert!(matches!(error, MailError::NoAnswer { .. }), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn who_was_not_reached_was_not_sent_a_mail() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for endpoint in [format!("http://{closed}"), "http://no-such-host.invalid".to_owned()] {
        let mut desk = Desk::answering(&[]);
        desk.config = desk.config.to_builder().endpoint_url(&endpoint).build();
        let error = send(&desk).await.unwrap_err();
        assert!(matches!(error, MailError::Busy { .. }), "{endpoint}: {error:?}");
    }
}

#[tokio::test]
async fn without_time_left_nothing_is_sent() {
    let desk = Desk::answering(&[(200, TAKEN)]);
    let error = send_within(&desk, Duration::from_millis(100)).await.unwrap_err();
    assert!(matches!(error, MailError::Busy { .. }), "{error:?}");
    assert!(desk.calls().is_empty());
}

#[tokio::test]
async fn a_mail_that_cannot_be_one_is_not_sent() {
    let desk = Desk::answering(&[(200, TAKEN)]);
    let mailer = Platform::with_sdk(&settings(&[]).unwrap(), desk.config.clone()).ses_mailer("cx-bridge-dev");
    let mail = Mail { to: vec!["ana@example.com, eve@example.com".to_owned()], ..mail() };
    let error = mailer.send(&mail, Deadline::after(Duration::from_secs(60))).await.unwrap_err();
    assert_eq!((error.next(), error.name()), (Next::StopAndAlert, "mail_misconfigured"));
    assert!(desk.calls().is_empty() && !error.to_string().contains('@'), "{error}");
}
