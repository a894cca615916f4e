//! The figures, and how they stand in an answer: counts, timers and service levels, each read exactly or refused.

use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A figure that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Metric {
    /// Conversations offered to a queue.
    #[serde(rename = "nOffered")]
    Offered,
    /// Answered, with the waiting time before the answer.
    #[serde(rename = "tAnswered")]
    Answered,
    /// Abandoned, short ones included, with the time until then.
    #[serde(rename = "tAbandon")]
    Abandoned,
    /// The abandons that the organisation counts as short.
    #[serde(rename = "tShortAbandon")]
    ShortAbandoned,
    /// Handled: talk, hold and after-call work together.
    #[serde(rename = "tHandle")]
    Handle,
    /// Talk of a whole conversation.
    #[serde(rename = "tTalkComplete")]
    Talk,
    /// Hold of a whole conversation.
    #[serde(rename = "tHeldComplete")]
    Held,
    /// After-call work.
    #[serde(rename = "tAcw")]
    Acw,
    /// Waits, whatever ended them.
    #[serde(rename = "tWait")]
    Wait,
    /// Transfers.
    #[serde(rename = "nTransferred")]
    Transferred,
    /// How many were answered in time, of how many.
    #[serde(rename = "oServiceLevel")]
    ServiceLevel,
}

/// A timer: how often, and how long in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How often.
    pub count: u64,
    /// How long in all, in milliseconds.
    pub sum_ms: u64,
}

/// A service level. Levels add up by their parts, never by their ratio.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    /// In time.
    pub numerator: u64,
    /// In all.
    pub denominator: u64,
    /// The share that is configured as the target, 0 to 1.
    pub target: Option<f64>,
}

/// The figures of one row. What Genesys did not answer is `None`: it is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metrics {
    /// [`Metric::Offered`].
    pub offered: Option<u64>,
    /// [`Metric::Answered`].
    pub answered: Option<Counted>,
    /// [`Metric::Abandoned`].
    pub abandoned: Option<Counted>,
    /// [`Metric::ShortAbandoned`].
    pub short_abandoned: Option<Counted>,
    /// [`Metric::Handle`].
    pub handle: Option<Counted>,
    /// [`Metric::Talk`].
    pub talk: Option<Counted>,
    /// [`Metric::Held`].
    pub held: Option<Counted>,
    /// [`Metric::Acw`].
    pub acw: Option<Counted>,
    /// [`Metric::Wait`].
    pub wait: Option<Counted>,
    /// [`Metric::Transferred`].
    pub transferred: Option<u64>,
    /// [`Metric::ServiceLevel`].
    pub service_level: Option<Level>,
}

/// One entry of the list in an answer.
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    metric: std::borrow::Cow<'a, str>,
    #[serde(default)]
    stats: Option<Stats>,
}

#[derive(Deserialize)]
struct Stats {
    count: Option<Whole>,
    sum: Option<Whole>,
    ratio: Option<f64>,
    numerator: Option<Whole>,
    denominator: Option<Whole>,
    target: Option<f64>,
}

impl Metrics {
    /// Adds one entry. A metric that stands in the list twice (by qualifier) adds up; one that we do not know is left out.
    fn add(&mut self, entry: &Entry<'_>) -> Result<(), &'static str> {
        let Some(stats) = &entry.stats else { return Ok(()) };
        match entry.metric.as_ref() {
            "nOffered" => add_count(&mut self.offered, stats),
            "nTransferred" => add_count(&mut self.transferred, stats),
            "tAnswered" => return add_timer(&mut self.answered, stats),
            "tAbandon" => return add_timer(&mut self.abandoned, stats),
            "tShortAbandon" => return add_timer(&mut self.short_abandoned, stats),
            "tHandle" => return add_timer(&mut self.handle, stats),
            "tTalkComplete" => return add_timer(&mut self.talk, stats),
            "tHeldComplete" => return add_timer(&mut self.held, stats),
            "tAcw" => return add_timer(&mut self.acw, stats),
            "tWait" => return add_timer(&mut self.wait, stats),
            "oServiceLevel" => return add_level(&mut self.service_level, stats),
            _ => {}
        }
        Ok(())
    }
}

fn add_count(figure: &mut Option<u64>, stats: &Stats) {
    if let Some(Whole(count)) = stats.count {
        *figure = Some(figure.unwrap_or(0).saturating_add(count));
    }
}

fn add_timer(figure: &mut Option<Counted>, stats: &Stats) -> Result<(), &'static str> {
    let (count, sum_ms) = match (&stats.count, &stats.sum) {
        (None, None) => return Ok(()),
        (Some(Whole(count)), Some(Whole(sum_ms))) => (*count, *sum_ms),
        (Some(Whole(0)), None) => (0, 0),
        // An average of it would be wrong without anybody noticing.
        _ => return Err("a timer with a count and no sum, or a sum and no count"),
    };
    let whole = figure.get_or_insert_default();
    whole.count = whole.count.saturating_add(count);
    whole.sum_ms = whole.sum_ms.saturating_add(sum_ms);
    Ok(())
}

fn add_level(figure: &mut Option<Level>, stats: &Stats) -> Result<(), &'static str> {
    let (numerator, denominator) = match (&stats.numerator, &stats.denominator, stats.ratio) {
        (None, None, None) => return Ok(()),
        (Some(Whole(numerator)), Some(Whole(denominator)), _) => (*numerator, *denominator),
        (None, Some(Whole(0)), _) => (0, 0),
        _ => return Err("a service level without its numerator or denominator"),
    };
    let whole = figure.get_or_insert_default();
    whole.numerator = whole.numerator.saturating_add(numerator);
    whole.denominator = whole.denominator.saturating_add(denominator);
    whole.target = stats.target.or(whole.target);
    Ok(())
}

/// Reads the list entry by entry: a thousand queues have hundreds of thousands of entries, and none is kept.
impl<'de> Deserialize<'de> for Metrics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Metrics;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of metrics")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Metrics, A::Error> {
                let mut metrics = Metrics::default();
                while let Some(entry) = list.next_element::<Entry<'_>>()? {
                    metrics.add(&entry).map_err(A::Error::custom)?;
                }
                Ok(metrics)
            }
        }
        deserializer.deserialize_seq(List)
    }
}

/// A whole number that is not negative. Genesys writes counts and milliseconds as `12`, as `12.0` and as `1.2E1`.
struct Whole(u64);

/// 2^53 / 1,000, which is 285 years in milliseconds: up to here a number with up to three decimals is read exactly.
const EXACT_MAX: f64 = 9_007_199_254_740.0;

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Whole;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number from zero on")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
                Ok(Whole(number))
            }

            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within bounds")]
            fn visit_f64<E: Error>(self, number: f64) -> Result<Whole, E> {
                let is_exact = number.fract() == 0.0 && (0.0..=EXACT_MAX).contains(&number);
                if is_exact { Ok(Whole(number as u64)) } else { Err(E::custom("not a whole number from zero on")) }
            }
        }
        deserializer.deserialize_any(Number)
    }
}
