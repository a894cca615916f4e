//! What one invocation does, in order: an unfinished run first, what somebody asked for in vain, then its own wish.

use std::time::Duration;

use platform::change::Value;
use platform::deadline::Deadline;
use platform::lock::Held;
use platform::mark::Mark;
use platform::report::{RunReport, Status};
use platform::table::StateError;

use crate::NAME;
use crate::apply::Stop;
use crate::config::Effect;
use crate::connect::ContactSync;
use crate::failure::JobError;
use crate::map_change::Standing;
use crate::message::Changed;
use crate::progress::{Purpose, Run};
use crate::read::{Cursor, ScanPlace, Window};
use crate::record;
use crate::slices::{Ending, Shift};
use crate::trigger::{Mode, Pass};

/// Under these names the state table keeps the number of linked contacts, and a mode that found the lock busy.
pub(crate) const LINKED: &str = "linked";
pub(crate) const WANTED: &str = "wanted";
pub(crate) const WANTED_FULL: &str = "full";
/// One that has left somebody undone is done once more.
pub(crate) const WANTED_AGAIN: &str = "full again";

/// When what is left undone is looked at again.
const NEXT_RUN: &str = "the next run goes on";
const BY_HAND: &str = "repeat this run: the schedule does not look there again";
const ONCE_MORE: &str = "the next run goes through everybody once more";
const NEXT_FULL: &str = "the next full reconcile tries them again";

/// A run that is older is given up: whatever keeps it from its end must not keep changes away for ever. Not one that
/// waits for a person, or before whose end nothing else is sent anyway: an import, a change of the map.
const RUN_AGE_MAX: Duration = Duration::from_secs(3 * 24 * 3600);

/// What an invocation that got the lock is there for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wish {
    /// A run over the contacts of a mode.
    Pass(Pass),
    /// A run over these contacts, and whatever is unfinished.
    Ids(Vec<String>),
    /// The same for contacts that a message tells of.
    Changed(Changed),
    /// Somebody approves of this plan.
    Approve(String),
}

impl Wish {
    /// The contacts that it names.
    fn ids(&self) -> Vec<String> {
        match self {
            Self::Ids(ids) => ids.clone(),
            Self::Changed(changed) => changed.ids.iter().map(|id| id.as_str().to_owned()).collect(),
            Self::Pass(_) | Self::Approve(_) => Vec::new(),
        }
    }
}

/// How an invocation ended.
struct Ended {
    ending: Ending,
    /// When what is left undone is looked at again.
    and_then: &'static str,
}

impl ContactSync {
    /// Works under the lock.
    pub(crate) async fn work(
        &self,
        wish: &Wish,
        held: &Held,
        report: &mut RunReport,
        deadline: Deadline,
    ) -> Result<(), JobError> {
        let mut shift = Shift::begin(self, Some(held), &report.run_id, deadline).await?;
        let ended = shift.follow(wish, held, report).await;
        shift.keep_linked(held).await?;
        shift.leave_traces(held, report).await?;
        let ended = ended?;
        self.conclude(&ended, report).await;
        Ok(())
    }

    /// A dry run: the same path without the lock, and nothing is written.
    pub(crate) async fn rehearse(
        &self,
        wish: &Wish,
        report: &mut RunReport,
        deadline: Deadline,
    ) -> Result<(), JobError> {
        let mut shift = Shift::begin(self, None, &report.run_id, deadline).await?;
        let mut run = shift.own_run(wish, report);
        let ending = shift.go(&mut run, report).await?;
        report.plan = Some(shift.rehearsal.into_json());
        if matches!(ending, Ending::HandedOver | Ending::Stuck) {
            report.end(Status::Partial, "the time was up before everything was planned; add a limit");
        }
        Ok(())
    }

    /// Somebody else holds the lock: a full pass is remembered, contacts that a message told of come again by another one,
    /// everything else comes again by itself.
    pub(crate) async fn find_busy(&self, wish: &Wish, report: &mut RunReport) -> Result<(), JobError> {
        let and_then = match wish {
            Wish::Pass(Pass { mode: Mode::Full, .. }) => {
                self.memories.leave(NAME, WANTED, WANTED_FULL.into()).await?;
                "; it is remembered, and a later run does it"
            }
            Wish::Changed(changed) => self.put_off(changed, &report.run_id).await,
            _ => "",
        };
        report.end(Status::Skipped, format!("another run holds the lock{and_then}"));
        Ok(())
    }

    /// Contacts that a message told of come again, because the schedule comes much later than a run takes.
    async fn put_off(&self, changed: &Changed, run_id: &str) -> &'static str {
        let again = changed.again(run_id, self.platform.clock.now());
        if let (Some(queue), Some((body, wait))) = (&self.queue, again) {
            match queue.send_later(body, wait).await {
                Ok(()) => return "; a message asks again a little later",
                Err(error) => tracing::warn!(%error, "the contacts are left to the next tick instead"),
            }
        }
        "; the schedule reads what changed"
    }

    /// How many contacts are linked: counted from the first run on, or by a full pass.
    pub(crate) async fn linked(&self, mark: Option<&Mark>) -> Result<Option<u64>, StateError> {
        match self.memories.recall(NAME, LINKED).await? {
            Some(Value::Number(linked)) => Ok(u64::try_from(linked).ok()),
            _ => Ok(mark.is_none().then_some(0)),
        }
    }

    async fn conclude(&self, ended: &Ended, report: &mut RunReport) {
        let and_then = ended.and_then;
        match &ended.ending {
            Ending::Finished if report.failed > 0 => {
                report.end(Status::Partial, format!("some contacts failed; {and_then}"));
            }
            Ending::Finished => {}
            Ending::NotNeeded(why) => report.end(Status::Skipped, why.clone()),
            Ending::Waits(why) => report.end(Status::Continued, why.clone()),
            Ending::HandedOver => {
                report.end(Status::Continued, "the time of this invocation is nearly up; the next one goes on");
            }
            Ending::Stuck => {
                let why = format!("{} before anything was written; {and_then}", Stop::Deadline);
                let subject = "cx-bridge contact-sync does not get on";
                self.alerts().send(&report.run_id, subject, &format!("{why}. Give the function more time.")).await;
                report.end(Status::Partial, why);
            }
            Ending::Braked(why) => report.end(Status::Braked, why.clone()),
            Ending::Stopped(stop @ (Stop::Outage | Stop::Deadline)) => {
                report.end(Status::Partial, format!("{stop}; {and_then}"));
            }
            Ending::Stopped(stop) => report.end(Status::Failed, stop.to_string()),
        }
    }
}

impl Shift<'_> {
    /// Follows a wish: whatever is unfinished comes first.
    async fn follow(&mut self, wish: &Wish, held: &Held, report: &mut RunReport) -> Result<Ended, JobError> {
        if self.job.config.mode == Effect::Shadow {
            let mut own = self.own_run(wish, report);
            return self.go(&mut own, report).await.map(Ended::comes_back);
        }
        let mut unfinished = self.unfinished(held, report).await?;
        if let Some(ending) = self.first_load(wish, unfinished.as_mut(), held, report).await? {
            return Ok(Ended::comes_back(ending));
        }
        let approval = if let Wish::Approve(plan) = wish { Some(plan.as_str()) } else { None };
        let is_full = matches!(wish, Wish::Pass(Pass { mode: Mode::Full, .. }));
        match self.job.map_standing(unfinished.as_ref(), approval, held, report).await? {
            Standing::Waits(why) => return Ok(Ended::comes_back(Ending::Braked(why))),
            Standing::Approved => return self.change_map(unfinished, held, report).await.map(Ended::comes_back),
            Standing::Agreed => {}
        }
        let is_braked = unfinished.as_ref().is_some_and(|run| run.progress.braked.is_some());
        if approval.is_some() && !is_braked {
            let why = "no plan waits for approval: it was approved before, or nothing is braked any more";
            return Ok(Ended::comes_back(Ending::NotNeeded(why.to_owned())));
        }
        self.approval = approval.map(str::to_owned);
        if is_braked && matches!(wish, Wish::Changed(_)) {
            let why = "a plan waits for approval; a tick reads these contacts afterwards"; // It was not when the batch came.
            return Ok(Ended::comes_back(Ending::NotNeeded(why.to_owned())));
        }
        let is_about_ids = !wish.ids().is_empty();
        if is_about_ids {
            self.look_back_on_told(wish).await?;
            let mut own = self.own_run(wish, report);
            let ending = self.go(&mut own, report).await?;
            self.settle_told(&own, held).await?;
            if !matches!(ending, Ending::Finished) {
                // What the queue tells of stands in Salesforce behind the watermark.
                let and_then = if matches!(wish, Wish::Changed(_)) { NEXT_RUN } else { BY_HAND };
                return Ok(Ended { ending, and_then });
            }
        }
        if let Some(mut run) = unfinished.filter(|run| !is_about_ids || run.progress.braked.is_none()) {
            let ending = self.go_or_give_up(&mut run, held, report).await?;
            if !matches!(ending, Ending::Finished) {
                if is_full {
                    self.job.memories.keep(NAME, WANTED, WANTED_FULL.into(), held.fence()).await?;
                }
                return Ok(Ended::comes_back(ending));
            }
        }
        match wish {
            Wish::Pass(pass) => self.own(pass, held, report).await,
            Wish::Ids(_) | Wish::Changed(_) | Wish::Approve(_) => Ok(Ended::comes_back(Ending::Finished)),
        }
    }

    async fn own(&mut self, pass: &Pass, held: &Held, report: &mut RunReport) -> Result<Ended, JobError> {
        // Whoever asks for a part gets that part: what is remembered waits for a tick.
        let is_plain = pass.since.is_none() && pass.limit.is_none();
        let wanted = if is_plain { self.job.memories.recall(NAME, WANTED).await? } else { None };
        let is_wanted = wanted.is_some();
        let pass = &Pass { mode: if is_wanted { Mode::Full } else { pass.mode }, ..pass.clone() };
        let since = pass.since;
        let comes_back = since.is_none_or(|since| self.mark.as_ref().is_none_or(|mark| since > mark.at));
        let mut run = self.own_run(&Wish::Pass(pass.clone()), report);
        run.progress.is_repeat = wanted == Some(WANTED_AGAIN.into());
        self.take_over_told(&mut run, held).await?;
        if run.progress.purpose == Purpose::Full {
            // The schedule asks once a week: from here on a tick goes on with it, whatever happens.
            self.save(&mut run).await?;
        }
        if is_wanted {
            self.job.memories.forget(NAME, WANTED, held.fence()).await?;
        }
        let ending = self.go_or_give_up(&mut run, held, report).await?;
        let and_then = match (&ending, run.is_owed_to_full()) {
            (Ending::Finished, true) if run.comes_again() => ONCE_MORE,
            (Ending::Finished, true) if run.progress.limit.is_none() => NEXT_FULL,
            (Ending::Finished, true) => BY_HAND,
            _ if comes_back => NEXT_RUN,
            _ => BY_HAND,
        };
        Ok(Ended { ending, and_then })
    }

    /// A full pass that fails for good must not keep changes away: the next tick does those, the next week tries again.
    async fn go_or_give_up(&mut self, run: &mut Run, held: &Held, report: &mut RunReport) -> Result<Ending, JobError> {
        let ended = self.go(run, report).await;
        let is_for_good = match &ended {
            Err(error) => error.is_for_good(),
            Ok(Ending::Stopped(Stop::Vendor(_))) => true,
            Ok(_) => false,
        };
        if is_for_good && run.progress.purpose == Purpose::Full && run.number > 0 {
            self.job.checkpoints.finish(NAME, &run.id, held.fence()).await?;
            report
                .warn("the full reconcile was given up; the next one is tried a week later, or by {\"mode\":\"full\"}");
        }
        ended
    }

    /// The run that a wish begins.
    pub(crate) fn own_run(&self, wish: &Wish, report: &RunReport) -> Run {
        let begin = |purpose, limit, cursor| {
            Run::begin(&report.run_id, purpose, limit, cursor, self.job.platform.clock.now_ms())
        };
        match wish {
            Wish::Ids(_) | Wish::Changed(_) | Wish::Approve(_) => {
                begin(Purpose::Ids, None, Cursor::Ids { ids: wish.ids() })
            }
            Wish::Pass(Pass { mode: Mode::Import, .. }) => {
                begin(Purpose::FirstLoad, None, Cursor::Import(Box::default()))
            }
            Wish::Pass(Pass { mode: Mode::Full, limit: None, .. }) => begin(Purpose::Full, None, Cursor::Gone),
            // A pilot does not begin with deletions.
            Wish::Pass(Pass { mode: Mode::Full, limit, .. }) => {
                begin(Purpose::Full, *limit, Cursor::Scan(ScanPlace::default()))
            }
            Wish::Pass(Pass { since: None, limit: None, .. }) => match self.job.config.mode {
                Effect::Live => begin(Purpose::Tick, None, Cursor::Gone),
                // Nobody acts on decisions in its place.
                Effect::Shadow => begin(Purpose::Changes(None), None, Cursor::Gone),
            },
            Wish::Pass(Pass { since, limit, .. }) => {
                begin(Purpose::Changes(*since), *limit, Cursor::Changes(self.window(*since)))
            }
        }
    }

    /// Somebody approved of another field map: every contact once, whatever was unfinished by the former one.
    async fn change_map(
        &mut self,
        unfinished: Option<Run>,
        held: &Held,
        report: &mut RunReport,
    ) -> Result<Ending, JobError> {
        if let Some(run) = unfinished {
            self.job.checkpoints.finish(NAME, &run.id, held.fence()).await?;
        }
        let purpose = Purpose::MapChange(self.job.map_version.clone());
        let cursor = Cursor::Changes(Window::since(self.job.config.start));
        let mut run = Run::begin(&report.run_id, purpose, None, cursor, self.job.platform.clock.now_ms());
        run.progress.approved = Some(self.job.everything());
        self.save(&mut run).await?;
        self.go(&mut run, report).await
    }

    /// The unfinished run, if there is one that can be gone on with.
    async fn unfinished(&self, held: &Held, report: &mut RunReport) -> Result<Option<Run>, JobError> {
        let Some(checkpoint) = self.job.checkpoints.read(NAME).await? else { return Ok(None) };
        let age_ms = self.job.platform.clock.now_ms().saturating_sub(checkpoint.started_ms);
        let run_id = checkpoint.run_id.clone();
        let is_old = u128::try_from(age_ms).is_ok_and(|age| age > RUN_AGE_MAX.as_millis());
        let keeps = |run: &Run| {
            let is_map_change = matches!(run.progress.purpose, Purpose::MapChange(_));
            run.progress.braked.is_some() || run.is_import() || is_map_change
        };
        match Run::resume(checkpoint) {
            Some(run) if !is_old || keeps(&run) => Ok(Some(run)),
            _ => {
                report.warn(format!("the unfinished run {run_id} was given up: it is too old, or of another release"));
                self.job.checkpoints.finish(NAME, &run_id, held.fence()).await?;
                Ok(None)
            }
        }
    }

    /// What people should know when the work is done.
    async fn leave_traces(&mut self, held: &Held, report: &mut RunReport) -> Result<(), JobError> {
        self.refresh_asides().await?;
        record::warn_about_asides(report, self.read.asides.values().map(|aside| &aside.why));
        self.job.tell_about_given_up(self.given_up, report).await;
        // Who stands in a list that was not taken was not told of: the marks stay before them.
        if self.job.config.mode == Effect::Shadow && self.job.mail_shadow(&self.csv, report, self.deadline).await {
            for (name, seen_to) in std::mem::take(&mut self.shadow_to) {
                self.job.marks.advance(NAME, name, &seen_to, held.fence()).await?;
            }
        }
        Ok(())
    }
}

impl Ended {
    fn comes_back(ending: Ending) -> Self {
        Self { ending, and_then: NEXT_RUN }
    }
}
