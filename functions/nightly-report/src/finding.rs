//! What a rule has to say, with the numbers it rests on.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::figures::{DayFigures, QueueFigures};
use crate::wording;

/// One alert or recommendation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's name, as in the configuration and the documentation.
    pub rule: Cow<'static, str>,
    /// What it is.
    pub kind: Kind,
    /// The queue it is about; `None`: all of them.
    pub queue: Option<QueueName>,
    /// The hours it is about.
    pub hours: Option<Hours>,
    /// What it says, after the name of the queue.
    pub says: Vec<Piece>,
    /// The numbers it rests on.
    pub numbers: Vec<Number>,
    /// How many conversations it is about: the order in which findings are told.
    pub weight: f64,
}

/// What a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something went wrong.
    Alert,
    /// Something could be done.
    Recommendation,
}

/// A queue, by the names it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueName {
    /// Its id; empty for what belongs to no queue.
    pub id: String,
    /// Its name, where anybody may see it.
    pub name: Option<String>,
}

/// Hours of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// What the clocks show at their begin, as in `10:00`.
    pub from: String,
    /// What they show at their end; `24:00` at the end of the day.
    pub to: String,
    /// How many.
    pub count: u64,
}

/// A piece of a sentence. Names are kept apart: they come from outside, and may run from right to left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// Our words.
    Text(String),
    /// A name.
    Name(String),
}

/// A number with what it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// What it counts.
    pub what: Cow<'static, str>,
    /// The number, as it reads.
    pub value: String,
}

impl Finding {
    /// A finding about a queue.
    pub(crate) fn about(queue: &QueueFigures, rule: &'static str, kind: Kind, weight: f64) -> Self {
        Self { queue: Some(queue.named()), ..Self::general(rule, kind, weight) }
    }

    /// A finding about everything.
    pub(crate) fn general(rule: &'static str, kind: Kind, weight: f64) -> Self {
        let (queue, hours, says, numbers) = (None, None, Vec::new(), Vec::new());
        Self { rule: rule.into(), kind, queue, hours, says, numbers, weight }
    }

    /// Says this too.
    pub(crate) fn say(mut self, text: impl Into<String>) -> Self {
        self.says.push(Piece::Text(text.into()));
        self
    }

    /// Says the name of another queue.
    pub(crate) fn name(mut self, queue: &QueueFigures) -> Self {
        self.says.push(Piece::Name(queue.named().title()));
        self
    }

    /// Rests on this number too.
    pub(crate) fn number(mut self, what: &'static str, value: impl Into<String>) -> Self {
        self.numbers.push(Number { what: what.into(), value: value.into() });
        self
    }

    /// Is about these hours.
    pub(crate) fn at(mut self, hours: Option<Hours>) -> Self {
        self.hours = hours;
        self
    }
}

impl QueueName {
    /// What it is called.
    pub fn title(&self) -> String {
        match (&self.name, self.id.get(..8)) {
            (Some(name), _) => name.clone(),
            (None, _) if self.id.is_empty() => "Without a queue".to_owned(),
            (None, start) => format!("Queue {} (no name visible)", start.unwrap_or(&self.id)),
        }
    }
}

impl QueueFigures {
    /// Its names.
    pub fn named(&self) -> QueueName {
        QueueName { id: self.id.clone(), name: self.name.clone() }
    }
}

impl Hours {
    /// The hours of a day from the one at `first` to the one at `last`.
    pub(crate) fn of(day: &DayFigures, first: usize, last: usize) -> Option<Self> {
        let from = wording::time(day.hours.get(first)?.hour.starts);
        let to = day.hours.get(last + 1).map_or("24:00".to_owned(), |next| wording::time(next.hour.starts));
        Some(Self { from, to, count: (last + 1 - first) as u64 })
    }
}
