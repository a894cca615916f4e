//! A circuit breaker: three failures in a row, and a vendor is left alone for half a minute.
//!
//! A pure state machine over one small value. It lives in the execution environment; what several environments share
//! is the vendor's own rate limit.

use std::time::Duration;

use jiff::Timestamp;

/// Failures in a row that open the breaker.
const FAILURES_TO_OPEN: u32 = 3;
/// How long it stays open before one call may probe.
const OPEN_FOR: Duration = Duration::from_secs(30);

/// The state of one vendor's breaker.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Breaker {
    failures: u32,
    opened_at: Option<Timestamp>,
}

impl Breaker {
    /// Whether a call may go out at `now`; otherwise how long to leave the vendor alone.
    pub fn admit(&self, now: Timestamp) -> Result<(), Duration> {
        // One that opened later than now was opened by a clock that has been put back since.
        let Some(opened_at) = self.opened_at.filter(|at| *at <= now) else { return Ok(()) };
        let open_for = Duration::try_from(now.duration_since(opened_at)).unwrap_or_default();
        match OPEN_FOR.checked_sub(open_for) {
            Some(left) if !left.is_zero() => Err(left),
            _ => Ok(()),
        }
    }

    /// The vendor answered, whatever it said.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// The vendor was busy or silent at `now`. A failed probe opens it again for the full time.
    pub fn failed(&mut self, now: Timestamp) {
        self.failures += 1;
        if self.failures >= FAILURES_TO_OPEN {
            self.opened_at = Some(now);
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
    fn t47_opens_after_three_failures_probes_after_thirty_seconds_and_closes() {
        let mut breaker = Breaker::default();
        breaker.failed(at(0));
        breaker.failed(at(1));
        assert_eq!(breaker.admit(at(1)), Ok(()));
        breaker.failed(at(2));
        assert_eq!(breaker.admit(at(12)), Err(Duration::from_secs(20)));
        assert_eq!(breaker.admit(at(32)), Ok(()));
        breaker.failed(at(33));
        assert_eq!(breaker.admit(at(34)), Err(Duration::from_secs(29)));
        breaker.succeeded();
        assert_eq!(breaker.admit(at(35)), Ok(()));
    }

    #[test]
    fn a_clock_that_is_put_back_does_not_keep_it_open() {
        let mut breaker = Breaker::default();
        (0..3).for_each(|_| breaker.failed(at(1000)));
        assert_eq!(breaker.admit(at(700)), Ok(()), "the next call shows whether it is still needed");
        breaker.failed(at(700));
        assert_eq!(breaker.admit(at(701)), Err(Duration::from_secs(29)));
    }
}
