//! A report in words: every number formatted once, for the text and the HTML alike.
//!
//! The templates only arrange what stands here. A mark in words goes with every colour, so that nothing is lost in grey
//! print, to a colour-blind reader or in the text. Names come from outside and are made [printable](names) first.

mod cells;
pub mod names;
mod notes;
mod strip;

use crate::finding::{Finding, Piece};
use crate::report::Report;
use crate::trends::{Change, Comparison, Trend};
use crate::wording;
use crate::words::Language;

pub use cells::{Card, Cell, Row, Tone};
pub use notes::{Definition, Notice};
pub use strip::{Bar, Label, Strip};

/// Rows of the table by queue in the HTML: mail readers cut a page off beyond 100 KB, and the last thing to be cut should
/// not be a queue that matters. The text has all of them.
const QUEUES_MAX: usize = 30;
/// Rows of the tables by group and by medium in the HTML.
const GROUPS_MAX: usize = 20;

/// A report in words.
#[derive(Clone, Debug)]
pub struct Page {
    /// Whose.
    pub company: String,
    /// `Thursday, 26 November 2026`.
    pub day: String,
    /// What the day was: zone, and its hours where they were not 24.
    pub about: String,
    /// `Provisional …`; empty when the figures are final.
    pub provisional: String,
    /// What has to be known before the figures are read.
    pub notices: Vec<Notice>,
    /// The day in a few sentences.
    pub summary: Vec<Vec<Piece>>,
    /// The four figures with a target.
    pub cards: Vec<Card>,
    /// Further figures: what, and how much.
    pub facts: Vec<(&'static str, String)>,
    /// What went wrong.
    pub alerts: Vec<Said>,
    /// How many more.
    pub alerts_more: String,
    /// What could be done.
    pub recommendations: Vec<Said>,
    /// How many more.
    pub recommendations_more: String,
    /// The day by hour.
    pub hours: Option<Strip>,
    /// Heads of the table by queue and by group.
    pub columns: [&'static str; 6],
    /// By queue.
    pub queues: Vec<Row>,
    /// How many of them the HTML shows, and what it says about the others; all of them: nothing.
    pub queues_shown: usize,
    /// What the HTML says about the others.
    pub queues_more: String,
    /// Everything together.
    pub total: Row,
    /// `By site`.
    pub group_title: &'static str,
    /// By group; empty when there is but one.
    pub groups: Vec<Row>,
    /// What the HTML says about groups beyond those it shows.
    pub groups_more: String,
    /// Heads of the table by medium.
    pub media_columns: [&'static str; 6],
    /// By medium.
    pub media: Vec<Row>,
    /// Heads of the comparisons.
    pub trend_columns: [&'static str; 5],
    /// The comparisons.
    pub trends: Vec<TrendRow>,
    /// The last thirty days.
    pub days: Option<Strip>,
    /// What the words mean.
    pub definitions: Vec<Definition>,
    /// How much is known.
    pub completeness: Vec<Vec<Piece>>,
    /// When and by what it was made.
    pub made: String,
}

/// What is said about one queue.
#[derive(Clone, Debug)]
pub struct Said {
    /// The queue's name; empty when it is about all.
    pub name: String,
    /// What is said.
    pub points: Vec<Point>,
    id: Option<String>,
}

/// A finding in words.
#[derive(Clone, Debug)]
pub struct Point {
    /// A sentence, without its full stop.
    pub says: Vec<Piece>,
    /// `in time: 153 of 250`.
    pub numbers: Vec<String>,
    /// The rule's name.
    pub rule: String,
}

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

impl Page {
    /// A report in words.
    pub fn of(report: &Report, _language: Language) -> Self {
        let queues: Vec<Row> = report.queues.iter().map(cells::of_queue).collect();
        let groups =
            if report.groups.len() > 1 { report.groups.iter().map(cells::of_group).collect() } else { Vec::new() };
        Self {
            company: names::printable(&report.company),
            day: format!("{}, {}", wording::weekday(report.date), wording::long_date(report.date)),
            about: notes::about(report),
            provisional: notes::provisional(report),
            notices: notes::notices(report),
            summary: report.summary.iter().map(|sentence| printable(sentence)).collect(),
            cards: cells::cards(report),
            facts: cells::facts(report),
            alerts: said(&report.alerts),
            alerts_more: more(report.alerts_more, "more alert", "more alerts"),
            recommendations: said(&report.recommendations),
            recommendations_more: more(report.recommendations_more, "more recommendation", "more recommendations"),
            hours: strip::hours(report),
            columns: cells::COLUMNS,
            queues_shown: queues.len().min(QUEUES_MAX),
            queues_more: queues_more(report, queues.len()),
            queues,
            total: cells::of_queue(&report.total),
            group_title: cells::group_title(report.group_by),
            groups_more: more(
                (report.groups.len() as u64).saturating_sub(GROUPS_MAX as u64),
                "more group",
                "more groups",
            ),
            groups,
            media_columns: cells::MEDIA_COLUMNS,
            media: report.media.iter().map(|line| cells::of_medium(line, report.total.figures.offered)).collect(),
            trend_columns: cells::TREND_COLUMNS,
            trends: report.trends.iter().map(|trend| trend_row(trend, report)).collect(),
            days: strip::days(report),
            definitions: notes::definitions(report),
            completeness: notes::completeness(report).iter().map(|sentence| printable(sentence)).collect(),
            made: notes::made(report),
        }
    }

    /// The large figures, two by two.
    pub fn card_rows(&self) -> impl Iterator<Item = &[Card]> {
        self.cards.chunks(2)
    }

    /// The further figures, three by three.
    pub fn fact_rows(&self) -> impl Iterator<Item = &[(&'static str, String)]> {
        self.facts.chunks(3)
    }

    /// The rows that the HTML shows.
    pub fn shown(&self) -> &[Row] {
        &self.queues[..self.queues_shown]
    }

    /// The groups that the HTML shows.
    pub fn shown_groups(&self) -> &[Row] {
        &self.groups[..self.groups.len().min(GROUPS_MAX)]
    }

    /// The media that the HTML shows.
    pub fn shown_media(&self) -> &[Row] {
        &self.media[..self.media.len().min(GROUPS_MAX)]
    }
}

fn printable(sentence: &[Piece]) -> Vec<Piece> {
    let pieces = sentence.iter().map(|piece| match piece {
        Piece::Text(text) => Piece::Text(text.clone()),
        Piece::Name(name) => Piece::Name(names::printable(name)),
    });
    pieces.collect()
}

/// Findings queue by queue, in the order of the first about each.
fn said(findings: &[Finding]) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    for finding in findings {
        let id = finding.queue.as_ref().map(|queue| queue.id.clone());
        match all.iter_mut().find(|said| said.id == id) {
            Some(said) => said.points.push(point(finding)),
            None => {
                let name = finding.queue.as_ref().map(|queue| names::printable(&queue.title())).unwrap_or_default();
                all.push(Said { name, points: vec![point(finding)], id });
            }
        }
    }
    all
}

fn point(finding: &Finding) -> Point {
    let numbers = finding.numbers.iter().map(|number| format!("{}: {}", number.what, number.value)).collect();
    let mut says = printable(&finding.says);
    if let Some(Piece::Text(first)) = says.first_mut() {
        *first = wording::capitalised(first);
    }
    Point { says, numbers, rule: finding.rule.to_string() }
}

fn more(number: u64, one: &str, many: &str) -> String {
    if number == 0 { String::new() } else { format!("and {}", wording::counted(number, one, many)) }
}

fn queues_more(report: &Report, all: usize) -> String {
    let rest = &report.queues[all.min(QUEUES_MAX)..];
    if rest.is_empty() {
        return String::new();
    }
    let offered: u64 = rest.iter().filter_map(|line| line.figures.offered).sum();
    let queues = wording::counted(rest.len() as u64, "more queue", "more queues");
    let conversations = wording::counted(offered, "conversation", "conversations");
    format!("{queues} with {conversations}: the text version of this mail lists them all.")
}

fn trend_row(trend: &Trend, report: &Report) -> TrendRow {
    let label = label(trend.comparison, report);
    if !trend.lacking.is_empty() {
        let days = notes::ranges(&trend.lacking);
        return TrendRow { label, cells: Vec::new(), lacking: format!("not compared: the archive lacks {days}") };
    }
    TrendRow { label, cells: changes(&trend.change), lacking: String::new() }
}

fn label(comparison: Comparison, report: &Report) -> String {
    let ago = |days: i64| report.date.saturating_sub(jiff::Span::new().days(days));
    match comparison {
        Comparison::DayBefore => format!("{}, the day before", wording::short_date(ago(1))),
        Comparison::WeekBefore => format!("{}, a week before", wording::short_date(ago(7))),
        Comparison::SevenDays => "7 days, with the 7 before".to_owned(),
        Comparison::ThirtyDays => "30 days, with the 30 before".to_owned(),
        Comparison::YearBefore => {
            let day = ago(crate::past::YEAR);
            format!("{} {}, 52 weeks before", wording::short_date(day), day.year())
        }
        Comparison::ThirtyDaysYearBefore => "30 days, with those 52 weeks before".to_owned(),
    }
}

fn changes(change: &Change) -> Vec<Cell> {
    let cell = cells::plain;
    vec![
        cell(change.offered.map(wording::change_percent)),
        cell(change.service_level.map(wording::change_points)),
        cell(change.answer_time.map(wording::change_seconds)),
        cell(change.handle_time.map(wording::change_seconds)),
        cell(change.abandon_rate.map(wording::change_points)),
    ]
}
