//! What the day is compared with, in words.

use super::cells::{Cell, plain};
use crate::report::Report;
use crate::trends::{Change, Comparison, Trend};
use crate::words::Words;

/// A comparison in words.
#[derive(Clone, Debug)]
pub struct TrendRow {
    /// With what.
    pub label: String,
    /// The changes; none when something is lacking.
    pub cells: Vec<Cell>,
    /// What is lacking; empty when nothing is.
    pub lacking: String,
}

pub(super) fn row(trend: &Trend, report: &Report, words: &Words) -> TrendRow {
    let label = label(trend.comparison, report, words);
    if !trend.lacking.is_empty() {
        let lacking = words.fill("not-compared", &[("days", words.days(&trend.lacking).into())]);
        return TrendRow { label, cells: Vec::new(), lacking };
    }
    TrendRow { label, cells: changes(&trend.change, words), lacking: String::new() }
}

fn label(comparison: Comparison, report: &Report, words: &Words) -> String {
    let ago = |days: i64| report.date.saturating_sub(jiff::Span::new().days(days));
    let with_day = |message: &str, day: String| words.fill(message, &[("day", day.into())]);
    match comparison {
        Comparison::DayBefore => with_day("compared-day-before", words.short_date(ago(1))),
        Comparison::WeekBefore => with_day("compared-week-before", words.short_date(ago(7))),
        Comparison::SevenDays => words.text("compared-seven-days"),
        Comparison::ThirtyDays => words.text("compared-thirty-days"),
        Comparison::YearBefore => with_day("compared-year-before", words.short_date_year(ago(crate::past::YEAR))),
        Comparison::ThirtyDaysYearBefore => words.text("compared-thirty-days-year-before"),
    }
}

fn changes(change: &Change, words: &Words) -> Vec<Cell> {
    vec![
        plain(change.offered.map(|change| words.change_percent(change))),
        plain(change.service_level.map(|change| words.change_points(change))),
        plain(change.answer_time.map(|change| words.change_seconds(change))),
        plain(change.handle_time.map(|change| words.change_seconds(change))),
        plain(change.abandon_rate.map(|change| words.change_points(change))),
    ]
}
