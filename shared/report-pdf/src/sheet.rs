//! What stands on the pages, in the order in which it is read: the contract between a report and every template.
//!
//! All words and numbers are text in the reader's language; the only numbers left are lengths, as parts of one. A template
//! reads this as `data.json`, so a field is never renamed or taken away: [`SCHEMA`] grows when one is added, and an
//! older template does not see it.

use serde::{Deserialize, Deserializer, Serialize};

/// The form of a sheet. Grows with every change.
pub const SCHEMA: u32 = 1;

/// A report, ready to be typeset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Language of the words, as in `pt`.
    pub language: String,
    /// Where it is spoken, as in `BR`.
    pub region: Option<String>,
    /// Title of the document, other for each day: kept in the file's properties.
    pub document_title: String,
    /// `Nightly report`.
    pub title: String,
    /// Whose it is.
    pub company: Name,
    /// `Thursday, 26 November 2026`.
    pub day: String,
    /// Zone of the day, and its hours where they were not 24.
    pub about: String,
    /// `Provisional until …`; empty when the figures are final.
    pub provisional: String,
    /// What has to be known before the figures are read.
    pub notices: Vec<Notice>,
    /// Heading of the summary.
    pub summary_title: String,
    /// The day in a few sentences.
    pub summary: Vec<Vec<Span>>,
    /// The figures with a target.
    pub cards: Vec<Card>,
    /// Further figures.
    pub facts: Vec<Fact>,
    /// What went wrong.
    pub alerts: Findings,
    /// What could be done.
    pub recommendations: Findings,
    /// Heading of the charts.
    pub charts_title: String,
    /// Seven days, thirty days, the year before.
    pub charts: Vec<Chart>,
    /// The day by hour.
    pub hours: Option<Heat>,
    /// By queue, by group, by medium.
    pub tables: Vec<Table>,
    /// What the day is compared with.
    pub trends: Table,
    /// Heading of the definitions.
    pub definitions_title: String,
    /// What the words mean.
    pub definitions: Vec<Definition>,
    /// How much is known.
    pub completeness: Vec<Vec<Span>>,
    /// When and by which run it was made.
    pub made: String,
    /// `Page {n} of {total}`, with these two places.
    pub page_of: String,
    /// What is said where characters had to be replaced.
    pub replaced: String,
    /// What the mark of a missed target means in charts and tables: `target missed`.
    pub missed: String,
    /// What the mark of an hour or a day without figures means: `not known`.
    pub unknown: String,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Span {
    /// Our words.
    Text {
        /// The words.
        text: String,
    },
    /// A name from outside.
    Name(Name),
}

/// A name from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Whether it runs from right to left.
    pub is_rtl: bool,
}

/// How a figure stands to its target. A word or mark always goes with its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// It reaches it.
    Met,
    /// It does not.
    Missed,
    /// There is no target, or no figure.
    Plain,
}

/// Something that has to be known first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// In two or three words.
    pub title: String,
    /// What it is.
    pub text: String,
}

/// A figure and its target on a scale of their own, so that they can be drawn beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gauge {
    /// The figure, 0 to 1. What is beyond the scale stands at its end.
    #[serde(deserialize_with = "length")]
    pub at: f64,
    /// Its target, 0 to 1.
    #[serde(deserialize_with = "length")]
    pub target: f64,
}

/// One of the large figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: String,
    /// `target 80%`; empty when there is none.
    pub target: String,
    /// How it stands to it.
    pub tone: Tone,
    /// The same in a word: `met`, `missed`, or empty.
    pub mark: String,
    /// How it changed in a week; empty when unknown.
    pub change: String,
    /// Figure and target as lengths: a share on the scale of 0 to 100%, a time on that of nothing to twice its target. `None`
    /// where there is no target, or no figure.
    pub gauge: Option<Gauge>,
}

/// A further figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: String,
}

/// Alerts or recommendations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Their heading.
    pub title: String,
    /// By what they are about.
    pub items: Vec<Finding>,
    /// `and 3 more alerts`; empty when these are all.
    pub more: String,
    /// What is said when there are none.
    pub none: String,
}

/// What is said about one queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The queue, or that all are meant.
    pub about: Name,
    /// What is said.
    pub points: Vec<Point>,
}

/// A sentence with the numbers that it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// The sentence.
    pub says: Vec<Span>,
    /// Each number with what it counts, as in `in time: 153 of 250`.
    pub numbers: Vec<String>,
    /// Name of the rule.
    pub rule: String,
}

/// Conversations as bars, and the service level as a line over them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// `Last 7 days`.
    pub title: String,
    /// What it shows, in a sentence or two with the numbers that matter.
    pub alt: String,
    /// Axis of the bars.
    pub left: Axis,
    /// Axis of the line.
    pub right: Axis,
    /// The target of the line, with what stands at its end, as in `≥ 80%`.
    pub target: Option<Mark>,
    /// The days, in the order of time.
    pub points: Vec<ChartPoint>,
    /// What bars, line and the second line are called: offered, in time, target, the year before.
    pub legend: Vec<Key>,
}

/// An axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// What it measures, with its unit.
    pub title: String,
    /// Its marks, the lowest first.
    pub ticks: Vec<Mark>,
}

/// What is drawn in a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Series {
    /// Bars: conversations offered.
    Offered,
    /// The same, a year before.
    OfferedBefore,
    /// Line: service level.
    Level,
    /// The same, a year before.
    LevelBefore,
    /// The target of the line.
    Target,
}

/// An entry of a legend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// What it looks like.
    pub series: Series,
    /// What it is called.
    pub text: String,
}

/// Something at a height.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Part of the axis below it, 0 to 1.
    #[serde(deserialize_with = "length")]
    pub at: f64,
    /// What stands there.
    pub text: String,
}

/// A day of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartPoint {
    /// What stands below it; empty where there is no room.
    pub label: String,
    /// Height of its bar; `None`: not known.
    pub offered: Option<f64>,
    /// Height of the second bar.
    pub offered_before: Option<f64>,
    /// Height of its point on the line; `None`: no figure.
    pub level: Option<f64>,
    /// Height of its point on the second line.
    pub level_before: Option<f64>,
    /// Direct label of its bar; empty for most.
    pub offered_text: String,
    /// Direct label of its point; empty for most.
    pub level_text: String,
    /// How the service level stands to the target.
    pub tone: Tone,
    /// Whether it is the day of the report.
    pub is_today: bool,
}

/// A strip of hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heat {
    /// Its heading.
    pub title: String,
    /// What it shows, in a sentence or two.
    pub alt: String,
    /// What the rows are called: offered, in time, lost.
    pub rows: Vec<String>,
    /// 23, 24 or 25 of them.
    pub hours: Vec<HeatHour>,
    /// What is not known, and what is highest.
    pub note: String,
}

/// An hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeatHour {
    /// What the clocks show, as in `10`.
    pub label: String,
    /// Whether it could be read.
    pub is_known: bool,
    /// A cell for each row.
    pub cells: Vec<HeatCell>,
}

/// A cell of the strip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeatCell {
    /// What stands in it, without a unit: the row's name has it, as in `In time, %`.
    pub text: String,
    /// How dark, 0 to 1.
    #[serde(deserialize_with = "length")]
    pub shade: f64,
    /// How it stands to its target.
    pub tone: Tone,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What it is: `queues`, `groups`, `media`, `trends`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What goes with the heading, as the order of the rows.
    pub note: String,
    /// Heads of the columns, the names' first.
    pub heads: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Everything together; the page has it before the rows.
    pub total: Option<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What it is about.
    pub name: Name,
    /// The group of a queue; empty for none.
    pub group: String,
    /// `1 target missed`, or what is lacking; empty for neither.
    pub note: String,
    /// The figures, one for each head but the first. None at all where something is lacking.
    pub cells: Vec<Cell>,
}

/// A figure in a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// What stands there.
    pub text: String,
    /// How it stands to its target.
    pub tone: Tone,
    /// Figure and target as lengths, where they are drawn beside the text: of the service level of a queue, a medium, a group.
    pub gauge: Option<Gauge>,
}

/// What a word means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The word.
    pub term: String,
    /// What it means.
    pub text: String,
    /// The metric of Genesys that it is made of; empty for none.
    pub source: String,
}

/// A length that is no number is nothing in JSON, and no reason to do without a report.
fn length<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
