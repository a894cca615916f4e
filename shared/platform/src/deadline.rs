//! How long an invocation may still work.
//!
//! Lambda kills a function at its deadline without a word, so every request's time-out has to fit in what is left and
//! a job stops early with its work recorded. The deadline is the machine's time: Lambda measures it, not our clock.

use std::time::{Duration, Instant};

/// What a job keeps back at the end for its last writes: watermark, history, release of the lock.
pub const CLOSING_TIME: Duration = Duration::from_secs(10);

/// The moment at which Lambda ends this invocation.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// A deadline `length` from now.
    pub fn after(length: Duration) -> Self {
        Self(Instant::now() + length)
    }

    /// Time left; zero once passed.
    pub fn remaining(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether a job should stop starting new work and record what it has.
    pub fn is_closing(&self) -> bool {
        self.remaining() < CLOSING_TIME
    }

    /// Time left before a job should stop starting new work.
    pub fn before_closing(&self) -> Duration {
        self.remaining().saturating_sub(CLOSING_TIME)
    }

    /// The time-out for one request: `wanted`, cut to what is left, and so that a vendor that hangs leaves the last seconds
    /// alone, in which a job writes down how far it has come; `None` when too little is left to try.
    pub fn request_timeout(&self, wanted: Duration) -> Option<Duration> {
        const WORTH_TRYING: Duration = Duration::from_millis(250);
        const LAST_WRITES: Duration = Duration::from_secs(4);
        let remaining = self.remaining();
        let left = remaining.checked_sub(LAST_WRITES).filter(|left| *left >= WORTH_TRYING).unwrap_or(remaining);
        let timeout = wanted.min(left);
        (timeout >= WORTH_TRYING).then_some(timeout)
    }

    /// An earlier one, for work after which something else takes `length`; of a short time, half is left to it.
    #[must_use]
    pub fn leaving(self, length: Duration) -> Self {
        Self(self.0 - length.min(self.remaining() / 2))
    }

    /// This deadline, or the one `length` from now, whichever comes first.
    #[must_use]
    pub fn within(self, length: Duration) -> Self {
        Self(self.0.min(Instant::now() + length))
    }
}

impl From<&lambda_runtime::Context> for Deadline {
    fn from(context: &lambda_runtime::Context) -> Self {
        let left = context.deadline().duration_since(machine_now()).unwrap_or_default();
        Self::after(left)
    }
}

#[expect(clippy::disallowed_methods, reason = "Lambda's deadline is given in the machine's time")]
fn machine_now() -> std::time::SystemTime {
    std::time::SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_gets_no_more_time_than_is_left() {
        let timeout =
            |left| Deadline::after(Duration::from_secs(left)).request_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(timeout(60), Duration::from_secs(20));
        assert!((10..=11).contains(&timeout(15).as_secs()), "the last seconds are left alone");
        assert!(timeout(5) <= Duration::from_secs(1));
        assert!((1..=2).contains(&timeout(2).as_secs()), "unless nothing else is left");
        let left =
            |all| Deadline::after(Duration::from_secs(all)).leaving(Duration::from_secs(80)).remaining().as_secs();
        assert!((219..=220).contains(&left(300)) && (49..=50).contains(&left(100)), "{} {}", left(300), left(100));
        let deadline = Deadline::after(Duration::from_secs(5));
        assert_eq!(Deadline::after(Duration::ZERO).request_timeout(Duration::from_secs(20)), None);
        assert!(deadline.is_closing());
    }
}
