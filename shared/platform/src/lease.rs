//! Whether a lock's lease still covers a call to a vendor.
//!
//! Genesys and Salesforce cannot check a fence. What we can promise is that no write to them *starts* unless the
//! lease outlives its time-out plus a margin, so that a successor cannot begin while it is under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::clock::Clock;

/// What a lease must outlive a vendor call by: clock differences between two Lambda hosts, and the way back.
const MARGIN: Duration = Duration::from_secs(5);

/// A view of a held lease that can be given to a vendor call. Renewing the lease moves it for all holders of the view.
#[derive(Clone, Debug)]
pub struct LeaseGuard {
    expires_ms: Arc<AtomicI64>,
    clock: Clock,
}

impl LeaseGuard {
    /// A view of a lease that ends at `expires_ms` (milliseconds since 1970).
    pub fn new(expires_ms: i64, clock: Clock) -> Self {
        Self { expires_ms: Arc::new(AtomicI64::new(expires_ms)), clock }
    }

    /// The lease was renewed, or lost (0).
    pub fn set(&self, expires_ms: i64) {
        self.expires_ms.store(expires_ms, Ordering::Release);
    }

    /// When the lease ends, in milliseconds since 1970.
    pub fn expires_ms(&self) -> i64 {
        self.expires_ms.load(Ordering::Acquire)
    }

    /// Whether a call that may take `timeout` can start now.
    pub fn covers(&self, timeout: Duration) -> bool {
        outlives(self.expires_ms(), self.clock.now_ms(), timeout)
    }
}

/// Whether a lease that ends at `expires_ms` outlives a call that starts at `now_ms` and may take `timeout`.
pub(crate) fn outlives(expires_ms: i64, now_ms: i64, timeout: Duration) -> bool {
    let needed = i64::try_from((timeout + MARGIN).as_millis()).unwrap_or(i64::MAX);
    now_ms.saturating_add(needed) <= expires_ms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_starts_only_when_the_lease_outlives_it() {
        let clock = Clock::system();
        let guard = LeaseGuard::new(clock.now_ms() + 30_000, clock);
        assert!(guard.covers(Duration::from_secs(20)));
        assert!(!guard.covers(Duration::from_secs(26)));
        guard.set(0);
        assert!(!guard.covers(Duration::ZERO));
    }
}
