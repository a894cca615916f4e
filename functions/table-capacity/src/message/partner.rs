//! An event of the partner event bus: `v2.analytics.queues.{id}.observations`.
//!
//! The detail type is the topic's template, with the letters `{id}` in it; which queue is meant stands in the body, and
//! in the topic's name. Genesys counts a queue by media type, an event each, and the users of a queue in further events
//! without media type, which say nothing about conversations. (Genesys reference: Amazon EventBridge integration.)

use platform::cloud_event::CloudEvent;
use serde_json::{Map, Value};

use super::number::{moment, whole};
use super::{Found, Ignored, Poison, text};
use crate::load::MEDIA;

const TOPIC_START: &str = "v2.analytics.queues.";
const TOPIC_END: &str = ".observations";

/// Every partner event bus of Genesys Cloud has a name that begins so.
const SOURCE_START: &str = "aws.partner/genesys.com/";

/// What waits, and what is being held: together the load.
const METRICS: [&str; 2] = ["oWaiting", "oInteracting"];

/// Reads an event with this detail; the inner error is an event that does not concern this function.
pub(super) fn read(event: &CloudEvent, detail: &Map<String, Value>) -> Result<Result<Found, Ignored>, Poison> {
    let is_ours = topic_id(&event.event_type).is_some() && event.source.starts_with(SOURCE_START);
    if !is_ours {
        return Ok(Err(Ignored::OtherEvent));
    }
    let body = detail.get("eventBody").and_then(Value::as_object).ok_or(Poison::NoBody)?;
    let media = match media(body) {
        Ok(media) => media,
        Err(ignored) => return Ok(Err(ignored)),
    };
    let conversations = match conversations(body)? {
        Ok(conversations) => conversations,
        Err(ignored) => return Ok(Err(ignored)),
    };
    let at = detail.get("timestamp").filter(|stamp| !stamp.is_null()).map_or(Some(event.time), moment);
    Ok(Ok(Found { at, queue: queue(detail, body), media, conversations: Some(conversations) }))
}

/// What stands for `{id}` in a topic of this kind.
fn topic_id(topic: &str) -> Option<&str> {
    topic.strip_prefix(TOPIC_START)?.strip_suffix(TOPIC_END).filter(|id| !id.contains('.'))
}

fn queue(detail: &Map<String, Value>, body: &Map<String, Value>) -> Option<String> {
    let in_group = group(body).and_then(|group| text(group, "queueId"));
    let in_topic = || topic_id(text(detail, "topicName")?).filter(|id| *id != "{id}");
    in_group.or_else(in_topic).map(str::to_owned)
}

fn group(body: &Map<String, Value>) -> Option<&Map<String, Value>> {
    body.get("group")?.as_object()
}

fn media(body: &Map<String, Value>) -> Result<Option<&'static str>, Ignored> {
    let Some(named) = group(body).and_then(|group| text(group, "mediaType")) else { return Ok(None) };
    let known = MEDIA.into_iter().find(|media| media.eq_ignore_ascii_case(named));
    known.map(Some).ok_or(Ignored::OtherMedia)
}

/// Both numbers added. With none, the event is about something else; with one, the other is unknown.
fn conversations(body: &Map<String, Value>) -> Result<Result<i64, Ignored>, Poison> {
    let [waiting, interacting] = METRICS.map(|metric| count(body, metric));
    match (waiting, interacting) {
        (None, None) => Ok(Err(Ignored::NoLoad)),
        (Some(waiting), Some(interacting)) => Ok(Ok(usable(waiting)?.saturating_add(usable(interacting)?))),
        _ => Ok(Err(Ignored::Incomplete)),
    }
}

/// The metric's count in the latest interval that has it; inner `None` when it is there and no number.
fn count(body: &Map<String, Value>, metric: &str) -> Option<Option<i64>> {
    let intervals = body.get("data")?.as_array()?;
    intervals.iter().rev().find_map(|interval| {
        let own = std::iter::once(interval);
        let listed = interval.get("metrics").and_then(Value::as_array).into_iter().flatten();
        let named = own.chain(listed).find(|entry| entry.get("metric").is_some_and(|name| name == metric));
        named.map(|entry| entry.get("stats").and_then(|stats| stats.get("count")).and_then(whole))
    })
}

fn usable(count: Option<i64>) -> Result<i64, Poison> {
    count.filter(|count| *count >= 0).ok_or(Poison::NoCount)
}
