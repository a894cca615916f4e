//! The figures as they stand in cards and tables.

use super::names::printable;
use crate::config::GroupBy;
use crate::report::{Line, Report};
use crate::targets::Verdict;
use crate::trends::Comparison;
use crate::wording::{self, NOTHING, count};

/// Heads of the tables by queue and by group.
pub(super) const COLUMNS: [&str; 6] = ["Offered", "In time", "Answer", "Handle", "Lost", "Agents"];
/// Heads of the table by medium.
pub(super) const MEDIA_COLUMNS: [&str; 6] = ["Offered", "Share", "In time", "Answer", "Handle", "Lost"];
/// Heads of the comparisons.
pub(super) const TREND_COLUMNS: [&str; 5] = ["Offered", "In time", "Answer", "Handle", "Lost"];

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
    /// The figures.
    pub cells: Vec<Cell>,
}

/// One of the large figures.
#[derive(Clone, Debug)]
pub struct Card {
    /// What it is.
    pub label: &'static str,
    /// The figure.
    pub value: String,
    /// `target 80%`; empty when there is none.
    pub target: String,
    /// How it stands to its target.
    pub tone: Tone,
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
    /// The mark in words, after a figure.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Plain => "",
        }
    }

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
fn rates(line: &Line) -> [Cell; 4] {
    let Line { figures, verdicts, .. } = line;
    [
        judged(figures.service_level.map(wording::percent), verdicts.service_level),
        plain(figures.answer_time.map(wording::duration)),
        judged(figures.handle_time.map(wording::duration), verdicts.handle_time),
        judged(figures.abandon_rate.map(wording::percent), verdicts.abandon_rate),
    ]
}

fn row(line: &Line, cells: Vec<Cell>) -> Row {
    let missed = line.verdicts.missed() as u64;
    let (missed, missed_short) = match missed {
        0 if line.has_alert => ("see the alert".to_owned(), "see above".to_owned()),
        0 => (String::new(), String::new()),
        _ => (format!("{} missed", wording::counted(missed, "target", "targets")), format!("{missed} missed")),
    };
    Row {
        title: printable(&line.title),
        group: line.group.as_deref().map(printable).unwrap_or_default(),
        missed,
        missed_short,
        change: line.change.map(wording::change_percent).unwrap_or_default(),
        cells,
    }
}

pub(super) fn of_queue(line: &Line) -> Row {
    let mut cells = vec![plain(line.figures.offered.map(count))];
    cells.extend(rates(line));
    cells.push(plain(line.agents.map(count)));
    row(line, cells)
}

pub(super) fn of_group(line: &Line) -> Row {
    of_queue(line)
}

pub(super) fn of_medium(line: &Line, offered_in_all: Option<u64>) -> Row {
    let share = line.figures.offered.zip(offered_in_all).and_then(|(part, whole)| crate::rate::Share::of(part, whole));
    let mut cells = vec![plain(line.figures.offered.map(count)), plain(share.map(wording::percent))];
    cells.extend(rates(line));
    Row { title: medium(&line.title), ..row(line, cells) }
}

/// Genesys' word for a medium in ours. One that is not known is shown as it is.
fn medium(name: &str) -> String {
    match name {
        "voice" => "Voice".to_owned(),
        "callback" => "Callback".to_owned(),
        "chat" => "Chat".to_owned(),
        "email" => "E-mail".to_owned(),
        "message" => "Message".to_owned(),
        "" => "Medium unknown".to_owned(),
        other => printable(other),
    }
}

pub(super) fn group_title(by: GroupBy) -> &'static str {
    match by {
        GroupBy::Division => "By division",
        GroupBy::Site => "By site",
        GroupBy::Team => "By team",
    }
}

pub(super) fn cards(report: &Report) -> Vec<Card> {
    let Line { figures, verdicts, .. } = &report.total;
    let week = report.trends.iter().find(|trend| trend.comparison == Comparison::WeekBefore);
    let change = week.map(|trend| trend.change).unwrap_or_default();
    let before = report.date.saturating_sub(jiff::Span::new().days(7)).strftime("%-d %b").to_string();
    let compared = |change: Option<String>| change.map(|change| format!("{change} vs {before}")).unwrap_or_default();
    let target = &report.target;
    let answered = figures.answered.map(|answered| format!("{} answered", count(answered)));
    vec![
        Card {
            label: "Conversations",
            value: or_nothing(figures.offered.map(count)),
            target: answered.unwrap_or_default(),
            tone: Tone::Plain,
            change: compared(change.offered.map(wording::change_percent)),
        },
        Card {
            label: "Answered in time",
            value: or_nothing(figures.service_level.map(wording::percent)),
            target: format!("target ≥ {}", wording::target_percent(target.service_level)),
            tone: Tone::of(verdicts.service_level),
            change: compared(change.service_level.map(wording::change_points)),
        },
        Card {
            label: "Handle time",
            value: or_nothing(figures.handle_time.map(wording::duration)),
            target: format!("target ≤ {}", wording::seconds(target.handle_seconds.into())),
            tone: Tone::of(verdicts.handle_time),
            change: compared(change.handle_time.map(wording::change_seconds)),
        },
        Card {
            label: "Lost while waiting",
            value: or_nothing(figures.abandon_rate.map(wording::percent)),
            target: format!("target ≤ {}", wording::target_percent(target.abandon_rate)),
            tone: Tone::of(verdicts.abandon_rate),
            change: compared(change.abandon_rate.map(wording::change_points)),
        },
    ]
}

pub(super) fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let figures = &report.total.figures;
    let transfers = figures.transferred.map(|transferred| match figures.transfer_rate {
        Some(rate) => format!("{} ({})", count(transferred), wording::percent(rate)),
        None => count(transferred),
    });
    let known = &report.completeness;
    let queues = match known.lacks_names {
        true => count(known.queues_with_figures),
        false => format!("{} of {}", count(known.queues_with_figures), count(known.queues)),
    };
    vec![
        ("Time to answer", or_nothing(figures.answer_time.map(wording::duration))),
        ("Talk", or_nothing(figures.talk_time.map(wording::duration))),
        ("After-call work", or_nothing(figures.after_call_work.map(wording::duration))),
        ("Transfers", or_nothing(transfers)),
        ("Agents", or_nothing(report.total.agents.map(count))),
        ("Queues", queues),
    ]
}
