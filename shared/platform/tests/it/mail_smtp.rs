//! Mail through a mail server: only a lost answer to the message leaves a doubt.

use std::time::Duration;

use platform::Platform;
use platform::deadline::Deadline;
use platform::mail::{Mail, MailError, Mailer, Sent};
use platform::next::Next;
use platform::retry::RETRY_AFTER_DEFAULT;
use serde_json::json;

use crate::aws_desk::Desk;
use crate::mail_ses::mail;
use crate::settings::settings;
use crate::smtp_desk::{Answers, CLOSE, MESSAGE, SILENCE, SmtpDesk};

const MESSAGE_ID: &str = "<nightly-report_2f2026-03-14_2fops_2f1@example.com>";

/// A mailer whose secret names the server at `port`, and the desk that holds the secret.
fn mailer(port: u16) -> (Mailer, Desk) {
    let secret = json!({"host": "127.0.0.1", "port": port, "user": "relay", "password": "hunter2"});
    with_secret(&secret.to_string())
}

fn with_secret(secret: &str) -> (Mailer, Desk) {
    let answer = json!({"Name": "dev/smtp", "SecretString": secret}).to_string();
    let desk = Desk::answering(&[(200, answer.as_str()), (200, answer.as_str())]);
    let platform = Platform::with_sdk(&settings(&[]).unwrap(), desk.config.clone());
    (platform.smtp_mailer("dev/smtp"), desk)
}

async fn send_within(desk: &SmtpDesk, time: Duration) -> Result<Sent, MailError> {
    mailer(desk.port).0.send(&mail(), Deadline::after(time)).await
}

async fn send(desk: &SmtpDesk) -> Result<Sent, MailError> {
    send_within(desk, Duration::from_secs(60)).await
}

#[tokio::test]
async fn a_mail_arrives_with_its_parts_and_an_id_made_of_its_key() {
    let desk = SmtpDesk::answering(&[]);
    let sent = send(&desk).await.unwrap();
    assert_eq!(sent, Sent { message_id: MESSAGE_ID.to_owned(), recipients_refused: 0 });
    let heard = desk.heard();
    let commands = [
        "EHLO example.com",
        "AUTH PLAIN AHJlbGF5AGh1bnRlcjI=",
        "MAIL FROM:<reports@example.com>",
        "RCPT TO:<ana@example.com>",
        "RCPT TO:<bo@example.com>",
        "DATA",
    ];
    assert_eq!(heard[..6], commands);
    assert_eq!(heard.last().unwrap(), "QUIT");
    let message = &desk.messages()[0];
    for part in [
        "To: ana@example.com, Bo <bo@example.com>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "multipart/mixed",
        "multipart/alternative",
        "\r\n\r\n7 calls\r\n.\r\nend\r\n",
        "<p>7 calls</p>",
        "Content-Disposition: attachment; filename=\"report.pdf\"",
        "AJ+Slg==",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
    assert!(message.contains(&format!("Message-ID: {MESSAGE_ID}\r\n")), "{message}");
    assert!(message.is_ascii() && message.lines().all(|line| line.len() <= 998));
}

#[tokio::test]
async fn a_plain_mail_has_one_part() {
    let desk = SmtpDesk::answering(&[]);
    let plain = Mail { html: None, attachments: Vec::new(), ..mail() };
    mailer(desk.port).0.send(&plain, Deadline::after(Duration::from_secs(60))).await.unwrap();
    assert!(!desk.messages()[0].contains("multipart"), "{:?}", desk.messages());
}

#[tokio::test]
async fn t36_a_message_without_an_answer_may_have_been_taken_and_is_not_repeated() {
    for answers in [&[(MESSAGE, CLOSE)], &[(MESSAGE, SILENCE)], &[(MESSAGE, "what?")]] {
        let desk = SmtpDesk::answering(answers);
        let error = send_within(&desk, Duration::from_secs(1)).await.unwrap_err();
        assert!(matches!(error, MailError::NoAnswer { .. }), "{answers:?}: {error:?}");
        assert_eq!(error.next(), Next::ReadBack);
        assert_eq!(desk.messages().len(), 1, "{answers:?}");
    }
}

#[tokio::test]
async fn whatever_fails_before_the_message_leaves_nothing_behind() {
    let busy = Next::RetryAfter(RETRY_AFTER_DEFAULT);
    let refused = Next::Quarantine;
    let stop = Next::StopAndAlert;
    let cases: [(Answers, Next, &str); 10] = [
        (&[("GREETING", "554 no")], refused, "(554)"),
        (&[("GREETING", "421 later, ana@example.com")], busy, "(421)"),
        (&[("GREETING", SILENCE)], busy, "(time-out)"),
        (&[("AUTH", "535 who is relay")], stop, "(535); check `user` and `password`"),
        (&[("AUTH", "454 later")], busy, "(454)"),
        (&[("EHLO", "250 mail.example.com")], stop, "no common way to log in"),
        (&[("MAIL", "550 not you, reports@example.com")], refused, "(550)"),
        (&[("RCPT", "550 not ana@example.com")], refused, "(550)"),
        (&[("RCPT TO:<bo", "451 later")], busy, "(451)"),
        (&[("DATA", CLOSE)], busy, "(connection)"),
    ];
    for (answers, next, part) in cases {
        let desk = SmtpDesk::answering(answers);
        let error = send_within(&desk, Duration::from_secs(1)).await.unwrap_err();
        let line = error.to_string();
        assert!(error.next() == next && line.contains(part), "{answers:?}: {line}");
        assert!(!format!("{line}{error:?}").contains('@') && !line.contains("hunter2"), "{error:?}");
        assert!(desk.messages().is_empty(), "{answers:?}");
    }
}

#[tokio::test]
async fn an_answer_to_the_message_that_is_no_is_a_no() {
    let desk = SmtpDesk::answering(&[(MESSAGE, "554 spam from reports@example.com")]);
    assert_eq!(send(&desk).await.unwrap_err().next(), Next::Quarantine);
    let desk = SmtpDesk::answering(&[(MESSAGE, "452 full")]);
    assert!(matches!(send(&desk).await.unwrap_err().next(), Next::RetryAfter(_)));
}

#[tokio::test]
async fn one_recipient_who_left_does_not_keep_the_mail_from_the_others() {
    let desk = SmtpDesk::answering(&[("RCPT TO:<ana", "550 no such user")]);
    assert_eq!(send(&desk).await.unwrap().recipients_refused, 1);
    assert_eq!(desk.messages().len(), 1);
}

/// What comes after the answer is good manners: it cannot take the answer back.
#[tokio::test]
async fn a_server_that_does_not_say_goodbye_has_taken_the_mail() {
    for answers in [&[("QUIT", CLOSE)], &[("QUIT", SILENCE)]] {
        send_within(&SmtpDesk::answering(answers), Duration::from_secs(5)).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_leaves_nothing_behind() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = mailer(port).0.send(&mail(), Deadline::after(Duration::from_secs(60))).await.unwrap_err();
    assert!(matches!(error, MailError::Busy { .. }), "{error:?}");
}

#[tokio::test]
async fn a_secret_is_read_once_and_again_after_a_refused_login() {
    let desk = SmtpDesk::answering(&[("AUTH", "535 no")]);
    let (mailer, secrets) = mailer(desk.port);
    for tries in [1, 2] {
        mailer.send(&mail(), Deadline::after(Duration::from_secs(60))).await.unwrap_err();
        assert_eq!(secrets.calls().len(), tries);
    }
    let desk = SmtpDesk::answering(&[]);
    let (mailer, secrets) = self::mailer(desk.port);
    for _ in 0..2 {
        mailer.send(&mail(), Deadline::after(Duration::from_secs(60))).await.unwrap();
    }
    assert_eq!((secrets.calls().len(), desk.messages().len()), (1, 2));
}

#[tokio::test]
async fn a_secret_that_is_wrong_is_named_with_its_key_and_without_its_value() {
    for (secret, part) in [
        (r#"{"host":"127.0.0.1","port":"hunter2"}"#, "the secret dev/smtp: `port` has a value of the wrong kind"),
        (r#"{"port":25}"#, "the secret dev/smtp: `host` is missing"),
    ] {
        let error = with_secret(secret).0.send(&mail(), Deadline::after(Duration::from_secs(60))).await.unwrap_err();
        let line = error.to_string();
        assert!(line.contains(part) && !format!("{line}{error:?}").contains("hunter2"), "{line}");
        assert_eq!((error.next(), error.name()), (Next::StopAndAlert, "mail_secret"));
    }
    let desk = SmtpDesk::answering(&[]);
    let half = json!({"host": "localhost", "port": desk.port, "user": "relay"}).to_string();
    let error = with_secret(&half).0.send(&mail(), Deadline::after(Duration::from_secs(60))).await.unwrap_err();
    assert!(error.to_string().contains("only one of `user` and `password`"), "{error}");
}
