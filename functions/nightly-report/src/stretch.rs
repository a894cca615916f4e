//! The hours in which most of what went wrong went wrong.
//!
//! Every hour has so many conversations and so many bad ones among them. An hour is worse than it may be by the bad ones
//! beyond the share that is allowed. The worst stretch is the run of hours for which that adds up to the most.

/// Hours longer than this are no stretch but the day.
pub const HOURS_MAX: usize = 6;

/// One hour, or several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Bad ones.
    pub bad: u64,
    /// Of so many.
    pub of: u64,
}

/// A run of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first hour's place in the day.
    pub first: usize,
    /// The last one's.
    pub last: usize,
    /// What happened in it.
    pub tally: Tally,
}

impl Tally {
    fn plus(self, other: Self) -> Self {
        Self { bad: self.bad + other.bad, of: self.of + other.of }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a day are far below 2^53")]
    fn excess(self, allowed: f64) -> f64 {
        self.bad as f64 - allowed * self.of as f64
    }
}

impl Stretch {
    /// How many hours.
    pub fn hours(&self) -> usize {
        self.last + 1 - self.first
    }
}

/// The worst stretch of a day: at most [`HOURS_MAX`] hours that hold at least half of all that was bad. `None`: it was bad
/// all day, or nowhere.
pub fn worst(hours: &[Tally], allowed: f64) -> Option<Stretch> {
    let worst = most_beyond(hours, allowed)?;
    let bad: u64 = hours.iter().map(|hour| hour.bad).sum();
    (worst.hours() <= HOURS_MAX && 2 * worst.tally.bad >= bad).then_some(worst)
}

/// The run of hours with the largest excess; of several the first and shortest.
fn most_beyond(hours: &[Tally], allowed: f64) -> Option<Stretch> {
    let mut best: Option<(f64, Stretch)> = None;
    let mut run: Option<(f64, Stretch)> = None;
    for (at, tally) in hours.iter().copied().enumerate() {
        let excess = tally.excess(allowed);
        let (sum, stretch) = match run {
            Some((sum, run)) if sum > 0.0 => (sum + excess, Stretch { last: at, tally: run.tally.plus(tally), ..run }),
            _ => (excess, Stretch { first: at, last: at, tally }),
        };
        run = Some((sum, stretch));
        if sum > best.map_or(0.0, |(most, _)| most) {
            best = Some((sum, stretch));
        }
    }
    best.map(|(_, stretch)| stretch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(text: &str) -> Vec<Tally> {
        let hour = |text: &str| {
            let (bad, of) = text.split_once('/').unwrap();
            Tally { bad: bad.parse().unwrap(), of: of.parse().unwrap() }
        };
        text.split_whitespace().map(hour).collect()
    }

    fn found(text: &str, allowed: f64) -> Option<(usize, usize, u64, u64)> {
        worst(&hours(text), allowed).map(|run| (run.first, run.last, run.tally.bad, run.tally.of))
    }

    #[test]
    fn the_run_with_the_most_beyond_what_is_allowed_is_found() {
        assert_eq!(found("1/20 2/20 18/20 15/20 3/20", 0.2), Some((2, 3, 33, 40)));
        assert_eq!(found("0/0 9/10 0/0 9/10 0/0", 0.2), Some((1, 3, 18, 20)), "an empty hour between is part of it");
        assert_eq!(found("2/10 2/10", 0.2), None, "as much as is allowed is not beyond it");
        assert_eq!(found("", 0.2), None);
    }

    #[test]
    fn what_went_on_all_day_is_no_stretch() {
        assert_eq!(found("5/10 5/10 5/10 5/10 5/10 5/10 5/10", 0.2), None);
        assert_eq!(found("8/10 0/40 6/10 0/40 6/10 0/40 6/10", 0.2), None, "less than half of it in one place");
    }
}
