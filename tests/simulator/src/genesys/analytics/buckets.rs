//! The parts of an interval: hours and days of a zone, the first and the last cut to the interval.
//!
//! A day is what the zone's calendar says, so it has 23 or 25 hours when clocks change. An hour begins at full hours of
//! the wall clock, which matters where the offset is not a whole number of hours.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::query::Granularity;

/// Where parts begin, and where the last one ends; in milliseconds, ascending.
pub(super) struct Buckets {
    edges_ms: Vec<i64>,
}

impl Buckets {
    /// The parts of `from..to`.
    pub(super) fn new(from: Timestamp, to: Timestamp, granularity: Granularity, zone: &TimeZone) -> Self {
        let mut edges_ms = vec![from.as_millisecond()];
        let mut edge = from;
        while let Some(next) = next_edge(edge, granularity, zone).filter(|next| *next < to) {
            edges_ms.push(next.as_millisecond());
            edge = next;
        }
        edges_ms.push(to.as_millisecond());
        Self { edges_ms }
    }

    /// The number of the part that holds a moment.
    pub(super) fn holding(&self, at_ms: i64) -> Option<usize> {
        let after = self.edges_ms.partition_point(|edge| *edge <= at_ms);
        let is_inside = after > 0 && after < self.edges_ms.len();
        is_inside.then(|| after - 1)
    }

    /// Begin and end of a part.
    pub(super) fn edges(&self, number: usize) -> (i64, i64) {
        (self.edges_ms[number], self.edges_ms[number + 1])
    }
}

/// The first edge after a moment.
fn next_edge(after: Timestamp, granularity: Granularity, zone: &TimeZone) -> Option<Timestamp> {
    match granularity {
        Granularity::Whole => None,
        Granularity::Day => {
            let day = after.to_zoned_datetime(zone.clone());
            Some(day.tomorrow().ok()?.start_of_day().ok()?.timestamp())
        }
        Granularity::Minutes(minutes) => {
            let step_ms = minutes * 60_000;
            let local_ms = after.as_millisecond() + i64::from(zone.to_offset(after).seconds()) * 1_000;
            Timestamp::from_millisecond(after.as_millisecond() + step_ms - local_ms.rem_euclid(step_ms)).ok()
        }
    }
}
