//! Which questions a night asks Genesys. Pure: the day, the number of queues and what the archive lacks decide.
//!
//! ```text
//!                         12 queues   1,000 queues
//!  names                          1              2    500 a page
//!  figures                        1              1
//!  hours                          1              4    so that no answer is too large to hold
//!  agents                         1              1
//!  days that settle               1              1    read again until they are final
//!  together                       5              9
//! ```
//!
//! Days that the archive lacks come on top, up to 30 in a question, the newest first.

use std::collections::BTreeSet;

use genesys::{AggregateQuery, Dimension, Granularity, Metric};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::calendar::{Interval, Zone};
use crate::day::{Day, Part};

/// Rows of hours in one answer. A row has about 550 bytes in the answer and 500 in memory: 6.5 MB for both.
const HOUR_ROWS_MAX: usize = 6_500;

/// Rows of whole days in one answer, each of 1,200 bytes in the answer and 500 in memory: 10 MB for both.
const DAY_ROWS_MAX: usize = 6_000;

/// Media that a queue has on a day, in fives: few have more than two.
const ROWS_PER_TWO_QUEUES: usize = 5;

/// Days in one question (T14). Genesys refuses intervals of more than 31 days, and 31 days in which the clocks go back have an
/// hour more. The 59 and 30 days of a report are no more questions by it.
const DAYS_MAX: usize = 30;

/// Questions for days that the archive lacks, in one run. A new installation with few queues needs four for everything it
/// compares with; one with many goes on at the next run.
pub const HISTORY_QUESTIONS_MAX: usize = 8;

/// What is asked of queues and media.
const FIGURES: &[Metric] = &[
    Metric::Offered,
    Metric::Answered,
    Metric::Abandoned,
    Metric::ShortAbandoned,
    Metric::Handle,
    Metric::Talk,
    Metric::Held,
    Metric::Acw,
    Metric::Wait,
    Metric::Transferred,
    Metric::ServiceLevel,
];

/// What is asked of hours.
const HOUR_FIGURES: &[Metric] = &[
    Metric::Offered,
    Metric::Answered,
    Metric::Abandoned,
    Metric::ShortAbandoned,
    Metric::Handle,
    Metric::ServiceLevel,
];

/// One question for aggregates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// About which time.
    pub interval: Interval,
    /// In which parts.
    pub granularity: Granularity,
    /// Told apart by what.
    pub group_by: &'static [Dimension],
    /// For which figures.
    pub metrics: &'static [Metric],
}

/// Days to compare with, and the question that brings them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The days, in their order.
    pub days: Vec<Date>,
    /// The question. Its rows may tell of further days, which are left out.
    pub question: Question,
}

impl Question {
    /// As the Genesys client takes it.
    pub fn query<'a>(&self, zone: &'a Zone) -> AggregateQuery<'a> {
        AggregateQuery {
            from: self.interval.from,
            to: self.interval.to,
            granularity: self.granularity,
            time_zone: zone.name(),
            group_by: self.group_by,
            metrics: self.metrics,
        }
    }
}

/// The question for a day's figures by queue and medium.
pub fn figures(day: Interval) -> Question {
    let group_by = &[Dimension::Queue, Dimension::Media];
    Question { interval: day, granularity: Granularity::Whole, group_by, metrics: FIGURES }
}

/// The question for the agents who handled.
pub fn agents(day: Interval) -> Question {
    let group_by = &[Dimension::Queue, Dimension::User];
    Question { interval: day, granularity: Granularity::Whole, group_by, metrics: &[Metric::Handle] }
}

/// The question for the hours of a part of a day.
pub fn hours(part: Interval) -> Question {
    let (granularity, group_by) = (Granularity::Hour, &[Dimension::Queue]);
    Question { interval: part, granularity, group_by, metrics: HOUR_FIGURES }
}

/// The parts in which the hours of a day are asked for.
pub fn hour_parts(zone: &Zone, day: &Day) -> Vec<Interval> {
    let hours = zone.hours(day.date);
    let hours_max = (HOUR_ROWS_MAX / day.queues.len().max(1)).clamp(1, hours.len().max(1));
    // Parts of the same length, as few as will do.
    let parts = hours.len().div_ceil(hours_max).max(1);
    let of_part = hours.chunks(hours.len().div_ceil(parts).max(1));
    of_part.map(|hours| Interval { from: hours[0].interval.from, to: hours[hours.len() - 1].interval.to }).collect()
}

/// What is still to be read of a day whose figures are there. Names are no aggregates: they come without a question.
pub fn missing(zone: &Zone, day: &Day) -> Vec<(Part, Option<Question>)> {
    let question = |part: &Part| match part {
        Part::Names => None,
        Part::Hours(part) => Some(hours(*part)),
        Part::Agents => Some(agents(day.interval)),
    };
    day.missing(&hour_parts(zone, day)).into_iter().map(|part| (part, question(&part))).collect()
}

/// The questions for whole days of an organisation with so many queues, the newest first: days that the archive lacks, and
/// days that were read too early.
pub fn history(zone: &Zone, days: &BTreeSet<Date>, queues: usize) -> Vec<Piece> {
    let days_max = (2 * DAY_ROWS_MAX / (ROWS_PER_TWO_QUEUES * queues.max(1))).clamp(1, DAYS_MAX);
    let mut pieces: Vec<Vec<Date>> = Vec::new();
    for day in days.iter().rev() {
        match pieces.last_mut().filter(|piece| *day > piece[0] - i64::try_from(days_max).unwrap_or(1).days()) {
            Some(piece) => piece.push(*day),
            None => pieces.push(vec![*day]),
        }
    }
    pieces.into_iter().map(|newest_first| piece(zone, newest_first)).collect()
}

fn piece(zone: &Zone, mut days: Vec<Date>) -> Piece {
    days.reverse();
    let of = |day: Option<&Date>| zone.interval(day.copied().unwrap_or_default());
    let interval = Interval { from: of(days.first()).from, to: of(days.last()).to };
    let group_by = &[Dimension::Queue, Dimension::Media];
    Piece { days, question: Question { interval, granularity: Granularity::Day, group_by, metrics: FIGURES } }
}
