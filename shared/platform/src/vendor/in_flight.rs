//! How many requests may be under way to a vendor at once.
//!
//! As many as configured while the vendor keeps up; half as many after an answer that says "too much", and one more for
//! each round of good answers. So several functions on one client find their shares without knowing of one another.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The number of requests that may be under way, as the answers move it. Pure.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Limit {
    now: f64,
    max: f64,
    /// How often it was halved: an answer to a request from before the last halving halves nothing again.
    halvings: u64,
}

impl Limit {
    /// `max` requests, at least one, until an answer says otherwise.
    fn new(max: usize) -> Self {
        let max = max.max(1) as f64;
        Self { now: max, max, halvings: 0 }
    }

    /// The limit in whole requests, at least one.
    fn whole(&self) -> usize {
        let mut whole = 1;
        // By comparison, because a conversion from a float would have to say what it cuts.
        while ((whole + 1) as f64) <= self.now {
            whole += 1;
        }
        whole
    }

    /// A good answer: one more request for as many answers as the limit has requests.
    fn answered(&mut self) {
        self.now = (self.now + 1.0 / self.now).min(self.max);
    }

    /// An answer to a request sent after `halvings` halvings says that the vendor is overloaded.
    fn overloaded(&mut self, halvings: u64) {
        if halvings == self.halvings {
            self.now = (self.now / 2.0).max(1.0);
            self.halvings += 1;
        }
    }
}

/// The requests under way to one vendor.
#[derive(Debug)]
pub(super) struct InFlight {
    state: Mutex<State>,
    room: Notify,
}

#[derive(Debug)]
struct State {
    limit: Limit,
    under_way: usize,
}

/// A request's place among those under way; given back when dropped.
pub(super) struct Place<'a> {
    of: &'a InFlight,
    halvings: u64,
}

impl InFlight {
    pub(super) fn new(max: usize) -> Self {
        Self { state: Mutex::new(State { limit: Limit::new(max), under_way: 0 }), room: Notify::new() }
    }

    /// How many requests may be under way, by the answers so far.
    pub(super) fn places(&self) -> usize {
        self.state().limit.whole()
    }

    /// A place, as soon as there is one.
    pub(super) async fn place(&self) -> Place<'_> {
        loop {
            // Listening begins before looking, so that no place is given back unheard.
            let mut room = std::pin::pin!(self.room.notified());
            room.as_mut().enable();
            if let Some(place) = self.free_place() {
                return place;
            }
            room.await;
        }
    }

    fn free_place(&self) -> Option<Place<'_>> {
        let mut state = self.state();
        if state.under_way >= state.limit.whole() {
            return None;
        }
        state.under_way += 1;
        Some(Place { of: self, halvings: state.limit.halvings })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// Takes in how the request went.
    pub(super) fn learn(&self, is_healthy: bool) {
        let mut state = self.of.state();
        let before = state.limit.whole();
        if is_healthy {
            state.limit.answered();
        } else {
            state.limit.overloaded(self.halvings);
        }
        if state.limit.whole() > before {
            self.of.room.notify_one();
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.of.state().under_way -= 1;
        self.of.room.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn half_as_many_after_too_much_and_one_more_for_each_round_of_good_answers() {
        let mut limit = Limit::new(8);
        assert_eq!(limit.whole(), 8);
        limit.overloaded(0);
        assert_eq!(limit.whole(), 4);
        (0..5).for_each(|_| limit.answered());
        assert_eq!(limit.whole(), 5);
        (0..100).for_each(|_| limit.answered());
        assert_eq!(limit.whole(), 8);
    }

    #[test]
    fn one_round_of_refusals_halves_once() {
        let mut limit = Limit::new(8);
        (0..8).for_each(|_| limit.overloaded(0));
        assert_eq!(limit.whole(), 4);
        (1..9).for_each(|halvings| limit.overloaded(halvings));
        assert_eq!(limit.whole(), 1, "and never to nothing");
        assert_eq!(Limit::new(0).whole(), 1);
    }

    #[tokio::test]
    async fn no_more_than_the_limit_are_under_way_and_nobody_waits_for_ever() {
        let (in_flight, now, most) = (InFlight::new(4), AtomicUsize::new(0), AtomicUsize::new(0));
        let request = |index: usize| {
            let (in_flight, now, most) = (&in_flight, &now, &most);
            async move {
                let place = in_flight.place().await;
                most.fetch_max(now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                now.fetch_sub(1, Ordering::Relaxed);
                place.learn(!index.is_multiple_of(7));
            }
        };
        let requests = (0..200).map(|index| Box::pin(request(index)));
        join_all(requests).await;
        assert!((1..=4).contains(&most.load(Ordering::Relaxed)), "{most:?}");
        assert_eq!(in_flight.state().under_way, 0);
    }

    /// All futures at once, on this task.
    async fn join_all<F: Future<Output = ()> + Unpin>(futures: impl Iterator<Item = F>) {
        let mut open: Vec<F> = futures.collect();
        std::future::poll_fn(|context| {
            open.retain_mut(|future| std::pin::Pin::new(future).poll(context).is_pending());
            if open.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}
