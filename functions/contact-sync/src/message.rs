//! What stands on the queue of contact-sync: that an unfinished run goes on, and that contacts changed in Salesforce.
//!
//! A message only wakes: what is done is decided from the state that is found. So a message that comes late, twice or
//! not at all does no harm, and the schedule does what no message asked for.

use std::collections::BTreeSet;

use identity::SalesforceId;
use jiff::Timestamp;
use platform::cloud_event::{CloudEvent, EnvelopeFault};
use serde::{Deserialize, Serialize};

/// The type of the event by which a run hands over to the next invocation.
pub const CONTINUE: &str = "cx-bridge.contact-sync.continue";
/// Salesforce's change events, as Event Relay forwards them.
const CHANGE_EVENT: &str = "ContactChangeEvent";
/// The source of a webhook of Salesforce.
const WEBHOOK: &str = "cx-bridge/webhooks/salesforce";
/// Stands for "more changed than can be named": the schedule reads them.
const OVERFLOW_ID: &str = "000000000000000";

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// This run goes on behind this slice.
    Continue(Continuation),
    /// These contacts changed. Nobody, where Salesforce could not name them.
    Changed(BTreeSet<SalesforceId>),
}

/// Which run goes on, and from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Continuation {
    /// The run.
    pub run_id: String,
    /// The number in its checkpoint.
    pub slice: u64,
}

/// A message that can never be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageFault {
    /// No event at all.
    #[error(transparent)]
    Envelope(#[from] EnvelopeFault),
    /// An event of another kind.
    #[error("the message is none of contact-sync's: look at the rules and webhooks that feed its queue")]
    Foreign,
    /// Its data are not those of its kind.
    #[error("the data of the message are not those of a {0}")]
    Data(&'static str),
}

#[derive(Deserialize)]
struct Named {
    ids: Vec<String>,
}

#[derive(Deserialize)]
struct Relayed {
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "ChangeEventHeader")]
    header: Header,
}

#[derive(Deserialize)]
struct Header {
    #[serde(rename = "recordIds")]
    record_ids: Vec<String>,
}

impl Message {
    /// Reads the body of a message.
    ///
    /// # Errors
    /// [`MessageFault`]; it says nothing of what is in the message.
    pub fn decode(body: &str) -> Result<Self, MessageFault> {
        let event = CloudEvent::decode(body)?;
        if event.event_type == CONTINUE {
            let continuation = serde_json::from_slice(&event.data).map_err(|_| MessageFault::Data("continuation"))?;
            return Ok(Self::Continue(continuation));
        }
        if event.event_type == CHANGE_EVENT {
            let relayed: Relayed =
                serde_json::from_slice(&event.data).map_err(|_| MessageFault::Data("Salesforce change event"))?;
            return Ok(Self::Changed(contacts(&relayed.payload.header.record_ids)));
        }
        if event.source == WEBHOOK {
            let named: Named =
                serde_json::from_slice(&event.data).map_err(|_| MessageFault::Data("Salesforce webhook"))?;
            return Ok(Self::Changed(contacts(&named.ids)));
        }
        Err(MessageFault::Foreign)
    }
}

impl Continuation {
    /// The message by which the run goes on.
    pub fn encode(&self, now: Timestamp) -> String {
        let event = CloudEvent {
            id: format!("{}-{}", self.run_id, self.slice),
            source: "cx-bridge/contact-sync".to_owned(),
            event_type: CONTINUE.to_owned(),
            time: now,
            subject: None,
            content_type: "application/json".to_owned(),
            data: serde_json::to_vec(self).unwrap_or_default(), // A text and a number: it cannot fail.
            headers: [].into(),
        };
        event.encode()
    }
}

/// What is no id of a contact is left out: the schedule reads whatever changed.
fn contacts(ids: &[String]) -> BTreeSet<SalesforceId> {
    let named = ids.iter().filter(|id| !id.starts_with(OVERFLOW_ID));
    named.filter_map(|id| SalesforceId::parse(id).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn id(n: u32) -> SalesforceId {
        SalesforceId::parse(&format!("003000000000{n:03}")).unwrap()
    }

    #[test]
    fn a_continuation_comes_back_as_it_was_sent() {
        let sent = Continuation { run_id: "r-1".to_owned(), slice: 7 };
        let body = sent.encode("2026-03-14T10:00:00Z".parse().unwrap());
        assert_eq!(Message::decode(&body), Ok(Message::Continue(sent)));
    }

    #[test]
    fn both_ways_in_which_salesforce_tells_of_changes_are_read() {
        let relayed = |ids: &[&str]| {
            json!({
                "version": "0", "id": "e", "detail-type": "ContactChangeEvent", "time": "2026-03-14T10:00:00Z",
                "source": "aws.partner/salesforce.com/00D/0YL",
                "detail": {"payload": {"ChangeEventHeader": {"entityName": "Contact", "recordIds": ids}, "LastName": "N"}},
            })
            .to_string()
        };
        let both = Message::Changed([id(1), id(2)].into());
        assert_eq!(
            Message::decode(&relayed(&["003000000000002AAA", "003000000000001", "003000000000002"])),
            Ok(both.clone())
        );
        assert_eq!(Message::decode(&relayed(&["000000000000000AAA"])), Ok(Message::Changed([].into())));
        let webhook = json!({
            "specversion": "1.0", "id": "w", "source": "cx-bridge/webhooks/salesforce", "type": "contacts.changed",
            "time": "2026-03-14T10:00:00Z", "data": {"id": "w", "ids": [id(1), id(2), "no id"]},
        });
        assert_eq!(Message::decode(&webhook.to_string()), Ok(both));
    }

    #[test]
    fn what_cannot_be_read_says_so_without_its_content() {
        let event = |event_type: &str, source: &str| {
            json!({
                "specversion": "1.0", "id": "w", "source": source, "type": event_type, "time": "2026-03-14T10:00:00Z",
                "data": {"hunter2": "hunter2"},
            })
            .to_string()
        };
        for body in [
            "hunter2".to_owned(),
            event(CONTINUE, "s"),
            event(CHANGE_EVENT, "s"),
            event("t", WEBHOOK),
            event("t", "hunter2"),
        ] {
            let fault = Message::decode(&body).unwrap_err().to_string();
            assert!(!fault.contains("hunter2"), "{fault}");
        }
    }
}
