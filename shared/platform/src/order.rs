//! The newest value that events reported about something, whatever the order in which they arrive.
//!
//! ```text
//!  happened   10:00 a ─ 10:01 b ─ 10:02 c
//!  arrives    b ─────── c ─────── c again ── a
//!  row        10:01     10:02     10:02      10:02      a is acknowledged and dropped
//! ```
//!
//! Queues and event buses deliver late, twice and out of order. So an event does not act; it moves one row forward, by
//! one conditional write: a later moment wins, and at the same moment the larger id, so that every order of arrival
//! ends in the same row. What follows from the value is decided from the row, and the event may be forgotten.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use crate::change::{Change, Clause, Condition, Outcome, Row, Step, number, text};
use crate::clock::Clock;
use crate::key::Key;
use crate::table::{ROW_VERSION, StateError, StateTable, readable};

const AT_MS: &str = "at_ms";
const ID: &str = "id";

/// How long a value is kept. It must be longer than any sender repeats (Genesys: 4 days), or an old event that comes
/// after the row is gone would count as news.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// A value that an event reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// When it was so, by the sender's clock. Kept in whole milliseconds.
    pub at: Timestamp,
    /// The event's id; decides between two events of the same moment.
    pub id: String,
    /// The value.
    pub value: i64,
}

/// What became of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is the newest value now.
    Newest,
    /// It is the newest value and was before: the event came again, or our own write's answer was lost.
    Repeated,
    /// A newer one is known; nothing was written.
    Older,
}

/// The newest values of one consumer.
#[derive(Clone, Debug)]
pub struct Orders {
    table: StateTable,
    clock: Clock,
    consumer: &'static str,
}

/// A row as it is stored.
#[derive(Deserialize)]
struct OrderRow {
    entity: String,
    at_ms: i64,
    id: String,
    value: i64,
}

/// Makes `observation` the newest value of `entity`, if none that is newer is there.
pub fn advance(entity: &str, observation: &Observation, expires_at: i64) -> Change {
    let at_ms = observation.at.as_millisecond();
    let nothing_known = || Clause::Absent(AT_MS);
    let not_later = Clause::AtMost(AT_MS, at_ms.into());
    let earlier = Clause::Below(AT_MS, at_ms.into());
    let same_moment_and_smaller_id = Clause::Below(ID, observation.id.as_str().into());
    Change {
        when: Condition::any([nothing_known(), not_later]).and_any([
            nothing_known(),
            earlier,
            same_moment_and_smaller_id,
        ]),
        steps: vec![
            Step::Set("entity", entity.into()),
            Step::Set(AT_MS, at_ms.into()),
            Step::Set(ID, observation.id.as_str().into()),
            Step::Set("value", observation.value.into()),
            Step::Set("ttl", expires_at.into()),
            Step::Set("v", ROW_VERSION.into()),
        ],
    }
}

impl Orders {
    /// The values that `consumer` keeps in `table`.
    pub fn new(table: StateTable, clock: Clock, consumer: &'static str) -> Self {
        Self { table, clock, consumer }
    }

    /// Stores `observation` of `entity`, if it is the newest. One write.
    ///
    /// # Errors
    /// [`StateError`]. After [`StateError::Unavailable`] it may have been stored; storing it again is harmless.
    pub async fn store(&self, entity: &str, observation: &Observation) -> Result<Stored, StateError> {
        let kept = i64::try_from(KEPT.as_secs()).unwrap_or(i64::MAX);
        let expires_at = self.clock.now().as_second().saturating_add(kept);
        let key = Key::Order { consumer: self.consumer, entity };
        let outcome = self.table.change(key, &advance(entity, observation, expires_at)).await?;
        Ok(match &outcome {
            Outcome::Changed(_) => Stored::Newest,
            Outcome::Refused(Some(row)) if is_of(row, observation) => Stored::Repeated,
            Outcome::Refused(_) => Stored::Older,
        })
    }

    /// The newest values that are known among `entities`. A hundred in a request.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn newest(&self, entities: &[String]) -> Result<HashMap<String, Observation>, StateError> {
        let keys: Vec<_> = entities.iter().map(|entity| Key::Order { consumer: self.consumer, entity }).collect();
        let rows = self.table.items(&keys).await?.into_iter().map(readable::<OrderRow>);
        rows.map(|row| row.and_then(observation)).collect()
    }
}

fn is_of(row: &Row, observation: &Observation) -> bool {
    number(row, AT_MS) == Some(observation.at.as_millisecond()) && text(row, ID) == Some(&observation.id)
}

fn observation(row: OrderRow) -> Result<(String, Observation), StateError> {
    let at = Timestamp::from_millisecond(row.at_ms)
        .map_err(|_| StateError::Unreadable { key: row.entity.clone(), what: format!("{AT_MS} is no time") })?;
    Ok((row.entity, Observation { at, id: row.id, value: row.value }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(second: i64, id: &str, value: i64) -> Observation {
        Observation { at: Timestamp::from_second(second).unwrap(), id: id.to_owned(), value }
    }

    /// Applies the events in this order to a row in memory.
    fn end_of<'a>(events: impl IntoIterator<Item = &'a Observation>) -> Option<Row> {
        let mut row = None;
        for event in events {
            row = advance("q", event, 0).apply(row.as_ref()).row().cloned();
        }
        row
    }

    #[test]
    fn t25_a_later_moment_wins_and_at_the_same_moment_the_larger_id() {
        let first = event(10, "b", 1);
        let row = end_of([&first]);
        let taken = |event: &Observation| matches!(advance("q", event, 0).apply(row.as_ref()), Outcome::Changed(_));
        assert!(taken(&event(11, "a", 2)));
        assert!(taken(&event(10, "c", 2)));
        assert!(!taken(&event(10, "a", 2)));
        assert!(!taken(&event(9, "z", 2)));
        assert!(!taken(&first), "the same event again changes nothing");
        assert!(is_of(&row.unwrap(), &first));
    }

    proptest! {
        #[test]
        fn t25_every_order_of_arrival_ends_at_the_newest(
            events in prop::collection::vec((0..6_i64, "[a-c]{1,2}", 0..100_i64), 1..12),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        ) {
            // One event is one (moment, id): its value is always the same.
            let mut events: Vec<_> = events.iter().map(|(second, id, value)| event(*second, id, *value)).collect();
            events.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
            events.dedup_by(|a, b| (a.at, &a.id) == (b.at, &b.id));
            let shuffled = order.iter().map(|index| index.get(&events));
            let row = end_of(shuffled.chain(events.iter().rev())).unwrap();
            prop_assert!(is_of(&row, events.last().unwrap()));
            prop_assert_eq!(number(&row, "value"), events.last().map(|event| event.value));
        }
    }
}
