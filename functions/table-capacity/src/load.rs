//! The load of a queue, put together from the rows that its events left.
//!
//! A webhook reports a queue as a whole. The partner event bus reports each media type of a queue by itself, in events
//! of their own; kept in one row they would overwrite each other, so each has its row and they add up. Where a queue
//! is reported in both ways, the way that reported last counts, never both.
//!
//! ```text
//!  voice    50 at 10:00, then silence
//!  chat     10, again and again
//!  10:14    60     lowered as usual
//!  10:16    60     the voice part is stale: raised, not lowered
//!  11:01    10     the queue has reported without voice for so long that there is none any more
//! ```
//!
//! Silence is no zero, so a silent media type counts with what it last said. But it must not do so for ever, or a type
//! that a queue no longer has would hold its tables up as long as the queue reports at all.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use platform::order::Observation;

/// The media types in which a queue holds conversations. Genesys knows more; those are parts of one of these.
pub const MEDIA: [&str; 5] = ["voice", "callback", "chat", "email", "message"];

/// What is known of one queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueLoad {
    /// The queue's id.
    pub queue: String,
    /// Its newest load; `None` when it never reported.
    pub known: Option<Known>,
}

/// A load and its age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Conversations that wait or are being held.
    pub conversations: i64,
    /// When the queue last reported.
    pub at: Timestamp,
    /// When the part that has been silent for longest last reported. A part that said zero may be silent.
    pub oldest_at: Timestamp,
}

impl Known {
    /// A load that was reported as a whole.
    pub fn whole(conversations: i64, at: Timestamp) -> Self {
        Self { conversations, at, oldest_at: at }
    }
}

/// The name under which an event's value is kept: the queue, or one media type of it.
pub fn entity(queue: &str, media: Option<&str>) -> String {
    match media {
        None => queue.to_owned(),
        Some(media) => format!("{queue}/{media}"),
    }
}

/// Every name under which something about `queue` may be kept.
pub fn entities(queue: &str) -> Vec<String> {
    std::iter::once(None).chain(MEDIA.map(Some)).map(|media| entity(queue, media)).collect()
}

/// The load of `queue` from the rows that were found. A media type that has been silent for longer than `gone_after`
/// while others of the queue reported is left out.
pub fn of_queue(queue: &str, rows: &HashMap<String, Observation>, gone_after: Duration) -> QueueLoad {
    let row = |media| rows.get(&entity(queue, media)).map(|row| Known::whole(row.value, row.at));
    let whole = row(None);
    let media: Vec<Known> = MEDIA.iter().filter_map(|media| row(Some(media))).collect();
    let by_media = sum(&media, gone_after);
    let known = match (whole, by_media) {
        (Some(whole), Some(by_media)) if by_media.at > whole.at => Some(by_media),
        (whole, by_media) => whole.or(by_media),
    };
    QueueLoad { queue: queue.to_owned(), known }
}

fn sum(media: &[Known], gone_after: Duration) -> Option<Known> {
    let at = media.iter().map(|part| part.at).max()?;
    let gone_after = SignedDuration::try_from(gone_after).unwrap_or(SignedDuration::MAX);
    let parts = media.iter().filter(|part| at.duration_since(part.at) <= gone_after);
    let conversations = parts.clone().fold(0_i64, |sum, part| sum.saturating_add(part.conversations));
    let oldest_at = parts.filter(|part| part.conversations > 0).map(|part| part.at).min().unwrap_or(at);
    Some(Known { conversations, at, oldest_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[(&str, i64, i64)]) -> HashMap<String, Observation> {
        let row = |(entity, second, value): &(&str, i64, i64)| {
            let at = Timestamp::from_second(*second).unwrap();
            ((*entity).to_owned(), Observation { at, id: "e".to_owned(), value: *value })
        };
        rows.iter().map(row).collect()
    }

    fn known(found: &[(&str, i64, i64)]) -> Option<Known> {
        of_queue("q", &rows(found), Duration::from_secs(100)).known
    }

    fn load(found: &[(&str, i64, i64)]) -> Option<(i64, i64)> {
        known(found).map(|known| (known.conversations, known.at.as_second()))
    }

    #[test]
    fn media_types_add_up_and_do_not_overwrite_each_other() {
        assert_eq!(load(&[("q/voice", 10, 50), ("q/chat", 12, 3)]), Some((53, 12)));
        assert_eq!(load(&[("other", 10, 50)]), None);
    }

    #[test]
    fn the_way_of_reporting_that_was_last_counts_and_never_both() {
        assert_eq!(load(&[("q", 20, 60), ("q/voice", 10, 50)]), Some((60, 20)));
        assert_eq!(load(&[("q", 20, 60), ("q/voice", 21, 50)]), Some((50, 21)));
    }

    #[test]
    fn a_silent_media_type_counts_for_a_while_and_not_for_ever() {
        let oldest = |found: &[(&str, i64, i64)]| known(found).map(|known| known.oldest_at.as_second());
        let while_chat_reports = |second| [("q/voice", 10, 50), ("q/chat", second, 3)];
        assert_eq!((load(&while_chat_reports(110)), oldest(&while_chat_reports(110))), (Some((53, 110)), Some(10)));
        assert_eq!((load(&while_chat_reports(111)), oldest(&while_chat_reports(111))), (Some((3, 111)), Some(111)));
        assert_eq!(oldest(&[("q/voice", 10, 0), ("q/chat", 90, 3)]), Some(90), "it said that it is empty");
        assert_eq!(load(&[("q/voice", 10, 50)]), Some((50, 10)), "a queue that is silent as a whole keeps its load");
    }
}
