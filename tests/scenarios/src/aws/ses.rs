//! SES, version 2: `SendEmail`, and what SES tells about a mail afterwards.
//!
//! A mail that was taken is kept as it was sent. Its *Send* event is on its way from then on, also when the answer was
//! lost; it arrives on the queue of [`MAIL_EVENTS`] when the test lets it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::sqs::MAIL_EVENTS;
use super::{Answered, Drawers, text};

/// The configuration set of the stage.
pub const CONFIGURATION_SET: &str = "cx-bridge-dev";

const TAG: &str = "cx-bridge-key";

/// What SES was given.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    /// Mails that were taken.
    pub mails: Vec<Mail>,
    /// Status and code of the answer to every mail, if none is taken.
    pub refusal: Option<(u16, &'static str)>,
    /// Events that have not arrived.
    pub coming: Vec<String>,
    /// How often a mail was handed over, taken or not.
    pub tries: usize,
}

/// A mail, as it was sent.
#[derive(Clone, Debug)]
pub struct Mail {
    /// SES's name for it.
    pub message_id: String,
    /// The sender.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The page.
    pub html: Option<String>,
    /// Files, by name.
    pub attachments: Vec<(String, Vec<u8>)>,
    /// The value of our tag.
    pub tag: String,
    /// When it was taken, in milliseconds since 1970.
    pub at_ms: i64,
}

pub(crate) fn send_email(drawers: &mut Drawers, request: &Value, now_ms: i64) -> Answered {
    let outbox = &mut drawers.outbox;
    outbox.tries += 1;
    if let Some((status, code)) = outbox.refusal {
        return refusal(status, code);
    }
    if request["ConfigurationSetName"] != CONFIGURATION_SET {
        return refusal(404, "NotFoundException");
    }
    let simple = &request["Content"]["Simple"];
    let mail = Mail {
        message_id: format!("0100000000000000-{:08}-000000", outbox.mails.len() + 1),
        from: text(request, "FromEmailAddress").to_owned(),
        to: texts(&request["Destination"]["ToAddresses"]),
        subject: text(&simple["Subject"], "Data").to_owned(),
        text: text(&simple["Body"]["Text"], "Data").to_owned(),
        html: simple["Body"]["Html"]["Data"].as_str().map(str::to_owned),
        attachments: attachments(&simple["Attachments"]),
        tag: tag(request),
        at_ms: now_ms,
    };
    let answer = json!({"MessageId": mail.message_id}).to_string();
    outbox.coming.push(mail.event("Send", "send", &json!({})));
    outbox.mails.push(mail);
    (200, answer)
}

/// What SES has told so far arrives on its queue.
pub fn deliver_events(drawers: &mut Drawers, now_ms: i64) {
    let queue = drawers.queues.get_mut(MAIL_EVENTS).expect("a queue of the bundle");
    for event in drawers.outbox.coming.drain(..) {
        queue.send(&event, None, None, now_ms).expect("a message");
    }
}

impl Mail {
    /// An event about it, as SNS puts it into the queue.
    pub fn event(&self, kind: &str, member: &str, detail: &Value) -> String {
        let at = Timestamp::from_millisecond(self.at_ms).expect("a moment of the world");
        let mut event = json!({
            "eventType": kind,
            "mail": {
                "timestamp": at, "source": self.from, "messageId": self.message_id, "destination": self.to,
                "headersTruncated": false, "headers": [{"name": "To", "value": self.to.join(", ")}],
                "commonHeaders": {"from": [self.from], "to": self.to, "subject": self.subject},
                "tags": {"ses:configuration-set": [CONFIGURATION_SET], TAG: [self.tag]},
            },
        });
        event[member] = detail.clone();
        json!({
            "Type": "Notification", "MessageId": "8d1c", "TopicArn": "arn:aws:sns:us-east-1:000000000000:mail",
            "Subject": "Amazon SES Email Event Notification", "Message": event.to_string(), "Timestamp": at,
        })
        .to_string()
    }
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn attachments(list: &Value) -> Vec<(String, Vec<u8>)> {
    let file = |file: &Value| {
        let content = STANDARD.decode(text(file, "RawContent")).expect("content in base64");
        (text(file, "FileName").to_owned(), content)
    };
    list.as_array().into_iter().flatten().map(file).collect()
}

fn tag(request: &Value) -> String {
    let tags = request["EmailTags"].as_array().into_iter().flatten();
    tags.filter(|tag| tag["Name"] == TAG).map(|tag| text(tag, "Value").to_owned()).collect()
}

fn refusal(status: u16, code: &str) -> Answered {
    (status, json!({"__type": code, "message": "refused"}).to_string())
}
