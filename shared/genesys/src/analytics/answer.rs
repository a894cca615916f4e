//! Reading an answer without building a tree of it.
//!
//! A thousand queues by hour and medium are tens of thousands of rows, so each group is read, cut into rows and let go
//! before the next one. Documented is that `results` may be missing when there is nothing.

use std::fmt;

use jiff::Timestamp;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{AggregateRow, Metrics};
use crate::lenient::null_as_default;

/// All rows of an answer.
#[derive(Deserialize)]
pub(super) struct Aggregates {
    #[serde(default, rename = "results", deserialize_with = "rows")]
    pub(super) rows: Vec<AggregateRow>,
}

/// One group, with its parts of the interval.
#[derive(Deserialize)]
struct Group {
    #[serde(default, deserialize_with = "null_as_default")]
    group: Labels,
    #[serde(default, deserialize_with = "null_as_default")]
    data: Vec<Part>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Labels {
    queue_id: Option<String>,
    media_type: Option<String>,
    user_id: Option<String>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(deserialize_with = "interval")]
    interval: (Timestamp, Timestamp),
    #[serde(default)]
    metrics: Option<Metrics>,
}

impl Group {
    /// Its parts as rows. A part without a figure is no row.
    fn into_rows(self) -> impl Iterator<Item = AggregateRow> {
        let Labels { queue_id, media_type, user_id } = self.group;
        self.data.into_iter().filter_map(move |part| {
            Some(AggregateRow {
                queue: queue_id.clone(),
                media: media_type.clone(),
                user: user_id.clone(),
                from: part.interval.0,
                to: part.interval.1,
                metrics: part.metrics.filter(|metrics| *metrics != Metrics::default())?,
            })
        })
    }
}

fn rows<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<AggregateRow>, D::Error> {
    struct Groups;
    impl<'de> Visitor<'de> for Groups {
        type Value = Vec<AggregateRow>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of groups")
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut rows = Vec::new();
            while let Some(group) = list.next_element::<Group>()? {
                rows.extend(group.into_rows());
            }
            Ok(rows)
        }
    }
    deserializer.deserialize_any(Groups)
}

/// `begin/end`, each with an offset.
fn interval<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(Timestamp, Timestamp), D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    let parsed = text.split_once('/').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    parsed.ok_or_else(|| D::Error::custom("not an interval"))
}
