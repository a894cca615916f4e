//! A report in words: every number formatted once, for the text and the HTML alike.
//!
//! The templates only arrange what stands here. A mark in words goes with every colour, so that nothing is lost in grey
//! print, to a colour-blind reader or in the text. Names come from outside and are made [printable](names) first.

mod cells;
mod compared;
mod definitions;
mod heads;
pub mod names;
mod notes;
mod said;
mod strip;
mod summary;

use names::printable;

use crate::report::{Line, Report};
use crate::words::{Language, Piece, Words};

pub use cells::{Card, Cell, Row, Tone};
pub use compared::TrendRow;
pub use definitions::Definition;
pub use heads::{Columns, Headings, Marks};
pub use notes::Notice;
pub use said::{Point, Said, says};
pub use strip::{Bar, Label, Strip};

/// Rows that the HTML has at most. The text has all of them.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    /// By queue.
    pub queues: usize,
    /// By group, and by medium.
    pub groups: usize,
}

impl Rows {
    /// As many as are read, and fewer where the page would be too long with them.
    pub const FEWER_AND_FEWER: [Self; 3] =
        [Self { queues: 30, groups: 20 }, Self { queues: 20, groups: 10 }, Self { queues: 10, groups: 5 }];
}

/// A report in words.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language of the words.
    pub language: Language,
    /// `Nightly report`.
    pub title: String,
    /// Title of a document, other for each company and day.
    pub document_title: String,
    /// Headings of the parts.
    pub headings: Headings,
    /// The words that go with marks.
    pub marks: Marks,
    /// What stands between a label and its value.
    pub colon: String,
    /// `Page {n} of {total}`, with these two places.
    pub page_of: String,
    /// What is said where characters had to be replaced.
    pub replaced: String,
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
    pub facts: Vec<(String, String)>,
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
    /// Columns of the table by queue.
    pub columns: Columns,
    /// By queue.
    pub queues: Vec<Row>,
    /// How many of them the HTML shows.
    pub queues_shown: usize,
    /// What the HTML says about the others.
    pub queues_more: String,
    /// Everything together.
    pub total: Row,
    /// What a finding is about that names no queue.
    pub all_queues: String,
    /// Columns of the table by group.
    pub group_columns: Columns,
    /// By group; empty when there is but one.
    pub groups: Vec<Row>,
    /// What the HTML says about groups beyond those it shows.
    pub groups_more: String,
    /// Columns of the table by medium.
    pub media_columns: Columns,
    /// By medium.
    pub media: Vec<Row>,
    /// Columns of the comparisons.
    pub trend_columns: Columns,
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
    rows: Rows,
    words: &'static Words,
}

impl Page {
    /// A report in words.
    pub fn of(report: &Report, language: Language) -> Self {
        Self::with(report, language, Rows::FEWER_AND_FEWER[0])
    }

    /// A report in words, with so many rows.
    pub fn with(report: &Report, language: Language, rows: Rows) -> Self {
        let words = Words::of(language);
        let queues: Vec<Row> = report.queues.iter().map(|line| cells::of_queue(line, words)).collect();
        let has_groups = report.groups.len() > 1;
        let groups = report.groups.iter().filter(|_| has_groups).map(|line| cells::of_group(line, words));
        let of_medium = |line| cells::of_medium(line, report.total.figures.offered, words);
        let (company, day) = (printable(&report.company, words), words.long_date(report.date));
        let more = |message: &str, more: u64| if more == 0 { String::new() } else { words.counted(message, more) };
        Self {
            language,
            title: words.text("report-title"),
            document_title: words
                .fill("document-title", &[("company", company.as_str().into()), ("day", day.as_str().into())]),
            headings: Headings::of(report.group_by, words),
            marks: Marks::of(words),
            colon: words.text("colon"),
            page_of: words.fill("page-of", &[("page", "{n}".into()), ("pages", "{total}".into())]),
            replaced: words.text("characters-replaced"),
            company,
            day,
            about: notes::about(report, words),
            provisional: notes::provisional(report, words),
            notices: notes::notices(report, words),
            summary: summary::sentences(report, words),
            cards: cells::cards(report, words),
            facts: cells::facts(report, words),
            alerts: said::said(&report.alerts, report.date, words),
            alerts_more: more("alerts-more", report.alerts_more),
            recommendations: said::said(&report.recommendations, report.date, words),
            recommendations_more: more("recommendations-more", report.recommendations_more),
            hours: strip::hours(report, words),
            columns: Columns::queues(words),
            queues_shown: queues_shown(&report.queues, rows),
            queues_more: queues_more(report, rows, words),
            queues,
            total: cells::of_all(&report.total, words),
            all_queues: words.text("all-queues"),
            group_columns: Columns::groups(report.group_by, words),
            groups: groups.collect(),
            groups_more: more("groups-more", report.groups.len().saturating_sub(rows.groups) as u64),
            media_columns: Columns::media(words),
            media: report.media.iter().map(of_medium).collect(),
            trend_columns: Columns::trends(words),
            trends: report.trends.iter().map(|trend| compared::row(trend, report, words)).collect(),
            days: strip::days(report, words),
            definitions: definitions::definitions(report, words),
            completeness: notes::completeness(report, words),
            made: notes::made(report, words),
            rows,
            words,
        }
    }

    /// A definition with the metric behind it.
    pub fn definition(&self, definition: &Definition) -> String {
        definition.whole(self.words)
    }

    /// The large figures, two by two.
    pub fn card_rows(&self) -> impl Iterator<Item = &[Card]> {
        self.cards.chunks(2)
    }

    /// The further figures, three by three.
    pub fn fact_rows(&self) -> impl Iterator<Item = &[(String, String)]> {
        self.facts.chunks(3)
    }

    /// The rows that the HTML shows.
    pub fn shown(&self) -> &[Row] {
        &self.queues[..self.queues_shown]
    }

    /// The groups that the HTML shows.
    pub fn shown_groups(&self) -> &[Row] {
        &self.groups[..self.groups.len().min(self.rows.groups)]
    }

    /// The media that the HTML shows.
    pub fn shown_media(&self) -> &[Row] {
        &self.media[..self.media.len().min(self.rows.groups)]
    }
}

/// How many rows the HTML has: one more where only what belongs to no queue would be left, of which nothing is said then.
fn queues_shown(lines: &[Line], rows: Rows) -> usize {
    let shown = lines.len().min(rows.queues);
    if lines[shown..].iter().any(Line::is_queue) { shown } else { lines.len() }
}

fn queues_more(report: &Report, rows: Rows, words: &Words) -> String {
    let rest = || report.queues[queues_shown(&report.queues, rows)..].iter().filter(|line| line.is_queue());
    let count = rest().count() as u64;
    if count == 0 {
        return String::new();
    }
    let offered: u64 = rest().filter_map(|line| line.figures.offered).sum();
    let conversations = words.counted("conversations", offered);
    words.fill("queues-more", &[("count", count.into()), ("conversations", conversations.into())])
}
