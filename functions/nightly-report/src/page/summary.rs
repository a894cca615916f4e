//! The day in two or three sentences, as a person would tell it.

use super::names::printable;
use super::says;
use crate::report::Report;
use crate::targets::Verdict;
use crate::trends::Comparison;
use crate::words::{Arg, Piece, Words};

pub(super) fn sentences(report: &Report, words: &Words) -> Vec<Vec<Piece>> {
    if report.total.figures.offered.unwrap_or(0) == 0 {
        return vec![words.pieces("summary-nothing", &[("day", words.long_date(report.date).into())])];
    }
    [Some(volume(report, words)), quality(report, words), attention(report, words)].into_iter().flatten().collect()
}

/// How much came, and how that compares with the same weekday of the week before.
fn volume(report: &Report, words: &Words) -> Vec<Piece> {
    let message = match report.total.change {
        None => "summary-offered",
        Some(0) if is_exactly_as_many(report) => "summary-offered-same",
        Some(0) => "summary-offered-about-same",
        Some(1..) => "summary-offered-more",
        Some(..0) => "summary-offered-fewer",
    };
    let args = [
        ("count", report.total.figures.offered.unwrap_or(0).into()),
        ("weekday", words.weekday("on-weekday", report.date).into()),
        ("before", words.weekday("on-weekday-before", report.date).into()),
        ("change", words.percent_of_change(report.total.change.unwrap_or(0)).into()),
    ];
    words.pieces(message, &args)
}

/// A change that rounds to nothing may be one all the same.
fn is_exactly_as_many(report: &Report) -> bool {
    let week = report.trends.iter().find(|trend| trend.comparison == Comparison::WeekBefore);
    let before = week.and_then(|trend| trend.before.as_ref()).and_then(|figures| figures.offered);
    before == report.total.figures.offered
}

/// How they were answered.
fn quality(report: &Report, words: &Words) -> Option<Vec<Piece>> {
    let (figures, target) = (&report.total.figures, &report.target);
    let level = figures.service_level?;
    let reached = match report.total.verdicts.service_level {
        _ if level.value() == target.service_level => "summary-at-target",
        Some(Verdict::Met) => "summary-above-target",
        _ => "summary-below-target",
    };
    let level = words.percent_beside(level, target.service_level);
    let said = words
        .fill(reached, &[("service_level", level.into()), ("target", words.percent_of(target.service_level).into())]);
    let mut args: Vec<(&str, Arg)> = vec![("said", said.into())];
    let abandons = figures.abandon_rate.map(|rate| words.percent_beside(rate, target.abandon_rate));
    let abandons = abandons.map(|rate| ("abandon_rate", rate.into()));
    let time = figures.handle_time.map(|mean| words.duration_beside(mean, target.handle_seconds));
    let time = time.map(|mean| ("handle_time", mean.into()));
    let message = match (&abandons, &time) {
        (None, None) => "summary-said",
        (Some(_), None) => "summary-abandons",
        (None, Some(_)) => "summary-handle-time",
        (Some(_), Some(_)) => "summary-abandons-handle-time",
    };
    args.extend(abandons.into_iter().chain(time));
    Some(words.pieces(message, &args))
}

/// What needs attention most. What belongs to no queue is none of the queues.
fn attention(report: &Report, words: &Words) -> Option<Vec<Piece>> {
    let judged = report.queues.iter().filter(|line| line.is_queue() && !line.verdicts.is_empty());
    let (all, missed) =
        judged.fold((0_u64, 0_u64), |(all, missed), line| (all + 1, missed + u64::from(line.verdicts.missed() > 0)));
    let worst = report.alerts.iter().find_map(|alert| Some((alert, alert.queue.as_ref()?)));
    match (worst, missed) {
        (Some((alert, queue)), _) => {
            let queue = Arg::Name(printable(&queue.title(words), words));
            let says = Arg::Pieces(says(alert, report.date, words));
            Some(words.pieces("summary-attention", &[("queue", queue), ("says", says)]))
        }
        (None, 0) if all > 1 => Some(words.pieces("summary-all-met", &[("count", all.into())])),
        (None, 0) => None,
        (None, _) => {
            let queues = words.counted("queues", all);
            Some(words.pieces("summary-some-missed", &[("missed", missed.into()), ("queues", queues.into())]))
        }
    }
}
