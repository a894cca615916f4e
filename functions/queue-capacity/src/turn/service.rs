//! What happens to one object: read → plan → check → note what is sent → send → read back.
//!
//! ```text
//!  read ─▶ plan, check ─▶ note ─▶ send ─▶ read back ─▶ judge
//!   ▲                              │                     │
//!   └── busy, no answer, changed meanwhile ◀─────────────┘   at most three times
//! ```
//!
//! An object goes back whole, so time between reading and sending is time in which somebody else's change is lost: nothing
//! waits there. An object is never sent a second time as it is. Whatever kept the first from an answer, it is read and
//! planned again. What is sent is noted before, under the fence, so that a run that was killed leaves a row by which the
//! next one knows its own number.

use std::time::Duration;

use platform::next::Next;
use platform::retry::{self, Repeat};
use platform::table::StateError;
use platform::target::TargetRow;
use platform::vendor::CallError;

use super::Turn;
use super::ends::End;
use crate::check::check;
use crate::lever::{Found, Number, Set};
use crate::mapping::{Object, Target};
use crate::outcome::{Outcome, TargetError};
use crate::plan::{Action, Decision, Reading, plan};

/// How often an object is read and planned in one turn.
const TRIES_MAX: usize = 3;

/// One object on its way.
pub(super) struct Service<'a> {
    turn: &'a Turn<'a>,
    object: &'a Object,
    /// The numbers about which something is still to be done.
    open: Vec<Open<'a>>,
    ends: Vec<End>,
}

/// A number that has not ended yet.
struct Open<'a> {
    target: &'a Target,
    /// What is remembered about it, what was noted in this turn included.
    row: Option<TargetRow>,
    /// What earlier tries found out about other writers.
    drifted_from: Option<i64>,
    rest_changed: bool,
}

/// An object that was read, and the decision about each open number: all of them are to be set.
struct Planned {
    found: Found,
    decisions: Vec<(Decision, i64)>,
}

/// Whether the object is looked at once more.
enum Then {
    Done,
    /// After this pause.
    Again(Duration),
}

impl<'a> Service<'a> {
    pub(super) fn of(turn: &'a Turn<'a>, object: &'a Object, targets: Vec<&'a Target>) -> Self {
        let open = targets.into_iter().map(|target| {
            let row = turn.rows.get(&target.id).cloned();
            Open { target, row, drifted_from: None, rest_changed: false }
        });
        Self { turn, object, open: open.collect(), ends: Vec::new() }
    }

    /// How each number ended.
    ///
    /// # Errors
    /// [`StateError`]: the lock was lost, or the state table failed.
    pub(super) async fn serve(mut self) -> Result<Vec<End>, StateError> {
        for tries in 1..=TRIES_MAX {
            if self.turn.run.deadline.is_closing() {
                self.end_open(|| Outcome::Skipped("no_time"));
            }
            match self.attempt(tries).await? {
                Then::Done => break,
                Then::Again(pause) => self.turn.job.platform.clock.sleep(pause).await,
            }
        }
        Ok(self.ends)
    }

    /// Nothing is read or written, for this reason.
    pub(super) fn refuse(mut self, error: &CallError) -> Vec<End> {
        self.end_open(|| Outcome::Failed(error.clone().into()));
        self.ends
    }

    async fn attempt(&mut self, tries: usize) -> Result<Then, StateError> {
        let Some(planned) = self.look().await? else { return Ok(Then::Done) };
        if !self.turn.run.may_write() {
            self.end_planned(planned, || Outcome::Skipped("writes_spent"));
            return Ok(Then::Done);
        }
        self.write(planned, tries).await
    }

    /// Reads and plans, and ends what is not to be set; `None` when nothing is.
    async fn look(&mut self) -> Result<Option<Planned>, StateError> {
        if self.open.is_empty() {
            return Ok(None);
        }
        // Before the reading: between reading and sending nothing else happens.
        self.turn.held.renew().await?;
        match self.read().await {
            Ok(found) => Ok(self.plan(found)),
            Err(error) => {
                self.end_open(|| Outcome::Failed(error.clone().into()));
                Ok(None)
            }
        }
    }

    async fn read(&self) -> Result<Found, CallError> {
        self.object.lever.read(&self.turn.job.genesys, self.turn.run.deadline).await
    }

    fn plan(&mut self, found: Found) -> Option<Planned> {
        let now = self.turn.job.platform.clock.now();
        let rest = self.object.rest(&found);
        let mut decisions = Vec::new();
        for mut open in std::mem::take(&mut self.open) {
            let target = open.target;
            let number = found.number(&target.path());
            let (mapping, group) = (self.turn.mapping, &self.turn.group);
            let reading = Reading { mapping, target, group, found: number, rest: &rest, row: open.row.as_ref() };
            let decision = open.remember(plan(&reading, now));
            match (check(&decision, target), decision.action) {
                (Err(fault), _) => self.ends.push(End::decided(target, decision, Outcome::Failed(fault.into()))),
                (Ok(()), Action::Set { to }) => {
                    decisions.push((decision, to));
                    self.open.push(open);
                }
                (Ok(()), _) => self.ends.push(End::unset(target, decision)),
            }
        }
        (!decisions.is_empty()).then_some(Planned { found, decisions })
    }

    /// Notes what is sent, sends it, and reads it back.
    async fn write(&mut self, planned: Planned, tries: usize) -> Result<Then, StateError> {
        self.note(&planned).await?;
        let (lever, found) = (&self.object.lever, &planned.found);
        let sets: Vec<Set<'_>> =
            self.open.iter().zip(&planned.decisions).map(|(open, (_, to))| (open.target.path(), *to)).collect();
        let body = lever.plan(&sets, found);
        let (genesys, lease) = (&self.turn.job.genesys, self.turn.held.guard());
        if let Err(error) = lever.apply(&body, found, genesys, lease, self.turn.run.deadline).await {
            return Ok(self.not_written(planned, &error, tries));
        }
        match self.read().await {
            Ok(now) => Ok(self.judge(planned, &now, tries)),
            Err(error) => {
                self.end_planned(planned, || Outcome::Failed(error.clone().into()));
                Ok(Then::Done)
            }
        }
    }

    async fn note(&mut self, planned: &Planned) -> Result<(), StateError> {
        let mut noted = Vec::new();
        for (open, (decision, _)) in self.open.iter_mut().zip(&planned.decisions) {
            if open.row.as_ref() != Some(&decision.row) {
                noted.push(decision.row.clone());
                open.row = Some(decision.row.clone());
            }
        }
        self.turn.job.targets.put(&self.turn.mapping.job, &noted, self.turn.held.fence()).await
    }

    fn not_written(&mut self, planned: Planned, error: &CallError, tries: usize) -> Then {
        if let Some(pause) = self.pause(tries, error) {
            return Then::Again(pause);
        }
        if error.next() != Next::ReadBack {
            // It certainly was not. Without an answer it may have been: the row goes on saying so.
            self.open.iter_mut().filter_map(|open| open.row.as_mut()).for_each(|row| row.sending = None);
        }
        self.end_planned(planned, || Outcome::Failed(error.clone().into()));
        Then::Done
    }

    /// How long to wait before the object is read again; `None` when that is of no use in this run.
    fn pause(&self, tries: usize, error: &CallError) -> Option<Duration> {
        match error.next() {
            // Somebody else was quicker.
            Next::PlanAgain if error.reason() == "conflict" => (tries < TRIES_MAX).then_some(Duration::ZERO),
            next => self.wait(tries, next),
        }
    }

    fn wait(&self, tries: usize, next: Next) -> Option<Duration> {
        let remaining = self.turn.run.deadline.remaining() / 2;
        retry::wait(tries, next, Repeat::Safe, remaining, fastrand::f64()).filter(|_| tries < TRIES_MAX)
    }

    /// Compares what was sent with what Genesys holds now.
    fn judge(&mut self, planned: Planned, now: &Found, tries: usize) -> Then {
        let later = self.wait(tries, Next::ReadBack);
        let rest = self.object.rest(now);
        for (open, (decision, to)) in std::mem::take(&mut self.open).into_iter().zip(planned.decisions) {
            let target = open.target;
            let number = now.number(&target.path());
            // A queue without the member after a write that succeeded: no later look shows another one.
            let is_certain = self.object.lever.may_be_unsupported() && number == Number::Absent;
            if number == Number::Is(to) {
                let row = Some(decision.settled(to, rest.clone()));
                self.ends.push(End { row, ..End::decided(target, decision, Outcome::Written) });
            } else if later.is_some() && !is_certain {
                self.open.push(open);
            } else {
                self.ends.push(self.not_held(target, decision, number));
            }
        }
        later.filter(|_| !self.open.is_empty()).map_or(Then::Done, Then::Again)
    }

    /// A number that was written and is not there, after all tries.
    fn not_held(&self, target: &Target, decision: Decision, number: Number) -> End {
        // The server did not take it. Only a queue may be like that for good.
        if self.object.lever.may_be_unsupported() && (number == decision.found || number == Number::Absent) {
            return End::parked(target, decision);
        }
        let row = Some(decision.overwritten());
        End { row, ..End::decided(target, decision, Outcome::Failed(TargetError::Overwritten(number))) }
    }

    /// Ends the numbers that were to be set, with their rows as they are.
    fn end_planned(&mut self, planned: Planned, outcome: impl Fn() -> Outcome) {
        for (open, (decision, _)) in std::mem::take(&mut self.open).into_iter().zip(planned.decisions) {
            self.ends.push(End { row: open.row, ..End::decided(open.target, decision, outcome()) });
        }
    }

    /// Ends what is open, without a decision.
    fn end_open(&mut self, outcome: impl Fn() -> Outcome) {
        let ended = self.open.drain(..).map(|open| End { row: open.row, ..End::of(open.target, outcome()) });
        self.ends.extend(ended);
    }
}

impl Open<'_> {
    /// What an earlier try found out about other writers stays known.
    fn remember(&mut self, mut decision: Decision) -> Decision {
        self.drifted_from = decision.drifted_from.or(self.drifted_from);
        self.rest_changed |= decision.rest_changed;
        decision.drifted_from = self.drifted_from;
        decision.rest_changed = self.rest_changed;
        decision
    }
}
