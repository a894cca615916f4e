//! When a failed call is repeated, and after how long.
//!
//! A pure table. Waits are 3, 9 and 27 seconds, the schedule that was asked for, plus up to one second so that many
//! functions do not knock at the same instant; never earlier than the vendor said, and only while the invocation's
//! remaining time allows it. Then the work goes back to its queue: a scheduled job's queue is its next tick.
//! This is the only layer that repeats vendor calls: the HTTP client's own retries are off.

use std::time::Duration;

use crate::next::Next;

/// How long to wait when somebody says "busy" without saying for how long.
pub const RETRY_AFTER_DEFAULT: Duration = Duration::from_secs(5);

/// Waits before the second, third and fourth try.
const WAITS: [Duration; 3] = [Duration::from_secs(3), Duration::from_secs(9), Duration::from_secs(27)];

/// Whether a call may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Reads, and writes that end the same when done twice.
    Safe,
    /// A create without a natural key: repeated only when the first one certainly did nothing.
    OnlyIfUntouched,
    /// A whole object made from what was read: never repeated as it stands, because somebody else may have changed the
    /// object while we waited. Whoever sent it reads again and makes it anew.
    ReadFirst,
}

/// The longest wait within an invocation. A job holds its lock by its heartbeat, which does not beat meanwhile; whoever is
/// told to come back later than this does so by its queue.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(60);

/// How long to wait before try number `failures + 1`; `None` gives the work back to its queue.
///
/// `spread` is uniform in 0..1; `remaining` is the time left to work in.
pub fn wait(failures: usize, next: Next, repeat: Repeat, remaining: Duration, spread: f64) -> Option<Duration> {
    let scheduled = *WAITS.get(failures.checked_sub(1)?)? + Duration::from_secs_f64(spread.clamp(0.0, 1.0));
    let wanted = match (next, repeat) {
        (_, Repeat::ReadFirst) => return None,
        (Next::RetryAfter(at_least), _) => scheduled.max(at_least),
        (Next::ReadBack, Repeat::Safe) => scheduled,
        (Next::ReadBack, Repeat::OnlyIfUntouched) => return None,
        (Next::PlanAgain | Next::Quarantine | Next::StopAndAlert, _) => return None,
    };
    (wanted < remaining && wanted <= WAIT_MAX).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn seconds(failures: usize, next: Next, repeat: Repeat) -> Option<u64> {
        wait(failures, next, repeat, HOUR, 0.0).map(|wait| wait.as_secs())
    }

    #[test]
    fn waits_three_nine_and_twenty_seven_seconds_then_gives_the_work_back() {
        let busy = Next::RetryAfter(Duration::ZERO);
        let waits: Vec<_> = (1..=4).map(|failures| seconds(failures, busy, Repeat::Safe)).collect();
        assert_eq!(waits, [Some(3), Some(9), Some(27), None]);
    }

    #[test]
    fn never_earlier_than_the_vendor_said() {
        assert_eq!(seconds(1, Next::RetryAfter(Duration::from_secs(42)), Repeat::OnlyIfUntouched), Some(42));
    }

    #[test]
    fn a_create_without_an_answer_is_not_repeated() {
        assert_eq!(seconds(1, Next::ReadBack, Repeat::OnlyIfUntouched), None);
        assert_eq!(seconds(1, Next::ReadBack, Repeat::Safe), Some(3));
    }

    #[test]
    fn t37_an_object_made_from_what_was_read_is_never_sent_a_second_time() {
        for next in [Next::ReadBack, Next::RetryAfter(Duration::ZERO)] {
            assert_eq!(seconds(1, next, Repeat::ReadFirst), None);
        }
    }

    #[test]
    fn t23_refusals_are_never_repeated() {
        for next in [Next::Quarantine, Next::StopAndAlert, Next::PlanAgain] {
            assert_eq!(seconds(1, next, Repeat::Safe), None);
        }
    }

    #[test]
    fn a_wait_that_does_not_fit_the_remaining_time_is_not_begun() {
        let busy = Next::RetryAfter(Duration::ZERO);
        assert_eq!(wait(3, busy, Repeat::Safe, Duration::from_secs(20), 0.0), None);
    }
}
