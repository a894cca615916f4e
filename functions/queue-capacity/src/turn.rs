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

mod ends;
mod work;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use platform::audit::AuditStream;
use platform::deadline::Deadline;
use platform::group::Group;
use platform::lock::Held;
use platform::next::Next;
use platform::retry::{self, Repeat};
use platform::target::TargetRow;
use platform::vendor::CallError;

use crate::check::check;
use crate::connect::QueueCapacity;
use crate::lever::Found;
use crate::mapping::{Mapping, Target};
use crate::outcome::{DecideError, Decided, Outcome};
use crate::plan::{Action, Decision, Reading, plan};
use crate::record;
use ends::same;
use work::{Landed, Planned, Work};

/// How often an object is read and planned in one turn.
const TRIES_MAX: usize = 3;

/// What the decisions of one invocation share.
pub(crate) struct Run {
    /// The run's id, for the audit stream.
    pub(crate) run_id: String,
    /// When the invocation ends.
    pub(crate) deadline: Deadline,
    /// Whether parked targets are tried again.
    pub(crate) retry_parked: bool,
    writes_left: AtomicU32,
}

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

impl Run {
    /// A run with so many writes.
    pub(crate) fn new(run_id: &str, deadline: Deadline, retry_parked: bool, writes: u32) -> Self {
        Self { run_id: run_id.to_owned(), deadline, retry_parked, writes_left: AtomicU32::new(writes) }
    }

    /// Takes one of the run's writes; false when none is left.
    pub(crate) fn may_write(&self) -> bool {
        self.writes_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }
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
