//! SQS: `SendMessage`, and what an event source mapping does on the other side of a queue.
//!
//! A FIFO queue remembers a message's deduplication id for five minutes, within its group, and says nothing of it when
//! the same id comes again. While a message of a group is in flight, no other one of that group is handed out. A
//! message that was handed out and not deleted is there again once its visibility time-out has passed, and a message
//! that was handed out too often is set aside. Time is the world's.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Answered, Drawers, refusal, text};

/// The FIFO queue of the bundle, as the template makes it.
pub const CAPACITY: &str = "capacity.fifo";
/// The standard queue whose consumer comes later.
pub const CONVERSATIONS: &str = "conversations";
/// The standard queue that rules of the partner bus feed.
pub const PARTNER: &str = "partner-events";
/// The standard queue that the rule for Auto Scaling events feeds.
pub const SCALING: &str = "scaling";
/// The standard queue that gets what SES tells about mails.
pub const MAIL_EVENTS: &str = "mail-events";

/// The standard queue by which runs of contact-sync go on, and by which Salesforce tells of changes.
pub const CONTACT_SYNC: &str = "contact-sync";

/// How long a message that was handed out stays out of sight: six times the consumer's time-out.
pub const VISIBILITY: Duration = Duration::from_secs(180);
/// The same on [`SCALING`], whose consumer has a minute and whose batches are collected for five seconds.
pub const SCALING_VISIBILITY: Duration = Duration::from_secs(365);
/// How often a message is handed out before it is set aside.
pub const RECEIVES_MAX: u32 = 5;

/// How long a deduplication id is remembered. Not a setting: AWS fixes it.
const REMEMBERED_MS: i64 = 5 * 60 * 1000;
/// `MaximumMessageSize` of the intake queues.
const MESSAGE_BYTES_MAX: usize = 1_048_576;
/// Longest group and deduplication id.
const NAME_CHARS_MAX: usize = 128;
/// An invocation takes no more, so an event source mapping cuts its batches.
const BATCH_BYTES_MAX: usize = 6 * 1024 * 1024;

/// A queue, with the queue of its dead letters.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// What is on the queue, in flight or not, in the order of arrival.
    pub letters: Vec<Letter>,
    /// What was handed out too often.
    pub dead: Vec<Letter>,
    is_fifo: bool,
    batch_max: usize,
    visibility: Duration,
    sent_count: u64,
    /// When each deduplication id of a group was last taken, and which message it became.
    known: BTreeMap<(String, String), (i64, String)>,
}

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// SQS's id.
    pub id: String,
    /// Its text.
    pub body: String,
    /// Its group, on a FIFO queue.
    pub group: Option<String>,
    /// Its deduplication id, on a FIFO queue.
    pub deduplication: Option<String>,
    /// How often it was handed out.
    pub receives: u32,
    sent_ms: i64,
    hidden_until_ms: i64,
}

/// The queues of an installation.
pub(crate) fn installed() -> BTreeMap<String, Queue> {
    [CAPACITY, CONVERSATIONS, PARTNER, SCALING, MAIL_EVENTS, CONTACT_SYNC]
        .map(|name| (name.to_owned(), Queue::of(name)))
        .into()
}

pub(crate) fn send_message(drawers: &mut Drawers, request: &Value, now_ms: i64) -> Answered {
    let name = text(request, "QueueUrl").rsplit('/').next().unwrap_or_default();
    let Some(queue) = drawers.queues.get_mut(name) else {
        return refusal("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.");
    };
    let named = |name: &str| request[name].as_str().map(str::to_owned);
    if request["DelaySeconds"].as_i64().is_some_and(|seconds| queue.is_fifo || !(0..=900).contains(&seconds)) {
        return refusal("InvalidParameterValue", "Value for parameter DelaySeconds is invalid.");
    }
    match queue.send(text(request, "MessageBody"), named("MessageGroupId"), named("MessageDeduplicationId"), now_ms) {
        Ok(id) => {
            queue.hold_back(&id, request["DelaySeconds"].as_i64().unwrap_or(0), now_ms);
            (200, json!({ "MessageId": id }).to_string())
        }
        Err((code, message)) => refusal(code, message),
    }
}

impl Queue {
    fn of(name: &str) -> Self {
        let is_fifo = name.ends_with(".fifo");
        let visibility = if name == SCALING { SCALING_VISIBILITY } else { VISIBILITY };
        Self { is_fifo, batch_max: if is_fifo { 10 } else { 100 }, visibility, ..Self::default() }
    }

    /// Takes a message in; its id, which for a repeated deduplication id is that of the first one.
    ///
    /// # Errors
    /// Code and message of what SQS refuses.
    pub fn send(
        &mut self,
        body: &str,
        group: Option<String>,
        deduplication: Option<String>,
        now_ms: i64,
    ) -> Result<String, (&'static str, &'static str)> {
        self.refusal(body, group.as_deref(), deduplication.as_deref()).map_or(Ok(()), Err)?;
        self.known.retain(|_, (taken_ms, _)| *taken_ms + REMEMBERED_MS > now_ms);
        let name = group.clone().zip(deduplication.clone());
        if let Some((_, id)) = name.as_ref().and_then(|name| self.known.get(name)) {
            return Ok(id.clone());
        }
        self.sent_count += 1;
        let id = format!("10000000-0000-4000-8000-{:012}", self.sent_count);
        if let Some(name) = name {
            self.known.insert(name, (now_ms, id.clone()));
        }
        let (body, receives, hidden_until_ms) = (body.to_owned(), 0, 0);
        self.letters.push(Letter {
            id: id.clone(),
            body,
            group,
            deduplication,
            receives,
            sent_ms: now_ms,
            hidden_until_ms,
        });
        Ok(id)
    }

    fn refusal(&self, body: &str, group: Option<&str>, name: Option<&str>) -> Option<(&'static str, &'static str)> {
        let is_name =
            |text: &str| (1..=NAME_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        let is_usable = |text: Option<&str>| text.is_none_or(is_name);
        let invalid = |message| Some(("InvalidParameterValue", message));
        match (self.is_fifo, group, name) {
            _ if body.is_empty() => Some(("MissingParameter", "The request must contain the parameter MessageBody.")),
            _ if body.len() > MESSAGE_BYTES_MAX => invalid("Message must be shorter than 1048576 bytes."),
            (true, None, _) => Some(("MissingParameter", "The request must contain the parameter MessageGroupId.")),
            (true, _, None) => invalid("The queue should have MessageDeduplicationId provided explicitly"),
            (false, _, Some(_)) => invalid("MessageDeduplicationId is not valid for this queue type"),
            _ if !is_usable(group) || !is_usable(name) => invalid("1 to 128 alphanumeric and punctuation characters"),
            _ => None,
        }
    }

    /// Nobody gets this message for so many seconds.
    fn hold_back(&mut self, id: &str, seconds: i64, now_ms: i64) {
        for letter in self.letters.iter_mut().filter(|letter| letter.id == id && seconds > 0) {
            letter.hidden_until_ms = now_ms + seconds * 1000;
        }
    }

    /// What the next batch would be: positions of messages that may be handed out now.
    fn ready(&self, now_ms: i64) -> Vec<usize> {
        let mut busy: BTreeSet<&str> = BTreeSet::new();
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for (position, letter) in self.letters.iter().enumerate() {
            let group = letter.group.as_deref().filter(|_| self.is_fifo);
            if letter.hidden_until_ms > now_ms {
                busy.extend(group);
            } else if group.is_none_or(|group| !busy.contains(group)) {
                bytes += letter.body.len();
                if batch.len() == self.batch_max || bytes > BATCH_BYTES_MAX {
                    break;
                }
                batch.push(position);
            }
        }
        batch
    }

    /// The messages of the next batch, as they are before it.
    pub fn next_batch(&self, now_ms: i64) -> Vec<&Letter> {
        self.ready(now_ms).into_iter().map(|position| &self.letters[position]).collect()
    }

    /// Hands out a batch. What was handed out too often is set aside instead.
    pub(crate) fn receive(&mut self, now_ms: i64) -> Vec<Letter> {
        let is_worn = |letter: &Letter| letter.receives >= RECEIVES_MAX && letter.hidden_until_ms <= now_ms;
        self.dead.extend(self.letters.extract_if(.., |letter| is_worn(letter)));
        let visibility_ms = i64::try_from(self.visibility.as_millis()).expect("minutes");
        let mut batch = Vec::new();
        for position in self.ready(now_ms) {
            let letter = &mut self.letters[position];
            letter.receives += 1;
            letter.hidden_until_ms = now_ms + visibility_ms;
            batch.push(letter.clone());
        }
        batch
    }

    /// Deletes messages that were taken care of.
    pub(crate) fn delete(&mut self, ids: &BTreeSet<&str>) {
        self.letters.retain(|letter| !ids.contains(letter.id.as_str()));
    }
}

impl Letter {
    /// The message in the event that a function gets.
    pub(crate) fn record(&self, queue: &str) -> Value {
        let mut attributes = json!({
            "ApproximateReceiveCount": self.receives.to_string(), "SentTimestamp": self.sent_ms.to_string(),
            "SenderId": "AROAEXAMPLE:webhook-receiver", "ApproximateFirstReceiveTimestamp": self.sent_ms.to_string(),
        });
        let fifo = [("MessageGroupId", &self.group), ("MessageDeduplicationId", &self.deduplication)];
        for (name, value) in fifo.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            attributes[name] = value.as_str().into();
        }
        json!({
            "messageId": self.id, "receiptHandle": format!("handle-{}-{}", self.id, self.receives), "body": self.body,
            "attributes": attributes, "messageAttributes": {}, "md5OfBody": "", "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:us-east-1:000000000000:{queue}"), "awsRegion": "us-east-1",
        })
    }
}
