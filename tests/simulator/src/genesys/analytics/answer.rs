//! The answer's JSON, written as text: as a tree of values, a thousand queues by hour would fill hundreds of megabytes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

use super::aggregate::{Group, Parts, Tally};
use super::buckets::Buckets;
use super::conversation::{Direction, Media};
use super::facts::Metric;
use super::query::Query;
use crate::settings;
use crate::world::{World, iso};

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    results: Option<Vec<Entry<'a>>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    group: BTreeMap<&'static str, &'a str>,
    data: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    interval: String,
    metrics: Vec<Figure>,
}

#[derive(Serialize)]
struct Figure {
    metric: Metric,
    stats: Stats,
}

#[derive(Default, Serialize)]
struct Stats {
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    numerator: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    denominator: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<f64>,
}

/// A whole number, written with or without a decimal point.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
enum Number {
    Whole(u64),
    Decimal(f64),
}

/// The text of an answer.
pub(super) fn text(world: &World, query: &Query, buckets: &Buckets, groups: &BTreeMap<Group, Parts>) -> String {
    let settings = &world.settings.genesys;
    let entries: Vec<_> = groups.iter().map(|(group, parts)| entry(world, query, buckets, (group, parts))).collect();
    let is_absent = entries.is_empty() && settings.aggregate_results_absent;
    serde_json::to_string(&Answer { results: (!is_absent).then_some(entries) }).unwrap_or_default()
}

fn entry<'a>(world: &'a World, query: &Query, buckets: &Buckets, (group, parts): (&Group, &Parts)) -> Entry<'a> {
    let settings = &world.settings.genesys;
    let zone = if settings.aggregate_local_times { query.zone.clone() } else { TimeZone::UTC };
    let target = target(world, group);
    let part = |(number, metrics): (&usize, &BTreeMap<Metric, Tally>)| {
        let (from, to) = buckets.edges(*number);
        let figure = |(metric, tally): (&Metric, &Tally)| Figure {
            metric: *metric,
            stats: stats(settings, *metric, tally, target),
        };
        Part {
            interval: format!("{}/{}", moment(from, &zone), moment(to, &zone)),
            metrics: metrics.iter().map(figure).collect(),
        }
    };
    Entry { group: labels(world, group), data: parts.iter().map(part).collect() }
}

fn labels<'a>(world: &'a World, group: &Group) -> BTreeMap<&'static str, &'a str> {
    let conversations = &world.genesys.conversations;
    let direction = group.direction.map(|direction| match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    });
    let labels = [
        ("queueId", group.queue.and_then(|number| conversations.queues.name(number))),
        ("mediaType", group.media.map(Media::name)),
        ("userId", group.user.and_then(|number| conversations.users.name(number))),
        ("direction", direction),
    ];
    labels.into_iter().filter_map(|(name, label)| Some((name, label?))).collect()
}

/// The share that a queue promises for a medium, where the group is about one of each.
fn target(world: &World, group: &Group) -> Option<f64> {
    let queue = world.genesys.conversations.queues.name(group.queue?)?;
    let media = world.genesys.queues.get(queue)?.fields.get("mediaSettings")?;
    media.get(group.media?.setting())?.get("serviceLevel")?.get("percentage").and_then(Value::as_f64)
}

#[expect(clippy::cast_precision_loss, reason = "counts and milliseconds are far below 2^53")]
fn stats(settings: &settings::Genesys, metric: Metric, tally: &Tally, target: Option<f64>) -> Stats {
    let number = |value: u64| {
        if settings.aggregate_decimals { Number::Decimal(value as f64) } else { Number::Whole(value) }
    };
    match metric {
        Metric::Offered | Metric::Transferred => Stats { count: Some(tally.count), ..Default::default() },
        Metric::ServiceLevel => Stats {
            ratio: Some(tally.sum as f64 / tally.count as f64),
            numerator: Some(number(tally.sum)),
            denominator: Some(number(tally.count)),
            target,
            ..Default::default()
        },
        _ => Stats {
            max: Some(number(tally.max)),
            min: Some(number(tally.min)),
            count: Some(tally.count),
            sum: Some(number(tally.sum)),
            ..Default::default()
        },
    }
}

fn moment(ms: i64, zone: &TimeZone) -> String {
    let moment = Timestamp::from_millisecond(ms).unwrap_or_default();
    if *zone == TimeZone::UTC {
        return iso(moment);
    }
    moment.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S.%3f%:z").to_string()
}
