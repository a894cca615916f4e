//! The world's time: a file with two numbers, *seconds ahead* and *speed*, that function and simulator read.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use platform::clock::Clock;

/// Waits pass a thousand times faster, so a retry after 27 seconds costs 27 milliseconds.
const SPEED: f64 = 1000.0;

/// A clock file that only goes forward.
pub(crate) struct ClockFile {
    path: PathBuf,
    ahead: Mutex<SignedDuration>,
}

impl ClockFile {
    /// A clock that shows the machine's time, or `start`.
    pub(crate) fn new(folder: &Path, start: Option<Timestamp>) -> Self {
        let ahead = start.map_or(SignedDuration::ZERO, |start| start.duration_since(Clock::system().now()));
        let file = Self { path: folder.join("clock"), ahead: Mutex::new(ahead) };
        file.advance(Duration::ZERO);
        file
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The same time as function and simulator see it.
    pub(crate) fn clock(&self) -> Clock {
        Clock::from_file(self.path.clone())
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        *ahead += SignedDuration::try_from(by).expect("a length of years");
        // Put in place as a whole: a reader never sees half a number.
        let fresh = self.path.with_extension("new");
        std::fs::write(&fresh, format!("{} {SPEED}\n", ahead.as_secs_f64()))
            .expect("the world's folder can be written");
        std::fs::rename(&fresh, &self.path).expect("the clock file can be replaced");
    }
}
