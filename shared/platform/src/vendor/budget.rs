//! How much of a vendor's request limit this function may still use.
//!
//! The limit is learned from the answers, never a constant. A limit that renews within a minute (Genesys) is waited
//! for, and of it our own requests are counted against our share: several functions use one client, and what one of them
//! has used must not stop the others while there is room. A limit that renews within a day (Salesforce) stops background
//! work, whoever used it; as only an answer says that requests have come back, one is let through from time to time.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

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
    /// Our own requests in the present window.
    own: u64,
    /// The longest time to a window's end that an answer told: as good as its length after a few answers.
    window: Duration,
    /// The vendor said "too many" and nothing about a window.
    held: Option<Hold>,
}

/// Nothing goes out before `until`; it was told at `since`.
#[derive(Clone, Copy, Debug)]
struct Hold {
    since: Timestamp,
    until: Timestamp,
}

/// What the budget says about one more request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Send it.
    Free,
    /// Wait for the window to renew.
    After(Duration),
    /// The vendor said "too many" and nothing about a window: wait for as long as it said.
    Held(Duration),
    /// Not in this run: used and allowed requests.
    Exhausted(u64, u64),
}

impl Budget {
    /// A budget of `share` (0 to 1) of whatever the vendor allows.
    pub fn new(share: f64) -> Self {
        Self { share, newest: None, own: 0, window: Duration::ZERO, held: None }
    }

    /// Takes in what an answer said at `now`.
    pub fn learn(&mut self, rate: Rate, now: Timestamp) {
        if self.newest.is_some_and(|(known, at)| window_end(known, at) + ON_ITS_WAY < window_end(rate, now)) {
            // A new window: of our requests it has seen this one.
            self.own = 1;
        }
        self.window = self.window.max(rate.renews_in.unwrap_or_default());
        self.newest = Some((rate, now));
    }

    /// The vendor refused a request with "too many" at `now` and told no window, only how long to wait.
    pub fn refused(&mut self, retry_after: Duration, now: Timestamp) {
        let until = now.checked_add(retry_after).unwrap_or(now);
        let longer = self.held.filter(|held| held.since <= now && held.until > until);
        self.held = longer.or(Some(Hold { since: now, until }));
    }

    /// Counts a request that is sent at `now`.
    pub fn spend(&mut self, now: Timestamp) {
        match self.newest {
            // The next window begins with this request, and no answer has told of it yet.
            Some((rate, at)) if rate.renews_in.is_some() && window_end(rate, at) <= now.as_second() => {
                self.begin_window(rate, now);
            }
            _ => {}
        }
        self.own += 1;
    }

    /// A request at `now` that will be told of the limit (a login is not): where nothing certain is known of a rolling day,
    /// it finds out, and whoever comes right behind it keeps to what was known.
    pub fn find_out(&mut self, now: Timestamp) {
        if let Some((rate, at)) = self.newest.filter(|(rate, _)| rate.renews_in.is_none())
            && is_old(at, now)
        {
            let again = now.checked_sub(LOOK_AGAIN).and_then(|old| old.checked_add(ONE_AT_A_TIME));
            self.newest = Some((rate, again.unwrap_or(now)));
        }
    }

    /// A wait that began at `since` and was told to take `wait` is over. Where waits pass faster than the clock, in
    /// `dev`, the clock does not show it yet; what was learned in the meantime counts more.
    pub fn waited(&mut self, wait: Duration, since: Timestamp, now: Timestamp) {
        let end = since.checked_add(wait).unwrap_or(since);
        self.held = self.held.filter(|held| held.until > end);
        if let Some((rate, learned_at)) = self.newest
            && rate.renews_in.is_some()
            && learned_at <= since
        {
            self.begin_window(rate, now);
        }
    }

    fn begin_window(&mut self, rate: Rate, now: Timestamp) {
        self.newest = Some((Rate { used: 0, renews_in: Some(self.window), ..rate }, now));
        self.own = 0;
    }

    /// Whether one more request fits at `now`. What was learned after `now` was learned by a clock that has been put back
    /// since: it says nothing, or a warm function would wait for as long as the clock was wrong.
    pub fn room(&self, now: Timestamp) -> Room {
        if let Some(held) = self.held.filter(|held| held.since <= now && now < held.until) {
            return Room::Held(Duration::try_from(held.until.duration_since(now)).unwrap_or_default());
        }
        let Some((rate, learned_at)) = self.newest.filter(|(_, at)| *at <= now) else { return Room::Free };
        let share = rate.allowed as f64 * self.share;
        let Some(renews_in) = rate.renews_in else {
            return if (rate.used as f64) < share || is_old(learned_at, now) {
                Room::Free
            } else {
                Room::Exhausted(rate.used, rate.allowed)
            };
        };
        if (self.own as f64) < share && rate.used < rate.allowed {
            return Room::Free;
        }
        let since = Duration::try_from(now.duration_since(learned_at)).unwrap_or_default();
        match renews_in.checked_sub(since) {
            Some(left) if !left.is_zero() => Room::After(left),
            _ => Room::Free,
        }
    }
}

/// What a rolling day was known to have left this long ago says nothing any more. An environment that lives for hours
/// would otherwise never ask again.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Whether what a rolling day had left at `learned_at` says nothing any more.
fn is_old(learned_at: Timestamp, now: Timestamp) -> bool {
    now < learned_at || now.duration_since(learned_at) > LOOK_AGAIN
}

/// For so long only one request finds out: shorter than the wait before it is repeated.
const ONE_AT_A_TIME: SignedDuration = SignedDuration::from_secs(2);

/// Seconds by which two answers of one window may disagree about its end: they were on their way, and round.
const ON_ITS_WAY: i64 = 5;

/// The second in which the window ends that `rate` speaks of.
fn window_end(rate: Rate, learned_at: Timestamp) -> i64 {
    let left = rate.renews_in.map_or(0, |left| i64::try_from(left.as_secs()).unwrap_or(i64::MAX));
    learned_at.as_second().saturating_add(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    /// What an answer says, `left` seconds before its window ends.
    fn minute(used: u64, left: u64) -> Rate {
        Rate { used, allowed: 300, renews_in: Some(Duration::from_secs(left)) }
    }

    fn after(own: u64, rate: Rate) -> Budget {
        let mut budget = Budget::new(0.7);
        (0..own).for_each(|_| budget.spend(at(0)));
        budget.learn(rate, at(0));
        budget
    }

    #[test]
    fn waits_for_the_window_once_its_share_is_used() {
        assert_eq!(Budget::new(0.7).room(at(0)), Room::Free);
        assert_eq!(after(209, minute(209, 30)).room(at(0)), Room::Free);
        let spent = after(210, minute(210, 30));
        assert_eq!(spent.room(at(10)), Room::After(Duration::from_secs(20)));
        assert_eq!(spent.room(at(31)), Room::Free);
    }

    #[test]
    fn what_others_used_leaves_us_our_share_until_nothing_is_left() {
        assert_eq!(after(1, minute(299, 30)).room(at(0)), Room::Free);
        assert_eq!(after(1, minute(300, 30)).room(at(0)), Room::After(Duration::from_secs(30)));
    }

    #[test]
    fn a_new_window_begins_with_the_request_that_told_of_it() {
        let mut budget = after(210, minute(210, 30));
        budget.learn(minute(211, 29), at(2));
        assert!(matches!(budget.room(at(2)), Room::After(_)), "the same window");
        budget.learn(minute(1, 60), at(31));
        assert_eq!(budget.room(at(31)), Room::Free);
        (0..209).for_each(|_| budget.spend(at(31)));
        assert!(matches!(budget.room(at(32)), Room::After(_)), "and our requests count from there");
    }

    #[test]
    fn requests_on_their_way_into_a_new_window_are_counted_before_it_answers() {
        let mut budget = after(1, minute(1, 60));
        budget.learn(minute(210, 30), at(30));
        (0..210).for_each(|_| budget.spend(at(61)));
        assert_eq!(budget.room(at(62)), Room::After(Duration::from_secs(59)), "our share is on its way");
        budget.learn(minute(1, 58), at(62));
        assert!(matches!(budget.room(at(62)), Room::After(_)), "and stays counted");
        assert_eq!(budget.room(at(121)), Room::Free, "until that window is over, answers or none");
    }

    #[test]
    fn too_many_without_a_window_holds_everybody_for_as_long_as_it_says() {
        let mut budget = Budget::new(0.7);
        budget.refused(Duration::from_secs(42), at(0));
        budget.refused(Duration::from_secs(3), at(1));
        assert_eq!(budget.room(at(2)), Room::Held(Duration::from_secs(40)));
        assert_eq!(budget.room(at(42)), Room::Free);
    }

    #[test]
    fn a_clock_that_is_put_back_makes_nobody_wait_for_it() {
        let mut budget = after(210, minute(210, 30));
        budget.learn(minute(1, 30), at(1000));
        (0..209).for_each(|_| budget.spend(at(1000)));
        assert!(matches!(budget.room(at(1000)), Room::After(_)));
        assert_eq!(budget.room(at(700)), Room::Free);
        budget.refused(Duration::from_secs(5), at(1000));
        assert_eq!(budget.room(at(700)), Room::Free);
        budget.refused(Duration::from_secs(5), at(700));
        assert_eq!(budget.room(at(700)), Room::Held(Duration::from_secs(5)));
        assert_eq!(budget.room(at(705)), Room::Free);
    }

    #[test]
    fn a_wait_that_is_over_is_not_asked_for_again() {
        let mut budget = after(210, minute(210, 30));
        budget.waited(Duration::from_secs(30), at(0), at(1));
        assert_eq!(budget.room(at(1)), Room::Free, "waits pass faster than this clock");
        (0..210).for_each(|_| budget.spend(at(1)));
        assert!(matches!(budget.room(at(1)), Room::After(_)), "and the new window has a share as well");
        budget.waited(Duration::from_secs(30), at(0), at(2));
        assert!(
            matches!(budget.room(at(2)), Room::After(_)),
            "another one that waited for the old window changes nothing"
        );
    }

    #[test]
    fn a_daily_limit_stops_background_work() {
        let mut budget = Budget::new(0.8);
        budget.learn(Rate { used: 80_000, allowed: 100_000, renews_in: None }, at(0));
        assert_eq!(budget.room(at(3600)), Room::Exhausted(80_000, 100_000));
    }

    #[test]
    fn a_daily_limit_that_was_used_up_is_asked_about_again_after_an_hour() {
        let mut budget = Budget::new(0.8);
        let used_up = Rate { used: 100_000, allowed: 100_000, renews_in: None };
        budget.learn(used_up, at(0));
        assert_eq!(budget.room(at(3601)), Room::Free);
        budget.spend(at(3601));
        assert_eq!(budget.room(at(3601)), Room::Free, "a login is told nothing");
        budget.find_out(at(3601));
        assert_eq!(budget.room(at(3602)), Room::Exhausted(100_000, 100_000), "one asks");
        assert_eq!(budget.room(at(3604)), Room::Free, "without an answer it is repeated");
        budget.learn(used_up, at(3605));
        assert_eq!(budget.room(at(3606)), Room::Exhausted(100_000, 100_000));
        budget.learn(Rate { used: 10, ..used_up }, at(7300));
        assert_eq!(budget.room(at(7301)), Room::Free);
    }
}
