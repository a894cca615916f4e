//! One look at a group and everything that follows from it: read → plan → check → apply → record.
//!
//! ```text
//!  group, rows ─▶ read objects ─▶ plan, check ─▶ note what is sent ─▶ send ─▶ read back ─▶ audit ─▶ note what holds
//!                     ▲                                                │
//!                     └── busy, no answer, changed meanwhile ◀─────────┘   at most three times
//! ```
//!
//! An object that was read is sent back whole, so it is never sent a second time as it is: whatever kept the first from
//! an answer, it is read and planned again. What is sent is noted before and what holds is noted after, both under the
//! fence. So a run that was killed in between leaves a row by which the next one knows its own number.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use platform::audit::AuditStream;
use platform::group::Group;
use platform::lock::Held;
use platform::next::Next;
use platform::retry::{self, Repeat};
use platform::table::StateError;
use platform::target::{Parked, TargetRow};
use platform::vendor::CallError;

use crate::check::check;
use crate::connect::QueueCapacity;
use crate::decide::{DecideError, Decided, Outcome, Run, TargetError};
use crate::lever::{Found, Number, Set};
use crate::mapping::{Mapping, Object, Target};
use crate::plan::{Action, Decision, Reading, plan};
use crate::record;

/// How often an object is read and planned in one turn.
const TRIES_MAX: usize = 3;

/// Why a target is left alone.
const UNSUPPORTED: &str = "unsupported_by_server";

/// One turn.
pub(crate) struct Turn<'a> {
    job: &'a QueueCapacity,
    mapping: &'a Mapping,
    held: &'a Held,
    run: &'a Run,
    group: Group,
    /// What the state table holds.
    stored: HashMap<String, TargetRow>,
    /// What it should hold.
    rows: HashMap<String, TargetRow>,
    decided: HashMap<String, Decided>,
    audit: AuditStream,
}

/// What is still to be done about an object.
struct Work<'m> {
    object: &'m Object,
    targets: Vec<&'m Target>,
}

/// An object that was read, and what was decided about its numbers.
struct Planned<'m> {
    work: Work<'m>,
    found: Found,
    decisions: Vec<Decision>,
}

/// What became of an object that was to be written.
enum Landed {
    /// It was written, and this is what it is now.
    Written(Found),
    /// It was written, and could not be read back.
    Unread(CallError),
    /// It was not, or who knows, for this reason.
    NotWritten(CallError),
    /// The run has written enough.
    Spent,
    /// The lock was lost.
    Lost(StateError),
}

impl<'a> Turn<'a> {
    /// Takes a turn about `mapping` under its lock.
    ///
    /// # Errors
    /// [`DecideError`]: what concerns the group as a whole. What Genesys holds by then is found by the next turn.
    pub(crate) async fn take(
        job: &'a QueueCapacity,
        mapping: &'a Mapping,
        held: &'a Held,
        run: &'a Run,
    ) -> Result<Vec<Decided>, DecideError> {
        let group = job.groups.read(&mapping.group).await?;
        let stored = job.targets.of(&mapping.job).await?;
        let audit = job.platform.audit.open(&run.run_id);
        let (rows, decided) = (stored.clone(), HashMap::new());
        let mut turn = Self { job, mapping, held, run, group, stored, rows, decided, audit };
        turn.work_through().await?;
        turn.close().await
    }

    /// A few objects at a time from reading to reading back, so that little time passes between the two and a run that
    /// comes to the end of its requests has finished what it began. In an order of chance: it ends elsewhere each time.
    async fn work_through(&mut self) -> Result<(), DecideError> {
        let mut works = self.unparked();
        fastrand::shuffle(&mut works);
        while !works.is_empty() {
            let mut portion = works.split_off(works.len().saturating_sub(self.job.config.in_flight));
            if self.run.deadline.is_closing() {
                portion
                    .iter()
                    .flat_map(|work| &work.targets)
                    .for_each(|it| self.end(it, None, Outcome::Skipped("no_time")));
                continue;
            }
            for tries in 1..=TRIES_MAX {
                if portion.is_empty() {
                    break;
                }
                portion = self.attempt(portion, tries).await?;
            }
        }
        Ok(())
    }

    /// What is not parked. A parked target costs no request.
    fn unparked(&mut self) -> Vec<Work<'a>> {
        let mut works = Vec::new();
        for object in &self.mapping.objects {
            let (parked, live): (Vec<_>, Vec<_>) = object.targets.iter().partition(|target| self.is_parked(target));
            for target in parked {
                self.end(target, None, Outcome::Skipped("parked"));
            }
            if !live.is_empty() {
                works.push(Work { object, targets: live });
            }
        }
        works
    }

    fn is_parked(&self, target: &Target) -> bool {
        let parked = self.rows.get(&target.id).and_then(|row| row.parked.as_ref());
        !self.run.retry_parked && parked.is_some_and(|parked| parked.settings == target.settings)
    }

    /// Reads, plans and carries out; gives back what is to be tried again.
    async fn attempt(&mut self, works: Vec<Work<'a>>, tries: usize) -> Result<Vec<Work<'a>>, DecideError> {
        let planned = self.read(works).await;
        let (to_set, right): (Vec<_>, Vec<_>) = planned.into_iter().partition(|planned| !planned.sets().is_empty());
        for planned in right {
            self.end_unset(&planned);
        }
        self.note(to_set.iter().flat_map(|planned| &planned.decisions)).await?;
        let mut again = Vec::new();
        let mut pause = Duration::ZERO;
        for (planned, landed) in self.send(to_set).await {
            self.end_unset(&planned);
            let may_try = tries < TRIES_MAX && !self.run.deadline.is_closing();
            match landed {
                Landed::Lost(error) => return Err(error.into()),
                Landed::NotWritten(error) => match self.wait(tries, &error).filter(|_| may_try) {
                    Some(wait) => {
                        pause = pause.max(wait);
                        again.push(planned.work.of_sets(&planned.decisions));
                    }
                    None => self.end_failed(&planned, &error),
                },
                Landed::Unread(error) => self.end_sets(&planned, &error),
                Landed::Spent => self.end_spent(&planned),
                Landed::Written(now) => again.extend(self.judge(&planned, &now, may_try)),
            }
        }
        if !again.is_empty() && !pause.is_zero() {
            self.job.platform.clock.sleep(pause).await;
        }
        Ok(again)
    }

    /// How long to wait before an object is read again; `None` when that is of no use in this run.
    fn wait(&self, tries: usize, error: &CallError) -> Option<Duration> {
        match error.next() {
            // Somebody else was quicker.
            Next::PlanAgain if error.reason() == "conflict" => Some(Duration::ZERO),
            next => retry::wait(tries, next, Repeat::Safe, self.run.deadline.remaining() / 2, fastrand::f64()),
        }
    }

    async fn read(&mut self, works: Vec<Work<'a>>) -> Vec<Planned<'a>> {
        let job = self.job;
        let deadline = self.run.deadline;
        let reads = works.into_iter().map(|work| async move {
            let found = work.object.lever.read(&job.genesys, deadline).await;
            (work, found)
        });
        let read: Vec<_> = stream::iter(reads).buffered(job.config.in_flight).collect().await;
        let mut all = Vec::new();
        for (work, found) in read {
            match found {
                Ok(found) => all.extend(self.planned(work, found)),
                Err(error) => {
                    work.targets.iter().for_each(|it| self.end(it, None, Outcome::Failed(same(&error).into())));
                }
            }
        }
        all
    }

    /// Plans and checks the numbers of one object.
    fn planned(&mut self, work: Work<'a>, found: Found) -> Option<Planned<'a>> {
        let now = self.job.platform.clock.now();
        let (mut targets, mut decisions) = (Vec::new(), Vec::new());
        for target in work.targets {
            let path = target.path();
            let rest = work.object.lever.rest(&found, &path);
            let reading = Reading {
                mapping: self.mapping,
                target,
                group: &self.group,
                found: found.number(&path),
                rest: &rest,
                row: self.rows.get(&target.id),
            };
            let decision = plan(&reading, now);
            match check(&decision, target) {
                Ok(()) => {
                    targets.push(target);
                    decisions.push(decision);
                }
                Err(fault) => self.end(target, Some(decision), Outcome::Failed(fault.into())),
            }
        }
        (!targets.is_empty()).then_some(Planned { work: Work { object: work.object, targets }, found, decisions })
    }

    /// Writes down what is about to be sent.
    async fn note<'d>(&mut self, decisions: impl Iterator<Item = &'d Decision>) -> Result<(), DecideError> {
        let sets = decisions.filter(|decision| matches!(decision.action, Action::Set { .. }));
        let rows: Vec<TargetRow> = sets.map(|decision| decision.row.clone()).collect();
        self.rows.extend(rows.iter().map(|row| (row.id.clone(), row.clone())));
        self.store(rows).await
    }

    /// Writes those of `rows` that the table does not hold like this.
    async fn store(&mut self, mut rows: Vec<TargetRow>) -> Result<(), DecideError> {
        rows.retain(|row| self.stored.get(&row.id) != Some(row));
        self.job.targets.put(&self.mapping.job, &rows, self.held.fence()).await?;
        self.stored.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
        Ok(())
    }

    async fn send(&self, planned: Vec<Planned<'a>>) -> Vec<(Planned<'a>, Landed)> {
        let sent = planned.into_iter().map(|planned| async move {
            let landed = self.set(&planned).await;
            (planned, landed)
        });
        stream::iter(sent).buffered(self.job.config.in_flight).collect().await
    }

    /// Writes one object and reads it back.
    async fn set(&self, planned: &Planned<'a>) -> Landed {
        let (genesys, deadline) = (&self.job.genesys, self.run.deadline);
        if !self.run.may_write() {
            return Landed::Spent;
        }
        let confirmed = self.job.organization.get_or_try_init(|| genesys.confirm_organization(deadline)).await;
        if let Err(error) = confirmed {
            return Landed::NotWritten(error);
        }
        if let Err(error) = self.held.renew().await {
            return Landed::Lost(error);
        }
        let (lever, found) = (&planned.work.object.lever, &planned.found);
        let body = lever.plan(&planned.sets(), found);
        if let Err(error) = lever.apply(&body, found, genesys, self.held.guard(), deadline).await {
            return Landed::NotWritten(error);
        }
        lever.read(genesys, deadline).await.map_or_else(Landed::Unread, Landed::Written)
    }

    /// Compares what was sent with what Genesys holds now; gives back what is to be tried again.
    fn judge(&mut self, planned: &Planned<'a>, now: &Found, may_try: bool) -> Option<Work<'a>> {
        let mut again = Vec::new();
        for (target, decision, to) in planned.set_decisions() {
            let path = target.path();
            match now.number(&path) {
                Number::Is(number) if number == to => {
                    let rest = planned.work.object.lever.rest(now, &path);
                    self.rows.insert(target.id.clone(), decision.settled(to, rest));
                    self.end(target, Some(decision.clone()), Outcome::Written);
                }
                Number::Is(other) if Number::Is(other) != decision.found => {
                    if may_try {
                        again.push(target);
                    } else {
                        self.end(target, Some(decision.clone()), Outcome::Failed(TargetError::Overwritten(other)));
                    }
                }
                Number::Is(_) if may_try => again.push(target),
                // It holds nothing, or for the third time what it held before.
                Number::Is(_) | Number::Absent | Number::Other => self.park(target, decision),
            }
        }
        (!again.is_empty()).then_some(Work { object: planned.work.object, targets: again })
    }

    fn park(&mut self, target: &Target, decision: &Decision) {
        let parked = Parked { reason: UNSUPPORTED.to_owned(), settings: target.settings.clone() };
        let row = TargetRow { id: target.id.clone(), parked: Some(parked), ..TargetRow::default() };
        self.rows.insert(target.id.clone(), row);
        self.end(target, Some(decision.clone()), Outcome::Failed(TargetError::Unsupported));
    }

    /// Ends the numbers of an object that are not set.
    fn end_unset(&mut self, planned: &Planned<'a>) {
        for (target, decision) in planned.work.targets.iter().zip(&planned.decisions) {
            let outcome = match decision.action {
                Action::Set { .. } => continue,
                Action::Refuse => Outcome::Failed(TargetError::NotANumber),
                Action::Keep if decision.recovered => Outcome::Written,
                Action::Keep | Action::Hold(_) | Action::Leave => {
                    Outcome::Skipped(decision.action.skip_reason().unwrap_or_default())
                }
            };
            self.rows.insert(target.id.clone(), decision.row.clone());
            self.end(target, Some(decision.clone()), outcome);
        }
    }

    fn end_spent(&mut self, planned: &Planned<'a>) {
        for (target, decision, _) in planned.set_decisions() {
            self.unsend(target);
            self.end(target, Some(decision.clone()), Outcome::Skipped("writes_spent"));
        }
    }

    fn end_failed(&mut self, planned: &Planned<'a>, error: &CallError) {
        // Without an answer it may hold what was sent: the row goes on saying so.
        if error.next() != Next::ReadBack {
            planned.set_decisions().for_each(|(target, ..)| self.unsend(target));
        }
        self.end_sets(planned, error);
    }

    fn end_sets(&mut self, planned: &Planned<'a>, error: &CallError) {
        for (target, decision, _) in planned.set_decisions() {
            self.end(target, Some(decision.clone()), Outcome::Failed(same(error).into()));
        }
    }

    fn unsend(&mut self, target: &Target) {
        if let Some(row) = self.rows.get_mut(&target.id) {
            row.sending = None;
        }
    }

    /// How a number ended. What an earlier try found out about other writers is kept.
    fn end(&mut self, target: &Target, decision: Option<Decision>, outcome: Outcome) {
        let earlier = self.decided.remove(&target.id).and_then(|decided| decided.decision);
        let mut decision = decision.or(earlier.clone());
        if let (Some(decision), Some(earlier)) = (&mut decision, earlier) {
            decision.drifted_from = decision.drifted_from.or(earlier.drifted_from);
            decision.rest_changed |= earlier.rest_changed;
        }
        self.decided.insert(target.id.clone(), Decided { target: target.id.clone(), decision, outcome });
    }

    /// Audit lines first: a row that says "settled" stands for a line that is written.
    async fn close(mut self) -> Result<Vec<Decided>, DecideError> {
        let decided: Vec<Decided> = self.mapping.targets().filter_map(|it| self.decided.remove(&it.id)).collect();
        for line in decided.iter().filter_map(|decided| record::audit_line(&self.mapping.group, decided)) {
            self.audit.line(&line);
        }
        self.audit.flush().await?;
        let rows = self.rows.values().cloned().collect();
        self.store(rows).await?;
        Ok(decided)
    }
}

/// The error of an object, for each of its numbers.
fn same(error: &CallError) -> CallError {
    let CallError { vendor, operation, correlation_id, failure } = error;
    CallError { vendor, operation, correlation_id: correlation_id.clone(), failure: failure.clone() }
}

impl<'m> Work<'m> {
    /// The same object with only those numbers that were to be set.
    fn of_sets(self, decisions: &[Decision]) -> Self {
        let is_set = |decision: &Decision| matches!(decision.action, Action::Set { .. });
        let targets = self.targets.into_iter().zip(decisions).filter(|(_, it)| is_set(it)).map(|(target, _)| target);
        Self { object: self.object, targets: targets.collect() }
    }
}

impl<'m> Planned<'m> {
    fn set_decisions(&self) -> impl Iterator<Item = (&'m Target, &Decision, i64)> {
        self.work.targets.iter().zip(&self.decisions).filter_map(|(target, decision)| match decision.action {
            Action::Set { to } => Some((*target, decision, to)),
            _ => None,
        })
    }

    fn sets(&self) -> Vec<Set<'m>> {
        self.set_decisions().map(|(target, _, to)| (target.path(), to)).collect()
    }
}
