//! How much of a vendor's request limit this function may still use.
//!
//! The limit is learned from the answers, never a constant. A limit that renews within a minute (Genesys) is waited
//! for; a limit that renews within a day (Salesforce) stops background work.

use std::time::Duration;

use jiff::Timestamp;

/// What an answer's headers say about the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests used in the present window, by everybody who shares the limit.
    pub used: u64,
    /// Requests allowed in a window.
    pub allowed: u64,
    /// When the window renews; `None` for a rolling day.
    pub renews_in: Option<Duration>,
}

/// The newest known limit, and our share of it.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    share: f64,
    newest: Option<(Rate, Timestamp)>,
}

/// What the budget says about one more request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Send it.
    Free,
    /// Wait for the window to renew.
    After(Duration),
    /// Not in this run: used and allowed requests.
    Exhausted(u64, u64),
}

impl Budget {
    /// A budget of `share` (0 to 1) of whatever the vendor allows.
    pub fn new(share: f64) -> Self {
        Self { share, newest: None }
    }

    /// Takes in what an answer said at `now`.
    pub fn learn(&mut self, rate: Rate, now: Timestamp) {
        self.newest = Some((rate, now));
    }

    /// Whether one more request fits at `now`.
    pub fn room(&self, now: Timestamp) -> Room {
        let Some((rate, learned_at)) = self.newest else { return Room::Free };
        if (rate.used as f64) < rate.allowed as f64 * self.share {
            return Room::Free;
        }
        let Some(renews_in) = rate.renews_in else { return Room::Exhausted(rate.used, rate.allowed) };
        let since = Duration::try_from(now.duration_since(learned_at)).unwrap_or_default();
        match renews_in.checked_sub(since) {
            Some(left) if !left.is_zero() => Room::After(left),
            _ => Room::Free,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn waits_for_the_window_once_its_share_is_used() {
        let mut budget = Budget::new(0.7);
        assert_eq!(budget.room(at(0)), Room::Free);
        budget.learn(Rate { used: 209, allowed: 300, renews_in: Some(Duration::from_secs(30)) }, at(0));
        assert_eq!(budget.room(at(0)), Room::Free);
        budget.learn(Rate { used: 210, allowed: 300, renews_in: Some(Duration::from_secs(30)) }, at(0));
        assert_eq!(budget.room(at(10)), Room::After(Duration::from_secs(20)));
        assert_eq!(budget.room(at(31)), Room::Free);
    }

    #[test]
    fn a_daily_limit_stops_background_work() {
        let mut budget = Budget::new(0.8);
        budget.learn(Rate { used: 80_000, allowed: 100_000, renews_in: None }, at(0));
        assert_eq!(budget.room(at(3600)), Room::Exhausted(80_000, 100_000));
    }
}
