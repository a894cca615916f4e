//! What stands on the queue of contact-sync: that an unfinished run goes on, and that contacts changed in Salesforce.
//!
//! A message only wakes: what is done is decided from the state that is found. So a message that comes late, twice or
//! not at all does no harm, and the schedule does what no message asked for.

use std::collections::BTreeSet;
use std::time::Duration;

use identity::SalesforceId;
use jiff::Timestamp;
use platform::cloud_event::{CloudEvent, EnvelopeFault};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The type of the event by which a run hands over to the next invocation.
pub const CONTINUE: &str = "cx-bridge.contact-sync.continue";
/// Salesforce's change events, as Event Relay forwards them.
const CHANGE_EVENT: &str = "ContactChangeEvent";
/// The source of a webhook of Salesforce. Contacts that come again travel in its form, which every release reads.
const WEBHOOK: &str = "cx-bridge/webhooks/salesforce";
const WEBHOOK_TYPE: &str = "contacts.changed";
/// Contacts that meet a run at work come again after this time, and each further time after twice as long. Six times are
/// 945 seconds together: longer than an invocation may take. Then the schedule reads them.
const FIRST_WAIT: Duration = Duration::from_secs(15);
const BUSY_TIMES_MAX: u32 = 6;
/// Stands for "more changed than can be named": the schedule reads them.
const OVERFLOW_ID: &str = "000000000000000";

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// This run goes on behind this slice.
    Continue(Continuation),
    /// Contacts changed in Salesforce.
    Changed(Changed),
}

/// Contacts that changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Who. Nobody, where Salesforce could not name them.
    pub ids: BTreeSet<SalesforceId>,
    /// How often they have met a run at work.
    pub busy_times: u32,
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
    #[serde(default)]
    busy_times: u32,
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
            let ids = contacts(&relayed.payload.header.record_ids);
            return Ok(Self::Changed(Changed { ids, busy_times: 0 }));
        }
        if event.source == WEBHOOK {
            let named: Named =
                serde_json::from_slice(&event.data).map_err(|_| MessageFault::Data("Salesforce webhook"))?;
            return Ok(Self::Changed(Changed { ids: contacts(&named.ids), busy_times: named.busy_times }));
        }
        Err(MessageFault::Foreign)
    }
}

impl Continuation {
    /// The message by which the run goes on.
    pub fn encode(&self, now: Timestamp) -> String {
        let data = serde_json::to_vec(self).unwrap_or_default(); // A text and a number: it cannot fail.
        event(format!("{}-{}", self.run_id, self.slice), "cx-bridge/contact-sync", CONTINUE, data, now)
    }
}

impl Changed {
    /// The message by which they come again after `run_id` met a run at work, and how long it waits. `None` when they have
    /// come often enough.
    pub fn again(&self, run_id: &str, now: Timestamp) -> Option<(String, Duration)> {
        if self.ids.is_empty() || self.busy_times >= BUSY_TIMES_MAX {
            return None;
        }
        let data = json!({ "id": run_id, "ids": self.ids, "busy_times": self.busy_times + 1 });
        let body = event(run_id.to_owned(), WEBHOOK, WEBHOOK_TYPE, data.to_string().into_bytes(), now);
        Some((body, FIRST_WAIT * 2_u32.pow(self.busy_times)))
    }
}

fn event(id: String, source: &str, event_type: &str, data: Vec<u8>, now: Timestamp) -> String {
    let event = CloudEvent {
        id,
        source: source.to_owned(),
        event_type: event_type.to_owned(),
        time: now,
        subject: None,
        content_type: "application/json".to_owned(),
        data,
        headers: [].into(),
    };
    event.encode()
}

/// What is no id of a contact is left out: the schedule reads whatever changed.
fn contacts(ids: &[String]) -> BTreeSet<SalesforceId> {
    let named = ids.iter().filter(|id| !id.starts_with(OVERFLOW_ID));
    named.filter_map(|id| SalesforceId::parse(id).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let both = Message::Changed(Changed { ids: [id(1), id(2)].into(), busy_times: 0 });
        assert_eq!(
            Message::decode(&relayed(&["003000000000002AAA", "003000000000001", "003000000000002"])),
            Ok(both.clone())
        );
        assert_eq!(Message::decode(&relayed(&["000000000000000AAA"])), Ok(Message::Changed(Changed::default())));
        let webhook = json!({
            "specversion": "1.0", "id": "w", "source": "cx-bridge/webhooks/salesforce", "type": "contacts.changed",
            "time": "2026-03-14T10:00:00Z", "data": {"id": "w", "ids": [id(1), id(2), "no id"]},
        });
        assert_eq!(Message::decode(&webhook.to_string()), Ok(both));
    }

    #[test]
    fn contacts_that_meet_a_run_at_work_come_again_six_times_within_sixteen_minutes() {
        let (now, mut changed, mut waits) =
            (Timestamp::UNIX_EPOCH, Changed { ids: [id(1)].into(), busy_times: 0 }, Vec::new());
        while let Some((body, wait)) = changed.again("r-1", now) {
            waits.push(wait.as_secs());
            let Ok(Message::Changed(again)) = Message::decode(&body) else { panic!("{body}") };
            assert_eq!(again.ids, changed.ids);
            changed = again;
        }
        assert_eq!(waits, [15, 30, 60, 120, 240, 480]);
        assert_eq!(Changed::default().again("r-1", now), None);
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
