//! What a queue message says: the load of a Genesys queue at a moment, or nothing that concerns this function.
//!
//! Two forms arrive. The webhook receiver wraps what was posted to it in a CloudEvent; the load is
//! `metrics.conversationCount` of the body and the moment its `timestamp`. The partner event bus sends Genesys' own
//! event `v2.analytics.queues.{id}.observations`; the load is what waits plus what is being held.
//!
//! A message that can never be understood is *poison*: it is given back, so that the queue sets it aside where a person
//! can look at it. A message about something else is acknowledged. A number that is absent is never read as zero.

mod number;
mod partner;
mod webhook;

use jiff::{SignedDuration, Timestamp};
use platform::cloud_event::CloudEvent;
use platform::order::Observation;
use serde_json::{Map, Value};

use crate::load;

/// A load beyond this is a mistake: the largest contact centres hold some ten thousand conversations at once.
const CONVERSATIONS_MAX: i64 = 1_000_000;

/// How far a sender's clock may be ahead. A stamp from further on would make all later events look old.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(5);

/// Longest event id that is kept; ids are some forty characters.
const ID_CHARS_MAX: usize = 256;

/// Longest queue id.
const QUEUE_CHARS_MAX: usize = 200;

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// The load of a queue.
    Load(LoadEvent),
    /// Something else; acknowledged.
    Ignored(Ignored),
}

/// The load of a queue at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadEvent {
    /// The queue's id.
    pub queue: String,
    /// The media type, where the event is about one only.
    pub media: Option<&'static str>,
    /// Moment, event id, conversations.
    pub observation: Observation,
}

/// Why a message is acknowledged without effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// An event of another kind.
    OtherEvent,
    /// An observation that says nothing of conversations.
    NoLoad,
    /// An observation that has only one of the two numbers: the other is unknown, not zero.
    Incomplete,
    /// A media type that is part of another one, such as a shared screen.
    OtherMedia,
}

/// Why a message can never be understood. Shows nothing of what the message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Poison {
    /// Empty, cut off, or neither a CloudEvent nor an event of an event bus.
    #[error("it is neither a CloudEvent nor an EventBridge event with the members that those must have")]
    NoEnvelope,
    /// The body inside the envelope cannot be read.
    #[error("the body inside the envelope is no JSON object")]
    NoBody,
    /// No id, or one of absurd length.
    #[error("the event has no usable id")]
    NoId,
    /// No queue, or one of absurd length.
    #[error("the event does not say which queue it is about")]
    NoQueue,
    /// No moment that can be read.
    #[error("the event has no readable time")]
    NoTime,
    /// Later than now.
    #[error("the event's time is more than five minutes ahead; check the sender's clock")]
    FromTheFuture,
    /// Absent, negative, a fraction, text, or beyond reason.
    #[error("the number of conversations is absent, or no whole number from 0 to 1,000,000")]
    NoCount,
}

/// What an event says before its parts are judged.
struct Found {
    at: Option<Timestamp>,
    queue: Option<String>,
    media: Option<&'static str>,
    conversations: Option<i64>,
}

/// Reads a message's text.
///
/// # Errors
/// [`Poison`]: no later try can fare better.
pub fn decode(text: &str, now: Timestamp) -> Result<Message, Poison> {
    let event = CloudEvent::decode(text).map_err(|_| Poison::NoEnvelope)?;
    let Ok(Value::Object(body)) = serde_json::from_slice(&event.data) else { return Err(Poison::NoBody) };
    let found = match event.source.starts_with(webhook::SOURCE_START) {
        true => webhook::read(&event, &body),
        false => match partner::read(&event, &body)? {
            Ok(found) => found,
            Err(ignored) => return Ok(Message::Ignored(ignored)),
        },
    };
    judge(event.id, found, now).map(Message::Load)
}

fn judge(id: String, found: Found, now: Timestamp) -> Result<LoadEvent, Poison> {
    let id = usable(Some(id), ID_CHARS_MAX).ok_or(Poison::NoId)?;
    let queue = usable(found.queue, QUEUE_CHARS_MAX).ok_or(Poison::NoQueue)?;
    let at = found.at.ok_or(Poison::NoTime)?;
    if at.duration_since(now) > AHEAD_MAX {
        return Err(Poison::FromTheFuture);
    }
    let value = found.conversations.filter(|count| (0..=CONVERSATIONS_MAX).contains(count)).ok_or(Poison::NoCount)?;
    Ok(LoadEvent { queue, media: found.media, observation: Observation { at, id, value } })
}

fn usable(text: Option<String>, chars_max: usize) -> Option<String> {
    text.filter(|text| !text.trim().is_empty() && text.len() <= chars_max)
}

impl LoadEvent {
    /// The name under which it is kept.
    pub fn entity(&self) -> String {
        load::entity(&self.queue, self.media)
    }
}

impl Ignored {
    /// The reason in a word, for counts.
    pub fn name(self) -> &'static str {
        match self {
            Self::OtherEvent => "other_event",
            Self::NoLoad => "no_load",
            Self::Incomplete => "incomplete",
            Self::OtherMedia => "other_media",
        }
    }
}

/// The text at `name` of an object.
fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}
