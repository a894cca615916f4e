//! What goes with the figures: how far they can be trusted, and where they come from.

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::names::printable;
use crate::calendar::Zone;
use crate::report::Report;
use crate::restate::{Figure, Restated, Revision, Value};
use crate::targets::Target;
use crate::words::{Arg, NOTHING, Piece, Words, stopped};

/// Names of silent queues that are listed: beyond these, their number says enough.
const NAMES_MAX: usize = 10;

/// Something that has to be known before the figures are read.
#[derive(Clone, Debug)]
pub struct Notice {
    /// In two or three words.
    pub title: String,
    /// What it is.
    pub text: String,
}

impl Notice {
    /// The title as it stands before the text: with its full stop.
    pub fn lead(&self) -> String {
        stopped(&self.title)
    }
}

pub(super) fn about(report: &Report, words: &Words) -> String {
    let minutes = report.to.duration_since(report.from).as_mins();
    if minutes == 24 * 60 {
        return report.zone.clone();
    }
    // A clock may go forward by half an hour.
    let hours = words.count(minutes.unsigned_abs() / 60) + if minutes % 60 == 30 { "½" } else { "" };
    let args = [("zone", report.zone.as_str().into()), ("hours", hours.into())];
    words.fill("day-length", &args)
}

pub(super) fn provisional(report: &Report, words: &Words) -> String {
    if !report.is_provisional {
        return String::new();
    }
    words.fill("provisional", &[("moment", moment(report, report.settles_at, words).into())])
}

/// What clocks show where the report is at home. Its zone was known when the day was read; if a later release dropped it, UTC
/// says the same moment.
fn local(report: &Report, at: Timestamp) -> DateTime {
    Zone::named(&report.zone).map_or_else(|_| jiff::tz::TimeZone::UTC.to_datetime(at), |zone| zone.local(at))
}

fn moment(report: &Report, at: Timestamp, words: &Words) -> String {
    words.moment(local(report, at))
}

pub(super) fn notices(report: &Report, words: &Words) -> Vec<Notice> {
    let known = &report.completeness;
    let mut lacks = Vec::new();
    if known.lacks_hours > 0 {
        lacks.push(words.counted("lacks-hours", known.lacks_hours));
    }
    if known.lacks_agents {
        lacks.push(words.text("lacks-agents"));
    }
    if known.lacks_names {
        lacks.push(words.text("lacks-names"));
    }
    let incomplete = (!lacks.is_empty()).then(|| Notice {
        title: words.text("incomplete"),
        text: words.fill("incomplete-lacks", &[("lacks", words.list(&lacks).into())]),
    });
    incomplete
        .into_iter()
        .chain(report.restated.iter().map(|restated| notice(restated, report.target, words)))
        .collect()
}

fn notice(restated: &Restated, target: Target, words: &Words) -> Notice {
    let revisions: Vec<String> = restated.revisions.iter().map(|revision| revised(revision, target, words)).collect();
    let args = [
        ("revisions", words.list(&revisions).into()),
        ("count", restated.queues.into()),
        ("now", words.text(if restated.is_final { "restated-final" } else { "restated-open" }).into()),
    ];
    let message = if restated.queues == 0 { "restated-says" } else { "restated-says-queues" };
    let title = words.fill("restated", &[("day", words.short_date(restated.date).into())]);
    Notice { title, text: words.fill(message, &args) }
}

fn revised(revision: &Revision, target: Target, words: &Words) -> String {
    let figure = match revision.figure {
        Figure::Offered => "revised-offered",
        Figure::ServiceLevel => "revised-service-level",
        Figure::HandleTime => "revised-handle-time",
        Figure::AnswerTime => "revised-answer-time",
        Figure::AbandonRate => "revised-abandon-rate",
    };
    let args = [
        ("figure", words.text(figure).into()),
        ("first", value(revision.figure, revision.first, target, words).into()),
        ("now", value(revision.figure, revision.now, target, words).into()),
    ];
    words.fill("revision", &args)
}

fn value(figure: Figure, value: Option<Value>, target: Target, words: &Words) -> String {
    match (figure, value) {
        (_, None) => NOTHING.to_owned(),
        (_, Some(Value::Count(count))) => words.count(count),
        (Figure::ServiceLevel, Some(Value::Share(share))) => words.percent_beside(share, target.service_level),
        (Figure::AbandonRate, Some(Value::Share(share))) => words.percent_beside(share, target.abandon_rate),
        (_, Some(Value::Share(share))) => words.percent(share),
        (Figure::HandleTime, Some(Value::Mean(mean))) => words.duration_beside(mean, target.handle_seconds),
        (_, Some(Value::Mean(mean))) => words.duration(mean),
    }
}

pub(super) fn completeness(report: &Report, words: &Words) -> Vec<Vec<Piece>> {
    let known = &report.completeness;
    let mut sentences = vec![match known.lacks_names {
        true => words.pieces("figures-for-unknown", &[("count", known.queues_with_figures.into())]),
        false => words.pieces(
            "figures-for",
            &[("known", words.count(known.queues_with_figures).into()), ("count", known.queues.into())],
        ),
    }];
    if !known.silent.is_empty() {
        sentences.push(silent(&known.silent, words));
    }
    if known.queues_without_name > 0 && !known.lacks_names {
        sentences.push(words.pieces("queues-without-name", &[("count", known.queues_without_name.into())]));
    }
    if let Some((by_hours, by_day)) = known.hours_differ {
        let (by_hours, by_day) = (words.counted("conversations", by_hours), words.count(by_day));
        let args = [("by_hours", by_hours.into()), ("by_day", by_day.into())];
        sentences.push(words.pieces("hours-differ", &args));
    }
    sentences
}

fn silent(names: &[String], words: &Words) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for name in names.iter().take(NAMES_MAX) {
        if !pieces.is_empty() {
            pieces.push(Piece::Text(", ".to_owned()));
        }
        pieces.push(Piece::Name(printable(name, words)));
    }
    let more = names.len().saturating_sub(NAMES_MAX) as u64;
    let message = if more == 0 { "silent" } else { "silent-more" };
    words.pieces(message, &[("names", Arg::Pieces(pieces)), ("count", more.into())])
}

pub(super) fn made(report: &Report, words: &Words) -> String {
    let args = [
        // With the year: a day may be made again long after it.
        ("read", words.moment_year(local(report, report.read_at)).into()),
        ("made", words.moment_year(local(report, report.made_at)).into()),
        ("zone", report.zone.as_str().into()),
        ("run", report.run_id.as_str().into()),
    ];
    words.fill("made", &args)
}
