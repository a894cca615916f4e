//! A query as it was written.

use jiff::{Timestamp, civil};

use super::dates::Relative;

/// The whole statement.
#[derive(Debug, PartialEq)]
pub(super) struct Statement {
    pub(super) select: Select,
    pub(super) object: String,
    pub(super) condition: Option<Condition>,
    pub(super) order: Vec<Order>,
    pub(super) limit: Option<usize>,
}

/// What stands behind SELECT.
#[derive(Debug, PartialEq)]
pub(super) enum Select {
    Columns(Vec<Path>),
    Count,
}

/// A field, or a parent's field, with the case it was written in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub(super) parents: Vec<String>,
    pub(super) name: String,
}

impl std::fmt::Display for Path {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for parent in &self.parents {
            write!(formatter, "{parent}.")?;
        }
        formatter.write_str(&self.name)
    }
}

#[derive(Debug, PartialEq)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Path, Comparison, Literal),
    In(Path, Vec<Literal>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Null,
    Flag(bool),
    Number(f64),
    Day(civil::Date),
    Relative(Relative),
    Moment(Timestamp),
    Text(Text),
}

/// A string literal: its characters, and which of them were escaped (an escaped `%` is no wildcard).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text(pub(super) Vec<(char, bool)>);

impl Text {
    pub(super) fn plain(&self) -> String {
        self.0.iter().map(|(character, _)| character).collect()
    }
}

#[derive(Debug, PartialEq)]
pub(super) struct Order {
    pub(super) path: Path,
    pub(super) descending: bool,
    pub(super) nulls_last: bool,
}
