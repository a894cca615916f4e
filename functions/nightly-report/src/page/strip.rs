//! A day by hour and a month by day, as bars made of table cells: they need no image and no script.

use super::cells::{Tone, or_nothing};
use crate::report::Report;
use crate::sums::Figures;
use crate::targets::Target;
use crate::words::{Words, stopped};

/// Height of the highest bar, in pixels.
const HEIGHT_MAX: u64 = 64;

/// A row of bars.
#[derive(Clone, Debug)]
pub struct Strip {
    /// The bars, in the order of time.
    pub bars: Vec<Bar>,
    /// What stands below them.
    pub labels: Vec<Label>,
    /// `Highest: 412 at 11:00.`
    pub highest: String,
    /// What is not known; empty when everything is.
    pub lacking: String,
    /// What the height is: `Height: conversations offered.`
    pub height_means: String,
    /// What the colours are: `Target for answers in time:`; the marks follow.
    pub colours_mean: String,
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
    /// Its figures: `offered 474, in time 77.3%, lost 7.4%`; that they are not known where they are not.
    pub says: String,
    /// The same with the mark in words, as in `in time 77.3% (missed)`.
    pub says_marked: String,
}

pub(super) fn hours(report: &Report, words: &Words) -> Option<Strip> {
    let target = report.target;
    let highest = highest(report.hours.iter().map(|hour| hour.figures.as_ref()));
    let bars = report.hours.iter().map(|hour| {
        let starts = words.clock(&hour.starts);
        let name = match hour.is_repeated {
            true => words.fill("hour-again", &[("hour", starts.into())]),
            false => starts,
        };
        bar(
            name,
            hour.figures.as_ref(),
            Tone::of(hour.verdicts.service_level),
            (highest, target),
            "hour-not-read",
            words,
        )
    });
    let labels = report.hours.iter().map(|hour| {
        let full = hour.starts.split(':').next().unwrap_or_default();
        let is_third = full.parse::<u8>().is_ok_and(|number| number % 3 == 0) && !hour.is_repeated;
        is_third.then(|| full.to_owned())
    });
    let lacks = report.completeness.lacks_hours;
    let lacking = if lacks == 0 { String::new() } else { words.counted("hours-not-read", lacks) };
    let (bars, at_the_top) = (bars.collect::<Vec<_>>(), ["bars-highest-hour", "hour"]);
    strip(bars, spans(labels), highest, at_the_top, lacking, words)
}

pub(super) fn days(report: &Report, words: &Words) -> Option<Strip> {
    let target = report.target;
    let highest = highest(report.days.iter().map(|day| day.figures.as_ref()));
    let bars = report.days.iter().map(|day| {
        let name = words.short_date(day.date);
        bar(
            name,
            day.figures.as_ref(),
            Tone::of(day.verdicts.service_level),
            (highest, target),
            "day-without-figures",
            words,
        )
    });
    let labels = report.days.iter().map(|day| {
        let is_monday = day.date.weekday() == jiff::civil::Weekday::Monday;
        is_monday.then(|| words.day_month(day.date))
    });
    let unknown = report.days.iter().filter(|day| day.figures.is_none()).count() as u64;
    let lacking = if unknown == 0 { String::new() } else { words.counted("days-without-figures", unknown) };
    // One bar alone compares with nothing.
    let is_worth_it = report.days.len() as u64 > unknown + 1;
    let (bars, at_the_top) = (bars.collect::<Vec<_>>(), ["bars-highest-day", "day"]);
    strip(bars, spans(labels), highest, at_the_top, lacking, words).filter(|_| is_worth_it)
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

/// `highest` is what came in the fullest of all bars.
fn bar(
    name: String,
    figures: Option<&Figures>,
    tone: Tone,
    (highest, target): (u64, Target),
    unknown: &str,
    words: &Words,
) -> Bar {
    let offered = figures.and_then(|figures| figures.offered);
    // What came at all can be seen.
    let height = offered.filter(|offered| *offered > 0).map_or(0, |offered| {
        let scaled = u128::from(offered) * u128::from(HEIGHT_MAX) / u128::from(highest.max(1));
        u64::try_from(scaled).unwrap_or(HEIGHT_MAX).clamp(2, HEIGHT_MAX)
    });
    let says =
        |message: &str| figures.map_or_else(|| words.text(unknown), |figures| told(message, figures, target, words));
    let says_marked = says(if tone.is_missed() { "bar-missed" } else { "bar" });
    Bar { name, height, tone, is_known: figures.is_some(), says: says("bar"), says_marked }
}

fn told(message: &str, figures: &Figures, target: Target, words: &Words) -> String {
    let service_level = figures.service_level.map(|share| words.percent_beside(share, target.service_level));
    let abandon_rate = figures.abandon_rate.map(|share| words.percent_beside(share, target.abandon_rate));
    let args = [
        ("offered", words.count(figures.offered.unwrap_or(0)).into()),
        ("service_level", or_nothing(service_level).into()),
        ("abandon_rate", or_nothing(abandon_rate).into()),
    ];
    words.fill(message, &args)
}

/// `None` where no bar would be seen.
fn strip(
    bars: Vec<Bar>,
    labels: Vec<Label>,
    highest: u64,
    [at_the_top, variable]: [&str; 2],
    lacking: String,
    words: &Words,
) -> Option<Strip> {
    let top = bars.iter().rev().max_by_key(|bar| bar.height).filter(|bar| bar.height > 0)?;
    let args = [("offered", words.count(highest).into()), (variable, top.name.as_str().into())];
    let highest = stopped(&words.fill(at_the_top, &args));
    let (height_means, colours_mean) = (words.text("bars-height"), words.text("bars-target"));
    Some(Strip { highest, lacking, height_means, colours_mean, labels, bars })
}
