//! Counts and sums of conversations: what Genesys answered, and what it adds up to.
//!
//! A metric without data is absent in an answer, and stays absent here: `None` is not zero. What it means is decided in one
//! place, [`Sums::figures`]. Where conversations were offered, an absent count of abandons says that there were none, and
//! the abandon rate is 0 %. Where nothing is said of offers, nothing is known of abandons either. An average over nothing
//! and a share of nothing do not exist and are never shown as zero.

use genesys::{Counted, Level, Metrics};
use serde::{Deserialize, Serialize};

use crate::rate::{Mean, Share};
use crate::settings::Abandons;

/// What happened to some conversations. Two of them add up to what happened to all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sums {
    /// Offered to a queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered: Option<u64>,
    /// Answered, with the wait before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<Timer>,
    /// Abandoned, short ones included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abandoned: Option<Timer>,
    /// Abandoned so early that the organisation calls it short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_abandoned: Option<Timer>,
    /// Handled: talk, hold and after-call work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handled: Option<Timer>,
    /// Talk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub talk: Option<Timer>,
    /// Hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<Timer>,
    /// After-call work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acw: Option<Timer>,
    /// Waits, whatever ended them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<Timer>,
    /// Transferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transferred: Option<u64>,
    /// Answered in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_time: Option<InTime>,
}

/// What happened in one hour of one queue: the metrics that hours are asked for, in a quarter of the room. A day with a
/// thousand queues has 24,000 of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HourSums {
    /// Which of them are known, one bit each, in the order below.
    known: u8,
    offered: u32,
    answered: (u32, u64),
    abandoned: (u32, u64),
    short_abandoned: (u32, u64),
    handled: (u32, u64),
    in_time: (u32, u32),
}

/// How often, and how long in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// How often.
    pub count: u64,
    /// How long, in milliseconds.
    pub sum_ms: u64,
}

/// The two parts of a service level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InTime {
    /// Answered in time.
    pub part: u64,
    /// Of so many.
    pub whole: u64,
}

/// What is said about conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Offered.
    pub offered: Option<u64>,
    /// Answered.
    pub answered: Option<u64>,
    /// Abandoned, as the configuration counts them.
    pub abandoned: Option<u64>,
    /// Handled by an agent.
    pub handled: Option<u64>,
    /// Transferred.
    pub transferred: Option<u64>,
    /// Answered in time.
    pub service_level: Option<Share>,
    /// Abandoned of offered.
    pub abandon_rate: Option<Share>,
    /// Transferred of handled.
    pub transfer_rate: Option<Share>,
    /// Handle time on average.
    pub handle_time: Option<Mean>,
    /// Time to the answer on average.
    pub answer_time: Option<Mean>,
    /// Talk on average.
    pub talk_time: Option<Mean>,
    /// After-call work on average.
    pub after_call_work: Option<Mean>,
}

impl Sums {
    /// Adds what happened to other conversations.
    pub fn add(&mut self, other: &Self) {
        plus(&mut self.offered, other.offered, u64::saturating_add);
        plus(&mut self.transferred, other.transferred, u64::saturating_add);
        plus(&mut self.in_time, other.in_time, InTime::plus);
        let timers = [
            (&mut self.answered, other.answered),
            (&mut self.abandoned, other.abandoned),
            (&mut self.short_abandoned, other.short_abandoned),
            (&mut self.handled, other.handled),
            (&mut self.talk, other.talk),
            (&mut self.held, other.held),
            (&mut self.acw, other.acw),
            (&mut self.wait, other.wait),
        ];
        for (mine, theirs) in timers {
            plus(mine, theirs, Timer::plus);
        }
    }

    /// All of them together.
    pub fn total<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut total = Self::default();
        all.into_iter().for_each(|sums| total.add(sums));
        total
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is said about them.
    pub fn figures(&self, abandons: Abandons) -> Figures {
        let abandoned = self.abandoned(abandons);
        let handled = self.handled.map(|timer| timer.count);
        let transferred = self.transferred.or(handled.map(|_| 0));
        Figures {
            offered: self.offered,
            answered: self.answered.map(|timer| timer.count).or(self.offered.map(|_| 0)),
            abandoned,
            handled,
            transferred,
            service_level: self.in_time.and_then(|level| Share::of(level.part, level.whole)),
            abandon_rate: share(abandoned, self.offered),
            transfer_rate: share(transferred, handled),
            handle_time: self.handled.and_then(Timer::mean),
            answer_time: self.answered.and_then(Timer::mean),
            talk_time: self.talk.and_then(Timer::mean),
            after_call_work: self.acw.and_then(Timer::mean),
        }
    }

    /// Abandons that count. None are known where nothing is known of offers.
    fn abandoned(&self, abandons: Abandons) -> Option<u64> {
        let all = self.abandoned.map(|timer| timer.count).or(self.offered.map(|_| 0))?;
        Some(match abandons {
            Abandons::All => all,
            Abandons::WithoutShort => all.saturating_sub(self.short_abandoned.unwrap_or_default().count),
        })
    }
}

fn plus<T>(mine: &mut Option<T>, theirs: Option<T>, add: impl Fn(T, T) -> T) {
    *mine = match (mine.take(), theirs) {
        (Some(mine), Some(theirs)) => Some(add(mine, theirs)),
        (mine, theirs) => mine.or(theirs),
    };
}

fn share(part: Option<u64>, whole: Option<u64>) -> Option<Share> {
    Share::of(part?, whole?)
}

impl From<&Sums> for HourSums {
    fn from(sums: &Sums) -> Self {
        let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let timer = |timer: Option<Timer>| timer.map_or((0, 0), |timer| (small(timer.count), timer.sum_ms));
        let level = sums.in_time.unwrap_or_default();
        let known = [
            sums.offered.is_some(),
            sums.answered.is_some(),
            sums.abandoned.is_some(),
            sums.short_abandoned.is_some(),
            sums.handled.is_some(),
            sums.in_time.is_some(),
        ];
        Self {
            known: known.iter().rev().fold(0, |bits, is_known| bits << 1 | u8::from(*is_known)),
            offered: small(sums.offered.unwrap_or(0)),
            answered: timer(sums.answered),
            abandoned: timer(sums.abandoned),
            short_abandoned: timer(sums.short_abandoned),
            handled: timer(sums.handled),
            in_time: (small(level.part), small(level.whole)),
        }
    }
}

impl HourSums {
    /// The same among all metrics; those that hours are not asked for are not known.
    pub fn sums(&self) -> Sums {
        let is_known = |bit: u8| self.known & (1 << bit) != 0;
        let timer = |bit, (count, sum_ms): (u32, u64)| is_known(bit).then_some(Timer { count: count.into(), sum_ms });
        let (part, whole) = (self.in_time.0.into(), self.in_time.1.into());
        Sums {
            offered: is_known(0).then_some(self.offered.into()),
            answered: timer(1, self.answered),
            abandoned: timer(2, self.abandoned),
            short_abandoned: timer(3, self.short_abandoned),
            handled: timer(4, self.handled),
            in_time: is_known(5).then_some(InTime { part, whole }),
            ..Sums::default()
        }
    }

    /// Adds what happened to other conversations of the hour.
    pub fn add(&mut self, other: &Sums) {
        let mut sums = self.sums();
        sums.add(other);
        *self = Self::from(&sums);
    }
}

impl Timer {
    fn plus(self, other: Self) -> Self {
        let count = self.count.saturating_add(other.count);
        Self { count, sum_ms: self.sum_ms.saturating_add(other.sum_ms) }
    }

    fn mean(self) -> Option<Mean> {
        Mean::of(self.sum_ms, self.count)
    }
}

impl InTime {
    fn plus(self, other: Self) -> Self {
        Self { part: self.part.saturating_add(other.part), whole: self.whole.saturating_add(other.whole) }
    }
}

impl From<&Metrics> for Sums {
    fn from(metrics: &Metrics) -> Self {
        let timer = |counted: Option<Counted>| counted.map(|Counted { count, sum_ms }| Timer { count, sum_ms });
        let in_time = |level: Level| InTime { part: level.numerator, whole: level.denominator };
        Self {
            offered: metrics.offered,
            answered: timer(metrics.answered),
            abandoned: timer(metrics.abandoned),
            short_abandoned: timer(metrics.short_abandoned),
            handled: timer(metrics.handle),
            talk: timer(metrics.talk),
            held: timer(metrics.held),
            acw: timer(metrics.acw),
            wait: timer(metrics.wait),
            transferred: metrics.transferred,
            in_time: metrics.service_level.map(in_time),
        }
    }
}
