//! Where every decision about time gets its time.
//!
//! Nothing else in the workspace asks the machine what time it is, so a test, a demonstration or an operator in
//! `dev` can move time and see the whole bundle follow. Two kinds exist: the system's clock, and a file with two
//! numbers, *seconds ahead* and *speed*, which launcher, simulator and every function read (`CLOCK_FILE`). A wait
//! takes its length divided by the speed. The Lambda deadline, request time-outs and request signing keep to the
//! machine's own time, because the outside world measures those.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A source of the present moment, and the only way to wait.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    File(Arc<Path>),
}

/// What a clock file says: how far ahead of the machine, and how much faster waits pass.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shift {
    ahead: SignedDuration,
    speed: f64,
}

/// The machine's own time: what an absent or half-written file means.
const UNSHIFTED: Shift = Shift { ahead: SignedDuration::ZERO, speed: 1.0 };

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that reads its shift from `path` at every use. Only for `STAGE=dev`; the settings refuse it elsewhere.
    pub fn from_file(path: PathBuf) -> Self {
        Self(Source::File(path.into()))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        machine_now().saturating_add(self.shift().ahead).unwrap_or(Timestamp::MAX)
    }

    /// Milliseconds since 1970, the form in which times stand in the state table.
    pub fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }

    /// Waits for `length` of this clock's time.
    #[expect(clippy::disallowed_methods, reason = "the one place that really waits")]
    pub async fn sleep(&self, length: Duration) {
        tokio::time::sleep(length.div_f64(self.shift().speed)).await;
    }

    fn shift(&self) -> Shift {
        match &self.0 {
            Source::System => UNSHIFTED,
            Source::File(path) => std::fs::read_to_string(path).ok().and_then(|text| parse(&text)).unwrap_or(UNSHIFTED),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
fn machine_now() -> Timestamp {
    Timestamp::now()
}

fn parse(text: &str) -> Option<Shift> {
    let mut numbers = text.split_whitespace();
    let ahead = SignedDuration::try_from_secs_f64(numbers.next()?.parse().ok()?).ok()?;
    let speed: f64 = numbers.next()?.parse().ok()?;
    (speed >= 0.001 && speed.is_finite()).then_some(Shift { ahead, speed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_file_moves_the_present() {
        let path = std::env::temp_dir().join(format!("cx-bridge-clock-{}", std::process::id()));
        std::fs::write(&path, "3600 50").unwrap();
        let moved = Clock::from_file(path.clone());
        let ahead = moved.now().duration_since(Clock::system().now());
        assert!((3590..=3600).contains(&ahead.as_secs()), "{ahead:?}");
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_broken_clock_file_is_the_machines_time() {
        assert_eq!(parse("abc 1"), None);
        assert_eq!(parse("10 0"), None);
        assert_eq!(parse(""), None);
        assert_eq!(parse("-60 2"), Some(Shift { ahead: SignedDuration::from_secs(-60), speed: 2.0 }));
    }
}
