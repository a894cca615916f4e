//! What to do after a failure: the one vocabulary in which every error of the bundle ends.
//!
//! An error enum says what went wrong; its `next()` says which of these few decisions follows. Schedules, queues and
//! HTTP answers each translate a [`Next`] in one place.

use std::time::Duration;

/// The decision that follows a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing was done. The same request may be repeated, not before this long.
    RetryAfter(Duration),
    /// No answer arrived: it may have been done. Read the state back before doing it again.
    ReadBack,
    /// The world differs from what was planned on. Read again and plan anew.
    PlanAgain,
    /// This one record is refused until it changes. Set it aside and go on with the others.
    Quarantine,
    /// No later record can fare better: stop, and tell a person.
    StopAndAlert,
}
