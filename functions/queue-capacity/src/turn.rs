//! One look at a group and everything that follows from it.
//!
//! ```text
//!  group, rows ─▶ each object by itself, a few at once ─▶ audit ─▶ note what holds
//! ```
//!
//! What happens to an object is in [`service`]. Whatever becomes of one, the others are served. Audit lines are written
//! before the rows that say "settled": a row stands for a line that is there.

mod ends;
mod service;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{StreamExt, stream};
use platform::deadline::Deadline;
use platform::group::{Group, GroupError};
use platform::lock::Held;
use platform::target::TargetRow;
use platform::vendor::CallError;

use crate::NAME;
use crate::config::Instances;
use crate::connect::QueueCapacity;
use crate::mapping::{Mapping, Target};
use crate::outcome::{DecideError, Decided, Outcome};
use crate::record;
use ends::{End, Ends};
use service::Service;

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
    /// What the state table held when the turn began.
    rows: HashMap<String, TargetRow>,
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
        if mapping.instances == Instances::InService && group.in_service.is_none() {
            return Err(GroupError::Unreadable(mapping.group.clone()).into());
        }
        let rows = job.targets.of(&mapping.job).await?;
        let turn = Self { job, mapping, held, run, group, rows };
        let ends = turn.serve_all().await?;
        turn.close(ends).await
    }

    /// Serves each object, a few at once and in an order of chance: a run that comes to the end of its time or of its
    /// requests ends elsewhere each time. All are waited for, also when the lock is lost: none is left half done.
    async fn serve_all(&self) -> Result<Ends, DecideError> {
        let mut ends = Ends::default();
        let mut services = Vec::new();
        for object in &self.mapping.objects {
            let (parked, live): (Vec<_>, Vec<_>) = object.targets.iter().partition(|target| self.is_parked(target));
            parked.into_iter().for_each(|target| ends.add(End::of(target, Outcome::Skipped("parked"))));
            if !live.is_empty() {
                services.push(Service::of(self, object, live));
            }
        }
        // Before the first write of an execution environment, and not between reading and writing.
        if !services.is_empty()
            && let Err(error) = self.confirm_organization().await
        {
            services.into_iter().for_each(|service| service.refuse(&error).into_iter().for_each(|end| ends.add(end)));
            return Ok(ends);
        }
        fastrand::shuffle(&mut services);
        let serving = services.into_iter().map(Service::serve);
        let served: Vec<_> = stream::iter(serving).buffer_unordered(self.job.config.in_flight).collect().await;
        for of_object in served {
            of_object?.into_iter().for_each(|end| ends.add(end));
        }
        Ok(ends)
    }

    async fn confirm_organization(&self) -> Result<(), CallError> {
        let (job, deadline) = (self.job, self.run.deadline);
        job.organization.get_or_try_init(|| job.genesys.confirm_organization(deadline)).await.map(drop)
    }

    /// A parked target costs no request.
    fn is_parked(&self, target: &Target) -> bool {
        let parked = self.rows.get(&target.id).and_then(|row| row.parked.as_ref());
        !self.run.retry_parked && parked.is_some_and(|parked| parked.settings == target.settings)
    }

    async fn close(&self, ends: Ends) -> Result<Vec<Decided>, DecideError> {
        let Ends { decided, rows } = ends;
        let mut audit = self.job.platform.audit.open(&self.run.run_id);
        let lines = decided.iter().flat_map(|decided| record::audit_lines(&self.mapping.group, decided));
        lines.for_each(|line| audit.line(&line));
        audit.flush().await?;
        self.tell_about_parked(&decided).await;
        let changed: Vec<TargetRow> = rows.into_iter().filter(|row| self.rows.get(&row.id) != Some(row)).collect();
        self.job.targets.put(&self.mapping.job, &changed, self.held.fence()).await?;
        Ok(decided)
    }

    /// Before it is remembered that they are parked: from then on they are only skipped.
    async fn tell_about_parked(&self, decided: &[Decided]) {
        let parked: Vec<&str> = decided.iter().filter(|it| it.is_parked_now()).map(|it| it.target.as_str()).collect();
        if parked.is_empty() {
            return;
        }
        let (group, run_id) = (&self.mapping.group, &self.run.run_id);
        let text = format!(
            "Genesys took a write of these numbers and does not hold them (unsupported_by_server). They are parked: nothing \
             is sent for them any more.\n\n  {}\n\nChoose another lever in [{NAME}], or invoke {NAME} with \
             {{\"retry_parked\":true}} once the server knows the number. Group {group}, run {run_id}.",
            parked.join("\n  "),
        );
        let subject = format!("cx-bridge {NAME} parked targets");
        self.job.platform.alerts.send(&format!("{run_id}/{group}"), &subject, &text).await;
    }
}
