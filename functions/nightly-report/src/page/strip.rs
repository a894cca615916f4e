//! A day by hour and a month by day, as bars made of table cells: they need no image and no script.

use super::cells::{Tone, or_nothing};
use crate::report::Report;
use crate::sums::Figures;
use crate::targets::Verdicts;
use crate::wording::{self, NOTHING};

/// Height of the highest bar, in pixels.
const HEIGHT_MAX: u64 = 64;

/// A row of bars.
#[derive(Clone, Debug)]
pub struct Strip {
    /// The bars, in the order of time.
    pub bars: Vec<Bar>,
    /// What stands below them.
    pub labels: Vec<Label>,
    /// `Highest: 412 at 11:00`.
    pub highest: String,
    /// What is not known; empty when everything is.
    pub lacking: String,
}

/// What stands below the first of some bars.
#[derive(Clone, Debug)]
pub struct Label {
    /// What.
    pub text: String,
    /// How many bars.
    pub span: usize,
}

/// One hour or day.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Its full name, as `10:00` or `Thu 26 Nov`.
    pub name: String,
    /// How high, in pixels. Zero where nothing came or nothing is known.
    pub height: u64,
    /// How its service level stands to the target.
    pub tone: Tone,
    /// Whether it is known.
    pub is_known: bool,
    /// Offered.
    pub offered: String,
    /// Answered in time.
    pub in_time: String,
    /// Lost.
    pub lost: String,
}

pub(super) fn hours(report: &Report) -> Option<Strip> {
    let highest = highest(report.hours.iter().map(|hour| hour.figures.as_ref()));
    let bars = report.hours.iter().map(|hour| {
        let again = if hour.is_repeated { " again" } else { "" };
        bar(format!("{}{again}", hour.starts), hour.figures.as_ref(), hour.verdicts, highest)
    });
    let labels = report.hours.iter().map(|hour| {
        let full = hour.starts.split(':').next().unwrap_or_default();
        let is_third = full.parse::<u8>().is_ok_and(|number| number % 3 == 0) && !hour.is_repeated;
        is_third.then(|| full.to_owned())
    });
    let lacks = report.completeness.lacks_hours;
    let lacking = match lacks {
        0 => String::new(),
        _ => format!("{} could not be read", wording::counted(lacks, "hour", "hours")),
    };
    strip(bars.collect(), spans(labels), highest, "at", lacking)
}

pub(super) fn days(report: &Report) -> Option<Strip> {
    let highest = highest(report.days.iter().map(|day| day.figures.as_ref()));
    let bars =
        report.days.iter().map(|day| bar(wording::short_date(day.date), day.figures.as_ref(), day.verdicts, highest));
    let labels = report.days.iter().map(|day| {
        let is_monday = day.date.weekday() == jiff::civil::Weekday::Monday;
        is_monday.then(|| day.date.strftime("%-d %b").to_string())
    });
    let unknown = report.days.iter().filter(|day| day.figures.is_none()).count() as u64;
    let lacking = match unknown {
        0 => String::new(),
        _ => format!("{} not in the archive", wording::counted(unknown, "day is", "days are")),
    };
    // One bar alone compares with nothing.
    let is_worth_it = report.days.len() as u64 > unknown + 1;
    strip(bars.collect(), spans(labels), highest, "on", lacking).filter(|_| is_worth_it)
}

/// Each label over its bar and those after it that have none.
fn spans(labels: impl Iterator<Item = Option<String>>) -> Vec<Label> {
    let mut spans: Vec<Label> = Vec::new();
    for label in labels {
        match (label, spans.last_mut()) {
            (Some(text), _) => spans.push(Label { text, span: 1 }),
            (None, Some(last)) => last.span += 1,
            (None, None) => spans.push(Label { text: String::new(), span: 1 }),
        }
    }
    spans
}

fn highest<'a>(figures: impl Iterator<Item = Option<&'a Figures>>) -> u64 {
    figures.flatten().filter_map(|figures| figures.offered).max().unwrap_or(0)
}

fn bar(name: String, figures: Option<&Figures>, verdicts: Verdicts, highest: u64) -> Bar {
    let offered = figures.and_then(|figures| figures.offered);
    // What came at all can be seen.
    let height = offered.filter(|offered| *offered > 0).map_or(0, |offered| {
        let scaled = u128::from(offered) * u128::from(HEIGHT_MAX) / u128::from(highest.max(1));
        u64::try_from(scaled).unwrap_or(HEIGHT_MAX).clamp(2, HEIGHT_MAX)
    });
    Bar {
        name,
        height,
        tone: Tone::of(verdicts.service_level),
        is_known: figures.is_some(),
        offered: offered
            .map_or_else(|| if figures.is_some() { "0".to_owned() } else { NOTHING.to_owned() }, wording::count),
        in_time: or_nothing(figures.and_then(|figures| figures.service_level).map(wording::percent)),
        lost: or_nothing(figures.and_then(|figures| figures.abandon_rate).map(wording::percent)),
    }
}

/// `None` where no bar would be seen.
fn strip(bars: Vec<Bar>, labels: Vec<Label>, highest: u64, preposition: &str, lacking: String) -> Option<Strip> {
    let top = bars.iter().rev().max_by_key(|bar| bar.height).filter(|bar| bar.height > 0)?;
    let highest = format!("Highest: {} {preposition} {}", wording::count(highest), top.name);
    Some(Strip { highest, lacking, labels, bars })
}
