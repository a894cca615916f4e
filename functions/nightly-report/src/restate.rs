//! Days that were told before Genesys had all of their conversations, and are told again (T35).
//!
//! ```text
//!  the day ends      02:15 told first        a day later, read again     48 hours after its end: final
//!  ──────────────────┴───────────────────────┴───────────────────────────┴──▶
//!                     provisional             restated, if it differs      restated once more, as final
//! ```
//!
//! What was told first stays beside what is known now. So a restatement says the same however often a night is repeated, and
//! always against what its readers have in their mailbox.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::day::{Day, NO_QUEUE, Queue};
use crate::rate::{Mean, Share};
use crate::settings::Settings;
use crate::sums::Figures;

/// A day whose figures changed after it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restated {
    /// Which day.
    pub date: Date,
    /// Whether its figures are final now.
    pub is_final: bool,
    /// The figures that changed, with both values.
    pub revisions: Vec<Revision>,
    /// Queues of which a figure changed.
    pub queues: u64,
}

/// One figure that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Which.
    pub figure: Figure,
    /// What was told first.
    pub first: Option<Value>,
    /// What is known now.
    pub now: Option<Value>,
}

/// The figures that are told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Conversations offered.
    Offered,
    /// Answered in time.
    ServiceLevel,
    /// Handle time.
    HandleTime,
    /// Time to the answer.
    AnswerTime,
    /// Abandon rate.
    AbandonRate,
}

/// A figure's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// How many.
    Count(u64),
    /// A part of a whole.
    Share(Share),
    /// A time on average.
    Mean(Mean),
}

/// What a report that is prepared at `night` tells again: of these days those that were read again since, the newest first.
///
/// It depends on the days alone. A run that was killed after it had put them into the archive, and a second tick of the same
/// night, say the same as the first.
pub fn of_night<'a>(days: impl IntoIterator<Item = &'a Day>, night: Timestamp, settings: &Settings) -> Vec<Restated> {
    let read_again = days.into_iter().filter(|day| day.read_at >= night);
    let mut restated: Vec<Restated> = read_again.filter_map(|day| restated(day, settings)).collect();
    restated.sort_by_key(|restated| std::cmp::Reverse(restated.date));
    restated
}

/// What is to be told again about a day; `None` when nothing changed that much.
pub fn restated(day: &Day, settings: &Settings) -> Option<Restated> {
    let of = |first: &crate::sums::Sums, now: &crate::sums::Sums| {
        revisions(&first.figures(settings.abandons), &now.figures(settings.abandons), settings.restate_from)
    };
    let has_changed = |queue: &&Queue| !queue.first.is_empty() && !of(&queue.first_total(), &queue.total()).is_empty();
    let revisions = of(&day.first_total(), &day.total());
    let real = day.queues.iter().filter(|(id, _)| id.as_str() != NO_QUEUE).map(|(_, queue)| queue);
    let queues = real.filter(has_changed).count() as u64;
    let is_final = !day.is_provisional(settings.settle);
    (!revisions.is_empty()).then_some(Restated { date: day.date, is_final, revisions, queues })
}

fn revisions(first: &Figures, now: &Figures, from: f64) -> Vec<Revision> {
    let values = |figures: &Figures| {
        [
            (Figure::Offered, figures.offered.map(Value::Count)),
            (Figure::ServiceLevel, figures.service_level.map(Value::Share)),
            (Figure::HandleTime, figures.handle_time.map(Value::Mean)),
            (Figure::AnswerTime, figures.answer_time.map(Value::Mean)),
            (Figure::AbandonRate, figures.abandon_rate.map(Value::Share)),
        ]
    };
    let pairs = values(first).into_iter().zip(values(now));
    let changed = pairs.filter(|((_, first), (_, now))| differs(*first, *now, from));
    changed.map(|((figure, first), (_, now))| Revision { figure, first, now }).collect()
}

/// Whether it changed by this share of what it was, a rate by as many points.
fn differs(first: Option<Value>, now: Option<Value>, from: f64) -> bool {
    let (Some(first), Some(now)) = (first, now) else { return first.is_some() || now.is_some() };
    let (was, is, least) = match (first, now) {
        (Value::Share(first), Value::Share(now)) => (first.value(), now.value(), from),
        (first, now) => (first.plain(), now.plain(), from * first.plain()),
    };
    const ROUNDING: f64 = 1e-9; // from 5% to 6% is a point, though not in binary
    is != was && (is - was).abs() >= least - ROUNDING
}

impl Value {
    #[expect(clippy::cast_precision_loss, reason = "counts of a day are far below 2^53")]
    fn plain(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Share(share) => share.value(),
            Self::Mean(mean) => mean.seconds(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t35_a_rate_that_moved_by_a_whole_point_is_told_whatever_it_was() {
        let percent = |part| Some(Value::Share(Share { part, whole: 100 }));
        let untold: Vec<u64> = (0..100).filter(|part| !differs(percent(*part), percent(part + 1), 0.01)).collect();
        assert_eq!(untold, [0; 0]);
        let half = Some(Value::Share(Share { part: 119, whole: 2_000 }));
        assert!(!differs(percent(5), half, 0.01), "from 5% to 5.95%");
    }
}
