//! What a verified body says: id, type, time, entity, and the queue that takes it.
//!
//! Senders differ in where these stand and in whether they are there at all, so each source is configured, and each
//! part has a documented fall-back:
//!
//! | part | from | else |
//! |---|---|---|
//! | id | the signed id header, then the source's pointers joined by `/` | digest of what was signed |
//! | type | the first pointer that finds one | the path's type, then the source's default; else 400 |
//! | time | the first pointer that finds one | the signed moment, then now |
//! | entity | the first pointer that finds one | the source's default; else none, which the FIFO queue refuses (400) |
//!
//! A part that is there and cannot be used is an error, never a reason to fall back.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::answer::Malformed;
use crate::delivery::{Delivery, Verified};
use crate::source::QueueName;
use crate::stamp;

/// The most characters of an id, type or entity; what FIFO queues take.
pub const NAME_CHARS_MAX: usize = platform::queue::NAME_CHARS_MAX;

/// What a delivery is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Unique within its source.
    pub id: String,
    /// Such as `routing.queue.stats`.
    pub event_type: String,
    /// When it happened.
    pub time: Timestamp,
    /// What it is about.
    pub entity: Option<String>,
    /// Where it goes.
    pub queue: QueueName,
}

/// Reads the event in a verified delivery that arrived at `now` on a path that stands for `path_type`.
///
/// # Errors
/// [`Malformed`].
pub fn read(delivery: &Delivery<Verified>, path_type: Option<&str>, now: Timestamp) -> Result<Event, Malformed> {
    let body: Map<String, Value> = serde_json::from_slice(delivery.body()).map_err(|_| Malformed::Body)?;
    let body = Value::Object(body);
    let parts = &delivery.source().parts;
    let event_type = first(&body, &parts.event_type, "type")?
        .or_else(|| path_type.map(str::to_owned))
        .or_else(|| parts.default_type.clone())
        .ok_or(Malformed::Missing("type"))?;
    let queue = delivery.source().queue(&event_type).ok_or(Malformed::NoQueue)?;
    let entity = first(&body, &parts.entity, "entity")?.or_else(|| parts.default_entity.clone());
    if queue == QueueName::Capacity && entity.is_none() {
        return Err(Malformed::Missing("entity"));
    }
    let time = time(&body, delivery, now)?;
    Ok(Event { id: id(&body, delivery)?, event_type, time, entity, queue })
}

/// Whether `text` can be an id, type or entity: it becomes part of keys, of FIFO groups and of log lines.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= NAME_CHARS_MAX && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn id(body: &Value, delivery: &Delivery<Verified>) -> Result<String, Malformed> {
    let signed = delivery.signed();
    let pointers = &delivery.source().parts.id;
    let joined = || {
        let parts: Option<Vec<&Value>> = pointers.iter().map(|pointer| present(body, pointer)).collect();
        let parts: Option<Vec<String>> = parts?.into_iter().map(text).collect();
        Some(parts.map(|parts| parts.join("/")).filter(|id| is_name(id)).ok_or(Malformed::Part("id")))
    };
    match &signed.id {
        Some(id) if is_name(id) => Ok(id.clone()),
        Some(_) => Err(Malformed::Part("id")),
        None if pointers.is_empty() => Ok(signed.digest.clone()),
        None => joined().unwrap_or_else(|| Ok(signed.digest.clone())),
    }
}

fn time(body: &Value, delivery: &Delivery<Verified>, now: Timestamp) -> Result<Timestamp, Malformed> {
    let source = delivery.source();
    let Some(value) = source.parts.time.iter().find_map(|pointer| present(body, pointer)) else {
        return Ok(delivery.signed().at.unwrap_or(now));
    };
    let time = stamp::of_json(value).ok_or(Malformed::Part("time"))?;
    // It would be the newest value of its entity until that day comes.
    if source.window.is_ahead(time, now) { Err(Malformed::Future) } else { Ok(time) }
}

/// The first of `pointers` that finds something, as a name.
fn first(body: &Value, pointers: &[String], part: &'static str) -> Result<Option<String>, Malformed> {
    let Some(value) = pointers.iter().find_map(|pointer| present(body, pointer)) else { return Ok(None) };
    text(value).filter(|text| is_name(text)).map(Some).ok_or(Malformed::Part(part))
}

fn present<'a>(body: &'a Value, pointer: &str) -> Option<&'a Value> {
    body.pointer(pointer).filter(|value| !value.is_null())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}
