//! What became of a mail, whatever the order in which the events about it arrive.
//!
//! ```text
//!  mail#<key>   <message id>     sent 07:15:02 · delayed 07:16 · delivered 07:40
//!               <message id>     a second message under one key: it was handed over twice
//! ```
//!
//! There is a row for each message that the service took under a key, and in it the last moment of each kind of event.
//! An event moves its own moment forward and touches nothing else. So no state can go back, an event that comes twice or
//! late changes nothing, and no lock is needed. A key without a row means that no event has come, which says nothing
//! about whether the mail was taken: that is for time to tell.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::millisecond::optional as milliseconds;
use serde::Deserialize;

use super::event::{MailEvent, MailEventKind};
use crate::change::{Change, Clause, Condition, Outcome, Step};
use crate::clock::Clock;
use crate::key::Key;
use crate::table::{ROW_VERSION, StateError, StateTable, readable};

/// How long a row is kept. Complaints come weeks after the mail; after a quarter of a year nobody asks.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

/// What is known about one message. Each field is the last moment of its kind of event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Fate {
    /// The message's id at the service that took it.
    pub message_id: String,
    /// The service has taken it.
    #[serde(rename = "sent_ms", with = "milliseconds")]
    pub sent: Option<Timestamp>,
    /// A recipient's mail server has taken it.
    #[serde(rename = "delivered_ms", with = "milliseconds")]
    pub delivered: Option<Timestamp>,
    /// The service goes on trying.
    #[serde(rename = "delayed_ms", with = "milliseconds")]
    pub delayed: Option<Timestamp>,
    /// A recipient's mail server refused it for good.
    #[serde(rename = "bounced_ms", with = "milliseconds")]
    pub bounced: Option<Timestamp>,
    /// The service gave up on a recipient, or an out-of-office answer came.
    #[serde(rename = "soft_bounced_ms", with = "milliseconds")]
    pub soft_bounced: Option<Timestamp>,
    /// A recipient called it spam.
    #[serde(rename = "complained_ms", with = "milliseconds")]
    pub complained: Option<Timestamp>,
    /// The service refused to send it after all.
    #[serde(rename = "rejected_ms", with = "milliseconds")]
    pub rejected: Option<Timestamp>,
    /// The service could not make the message.
    #[serde(rename = "not_rendered_ms", with = "milliseconds")]
    pub not_rendered: Option<Timestamp>,
}

/// What became of the mails of one stage.
#[derive(Clone, Debug)]
pub struct MailFates {
    table: StateTable,
    clock: Clock,
}

/// What an event changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It was news.
    News,
    /// It, or a later one of its kind, was known.
    Known,
}

/// Notes `event` in its message's row, if it is later than what is known of its kind.
pub fn note(event: &MailEvent, expires_at: i64) -> Change {
    let moment = attribute(event.kind);
    let at_ms = event.at.as_millisecond();
    let none_of_its_kind = Clause::Absent(moment);
    let later_than_the_last = Clause::Below(moment, at_ms.into());
    Change {
        when: Condition::any([none_of_its_kind, later_than_the_last]),
        steps: vec![
            Step::Set(moment, at_ms.into()),
            Step::Set("message_id", event.message_id.as_str().into()),
            Step::Set("ttl", expires_at.into()),
            Step::Set("v", ROW_VERSION.into()),
        ],
    }
}

fn attribute(kind: MailEventKind) -> &'static str {
    match kind {
        MailEventKind::Sent => "sent_ms",
        MailEventKind::Delivered => "delivered_ms",
        MailEventKind::Delayed => "delayed_ms",
        MailEventKind::Bounced => "bounced_ms",
        MailEventKind::SoftBounced => "soft_bounced_ms",
        MailEventKind::Complained => "complained_ms",
        MailEventKind::Rejected => "rejected_ms",
        MailEventKind::NotRendered => "not_rendered_ms",
    }
}

impl MailFates {
    /// The rows in `table`.
    pub fn new(table: StateTable, clock: Clock) -> Self {
        Self { table, clock }
    }

    /// Notes what `event` says. One write; repeating it is fine.
    ///
    /// # Errors
    /// [`StateError`]. After [`StateError::Unavailable`] it may have been noted; noting it again is harmless.
    pub async fn note(&self, event: &MailEvent) -> Result<Noted, StateError> {
        let kept = i64::try_from(KEPT.as_secs()).unwrap_or(i64::MAX);
        let expires_at = self.clock.now().as_second().saturating_add(kept);
        let key = Key::Mail { key: &event.key, message_id: &event.message_id };
        Ok(match self.table.change(key, &note(event, expires_at)).await? {
            Outcome::Changed(_) => Noted::News,
            Outcome::Refused(_) => Noted::Known,
        })
    }

    /// The messages that were taken under `key`, as far as events have told, by message id. One request.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn of(&self, key: &str) -> Result<Vec<Fate>, StateError> {
        let items = self.table.partition(Key::Mail { key, message_id: "" }).await?;
        items.into_iter().map(readable).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Row, number};
    use proptest::prelude::*;

    const KINDS: [MailEventKind; 8] = [
        MailEventKind::Sent,
        MailEventKind::Delivered,
        MailEventKind::Delayed,
        MailEventKind::Bounced,
        MailEventKind::SoftBounced,
        MailEventKind::Complained,
        MailEventKind::Rejected,
        MailEventKind::NotRendered,
    ];

    fn event(kind: MailEventKind, second: i64) -> MailEvent {
        let at = Timestamp::from_second(second).unwrap();
        MailEvent { key: "k".to_owned(), kind, at, message_id: "m".to_owned() }
    }

    /// Notes the events in this order in a row in memory.
    fn end_of<'a>(events: impl IntoIterator<Item = &'a MailEvent>) -> Option<Row> {
        let mut row = None;
        for event in events {
            row = note(event, 0).apply(row.as_ref()).row().cloned();
        }
        row
    }

    #[test]
    fn a_late_event_takes_nothing_back() {
        let delivered = end_of([&event(MailEventKind::Delivered, 20)]);
        let late = note(&event(MailEventKind::Sent, 10), 0).apply(delivered.as_ref());
        let Outcome::Changed(row) = late else { panic!("news of another kind refused") };
        assert_eq!((number(&row, "sent_ms"), number(&row, "delivered_ms")), (Some(10_000), Some(20_000)));
        for known in [event(MailEventKind::Delivered, 20), event(MailEventKind::Delivered, 19)] {
            assert!(matches!(note(&known, 0).apply(Some(&row)), Outcome::Refused(_)));
        }
    }

    proptest! {
        #[test]
        fn every_order_of_arrival_ends_in_one_row(
            events in prop::collection::vec((0..KINDS.len(), 0..6_i64), 1..12),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        ) {
            let events: Vec<_> = events.iter().map(|(kind, second)| event(KINDS[*kind], *second)).collect();
            let shuffled = order.iter().map(|index| index.get(&events));
            prop_assert_eq!(end_of(shuffled.chain(events.iter().rev())), end_of(&events));
        }
    }
}
