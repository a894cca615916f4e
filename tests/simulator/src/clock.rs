//! The simulator's present moment.
//!
//! Both vendors, every token and every rate window take the time from here. It is the machine's time plus a shift,
//! and the shift comes from a clock file with two numbers (*seconds ahead* and *speed*) that launcher and functions
//! read as well, or from `PUT /_sim/clock`. The speed is used only when the simulator tells a client how long to
//! wait: a client that waits a sixtieth of the time is told a time sixty times as long.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far the simulated time is from the machine's, and how fast its clients wait.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Seconds ahead of the machine.
    pub ahead: f64,
    /// Clients divide their waits by this.
    #[serde(default = "one")]
    pub speed: f64,
}

fn one() -> f64 {
    1.0
}

const UNSHIFTED: Shift = Shift { ahead: 0.0, speed: 1.0 };

#[derive(Debug)]
pub(crate) struct Clock {
    file: Option<PathBuf>,
    set: Mutex<Option<Shift>>,
}

impl Clock {
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        Self { file, set: Mutex::new(None) }
    }

    /// Moves the clock by hand; from then on the clock file is no longer read.
    pub(crate) fn set(&self, shift: Option<Shift>) {
        *self.set.lock().unwrap_or_else(PoisonError::into_inner) = shift;
    }

    pub(crate) fn shift(&self) -> Shift {
        let set = *self.set.lock().unwrap_or_else(PoisonError::into_inner);
        set.or_else(|| parse(&std::fs::read_to_string(self.file.as_ref()?).ok()?)).unwrap_or(UNSHIFTED)
    }

    pub(crate) fn now(&self) -> Timestamp {
        let ahead = SignedDuration::try_from_secs_f64(self.shift().ahead).unwrap_or_default();
        machine_now().saturating_add(ahead).unwrap_or(Timestamp::MAX)
    }
}

#[expect(clippy::disallowed_methods, reason = "the simulator stands alone: its one look at the machine's clock")]
fn machine_now() -> Timestamp {
    Timestamp::now()
}

fn parse(text: &str) -> Option<Shift> {
    let mut numbers = text.split_whitespace().map(str::parse::<f64>);
    let shift = Shift { ahead: numbers.next()?.ok()?, speed: numbers.next()?.ok()? };
    (shift.speed > 0.0 && shift.speed.is_finite() && shift.ahead.is_finite()).then_some(shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_clock_file_means_the_machines_time() {
        assert_eq!(parse("60 2"), Some(Shift { ahead: 60.0, speed: 2.0 }));
        assert_eq!(parse("60"), None);
        assert_eq!(parse("60 0"), None);
    }
}
