//! Rates that know what they are made of, so that none is ever the average of averages.
//!
//! A [`Share`] is a part of a whole, a [`Mean`] a sum over a count. Two of them become one by adding their parts; their
//! values are computed at the very end, and rounded once, exactly, when they are shown.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

/// A part of a whole that is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The part.
    pub part: u64,
    /// The whole.
    pub whole: u64,
}

/// A time on average, over at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mean {
    /// All of them together, in milliseconds.
    pub sum_ms: u64,
    /// How many.
    pub count: u64,
}

impl Share {
    /// Of nothing there is no part.
    pub fn of(part: u64, whole: u64) -> Option<Self> {
        (whole > 0).then_some(Self { part, whole })
    }

    /// As a number: 0.5 is a half.
    #[expect(clippy::cast_precision_loss, reason = "counts of a day are far below 2^53")]
    pub fn value(self) -> f64 {
        self.part as f64 / self.whole as f64
    }

    /// In tenths of a percent, rounded: 875 is 87.5 %.
    pub fn tenths_of_percent(self) -> i64 {
        rounded(1000 * i128::from(self.part), i128::from(self.whole))
    }

    /// How much more it is than `other`, in tenths of a percentage point, rounded once.
    pub fn points_above(self, other: Self) -> i64 {
        let (a, b) = (i128::from(self.part), i128::from(self.whole));
        let (c, d) = (i128::from(other.part), i128::from(other.whole));
        rounded(1000 * (a * d - c * b), b * d)
    }
}

impl Mean {
    /// Of none there is no average.
    pub fn of(sum_ms: u64, count: u64) -> Option<Self> {
        (count > 0).then_some(Self { sum_ms, count })
    }

    /// In seconds.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a day are far below 2^53")]
    pub fn seconds(self) -> f64 {
        self.sum_ms as f64 / self.count as f64 / 1000.0
    }

    /// In whole seconds, rounded.
    pub fn whole_seconds(self) -> i64 {
        rounded(self.sum_ms.into(), 1000 * i128::from(self.count))
    }

    /// How it compares with so many seconds, exactly.
    pub fn cmp_seconds(self, seconds: u32) -> Ordering {
        i128::from(self.sum_ms).cmp(&(i128::from(seconds) * 1000 * i128::from(self.count)))
    }

    /// How many seconds more it is than `other`, rounded once.
    pub fn seconds_above(self, other: Self) -> i64 {
        let (a, b) = (i128::from(self.sum_ms), i128::from(self.count));
        let (c, d) = (i128::from(other.sum_ms), i128::from(other.count));
        rounded(a * d - c * b, 1000 * b * d)
    }
}

/// How much more `now` is than `before`, in tenths of a percent of `before`, rounded; `None` where there was nothing.
pub fn growth(now: u64, before: u64) -> Option<i64> {
    let (now, before) = (i128::from(now), i128::from(before));
    (before > 0).then(|| rounded(1000 * (now - before), before))
}

/// A quotient as the nearest whole number, halves away from zero. `denominator` is above zero.
fn rounded(numerator: i128, denominator: i128) -> i64 {
    let nearest = (2 * numerator.abs() + denominator) / (2 * denominator);
    i64::try_from(nearest * numerator.signum()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_rounded_once_and_halves_go_up() {
        assert_eq!(Share::of(7, 8).map(Share::tenths_of_percent), Some(875));
        assert_eq!(Share::of(1, 2000).map(Share::tenths_of_percent), Some(1), "0.05 % is 0.1 %");
        assert_eq!(Share::of(349, 400).map(Share::tenths_of_percent), Some(873), "87.25 % is 87.3 %");
        assert_eq!(Share::of(3, 0), None);
        assert_eq!(Mean::of(1500, 1).map(Mean::whole_seconds), Some(2));
        assert_eq!(Mean::of(1499, 1).map(Mean::whole_seconds), Some(1));
        assert_eq!(Mean::of(0, 0), None);
    }

    #[test]
    fn differences_are_those_of_the_exact_values() {
        let (a, b) = (Share { part: 1, whole: 3 }, Share { part: 1, whole: 6 });
        assert_eq!((a.points_above(b), b.points_above(a)), (167, -167));
        let (a, b) = (Mean { sum_ms: 1000, count: 3 }, Mean { sum_ms: 5000, count: 2 });
        assert_eq!((a.seconds_above(b), b.seconds_above(a)), (-2, 2));
        assert_eq!(growth(1021, 1000), Some(21));
        assert_eq!(growth(1, 3), Some(-667));
        assert_eq!((growth(5, 0), growth(0, 5)), (None, Some(-1000)));
    }

    #[test]
    fn a_mean_meets_a_number_of_seconds_exactly() {
        assert_eq!(Mean { sum_ms: 1_800_000, count: 3 }.cmp_seconds(600), Ordering::Equal);
        assert_eq!(Mean { sum_ms: 1_800_001, count: 3 }.cmp_seconds(600), Ordering::Greater);
    }

    #[test]
    fn absurd_numbers_are_numbers() {
        let all = Share { part: u64::MAX, whole: u64::MAX };
        assert_eq!(all.points_above(Share { part: 0, whole: 1 }), 1000);
        assert_eq!(Mean { sum_ms: u64::MAX, count: 1 }.whole_seconds(), 18_446_744_073_709_552);
        assert_eq!(growth(u64::MAX, 1), Some(i64::MAX));
    }
}
