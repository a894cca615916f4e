//! The verdict about one number: raise, lower, leave, or wait.
//!
//! DynamoDB counts decreases for the table and for each index by itself: four at any time of a UTC day, and from then
//! on one whenever the last is an hour ago, which comes to at most 27 a day.

use jiff::{SignedDuration, Timestamp};
use platform::capacity::{Dimension, Resource, Throughput, Units};

use super::{Dial, Hold, Reading, Rules, Throttled, Verdict, Way};

/// Decreases of a day that need not be apart.
const FREE_DECREASES: i64 = 4;
/// The apartness of the others.
const BETWEEN_DECREASES: SignedDuration = SignedDuration::from_hours(1);
/// Decreases of a day in all: the free ones and one an hour in the remaining 23.
const DECREASES_MAX: i64 = 27;

/// A table at the moment of the decision: what holds for all its numbers is worked out once.
pub(super) struct Scene<'r, 'a> {
    reading: &'r Reading<'a>,
    now: Timestamp,
    way: Way,
    /// Nothing may be changed.
    all: Option<Hold>,
    /// Nothing may be lowered.
    lowering: Option<Hold>,
}

impl<'r, 'a> Scene<'r, 'a> {
    pub(super) fn of(reading: &'r Reading<'a>, rules: &Rules, now: Timestamp, way: Way) -> Self {
        let all = no_fresh_load(reading, rules, now).or_else(|| is_updating(reading, way).then_some(Hold::Updating));
        let lowering = has_stale_load(reading, rules, now)
            .then_some(Hold::Stale)
            .or(throttling(reading.throttled))
            .or_else(|| is_settling(reading, rules, now).then_some(Hold::Settling));
        Self { reading, now, way, all, lowering }
    }

    /// A verdict for each number that can be set.
    pub(super) fn judge(&self, wanted: Units) -> Vec<Dial> {
        match self.way {
            Way::Units => self.reading.table.resources().iter().flat_map(|it| self.units_dials(it, wanted)).collect(),
            Way::Floors => self.floor_dials(wanted),
        }
    }

    fn units_dials(&self, resource: &Resource, wanted: Units) -> Vec<Dial> {
        let Some(throughput) = self.reading.capacity.of(resource) else { return Vec::new() };
        let dial = |dimension| {
            let (current, wanted) = (throughput.units.of(dimension), wanted.of(dimension));
            let verdict = self.verdict(current, wanted, || !may_decrease(throughput, self.now));
            Dial { resource: resource.clone(), dimension, current, wanted, verdict }
        };
        [Dimension::Read, Dimension::Write].map(dial).to_vec()
    }

    /// Only what is registered. The ceiling belongs to whoever registered it and is respected.
    fn floor_dials(&self, wanted: Units) -> Vec<Dial> {
        let dial = |target: &platform::capacity::Target| {
            let (current, wanted) = (target.min, wanted.of(target.dimension).min(target.max));
            let is_below_min = wanted < self.reading.table.min && wanted != current;
            let verdict = match is_below_min {
                true => Verdict::Hold(Hold::Ceiling),
                false => self.verdict(current, wanted, || false),
            };
            Dial { resource: target.resource.clone(), dimension: target.dimension, current, wanted, verdict }
        };
        self.reading.targets.iter().map(dial).collect()
    }

    fn verdict(&self, current: i64, wanted: i64, budget_is_spent: impl Fn() -> bool) -> Verdict {
        if wanted == current {
            return Verdict::Equal;
        }
        if wanted < current && is_within(current, wanted, self.reading.table.hysteresis) {
            return Verdict::Within;
        }
        match self.all {
            Some(hold) => Verdict::Hold(hold),
            None if wanted > current => Verdict::Raise,
            None => match self.lowering.or_else(|| budget_is_spent().then_some(Hold::BudgetSpent)) {
                Some(hold) => Verdict::Hold(hold),
                None => Verdict::Lower,
            },
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "units stay far below 2^53")]
fn is_within(current: i64, wanted: i64, share: f64) -> bool {
    ((current - wanted) as f64) < current as f64 * share
}

/// Old news is no reason to change anything.
fn no_fresh_load(reading: &Reading<'_>, rules: &Rules, now: Timestamp) -> Option<Hold> {
    if reading.loads.iter().all(|load| load.known.is_none()) {
        return Some(Hold::NoLoad);
    }
    let any_fresh = reading.loads.iter().filter_map(|load| load.known).any(|known| is_fresh(known.at, rules, now));
    (!any_fresh).then_some(Hold::Stale)
}

/// What is known is at least so much: enough to raise, not to lower.
fn has_stale_load(reading: &Reading<'_>, rules: &Rules, now: Timestamp) -> bool {
    reading.loads.iter().any(|load| !load.known.is_some_and(|known| is_fresh(known.oldest_at, rules, now)))
}

fn is_fresh(at: Timestamp, rules: &Rules, now: Timestamp) -> bool {
    now.duration_since(at) <= SignedDuration::try_from(rules.stale_after).unwrap_or(SignedDuration::MAX)
}

/// A floor can be moved while the table is being updated; units cannot, nor can those of an index beside it.
fn is_updating(reading: &Reading<'_>, way: Way) -> bool {
    way == Way::Units && reading.capacity.throughputs.iter().any(|throughput| !throughput.is_active)
}

fn throttling(throttled: Throttled) -> Option<Hold> {
    match throttled {
        Throttled::Yes => Some(Hold::Throttled),
        Throttled::Unknown => Some(Hold::ThrottlingUnknown),
        Throttled::No | Throttled::NotAsked => None,
    }
}

/// Whether the table was changed only just now, by us or by anybody.
fn is_settling(reading: &Reading<'_>, rules: &Rules, now: Timestamp) -> bool {
    let described = reading.capacity.throughputs.iter().flat_map(|it| [it.last_decrease, it.last_increase]);
    let last = described.chain([reading.last_update]).flatten().max();
    let settle = SignedDuration::try_from(rules.settle).unwrap_or(SignedDuration::MAX);
    last.is_some_and(|last| now.duration_since(last) < settle)
}

/// Whether DynamoDB would take a decrease of this resource.
pub(super) fn may_decrease(throughput: &Throughput, now: Timestamp) -> bool {
    let used = throughput.decreases_today;
    let is_apart = throughput.last_decrease.is_none_or(|last| now.duration_since(last) >= BETWEEN_DECREASES);
    used < FREE_DECREASES || (used < DECREASES_MAX && is_apart)
}
