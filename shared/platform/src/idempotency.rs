//! What was seen before: an event is taken in once, however often it is sent.
//!
//! ```text
//!  nothing ──begin──▶ in progress ──done──▶ done, with the answer ──4 days + 1 hour──▶ nothing
//!                        │    └ released, or the invocation's deadline passed ──begin──▶ in progress
//!                        └ a repeat meanwhile: come back
//! ```
//!
//! The row is written before the work, so of two that come together one works and the other is told to come back; it
//! is never told that the event was taken in, because the first may still fail. The claim ends at the deadline of the
//! invocation that made it, which is always written: an invocation that was killed blocks nobody for longer than it
//! could have lived. When a claim ends on its own it is not known whether the work was done, so the next one may do it
//! again: at least once, never lost. Whoever consumes the event has to bear that.
//!
//! The same id with another payload is refused. It would otherwise be answered as the first one was, and be lost.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::change::{Change, Clause, Condition, Outcome, Row, Step, number, text};
use crate::clock::Clock;
use crate::deadline::Deadline;
use crate::key::Key;
use crate::next::Next;
use crate::table::{ROW_VERSION, StateError, StateTable};

/// How long an event is remembered: Genesys repeats for up to four days, plus one hour for clocks and queues.
pub const KEPT: Duration = Duration::from_secs((4 * 24 + 1) * 3600);

/// Half of the hash of the payload: enough to tell two payloads of one id apart.
const PAYLOAD_BYTES: usize = 16;

/// Up to when nobody else may begin: the claim's deadline, or the end of the memory once it is done.
const HELD_UNTIL_MS: &str = "held_until_ms";
/// Who made the claim; only they may end it.
const CLAIM: &str = "claim";
/// Digest of the payload.
const PAYLOAD: &str = "payload";
/// The stored answer; there once it is done.
const RESULT: &str = "result";
/// When DynamoDB may delete the row, in seconds. Readers decide by it as well, because the sweep comes late.
const TTL: &str = "ttl";

/// The memory of one stage.
#[derive(Clone, Debug)]
pub struct Memory {
    table: StateTable,
    clock: Clock,
}

/// An event as the memory knows it.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'a> {
    /// Where it came from; ids of different sources never meet.
    pub source: &'a str,
    /// Its id there.
    pub event_id: &'a str,
}

/// What the memory says to an event.
#[derive(Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is new, and ours until the deadline.
    New(Claim),
    /// It was taken in before; this is what was answered.
    Done(String),
    /// Somebody is at it just now. It may fail: come back after this long.
    InProgress(Duration),
}

/// The right to take one event in. It ends with [`Memory::done`] or [`Memory::release`], or by itself at the deadline.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "work that is claimed has to be done or released"]
pub struct Claim(String);

/// Why the memory cannot say anything about an event.
#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// The id was used before for something else.
    #[error("the event id was used before with another payload; the sender has to give each event its own id")]
    OtherPayload,
    /// The state table failed.
    #[error(transparent)]
    State(#[from] StateError),
}

impl MemoryError {
    /// The one place where a failure of the memory becomes a decision.
    pub fn next(&self) -> Next {
        match self {
            Self::OtherPayload => Next::Quarantine,
            Self::State(error) => error.next(),
        }
    }
}

/// Claims an event whose payload has this digest until `held_until_ms`, unless it is held or known with another payload.
fn begin(claim: &str, payload: &str, now_ms: i64, held_until_ms: i64) -> Change {
    let forgotten = || Clause::AtMost(TTL, (now_ms / 1000).into());
    let is_free = [Clause::Absent(HELD_UNTIL_MS), Clause::AtMost(HELD_UNTIL_MS, now_ms.into()), forgotten()];
    let is_same = [Clause::Absent(PAYLOAD), Clause::Is(PAYLOAD, payload.into()), forgotten()];
    Change {
        when: Condition::any(is_free).and_any(is_same),
        steps: vec![
            Step::Set(CLAIM, claim.into()),
            Step::Set(PAYLOAD, payload.into()),
            Step::Set(HELD_UNTIL_MS, held_until_ms.into()),
            Step::Set(TTL, ttl(now_ms).into()),
            Step::Set("v", ROW_VERSION.into()),
            Step::Remove(RESULT),
        ],
    }
}

/// Stores the answer and keeps everybody out for as long as the event is remembered.
fn done(claim: &str, result: &str, now_ms: i64) -> Change {
    Change {
        when: Condition::all([Clause::Is(CLAIM, claim.into())]),
        steps: vec![
            Step::Set(RESULT, result.into()),
            Step::Set(HELD_UNTIL_MS, (ttl(now_ms) * 1000).into()),
            Step::Set(TTL, ttl(now_ms).into()),
        ],
    }
}

/// Ends a claim whose work was certainly not done.
fn release(claim: &str, now_ms: i64) -> Change {
    Change {
        when: Condition::all([Clause::Is(CLAIM, claim.into()), Clause::Absent(RESULT)]),
        steps: vec![Step::Set(HELD_UNTIL_MS, now_ms.into())],
    }
}

fn ttl(now_ms: i64) -> i64 {
    now_ms / 1000 + i64::try_from(KEPT.as_secs()).unwrap_or(i64::MAX / 2000)
}

/// What a refused [`begin`] tells about the row.
fn refusal(row: &Row, payload: &str, now_ms: i64) -> Result<Begun, MemoryError> {
    if text(row, PAYLOAD) != Some(payload) {
        return Err(MemoryError::OtherPayload);
    }
    if let Some(result) = text(row, RESULT) {
        return Ok(Begun::Done(result.to_owned()));
    }
    let left_ms = number(row, HELD_UNTIL_MS).unwrap_or(now_ms).saturating_sub(now_ms).max(1);
    Ok(Begun::InProgress(Duration::from_millis(u64::try_from(left_ms).unwrap_or(1))))
}

impl Memory {
    /// The memory in `table`.
    pub fn new(table: StateTable, clock: Clock) -> Self {
        Self { table, clock }
    }

    /// Claims the event until `deadline`, or says why not. One write.
    ///
    /// # Errors
    /// [`MemoryError::OtherPayload`], or the state table's failure: then nothing is known.
    pub async fn begin(&self, event: Sighting<'_>, payload: &[u8], deadline: Deadline) -> Result<Begun, MemoryError> {
        let (claim, payload, now_ms) = (uuid::Uuid::now_v7().to_string(), payload_digest(payload), self.clock.now_ms());
        let left_ms = i64::try_from(deadline.remaining().as_millis()).unwrap_or(0);
        let change = begin(&claim, &payload, now_ms, now_ms.saturating_add(left_ms));
        match self.table.change(event.key(), &change).await? {
            Outcome::Changed(_) => Ok(Begun::New(Claim(claim))),
            // Our own write, whose answer was lost before the SDK sent it again.
            Outcome::Refused(Some(row)) if text(&row, CLAIM) == Some(&claim) => Ok(Begun::New(Claim(claim))),
            Outcome::Refused(row) => refusal(&row.unwrap_or_default(), &payload, now_ms),
        }
    }

    /// The work is done: a repeat gets `result` from now on. A claim that somebody took over meanwhile is left to them.
    ///
    /// # Errors
    /// [`StateError`]: the claim ends at its deadline, and a repeat does the work again.
    pub async fn done(&self, event: Sighting<'_>, claim: &Claim, result: &str) -> Result<(), StateError> {
        self.table.change(event.key(), &done(&claim.0, result, self.clock.now_ms())).await.map(drop)
    }

    /// The work was certainly not done: the next one may begin at once.
    ///
    /// # Errors
    /// [`StateError`]: the claim ends at its deadline.
    pub async fn release(&self, event: Sighting<'_>, claim: &Claim) -> Result<(), StateError> {
        self.table.change(event.key(), &release(&claim.0, self.clock.now_ms())).await.map(drop)
    }
}

impl<'a> Sighting<'a> {
    fn key(self) -> Key<'a> {
        Key::Seen { source: self.source, event_id: self.event_id }
    }
}

fn payload_digest(payload: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, payload).as_ref()[..PAYLOAD_BYTES])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of these begin, one after another on one row.
    fn begun(changes: &[Change]) -> usize {
        let mut row = None;
        let mut count = 0;
        for change in changes {
            let outcome = change.apply(row.as_ref());
            count += usize::from(matches!(outcome, Outcome::Changed(_)));
            row = outcome.row().cloned();
        }
        count
    }

    #[test]
    fn without_the_condition_two_would_work_at_once() {
        let both = [begin("a", "p", 1_000, 9_000), begin("b", "p", 2_000, 9_000)];
        assert_eq!(begun(&both), 1);
        let unguarded = both.map(|change| Change { when: Condition::default(), ..change });
        assert_eq!(begun(&unguarded), 2, "the guard is what keeps the second one out");
    }

    #[test]
    fn a_claim_without_time_left_blocks_nobody_and_is_still_written() {
        assert_eq!(begun(&[begin("a", "p", 1_000, 1_000), begin("b", "p", 1_000, 9_000)]), 2);
    }

    #[test]
    fn another_payload_is_kept_out_until_the_id_is_forgotten() {
        let Outcome::Changed(row) = begin("a", "p", 1_000, 2_000).apply(None) else { panic!("a free row refused") };
        let lapsed_ms = 3_000;
        let forgotten_ms = ttl(1_000) * 1000;
        let other = |now_ms| begin("b", "q", now_ms, now_ms + 1).when.holds(Some(&row));
        assert_eq!((other(lapsed_ms), other(forgotten_ms)), (false, true));
        assert!(matches!(refusal(&row, "q", lapsed_ms), Err(MemoryError::OtherPayload)));
    }

    #[test]
    fn only_the_one_who_claimed_ends_the_claim() {
        let Outcome::Changed(row) = begin("a", "p", 1_000, 2_000).apply(None) else { panic!("a free row refused") };
        assert!(!done("b", "r", 1_500).when.holds(Some(&row)) && !release("b", 1_500).when.holds(Some(&row)));
        let Outcome::Changed(row) = done("a", "r", 1_500).apply(Some(&row)) else { panic!("its own claim refused") };
        assert!(!release("a", 1_600).when.holds(Some(&row)), "what is done stays done");
        assert_eq!(refusal(&row, "p", 1_600).ok(), Some(Begun::Done("r".to_owned())));
    }
}
