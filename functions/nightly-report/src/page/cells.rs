//! The figures as they stand in cards and tables.

use super::names::printable;
use crate::finding::QueueName;
use crate::rate::Share;
use crate::report::{Line, Report};
use crate::targets::{Target, Verdict};
use crate::trends::Comparison;
use crate::words::{NOTHING, Words};

/// How a figure stands to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It reaches it.
    Met,
    /// It does not.
    Missed,
    /// There is no target, or no figure.
    Plain,
}

/// A figure in a table.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What stands there.
    pub text: String,
    /// How it stands to its target.
    pub tone: Tone,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is about.
    pub title: String,
    /// The group of a queue; empty for none.
    pub group: String,
    /// `1 target missed`, or that there is an alert; empty when there is neither.
    pub missed: String,
    /// The same where there is little room.
    pub missed_short: String,
    /// How much more came than a week before; empty when unknown.
    pub change: String,
    /// The same where it needs saying: `+0.3% in a week`.
    pub change_in_a_week: String,
    /// The figures.
    pub cells: Vec<Cell>,
}

/// One of the large figures.
#[derive(Clone, Debug)]
pub struct Card {
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: String,
    /// `target 80%`; empty when there is none.
    pub target: String,
    /// How it stands to its target.
    pub tone: Tone,
    /// The same in a word, as in `met`; empty when there is none.
    pub mark: String,
    /// How it changed in a week; empty when unknown.
    pub change: String,
}

impl Row {
    /// Whether there is anything to say besides its figures.
    pub fn has_notes(&self) -> bool {
        !(self.missed.is_empty() && self.group.is_empty() && self.change.is_empty())
    }
}

impl Tone {
    /// Whether the target was missed.
    pub fn is_missed(self) -> bool {
        self == Self::Missed
    }

    /// Whether the target was reached.
    pub fn is_met(self) -> bool {
        self == Self::Met
    }

    pub(super) fn of(verdict: Option<Verdict>) -> Self {
        match verdict {
            Some(Verdict::Met) => Self::Met,
            Some(Verdict::Missed) => Self::Missed,
            None => Self::Plain,
        }
    }
}

pub(super) fn or_nothing(text: Option<String>) -> String {
    text.unwrap_or_else(|| NOTHING.to_owned())
}

pub(super) fn plain(text: Option<String>) -> Cell {
    Cell { text: or_nothing(text), tone: Tone::Plain }
}

fn judged(text: Option<String>, verdict: Option<Verdict>) -> Cell {
    Cell { text: or_nothing(text), tone: Tone::of(verdict) }
}

/// The three cells with a target and the one between them.
fn rates(line: &Line, words: &Words) -> [Cell; 4] {
    let Line { figures, verdicts, target, .. } = line;
    let percent = |share: Option<Share>, target: f64| share.map(|share| words.percent_beside(share, target));
    let handle_time = figures.handle_time.map(|mean| words.duration_beside(mean, target.handle_seconds));
    [
        judged(percent(figures.service_level, target.service_level), verdicts.service_level),
        plain(figures.answer_time.map(|mean| words.duration(mean))),
        judged(handle_time, verdicts.handle_time),
        judged(percent(figures.abandon_rate, target.abandon_rate), verdicts.abandon_rate),
    ]
}

fn row(title: &str, line: &Line, cells: Vec<Cell>, words: &Words) -> Row {
    let missed = line.verdicts.missed() as u64;
    let (missed, missed_short) = match missed {
        0 if line.has_alert => (words.text("see-alert"), words.text("see-alert-short")),
        0 => (String::new(), String::new()),
        _ => (words.counted("targets-missed", missed), words.counted("targets-missed-short", missed)),
    };
    let change = line.change.map(|change| words.change_percent(change));
    Row {
        title: printable(title, words),
        group: line.group.as_deref().map(|group| printable(group, words)).unwrap_or_default(),
        missed,
        missed_short,
        change_in_a_week: change
            .as_ref()
            .map(|change| words.fill("change-in-a-week", &[("change", change.as_str().into())]))
            .unwrap_or_default(),
        change: change.unwrap_or_default(),
        cells,
    }
}

fn of_line(title: &str, line: &Line, words: &Words) -> Row {
    let mut cells = vec![counted(line.figures.offered, words)];
    cells.extend(rates(line, words));
    cells.push(counted(line.agents, words));
    row(title, line, cells, words)
}

pub(super) fn counted(count: Option<u64>, words: &Words) -> Cell {
    plain(count.map(|count| words.count(count)))
}

pub(super) fn of_queue(line: &Line, words: &Words) -> Row {
    let title = QueueName { id: line.id.clone(), name: line.name.clone() }.title(words);
    of_line(&title, line, words)
}

pub(super) fn of_all(line: &Line, words: &Words) -> Row {
    of_line(&words.text("all-queues"), line, words)
}

pub(super) fn of_group(line: &Line, words: &Words) -> Row {
    let title = line.name.clone().unwrap_or_else(|| words.text("no-group"));
    of_line(&title, line, words)
}

pub(super) fn of_medium(line: &Line, offered_in_all: Option<u64>, words: &Words) -> Row {
    let share = line.figures.offered.zip(offered_in_all).and_then(|(part, whole)| Share::of(part, whole));
    let mut cells = vec![counted(line.figures.offered, words), plain(share.map(|share| words.percent(share)))];
    cells.extend(rates(line, words));
    row(&medium(line.name.as_deref().unwrap_or_default(), words), line, cells, words)
}

/// Genesys' word for a medium in ours. One that is not known is shown as it is.
fn medium(name: &str, words: &Words) -> String {
    match name {
        "voice" => words.text("medium-voice"),
        "callback" => words.text("medium-callback"),
        "chat" => words.text("medium-chat"),
        "email" => words.text("medium-email"),
        "message" => words.text("medium-message"),
        "" => words.text("medium-unknown"),
        other => other.to_owned(),
    }
}

pub(super) fn cards(report: &Report, words: &Words) -> Vec<Card> {
    let Line { figures, verdicts, .. } = &report.total;
    let week = report.trends.iter().find(|trend| trend.comparison == Comparison::WeekBefore);
    let change = week.map(|trend| trend.change).unwrap_or_default();
    let percent = |share: Option<Share>, target: f64| share.map(|share| words.percent_beside(share, target));
    let points = |change: Option<i64>| change.map(|change| words.change_points(change));
    let target = |message: &str, target: String| words.fill(message, &[("target", target.into())]);
    let Target { service_level, handle_seconds, abandon_rate } = report.target;
    let card =
        |label: &str, value: Option<String>, target: String, verdict: Option<Verdict>, change: Option<String>| {
            let tone = Tone::of(verdict);
            let mark = match tone {
                Tone::Met => words.text("met"),
                Tone::Missed => words.text("missed"),
                Tone::Plain => String::new(),
            };
            let change = change.map(|change| since_a_week(change, report, words)).unwrap_or_default();
            Card { label: words.text(label), value: or_nothing(value), target, tone, mark, change }
        };
    vec![
        card(
            "card-offered",
            figures.offered.map(|count| words.count(count)),
            figures.answered.map(|count| words.counted("answered-of-offered", count)).unwrap_or_default(),
            None,
            change.offered.map(|change| words.change_percent(change)),
        ),
        card(
            "card-service-level",
            percent(figures.service_level, service_level),
            target("target-at-least", words.percent_of(service_level)),
            verdicts.service_level,
            points(change.service_level),
        ),
        card(
            "card-handle-time",
            figures.handle_time.map(|mean| words.duration_beside(mean, handle_seconds)),
            target("target-at-most", words.seconds(handle_seconds.into())),
            verdicts.handle_time,
            change.handle_time.map(|change| words.change_seconds(change)),
        ),
        card(
            "card-abandon-rate",
            percent(figures.abandon_rate, abandon_rate),
            target("target-at-most", words.percent_of(abandon_rate)),
            verdicts.abandon_rate,
            points(change.abandon_rate),
        ),
    ]
}

fn since_a_week(change: String, report: &Report, words: &Words) -> String {
    let before = report.date.saturating_sub(jiff::Span::new().days(7));
    words.fill("change-since", &[("change", change.into()), ("day", words.day_month(before).into())])
}

pub(super) fn facts(report: &Report, words: &Words) -> Vec<(String, String)> {
    let figures = &report.total.figures;
    let count = |number: u64| words.count(number);
    let duration = |mean: Option<crate::rate::Mean>| or_nothing(mean.map(|mean| words.duration(mean)));
    let transfers = figures.transferred.map(|transferred| match figures.transfer_rate {
        Some(rate) => format!("{} ({})", count(transferred), words.percent(rate)),
        None => count(transferred),
    });
    let known = &report.completeness;
    let with_figures = count(known.queues_with_figures);
    let queues = match known.lacks_names {
        true => with_figures,
        false => words.fill("part-of", &[("part", with_figures.into()), ("whole", count(known.queues).into())]),
    };
    vec![
        (words.text("fact-answer-time"), duration(figures.answer_time)),
        (words.text("fact-talk"), duration(figures.talk_time)),
        (words.text("fact-after-call-work"), duration(figures.after_call_work)),
        (words.text("fact-transfers"), or_nothing(transfers)),
        (words.text("fact-agents"), or_nothing(report.total.agents.map(count))),
        (words.text("fact-queues"), queues),
    ]
}
