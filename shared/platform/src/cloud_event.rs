//! The form of every event on a queue of the bundle: CloudEvents 1.0 in JSON.
//!
//! The body travels as the bytes that arrived (`data_base64`), because only they can be verified or read again; the
//! few headers that belong to them travel in the extension attribute `cxheaders`. Wherever an EventBridge rule feeds
//! a queue, EventBridge's own envelope stands there instead; [`CloudEvent::decode`] reads both. See
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The version that is written; another major version is refused.
const SPEC_VERSION: &str = "1.0";

/// One event. Prints without its data.
#[derive(Clone, PartialEq, Eq)]
pub struct CloudEvent {
    /// Unique within `source`.
    pub id: String,
    /// Where it comes from: `cx-bridge/webhooks/<source>`, or the partner event source.
    pub source: String,
    /// What happened, such as `routing.queue.stats`.
    pub event_type: String,
    /// When it happened, by the sender's clock.
    pub time: Timestamp,
    /// What it is about: the entity, where one is known.
    pub subject: Option<String>,
    /// Media type of the data.
    pub content_type: String,
    /// The body as it arrived.
    pub data: Vec<u8>,
    /// Headers needed to verify the body again, names in lower case. Never a key.
    pub headers: BTreeMap<String, String>,
}

/// Why a message is no event. Says nothing of its content.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the message is no event: {0}")]
pub struct EnvelopeFault(&'static str);

#[derive(Serialize)]
struct Written<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    #[serde(rename = "type")]
    event_type: &'a str,
    time: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    datacontenttype: &'a str,
    cxheaders: String,
    data_base64: String,
}

/// Both envelopes at once: which one it is shows in the keys that are there.
#[derive(Deserialize)]
struct Read<'a> {
    specversion: Option<String>,
    id: String,
    source: String,
    #[serde(rename = "type")]
    event_type: Option<String>,
    #[serde(rename = "detail-type")]
    detail_type: Option<String>,
    time: Timestamp,
    subject: Option<String>,
    datacontenttype: Option<String>,
    cxheaders: Option<String>,
    data_base64: Option<String>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    detail: Option<&'a RawValue>,
}

impl CloudEvent {
    /// The event as a queue message.
    pub fn encode(&self) -> String {
        let written = Written {
            specversion: SPEC_VERSION,
            id: &self.id,
            source: &self.source,
            event_type: &self.event_type,
            time: self.time,
            subject: self.subject.as_deref(),
            datacontenttype: &self.content_type,
            // String keys and texts only: neither of these can fail.
            cxheaders: serde_json::to_string(&self.headers).unwrap_or_default(),
            data_base64: STANDARD.encode(&self.data),
        };
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// Reads a queue message: a CloudEvent, or EventBridge's envelope, whose `detail` becomes the data.
    ///
    /// # Errors
    /// [`EnvelopeFault`]: the message can never be read.
    pub fn decode(message: &str) -> Result<Self, EnvelopeFault> {
        let read: Read<'_> = serde_json::from_str(message)
            .map_err(|_| EnvelopeFault("it is neither a CloudEvent nor an EventBridge event"))?;
        match (&read.specversion, &read.detail_type) {
            (Some(version), _) if version.starts_with("1.") => read.cloud_event(),
            (Some(_), _) => Err(EnvelopeFault("its specversion is not 1.0")),
            (None, Some(_)) => read.event_bridge(),
            (None, None) => Err(EnvelopeFault("it has neither specversion nor detail-type")),
        }
    }
}

impl Read<'_> {
    fn cloud_event(self) -> Result<CloudEvent, EnvelopeFault> {
        let data = match (&self.data_base64, self.data) {
            (Some(encoded), _) => {
                STANDARD.decode(encoded).map_err(|_| EnvelopeFault("its data_base64 is not base64"))?
            }
            (None, Some(data)) => data.get().as_bytes().to_vec(),
            (None, None) => Vec::new(),
        };
        let headers = self.cxheaders.as_deref().map(serde_json::from_str).transpose();
        Ok(CloudEvent {
            id: self.id,
            source: self.source,
            event_type: self.event_type.ok_or(EnvelopeFault("it has no type"))?,
            time: self.time,
            subject: self.subject,
            content_type: self.datacontenttype.unwrap_or_else(json),
            data,
            headers: headers
                .map_err(|_| EnvelopeFault("its cxheaders are not a JSON object of texts"))?
                .unwrap_or_default(),
        })
    }

    fn event_bridge(self) -> Result<CloudEvent, EnvelopeFault> {
        Ok(CloudEvent {
            id: self.id,
            source: self.source,
            event_type: self.detail_type.unwrap_or_default(),
            time: self.time,
            subject: None,
            content_type: json(),
            data: self.detail.ok_or(EnvelopeFault("it has no detail"))?.get().as_bytes().to_vec(),
            headers: BTreeMap::new(),
        })
    }
}

fn json() -> String {
    "application/json".to_owned()
}

impl fmt::Debug for CloudEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudEvent")
            .field("id", &self.id)
            .field("source", &self.source)
            .field("type", &self.event_type)
            .field("time", &self.time)
            .field("data_bytes", &self.data.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn event(data: Vec<u8>, subject: Option<String>) -> CloudEvent {
        CloudEvent {
            id: "e-1".to_owned(),
            source: "cx-bridge/webhooks/genesys".to_owned(),
            event_type: "routing.queue.stats".to_owned(),
            time: "2026-03-14T10:00:00.25Z".parse().unwrap(),
            subject,
            content_type: "application/json".to_owned(),
            data,
            headers: [("x-signature".to_owned(), "a\"b".to_owned())].into(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_body_travels_unchanged(data in proptest::collection::vec(any::<u8>(), 0..300), subject in proptest::option::of(".{0,20}")) {
            let event = event(data, subject);
            prop_assert_eq!(CloudEvent::decode(&event.encode()).unwrap(), event);
        }

        #[test]
        fn no_message_makes_the_decoder_fail_otherwise_than_by_saying_so(text in ".{0,200}") {
            let _ = CloudEvent::decode(&text);
        }
    }

    #[test]
    fn the_attributes_are_those_of_the_specification() {
        let written: Value = serde_json::from_str(&event(b"{}".to_vec(), Some("q-1".to_owned())).encode()).unwrap();
        let expected = json!({
            "specversion": "1.0", "id": "e-1", "source": "cx-bridge/webhooks/genesys", "type": "routing.queue.stats",
            "time": "2026-03-14T10:00:00.25Z", "subject": "q-1", "datacontenttype": "application/json",
            "cxheaders": r#"{"x-signature":"a\"b"}"#, "data_base64": "e30=",
        });
        assert_eq!(written, expected);
    }

    #[test]
    fn an_event_bridge_envelope_is_read_as_well() {
        let envelope = json!({
            "version": "0", "id": "e-2", "detail-type": "v2.analytics.queues.{id}.observations",
            "source": "aws.partner/genesys.com/cloud/o/s", "time": "2026-03-14T10:00:00Z", "resources": [],
            "detail": {"eventBody": {"n": 1}},
        });
        let event = CloudEvent::decode(&envelope.to_string()).unwrap();
        assert_eq!((event.event_type.as_str(), event.subject), ("v2.analytics.queues.{id}.observations", None));
        assert_eq!(serde_json::from_slice::<Value>(&event.data).unwrap(), json!({"eventBody": {"n": 1}}));
    }

    #[test]
    fn what_is_no_event_is_refused_without_repeating_it() {
        for (text, part) in [
            ("hunter2", "neither a CloudEvent nor"),
            (r#"{"id":"hunter2","source":"s","time":"2026-03-14T10:00:00Z"}"#, "neither specversion nor detail-type"),
            (r#"{"specversion":"2.0","id":"i","source":"s","type":"t","time":"2026-03-14T10:00:00Z"}"#, "not 1.0"),
            (
                r#"{"specversion":"1.0","id":"i","source":"s","type":"t","time":"2026-03-14T10:00:00Z","data_base64":"hunter2!"}"#,
                "not base64",
            ),
            (r#"{"specversion":"1.0","id":"i","source":"s","type":"t","time":"yesterday"}"#, "neither"),
        ] {
            let fault = CloudEvent::decode(text).unwrap_err().to_string();
            assert!(fault.contains(part) && !fault.contains("hunter2"), "{text}: {fault}");
        }
    }

    #[test]
    fn the_data_does_not_print() {
        let printed = format!("{:?}", event(b"+15125550100".to_vec(), Some("+15125550100".to_owned())));
        assert!(!printed.contains("5125550100") && printed.contains("data_bytes: 12"), "{printed}");
    }
}
