//! Headings of the page's parts, heads of its columns, and the words that go with marks.

use crate::config::GroupBy;
use crate::words::Words;

/// Headings of the page's parts, and what stands there when a part has nothing to say.
#[derive(Clone, Debug)]
pub struct Headings {
    /// `Summary`.
    pub summary: String,
    /// `What went wrong`.
    pub alerts: String,
    /// `No alerts.`
    pub no_alerts: String,
    /// `What could be done`.
    pub recommendations: String,
    /// `No recommendations.`
    pub no_recommendations: String,
    /// `How it developed`.
    pub charts: String,
    /// `Hour by hour`.
    pub hours: String,
    /// `By queue`.
    pub queues: String,
    /// `what needs attention comes first`.
    pub queues_order: String,
    /// `By site`.
    pub groups: String,
    /// `By medium`.
    pub media: String,
    /// `Compared with`.
    pub trends: String,
    /// `The last 30 days`.
    pub days: String,
    /// `What the words mean`.
    pub definitions: String,
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Head of the names.
    pub names: String,
    /// Heads of the figures.
    pub heads: Vec<String>,
    /// The same in a line of text, as in `offered 641`.
    pub labels: Vec<String>,
    /// Head of the change in a week, where it has a column.
    pub change: String,
}

/// The words that go with marks.
#[derive(Clone, Debug)]
pub struct Marks {
    /// A target was reached.
    pub met: String,
    /// It was not.
    pub missed: String,
    /// There is none, or no figure.
    pub none: String,
    /// It was not, after a figure in a line of text.
    pub figure_missed: String,
    /// It was not, where no figure stands beside it.
    pub target_missed: String,
    /// A figure is not known.
    pub unknown: String,
}

impl Headings {
    pub(super) fn of(group_by: GroupBy, words: &Words) -> Self {
        let text = |message: &str| words.text(message);
        Self {
            summary: text("heading-summary"),
            alerts: text("heading-alerts"),
            no_alerts: text("no-alerts"),
            recommendations: text("heading-recommendations"),
            no_recommendations: text("no-recommendations"),
            charts: text("heading-charts"),
            hours: text("heading-hours"),
            queues: text("heading-queues"),
            queues_order: text("queues-order"),
            groups: match group_by {
                GroupBy::Division => text("heading-division"),
                GroupBy::Site => text("heading-site"),
                GroupBy::Team => text("heading-team"),
            },
            media: text("heading-media"),
            trends: text("heading-trends"),
            days: text("heading-days"),
            definitions: text("heading-definitions"),
        }
    }
}

impl Columns {
    pub(super) fn queues(words: &Words) -> Self {
        let figures = ["offered", "service-level", "answer-time", "handle-time", "abandon-rate", "agents"];
        Self::of("head-queue", &figures, words)
    }

    pub(super) fn groups(group_by: GroupBy, words: &Words) -> Self {
        let names = match group_by {
            GroupBy::Division => "head-division",
            GroupBy::Site => "head-site",
            GroupBy::Team => "head-team",
        };
        Self { names: words.text(names), ..Self::queues(words) }
    }

    pub(super) fn media(words: &Words) -> Self {
        let figures = ["offered", "share", "service-level", "answer-time", "handle-time", "abandon-rate"];
        Self::of("head-medium", &figures, words)
    }

    pub(super) fn trends(words: &Words) -> Self {
        let figures = ["offered", "service-level", "answer-time", "handle-time", "abandon-rate"];
        Self::of("heading-trends", &figures, words)
    }

    fn of(names: &str, figures: &[&str], words: &Words) -> Self {
        let each = |kind: &str| figures.iter().map(|figure| words.text(&format!("{kind}-{figure}"))).collect();
        Self {
            names: words.text(names),
            heads: each("head"),
            labels: each("figure"),
            change: words.text("head-change"),
        }
    }
}

impl Marks {
    pub(super) fn of(words: &Words) -> Self {
        Self {
            met: words.text("met"),
            missed: words.text("missed"),
            none: words.text("none-to-judge"),
            figure_missed: words.text("figure-missed"),
            target_missed: words.text("target-missed"),
            unknown: words.text("not-known"),
        }
    }
}
