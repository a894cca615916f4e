//! How a day compares with the days before it.
//!
//! Seven and thirty days are compared with the seven and thirty before them, as many days with as many. A year is 52 weeks,
//! so that a Thursday is compared with a Thursday. Where a day of the past is missing, it is named and there is no trend.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::past::{Past, YEAR};
use crate::rate::{Mean, Share, growth};
use crate::settings::Abandons;
use crate::sums::{Figures, Sums};

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The day with the day before.
    DayBefore,
    /// The day with the same weekday of the week before.
    WeekBefore,
    /// Seven days with the seven before.
    SevenDays,
    /// Thirty days with the thirty before.
    ThirtyDays,
    /// The day with the same weekday 52 weeks before.
    YearBefore,
    /// Thirty days with those 52 weeks before.
    ThirtyDaysYearBefore,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trend {
    /// What is compared.
    pub comparison: Comparison,
    /// The figures now.
    pub now: Option<Figures>,
    /// The figures before.
    pub before: Option<Figures>,
    /// How they changed.
    pub change: Change,
    /// Days that are not known, and why there is no change; empty when all are.
    pub lacking: Vec<Date>,
}

/// How figures changed. Counts change by a share of what they were, rates by points, times by seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Offered, in tenths of a percent.
    pub offered: Option<i64>,
    /// Service level, in tenths of a point.
    pub service_level: Option<i64>,
    /// Handle time, in seconds.
    pub handle_time: Option<i64>,
    /// Time to the answer, in seconds.
    pub answer_time: Option<i64>,
    /// Abandon rate, in tenths of a point.
    pub abandon_rate: Option<i64>,
}

/// The comparisons, in the order in which they are told.
pub const COMPARISONS: [Comparison; 6] = [
    Comparison::DayBefore,
    Comparison::WeekBefore,
    Comparison::SevenDays,
    Comparison::ThirtyDays,
    Comparison::YearBefore,
    Comparison::ThirtyDaysYearBefore,
];

/// Every comparison of a day with its past.
pub fn trends(total: &Sums, past: &Past, abandons: Abandons) -> Vec<Trend> {
    COMPARISONS.into_iter().map(|comparison| trend(comparison, total, past, abandons)).collect()
}

fn trend(comparison: Comparison, total: &Sums, past: &Past, abandons: Abandons) -> Trend {
    let windows = comparison.windows();
    let now = match windows.days {
        1 => Ok(*total),
        days => past.window(1, days - 1).map(|before| Sums::total([total, &before])),
    };
    let before = past.window(windows.last, windows.last + windows.days - 1);
    let mut lacking: Vec<Date> =
        [&now, &before].iter().filter_map(|sums| sums.as_ref().err()).flat_map(|days| days.0.clone()).collect();
    lacking.sort_unstable();
    let figures = |sums: Result<Sums, _>| sums.ok().map(|sums: Sums| sums.figures(abandons));
    let (now, before) = (figures(now), figures(before));
    let change = now.as_ref().zip(before.as_ref()).map(|(now, before)| Change::between(now, before));
    Trend { comparison, now, before, change: change.unwrap_or_default(), lacking }
}

/// A window of as many days, and how many days before the day its counterpart ends.
struct Windows {
    days: i64,
    last: i64,
}

impl Comparison {
    fn windows(self) -> Windows {
        let (days, last) = match self {
            Self::DayBefore => (1, 1),
            Self::WeekBefore => (1, 7),
            Self::SevenDays => (7, 7),
            Self::ThirtyDays => (30, 30),
            Self::YearBefore => (1, YEAR),
            Self::ThirtyDaysYearBefore => (30, YEAR),
        };
        Windows { days, last }
    }
}

impl Change {
    /// From `before` to `now`. Where either is not known there is no change.
    pub fn between(now: &Figures, before: &Figures) -> Self {
        let points = |pair: Option<(Share, Share)>| pair.map(|(now, before)| now.points_above(before));
        let seconds = |pair: Option<(Mean, Mean)>| pair.map(|(now, before)| now.seconds_above(before));
        Self {
            offered: now.offered.zip(before.offered).and_then(|(now, before)| growth(now, before)),
            service_level: points(now.service_level.zip(before.service_level)),
            handle_time: seconds(now.handle_time.zip(before.handle_time)),
            answer_time: seconds(now.answer_time.zip(before.answer_time)),
            abandon_rate: points(now.abandon_rate.zip(before.abandon_rate)),
        }
    }
}
