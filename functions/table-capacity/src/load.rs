//! The load of a queue, put together from the rows that its events left.
//!
//! A webhook reports a queue as a whole. The partner event bus reports each media type of a queue by itself, in events
//! of their own; kept in one row they would overwrite each other, so each has its row and they add up. Where a queue
//! is reported in both ways, the way that reported last counts, never both.

use std::collections::HashMap;

use jiff::Timestamp;
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

/// The load of `queue` from the rows that were found.
pub fn of_queue(queue: &str, rows: &HashMap<String, Observation>) -> QueueLoad {
    let row = |media| rows.get(&entity(queue, media)).map(known);
    let whole = row(None);
    let by_media = MEDIA.iter().filter_map(|media| row(Some(media))).reduce(|sum, media| Known {
        conversations: sum.conversations.saturating_add(media.conversations),
        at: sum.at.max(media.at),
    });
    let known = match (whole, by_media) {
        (Some(whole), Some(by_media)) if by_media.at > whole.at => Some(by_media),
        (whole, by_media) => whole.or(by_media),
    };
    QueueLoad { queue: queue.to_owned(), known }
}

fn known(observation: &Observation) -> Known {
    Known { conversations: observation.value, at: observation.at }
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

    fn load(found: &[(&str, i64, i64)]) -> Option<(i64, i64)> {
        of_queue("q", &rows(found)).known.map(|known| (known.conversations, known.at.as_second()))
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
}
