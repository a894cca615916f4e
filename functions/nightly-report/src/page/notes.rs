//! What goes with the figures: how far they can be trusted, what their words mean, where they come from.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::calendar::Zone;
use crate::finding::Piece;
use crate::report::Report;
use crate::restate::{Figure, Restated, Revision, Value};
use crate::wording::{self, NOTHING};

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

/// What a word means.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// The word.
    pub term: &'static str,
    /// What it means, with the metrics of Genesys that it is made of.
    pub text: &'static str,
}

pub(super) fn about(report: &Report) -> String {
    let hours = report.to.duration_since(report.from).as_hours();
    let length = if hours == 24 { String::new() } else { format!(", a day of {hours} hours") };
    format!("{}{length}", report.zone)
}

pub(super) fn provisional(report: &Report) -> String {
    if !report.is_provisional {
        return String::new();
    }
    format!("Provisional until {}", moment(report, report.settles_at))
}

fn moment(report: &Report, at: Timestamp) -> String {
    // The zone was known when the day was read; if a later release dropped it, UTC says the same moment.
    let local =
        Zone::named(&report.zone).map_or_else(|_| jiff::tz::TimeZone::UTC.to_datetime(at), |zone| zone.local(at));
    format!("{} {}", wording::short_date(local.date()), wording::time(local.time()))
}

pub(super) fn notices(report: &Report) -> Vec<Notice> {
    let known = &report.completeness;
    let mut lacks = Vec::new();
    if known.lacks_hours > 0 {
        lacks.push(wording::counted(known.lacks_hours, "hour of the day", "hours of the day"));
    }
    if known.lacks_agents {
        lacks.push("the agents who handled".to_owned());
    }
    if known.lacks_names {
        lacks.push("the names of the queues".to_owned());
    }
    let incomplete = (!lacks.is_empty()).then(|| Notice {
        title: "Incomplete".to_owned(),
        text: format!(
            "Genesys did not answer for {}. What is missing is shown as {NOTHING}, not as zero.",
            wording::list(&lacks)
        ),
    });
    incomplete.into_iter().chain(report.restated.iter().map(restated)).collect()
}

fn restated(restated: &Restated) -> Notice {
    let revisions: Vec<String> = restated.revisions.iter().map(revision).collect();
    let queues = match restated.queues {
        0 => String::new(),
        queues => format!(" {} changed.", wording::counted(queues, "queue", "queues")),
    };
    let now = if restated.is_final { " These figures are final." } else { " They may still change." };
    let title = format!("Restated: {}", wording::short_date(restated.date));
    Notice { title, text: format!("{}, since it was first reported.{queues}{now}", wording::list(&revisions)) }
}

fn revision(revision: &Revision) -> String {
    let figure = match revision.figure {
        Figure::Offered => "conversations",
        Figure::ServiceLevel => "in time",
        Figure::HandleTime => "handle time",
        Figure::AnswerTime => "time to answer",
        Figure::AbandonRate => "lost",
    };
    format!("{figure} {} → {}", value(revision.first), value(revision.now))
}

fn value(value: Option<Value>) -> String {
    match value {
        None => NOTHING.to_owned(),
        Some(Value::Count(count)) => wording::count(count),
        Some(Value::Share(share)) => wording::percent(share),
        Some(Value::Mean(mean)) => wording::duration(mean),
    }
}

pub(super) fn completeness(report: &Report) -> Vec<Vec<Piece>> {
    let known = &report.completeness;
    let text = |words: String| Piece::Text(words);
    let with_figures = wording::count(known.queues_with_figures);
    let mut sentences = vec![vec![text(match known.lacks_names {
        true => format!("Figures for {with_figures} queues. How many there are is not known."),
        false => format!("Figures for {with_figures} of {}.", wording::counted(known.queues, "queue", "queues")),
    })]];
    if !known.silent.is_empty() {
        sentences.push(silent(&known.silent));
    }
    if known.queues_without_name > 0 && !known.lacks_names {
        let queues = wording::counted(known.queues_without_name, "queue with figures has", "queues with figures have");
        sentences.push(vec![text(format!(
            "{queues} no name that this report may see: deleted since, or in a division of its own."
        ))]);
    }
    if let Some((by_hours, by_day)) = known.hours_differ {
        let (by_hours, by_day) = (wording::count(by_hours), wording::count(by_day));
        sentences.push(vec![text(format!(
            "The hours add up to {by_hours} conversations, the day to {by_day}: figures were still arriving."
        ))]);
    }
    sentences
}

fn silent(names: &[String]) -> Vec<Piece> {
    let mut pieces = vec![Piece::Text("Without any conversation: ".to_owned())];
    for (at, name) in names.iter().take(NAMES_MAX).enumerate() {
        if at > 0 {
            pieces.push(Piece::Text(", ".to_owned()));
        }
        pieces.push(Piece::Name(name.clone()));
    }
    let more = names.len().saturating_sub(NAMES_MAX) as u64;
    let end = if more == 0 { ".".to_owned() } else { format!(" and {} more.", wording::count(more)) };
    pieces.push(Piece::Text(end));
    pieces
}

pub(super) fn definitions(report: &Report) -> Vec<Definition> {
    let lost = if report.excludes_short_abandons {
        "Conversations whose customer gave up waiting, short ones left out (tAbandon − tShortAbandon), as a share of those offered."
    } else {
        "Conversations whose customer gave up waiting (tAbandon), as a share of those offered."
    };
    let definition = |term, text| Definition { term, text };
    vec![
        definition("Offered", "Conversations that reached a queue (nOffered)."),
        definition(
            "In time",
            "Answered within what is set for the queue in Genesys, of all that count for it (oServiceLevel, numerators and denominators added up).",
        ),
        definition("Answer", "From the queue to the agent, on average over those answered (tAnswered)."),
        definition("Handle", "Talk, hold and work after the conversation, on average over those handled (tHandle)."),
        definition("Lost", lost),
        definition(
            "Agents",
            "Who handled at least one conversation. Who worked for two queues counts once in a group and in all.",
        ),
        definition("Transfers", "Conversations handed on (nTransferred), as a share of those handled."),
        definition(
            "Change",
            "Counts in percent, rates in percentage points, times in minutes and seconds. Rates of several queues or days are made of their counts, never of their rates.",
        ),
        definition(NOTHING, "No figure: nothing happened of which there could be one, or it is not known."),
    ]
}

pub(super) fn made(report: &Report) -> String {
    format!(
        "Read {}, made {} ({}). Run {}.",
        moment(report, report.read_at),
        moment(report, report.made_at),
        report.zone,
        report.run_id
    )
}

/// Days as people list them: `3 Mar 2026`, `1 to 5 Mar 2026`, with runs put together and at most four of them.
pub(super) fn ranges(days: &[Date]) -> String {
    let mut runs: Vec<(Date, Date)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, last)) if last.saturating_add(1.day()) == *day => *last = *day,
            _ => runs.push((*day, *day)),
        }
    }
    let mut words: Vec<String> = runs.iter().take(4).map(|(first, last)| run(*first, *last)).collect();
    if runs.len() > 4 {
        words.push("more".to_owned());
    }
    wording::list(&words)
}

fn run(first: Date, last: Date) -> String {
    let begin = match (first == last, first.year() == last.year(), first.month() == last.month()) {
        (true, ..) => None,
        (_, true, true) => Some("%-d"),
        (_, true, false) => Some("%-d %b"),
        (_, false, _) => Some("%-d %b %Y"),
    };
    let begin = begin.map(|form| format!("{} to ", first.strftime(form))).unwrap_or_default();
    format!("{begin}{}", last.strftime("%-d %b %Y"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_put_together_as_people_do() {
        let days = |first: Date, many: usize| first.series(1.day()).take(many).collect::<Vec<_>>();
        assert_eq!(ranges(&days(date(2026, 3, 3), 1)), "3 Mar 2026");
        assert_eq!(ranges(&days(date(2026, 3, 1), 5)), "1 to 5 Mar 2026");
        assert_eq!(ranges(&days(date(2026, 3, 30), 5)), "30 Mar to 3 Apr 2026");
        assert_eq!(ranges(&days(date(2025, 12, 30), 5)), "30 Dec 2025 to 3 Jan 2026");
        let scattered: Vec<Date> = (0..6).map(|number| date(2026, 3, 1 + 2 * number)).collect();
        assert_eq!(ranges(&scattered), "1 Mar 2026, 3 Mar 2026, 5 Mar 2026, 7 Mar 2026 and more");
    }
}
