//! Axes with round marks: what is drawn between them never leaves them, and nothing at all still has an axis.

/// Most parts of an axis: more marks than these are read by nobody.
const PARTS_MAX: u128 = 5;
/// Where an axis of shares may begin, in percent, and its parts: where all of a line lies above, what moves by a few points
/// is seen to move.
const FLOORS: [(u8, u8); 4] = [(90, 5), (80, 4), (70, 3), (50, 5)];

/// An axis of counts, from zero. Its marks are 1, 2 or 5 of some power of ten apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    step: u128,
    parts: u128,
}

/// An axis of shares, up to all of them. Its marks are 2, 5, 10 or 20 percent apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shares {
    floor_percent: u8,
    parts: u8,
}

impl Counts {
    /// The shortest axis on which `highest` has room.
    pub(super) fn of(highest: u64) -> Self {
        let highest = u128::from(highest.max(1));
        let steps = (0..).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u128.pow(power)));
        let mut fitting = steps.filter(|step| highest <= PARTS_MAX * step);
        // The steps grow without an end: one of them fits.
        let step = fitting.next().unwrap_or(highest);
        Self { step, parts: highest.div_ceil(step) }
    }

    /// The part of the axis below a count.
    pub(super) fn at(self, count: u64) -> f64 {
        ratio(count.into(), self.step * self.parts)
    }

    /// Its marks with their places, the lowest first.
    pub(super) fn marks(self) -> impl Iterator<Item = (f64, u64)> {
        let mark = move |part: u128| {
            let count = u64::try_from(part * self.step).unwrap_or(u64::MAX);
            (ratio(part, self.parts), count)
        };
        (0..=self.parts).map(mark)
    }
}

impl Shares {
    /// The shortest axis on which all of these stand above its floor.
    pub(super) fn of(shares: impl IntoIterator<Item = f64>) -> Self {
        let lowest = shares.into_iter().fold(1.0, f64::min);
        let fitting = FLOORS.into_iter().find(|(floor, _)| lowest > f64::from(*floor) / 100.0);
        let (floor_percent, parts) = fitting.unwrap_or((0, 5));
        Self { floor_percent, parts }
    }

    /// The part of the axis below a share.
    pub(super) fn at(self, share: f64) -> f64 {
        let floor = f64::from(self.floor_percent) / 100.0;
        ((share - floor) / (1.0 - floor)).clamp(0.0, 1.0)
    }

    /// Its marks with their places, in percent, the lowest first.
    pub(super) fn marks(self) -> impl Iterator<Item = (f64, u8)> {
        let step = (100 - self.floor_percent) / self.parts;
        (0..=self.parts).map(move |part| (f64::from(part) / f64::from(self.parts), self.floor_percent + part * step))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a length on paper")]
fn ratio(part: u128, whole: u128) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marks(highest: u64) -> Vec<u64> {
        Counts::of(highest).marks().map(|(_, count)| count).collect()
    }

    #[test]
    fn marks_are_round_and_few() {
        assert_eq!(marks(5_695), [0, 2_000, 4_000, 6_000]);
        assert_eq!(marks(4_746), [0, 1_000, 2_000, 3_000, 4_000, 5_000]);
        assert_eq!(marks(11), [0, 5, 10, 15]);
        assert_eq!(marks(3), [0, 1, 2, 3]);
    }

    #[test]
    fn an_axis_of_nothing_has_a_top() {
        assert_eq!(marks(0), [0, 1]);
        assert_eq!(Counts::of(0).at(0).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn an_axis_of_shares_begins_below_the_lowest() {
        let marks = |lowest: f64| Shares::of([0.97, lowest]).marks().map(|(_, percent)| percent).collect::<Vec<_>>();
        assert_eq!(marks(0.91), [90, 92, 94, 96, 98, 100]);
        assert_eq!(marks(0.9), [80, 85, 90, 95, 100]);
        assert_eq!(marks(0.8), [70, 80, 90, 100]);
        assert_eq!(marks(0.51), [50, 60, 70, 80, 90, 100]);
        assert_eq!(marks(0.5), [0, 20, 40, 60, 80, 100]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_the_counts_they_lie_on_the_axis(highest in any::<u64>(), part in 0.0..=1.0_f64) {
            let axis = Counts::of(highest);
            let heights = [0, highest / 3, highest].map(|count| axis.at(count));
            prop_assert!(heights.is_sorted() && heights.iter().all(|at| (0.0..=1.0).contains(at)));
            prop_assert!((2..=6).contains(&axis.marks().count()));
            prop_assert!(axis.at(highest) > 0.66 || highest <= 1, "little of the axis stays empty");
            let shares = Shares::of([part]);
            prop_assert!((0.0..=1.0).contains(&shares.at(part)));
        }
    }
}
