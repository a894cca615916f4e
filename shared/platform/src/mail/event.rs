//! Events about mails, as SES publishes them to SNS and SNS puts them into a queue.
//!
//! SNS wraps the event into an envelope of its own, unless the subscription says raw delivery; both are read. Of an event
//! only its kind, its moment, the message's id and our tag are taken: the addresses in it, and the texts of foreign
//! mail servers, are never held. Events that are not about a mail of ours are no faults: an identity may have other
//! senders, and SES itself says "Successfully validated …" into a topic that it is given. See
//! <https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::tag;

/// What happened to a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailEventKind {
    /// SES has taken it and will try to deliver it.
    Sent,
    /// A recipient's mail server has taken it. With several recipients: one of them.
    Delivered,
    /// A mail server is slow or full; SES goes on trying.
    Delayed,
    /// A recipient's mail server refused it for good.
    Bounced,
    /// SES gave up on a recipient whose mail server refused it for the time being. An out-of-office answer looks alike.
    SoftBounced,
    /// A recipient called it spam.
    Complained,
    /// SES refused to send it, after it had taken it: a virus.
    Rejected,
    /// SES could not make the message from its template.
    NotRendered,
}

/// One event about one of our mails. Holds no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailEvent {
    /// The mail's key, as its sender gave it.
    pub key: String,
    /// What happened.
    pub kind: MailEventKind,
    /// When, by the service's clock.
    pub at: Timestamp,
    /// The message's id, as the service gave it when it took the mail.
    pub message_id: String,
}

/// Why a queue message is no event about a mail. Says nothing of its content.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the message is no event about a mail: {0}")]
pub struct MailEventFault(&'static str);

/// What SES says into a topic that it is given, instead of an event.
const TOPIC_TEST: &str = "Successfully validated SNS topic";

/// SNS's envelope, or the event itself: which one it is shows in the keys that are there.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "Type")]
    kind: Option<String>,
    #[serde(rename = "Message", borrow)]
    message: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_type: Option<String>,
    mail: Option<Message>,
    delivery: Option<Detail>,
    delivery_delay: Option<Detail>,
    bounce: Option<Detail>,
    complaint: Option<Detail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    timestamp: Timestamp,
    message_id: String,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    timestamp: Option<Timestamp>,
    bounce_type: Option<String>,
}

impl MailEvent {
    /// Reads a queue message. `None`: it is in order and not about a mail of ours, or of a kind that changes nothing.
    ///
    /// # Errors
    /// [`MailEventFault`]: the message can never be read.
    pub fn decode(message: &str) -> Result<Option<Self>, MailEventFault> {
        if message.starts_with(TOPIC_TEST) {
            return Ok(None);
        }
        let envelope: Envelope<'_> = serde_json::from_str(message).map_err(|_| MailEventFault("it is not JSON"))?;
        match (envelope.kind.as_deref(), &envelope.message) {
            (Some("Notification"), Some(inner)) if inner.starts_with(TOPIC_TEST) => Ok(None),
            (Some("Notification"), Some(inner)) => record(inner)?.event(),
            (Some(_), _) => Err(MailEventFault("SNS sends something else than a notification")),
            (None, _) => record(message)?.event(),
        }
    }
}

fn record(text: &str) -> Result<Record, MailEventFault> {
    serde_json::from_str(text).map_err(|_| MailEventFault("it has not the form of an event of SES"))
}

impl Record {
    fn event(self) -> Result<Option<MailEvent>, MailEventFault> {
        let mail = self.mail.ok_or(MailEventFault("it has no mail"))?;
        // Feedback notifications, which an identity sends by itself, have no event type and no tags.
        let Some(event_type) = self.event_type else { return Ok(None) };
        let tag = mail.tags.get(tag::NAME).and_then(|values| values.first());
        let Some(key) = tag.and_then(|tag| tag::decode(tag)) else { return Ok(None) };
        let (kind, detail) = match event_type.as_str() {
            "Send" => (MailEventKind::Sent, None),
            "Delivery" => (MailEventKind::Delivered, self.delivery),
            "DeliveryDelay" => (MailEventKind::Delayed, self.delivery_delay),
            "Bounce" if is_transient(self.bounce.as_ref()) => (MailEventKind::SoftBounced, self.bounce),
            "Bounce" => (MailEventKind::Bounced, self.bounce),
            "Complaint" => (MailEventKind::Complained, self.complaint),
            "Reject" => (MailEventKind::Rejected, None),
            "Rendering Failure" => (MailEventKind::NotRendered, None),
            // Open, Click, Subscription, and what SES may add.
            _ => return Ok(None),
        };
        let at = detail.and_then(|detail| detail.timestamp).unwrap_or(mail.timestamp);
        Ok(Some(MailEvent { key, kind, at, message_id: mail.message_id }))
    }
}

fn is_transient(bounce: Option<&Detail>) -> bool {
    bounce.and_then(|bounce| bounce.bounce_type.as_deref()) == Some("Transient")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const KEY: &str = "nightly-report/2026-03-14/ops";

    /// An event in the vendor's form, with addresses of people where the vendor puts them.
    fn event(event_type: &str, detail: &str, says: &Value) -> Value {
        let mut event = json!({
            "eventType": event_type,
            "mail": {
                "timestamp": "2026-03-15T07:15:02.012Z",
                "source": "Reports <reports@example.com>",
                "sourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
                "sendingAccountId": "123456789012",
                "messageId": "0100019c-1",
                "destination": ["ana@example.com", "bo@example.com"],
                "headersTruncated": false,
                "headers": [{"name": "To", "value": "ana@example.com, bo@example.com"}],
                "commonHeaders": {"from": ["reports@example.com"], "subject": "Yesterday"},
                "tags": {
                    "ses:configuration-set": ["cx-bridge-dev"],
                    "ses:caller-identity": ["nightly-report"],
                    "cx-bridge-key": [tag::encode(KEY).unwrap()],
                },
            },
        });
        event[detail] = says.clone();
        event
    }

    fn wrapped(message: &str) -> String {
        json!({
            "Type": "Notification", "MessageId": "8d1c", "TopicArn": "arn:aws:sns:us-east-1:123456789012:mail",
            "Subject": "Amazon SES Email Event Notification", "Message": message,
            "Timestamp": "2026-03-15T07:15:03.000Z", "SignatureVersion": "1", "Signature": "s",
            "SigningCertURL": "https://sns.us-east-1.amazonaws.com/c.pem",
            "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
        })
        .to_string()
    }

    fn decoded(event: &Value) -> Option<(MailEventKind, String)> {
        let raw = MailEvent::decode(&event.to_string()).unwrap();
        assert_eq!(MailEvent::decode(&wrapped(&event.to_string())).unwrap(), raw, "raw and wrapped are one event");
        let printed = format!("{raw:?}");
        assert!(!printed.contains('@'), "{printed}");
        raw.map(|event| {
            assert_eq!((event.key.as_str(), event.message_id.as_str()), (KEY, "0100019c-1"));
            (event.kind, event.at.to_string())
        })
    }

    #[test]
    fn each_kind_has_the_moment_of_the_event_and_not_of_the_mail() {
        let recipients = json!([{"emailAddress": "bo@example.com", "status": "5.1.1", "diagnosticCode": "smtp; 550"}]);
        let later = "2026-03-15T07:16:40.669Z";
        let bounce = |kind: &str| json!({"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": recipients, "timestamp": later, "feedbackId": "f"});
        let delivery = json!({"timestamp": later, "processingTimeMillis": 11893, "recipients": ["ana@example.com"], "smtpResponse": "250 2.6.0 Message received", "reportingMTA": "mta.example.com"});
        let complaint = json!({"complainedRecipients": [{"emailAddress": "bo@example.com"}], "timestamp": later, "feedbackId": "f", "complaintFeedbackType": "abuse"});
        let delay = json!({"timestamp": later, "delayType": "TransientCommunicationFailure", "expirationTime": "2026-03-15T19:15:02.012Z", "delayedRecipients": recipients});
        let mailed = "2026-03-15T07:15:02.012Z";
        let cases = [
            (event("Send", "send", &json!({})), MailEventKind::Sent, mailed),
            (event("Delivery", "delivery", &delivery), MailEventKind::Delivered, later),
            (event("DeliveryDelay", "deliveryDelay", &delay), MailEventKind::Delayed, later),
            (event("Bounce", "bounce", &bounce("Permanent")), MailEventKind::Bounced, later),
            (event("Bounce", "bounce", &bounce("Undetermined")), MailEventKind::Bounced, later),
            (event("Bounce", "bounce", &bounce("Transient")), MailEventKind::SoftBounced, later),
            (event("Complaint", "complaint", &complaint), MailEventKind::Complained, later),
            (event("Reject", "reject", &json!({"reason": "Bad content"})), MailEventKind::Rejected, mailed),
            (
                event("Rendering Failure", "failure", &json!({"errorMessage": "ana@example.com", "templateName": "t"})),
                MailEventKind::NotRendered,
                mailed,
            ),
        ];
        for (event, kind, at) in cases {
            assert_eq!(decoded(&event), Some((kind, at.to_owned())), "{event}");
        }
    }

    #[test]
    fn what_is_not_about_a_mail_of_ours_is_no_fault() {
        let mut foreign = event("Send", "send", &json!({}));
        foreign["mail"]["tags"] = json!({"ses:configuration-set": ["shared"]});
        let mut feedback = event("Bounce", "bounce", &json!({"bounceType": "Permanent"}));
        feedback["notificationType"] = feedback["eventType"].take();
        for event in [foreign, feedback, event("Open", "open", &json!({"ipAddress": "192.0.2.1"}))] {
            assert_eq!(decoded(&event), None, "{event}");
        }
        let test = "Successfully validated SNS topic for Amazon SES event publishing.";
        assert_eq!(MailEvent::decode(test), Ok(None));
        assert_eq!(MailEvent::decode(&wrapped(test)), Ok(None));
    }

    #[test]
    fn what_is_no_event_is_refused_without_repeating_it() {
        let envelope = json!({"Type": "SubscriptionConfirmation", "Message": "ana@example.com"}).to_string();
        let without_id = json!({"eventType": "Send", "mail": {"timestamp": "2026-03-15T07:15:02Z"}}).to_string();
        for (text, part) in [
            ("ana@example.com", "not JSON"),
            (envelope.as_str(), "something else than a notification"),
            (wrapped("ana@example.com").as_str(), "has not the form"),
            (without_id.as_str(), "has not the form"),
            (r#"{"eventType":"Send"}"#, "no mail"),
        ] {
            let fault = MailEvent::decode(text).unwrap_err().to_string();
            assert!(fault.contains(part) && !fault.contains("ana@"), "{text}: {fault}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_message_makes_the_decoder_fail_otherwise_than_by_saying_so(text in ".{0,200}") {
            let _ = MailEvent::decode(&text);
        }
    }
}
