//! A delivery of the webhook receiver: an event that holds the posted body byte by byte.
//!
//! The receiver has verified the sender and filled in what the body does not say: the subject is the queue, the id that
//! of the event, the time the moment of the delivery, for bodies that name none.

use platform::cloud_event::CloudEvent;
use serde_json::{Map, Value};

use super::number::{moment, whole};
use super::{Found, text};

/// What the receiver's sources begin with.
pub(super) const SOURCE_START: &str = "cx-bridge/webhooks/";

/// Reads a delivery with this body.
pub(super) fn read(event: &CloudEvent, body: &Map<String, Value>) -> Found {
    let stamp = body.get("timestamp").filter(|stamp| !stamp.is_null());
    let in_body = || body.get("queue")?.as_object().and_then(|queue| text(queue, "id"));
    Found {
        // A stamp that is there and cannot be read is no reason to take another moment.
        at: stamp.map_or(Some(event.time), moment),
        queue: event.subject.as_deref().or_else(in_body).map(str::to_owned),
        media: None,
        conversations: body.get("metrics").and_then(|metrics| metrics.get("conversationCount")).and_then(whole),
    }
}
