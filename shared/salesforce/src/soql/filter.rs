//! A condition that a person wrote, such as the one that chooses the contacts of a pilot.
//!
//! It is read by a small grammar and written anew from what was read, so nothing reaches Salesforce that this grammar
//! does not know:
//!
//! ```text
//! condition  = term { "AND" term } | term { "OR" term }          both in one row need parentheses
//! term       = "(" condition ")" | "NOT" term | comparison
//! comparison = column ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
//!            | column "LIKE" text | column [ "NOT" ] "IN" "(" value { "," value } ")"
//! column     = name { "." name }                                 Account.Name, up to five parents
//! value      = text | number | date | datetime | TODAY … LAST_N_DAYS:30 | TRUE | FALSE | NULL
//! ```

mod parse;
mod tokens;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

pub use parse::FilterError;

/// A condition on the rows of an object. Prints its columns; its values may be personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Filter(Condition);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    /// All of at least two.
    All(Vec<Condition>),
    /// Any of at least two.
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare {
        column: String,
        operator: Operator,
        value: Value,
    },
    Like {
        column: String,
        pattern: Vec<PatternPart>,
    },
    In {
        column: String,
        negated: bool,
        values: Vec<Value>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    /// Digits with an optional sign and fraction, as written.
    Number(String),
    Date(Date),
    /// In whole seconds.
    Moment(Timestamp),
    /// A date literal in capitals, with its number where it takes one.
    Relative(&'static str, Option<u32>),
    Flag(bool),
    Null,
}

/// A part of the text behind LIKE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PatternPart {
    /// This character.
    One(char),
    /// `_`: any one character.
    AnyOne,
    /// `%`: any characters, also none.
    AnyMany,
}

impl Filter {
    /// Reads a condition. Empty text is no filter.
    ///
    /// # Errors
    /// [`FilterError`] with the place of the first thing that the grammar does not know.
    pub fn parse(text: &str) -> Result<Option<Self>, FilterError> {
        if text.trim().is_empty() { Ok(None) } else { parse::condition(text).map(Self).map(Some) }
    }

    /// The condition as it is sent: the same for two spellings of one condition. For the request and for a digest, never
    /// for a log.
    pub fn text(&self) -> String {
        self.0.text()
    }

    /// The columns it looks at.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns = Vec::new();
        self.0.collect_columns(&mut columns);
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

impl Condition {
    fn text(&self) -> String {
        match self {
            Self::All(terms) => joined(terms, " AND "),
            Self::Any(terms) => joined(terms, " OR "),
            Self::Not(term) => format!("NOT {}", term.as_term()),
            Self::Compare { column, operator, value } => format!("{column} {} {}", operator.text(), value.text()),
            Self::Like { column, pattern } => format!("{column} LIKE {}", pattern_text(pattern)),
            Self::In { column, negated, values } => {
                let values: Vec<String> = values.iter().map(Value::text).collect();
                format!("{column} {}IN ({})", if *negated { "NOT " } else { "" }, values.join(","))
            }
        }
    }

    /// Salesforce refuses a bare NOT behind AND, so what is no comparison gets parentheses everywhere.
    fn as_term(&self) -> String {
        match self {
            Self::All(_) | Self::Any(_) | Self::Not(_) => format!("({})", self.text()),
            Self::Compare { .. } | Self::Like { .. } | Self::In { .. } => self.text(),
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::All(terms) | Self::Any(terms) => 1 + terms.iter().map(Self::depth).max().unwrap_or_default(),
            Self::Not(term) => 1 + term.depth(),
            Self::Compare { .. } | Self::Like { .. } | Self::In { .. } => 1,
        }
    }

    fn collect_columns<'a>(&'a self, columns: &mut Vec<&'a str>) {
        match self {
            Self::All(terms) | Self::Any(terms) => terms.iter().for_each(|term| term.collect_columns(columns)),
            Self::Not(term) => term.collect_columns(columns),
            Self::Compare { column, .. } | Self::Like { column, .. } | Self::In { column, .. } => columns.push(column),
        }
    }
}

impl Operator {
    fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => super::literal(text),
            Self::Number(number) => number.clone(),
            Self::Date(date) => date.to_string(),
            Self::Moment(at) => crate::time::literal(*at),
            Self::Relative(name, None) => (*name).to_owned(),
            Self::Relative(name, Some(number)) => format!("{name}:{number}"),
            Self::Flag(true) => "TRUE".to_owned(),
            Self::Flag(false) => "FALSE".to_owned(),
            Self::Null => "NULL".to_owned(),
        }
    }
}

fn joined(terms: &[Condition], word: &str) -> String {
    terms.iter().map(Condition::as_term).collect::<Vec<_>>().join(word)
}

fn pattern_text(pattern: &[PatternPart]) -> String {
    let mut text = String::from("'");
    for part in pattern {
        match part {
            PatternPart::One('%') => text.push_str("\\%"),
            PatternPart::One('_') => text.push_str("\\_"),
            PatternPart::One(character) => super::push_escaped(&mut text, *character),
            PatternPart::AnyOne => text.push('_'),
            PatternPart::AnyMany => text.push('%'),
        }
    }
    text.push('\'');
    text
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter").field("columns", &self.columns()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
