//! The day as a strip of its hours, 23, 24 or 25 of them.

use report_pdf::sheet::{Heat, HeatCell, HeatHour, Tone};

use super::tone;
use crate::rate::Share;
use crate::report::{HourLine, Report};
use crate::targets::{Target, Verdict};
use crate::words::{NOTHING, Words, capitalised, stopped};

/// What follows an hour that the clocks show for the second time. The note says so.
const AGAIN: &str = "*";

/// The strip; `None` where nothing came or nothing is known.
pub(super) fn heat(report: &Report, words: &Words) -> Option<Heat> {
    let highest = report.hours.iter().filter_map(offered).max().filter(|highest| *highest > 0)?;
    let unit = Unit::with_room_for(highest);
    Some(Heat {
        title: words.text("heading-hours"),
        alt: alt(report, words)?,
        rows: [unit.row(), "strip-service-level", "strip-abandon-rate"].map(|row| words.text(row)).to_vec(),
        hours: report.hours.iter().map(|hour| heat_hour(hour, report.target, (highest, unit), words)).collect(),
        note: note(report, words),
    })
}

/// What counts are told in: a cell has room for four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Ones,
    Thousands,
    Millions,
}

impl Unit {
    fn with_room_for(highest: u64) -> Self {
        match highest {
            0..=9_999 => Self::Ones,
            // From 999,950 on, thousands would be rounded up to 1,000.0.
            10_000..=999_949 => Self::Thousands,
            _ => Self::Millions,
        }
    }

    /// The row's name.
    fn row(self) -> &'static str {
        match self {
            Self::Ones => "strip-offered",
            Self::Thousands => "strip-offered-thousands",
            Self::Millions => "strip-offered-millions",
        }
    }

    fn tell(self, count: u64, words: &Words) -> String {
        let tenth = match self {
            Self::Ones => return words.count(count),
            Self::Thousands => 100,
            Self::Millions => 100_000,
        };
        words.tenths(i64::try_from(count.saturating_add(tenth / 2) / tenth).unwrap_or(i64::MAX))
    }
}

/// What came in an hour; on one that is known, what is not told did not happen.
fn offered(hour: &HourLine) -> Option<u64> {
    hour.figures.map(|figures| figures.offered.unwrap_or(0))
}

fn heat_hour(hour: &HourLine, target: Target, (highest, unit): (u64, Unit), words: &Words) -> HeatHour {
    let figures = hour.figures;
    let share = |share: Option<Share>, target, verdict| HeatCell {
        text: share.map_or_else(|| NOTHING.to_owned(), |share| words.percent_number_beside(share, target)),
        shade: 0.0,
        tone: tone(verdict),
    };
    let count = HeatCell {
        text: offered(hour).map_or_else(|| NOTHING.to_owned(), |count| unit.tell(count, words)),
        shade: offered(hour).and_then(|count| Share::of(count, highest)).map_or(0.0, Share::value),
        tone: Tone::Plain,
    };
    let (level, lost) =
        (figures.and_then(|figures| figures.service_level), figures.and_then(|figures| figures.abandon_rate));
    let level = share(level, target.service_level, hour.verdicts.service_level);
    let lost = share(lost, target.abandon_rate, hour.verdicts.abandon_rate);
    HeatHour { label: label(hour), is_known: figures.is_some(), cells: vec![count, level, lost] }
}

/// `10` of `10:00`, and of half an hour all of it.
fn label(hour: &HourLine) -> String {
    let shown = hour.starts.strip_suffix(":00").unwrap_or(&hour.starts);
    format!("{shown}{}", if hour.is_repeated { AGAIN } else { "" })
}

/// The strip in sentences: the busiest hour, the worst, how many missed the target.
fn alt(report: &Report, words: &Words) -> Option<String> {
    let busiest = report.hours.iter().rev().max_by_key(|hour| offered(hour))?;
    let args = [("hour", name(busiest, words).into()), ("offered", offered(busiest)?.into())];
    let mut sentences = vec![words.fill("strip-tells-offered", &args)];
    let judged = report.hours.iter().filter_map(|hour| Some((hour, hour.figures?.service_level?)));
    if let Some((worst, lowest)) = judged.min_by(|one, other| one.1.value().total_cmp(&other.1.value())) {
        let missed = report.hours.iter().filter(|hour| hour.verdicts.service_level == Some(Verdict::Missed));
        let count = missed.count() as u64;
        let lowest = words.percent_beside(lowest, report.target.service_level);
        let args = [("hour", name(worst, words).into()), ("lowest", lowest.into()), ("count", count.into())];
        sentences.push(words.fill("strip-tells-service-level", &args));
    }
    sentences.extend(not_read(report, words));
    Some(sentences.join(" "))
}

/// An hour in a sentence.
fn name(hour: &HourLine, words: &Words) -> String {
    let clock = words.clock(&hour.starts);
    if hour.is_repeated { words.fill("hour-again", &[("hour", clock.into())]) } else { clock }
}

/// What has to be known to read the strip.
fn note(report: &Report, words: &Words) -> String {
    let again = report.hours.iter().find(|hour| hour.is_repeated).map(|hour| {
        let args = [("label", label(hour).into()), ("hour", words.clock(&hour.starts).into())];
        words.fill("strip-hour-again", &args)
    });
    not_read(report, words).into_iter().chain(again).collect::<Vec<_>>().join(" ")
}

fn not_read(report: &Report, words: &Words) -> Option<String> {
    let lacks = report.completeness.lacks_hours;
    (lacks > 0).then(|| stopped(&capitalised(&words.counted("hours-not-read", lacks))))
}
