//! The day in two or three sentences, as a person would tell it.

use super::Report;
use crate::finding::Piece;
use crate::targets::Verdict;
use crate::wording;

pub(super) fn sentences(report: &Report) -> Vec<Vec<Piece>> {
    if report.total.figures.offered.unwrap_or(0) == 0 {
        return vec![vec![text(&format!("No conversations came in on {}.", day(report)))]];
    }
    let sentences = [Some(volume(report)), quality(report), Some(attention(report))];
    sentences.into_iter().flatten().filter(|sentence| !sentence.is_empty()).collect()
}

fn day(report: &Report) -> String {
    format!("{}, {}", wording::weekday(report.date), wording::long_date(report.date))
}

/// How much came, and how that compares with the same weekday of the week before.
fn volume(report: &Report) -> Vec<Piece> {
    let offered = report.total.figures.offered.unwrap_or(0);
    let came = wording::counted(offered, "conversation", "conversations");
    let weekday = wording::weekday(report.date);
    let compared = match report.total.change {
        Some(0) => format!(", as many as on the {weekday} before"),
        Some(change) => {
            let how = if change > 0 { "more" } else { "fewer" };
            let percent = wording::change_percent(change.saturating_abs());
            format!(", {} {how} than on the {weekday} before", percent.trim_start_matches('+'))
        }
        None => String::new(),
    };
    vec![text(&format!("{came} came in on {weekday}{compared}."))]
}

/// How they were answered.
fn quality(report: &Report) -> Option<Vec<Piece>> {
    let (figures, target) = (&report.total.figures, &report.target);
    let level = figures.service_level?;
    let reached = match report.total.verdicts.service_level {
        Some(Verdict::Met) => "above the target of",
        _ => "short of the target of",
    };
    let reached = if level.value() == target.service_level { "exactly the target of" } else { reached };
    let (percent, goal) = (wording::percent(level), wording::target_percent(target.service_level));
    let mut sentence = format!("{percent} were answered in time, {reached} {goal}");
    if let Some(rate) = figures.abandon_rate {
        sentence.push_str(&format!("; {} gave up waiting", wording::percent(rate)));
    }
    if let Some(mean) = figures.handle_time {
        sentence.push_str(&format!(", and a conversation took {} on average", wording::duration(mean)));
    }
    Some(vec![text(&format!("{sentence}."))])
}

/// What needs attention most.
fn attention(report: &Report) -> Vec<Piece> {
    let judged = report.queues.iter().filter(|line| !line.verdicts.is_empty());
    let (all, missed) =
        judged.fold((0_u64, 0_u64), |(all, missed), line| (all + 1, missed + u64::from(line.verdicts.missed() > 0)));
    let queues = |number: u64| wording::counted(number, "queue", "queues");
    let worst = report.alerts.iter().find_map(|alert| Some((alert, alert.queue.as_ref()?)));
    match (worst, missed) {
        (Some((alert, queue)), _) => {
            let mut sentence = vec![Piece::Name(queue.title()), text(" needs attention first: it ")];
            sentence.extend(alert.says.iter().cloned());
            sentence.push(text("."));
            sentence
        }
        (None, 0) if all > 1 => vec![text(&format!("All {} met all of their targets.", queues(all)))],
        (None, 0) => Vec::new(),
        (None, _) => vec![text(&format!("{} of {} missed a target.", wording::count(missed), queues(all)))],
    }
}

fn text(words: &str) -> Piece {
    Piece::Text(words.to_owned())
}
