//! Reading an answer without building a tree of it.
//!
//! A thousand queues by hour and medium are tens of thousands of rows, so each group is read, cut into rows and let go
//! before the next one. Documented is that `results` may be missing when there is nothing.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{AggregateRow, Metrics};
use crate::lenient::null_as_default;

/// All rows of an answer.
pub(super) struct Aggregates {
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

/// An object and nothing else: derived, it would take a list as well, and `[]` would be an answer with nothing in it.
impl<'de> Deserialize<'de> for Aggregates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Body;
        impl<'de> Visitor<'de> for Body {
            type Value = Aggregates;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Aggregates, A::Error> {
                let mut rows = Vec::new();
                while let Some(name) = members.next_key::<Cow<'_, str>>()? {
                    if name == "results" {
                        members.next_value_seed(Groups(&mut rows))?;
                    } else {
                        members.next_value::<IgnoredAny>()?;
                    }
                }
                rows.shrink_to_fit();
                Ok(Aggregates { rows })
            }
        }
        deserializer.deserialize_map(Body)
    }
}

/// The list of groups, or `null`.
struct Groups<'a>(&'a mut Vec<AggregateRow>);

impl<'de> DeserializeSeed<'de> for Groups<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Groups<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of groups")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(group) = list.next_element::<Group>()? {
            self.0.extend(group.into_rows());
        }
        Ok(())
    }
}

/// `begin/end`, each with an offset.
fn interval<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(Timestamp, Timestamp), D::Error> {
    let text = Cow::<'de, str>::deserialize(deserializer)?;
    let parsed = text.split_once('/').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    parsed.ok_or_else(|| D::Error::custom("not an interval"))
}
