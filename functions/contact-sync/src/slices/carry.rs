//! Writing a slice's plan, and how far the run has come by it.

use platform::lock::Held;
use platform::mark::Mark;
use platform::report::RunReport;
use platform::table::StateError;
use platform::vendor::CallError;

use super::Shift;
use crate::NAME;
use crate::agenda::LINKED;
use crate::apply::blame::{Blame, say_given_up};
use crate::apply::{Applied, BatchSizes, Outcome, Stop, Tools, apply};
use crate::check::Tally;
use crate::connect::ContactSync;
use crate::failure::JobError;
use crate::organizations::tell;
use crate::plan::{Read, Step};
use crate::progress::{Purpose, Run};
use crate::read::Cursor;
use crate::record;
use crate::source::Source;
use crate::wire;

impl Shift<'_> {
    /// Writes what the plan says, and then how far the run has come.
    pub(super) async fn apply(
        &mut self,
        run: &mut Run,
        read: &Read,
        steps: &[Step<'_>],
        complete_to: Option<Mark>,
        held: &Held,
        report: &mut RunReport,
    ) -> Result<Option<Stop>, JobError> {
        let marks = self.marks().await?;
        let blame = Blame { is_tick: run.is_tick(), heard: self.heard, failed: &self.failed };
        let tools = self.job.tools(self.digest_key.id(), held, &marks, blame);
        let mut applied = apply(steps, &read.asides, &tools, &mut self.audit, self.deadline).await;
        record::count_outcomes(report, &applied);
        self.learn(run, steps, &mut applied);
        self.doubt_organizations(steps, &applied.outcomes, held).await?;
        self.asides_changed |= applied.asides_changed;
        self.count_linked(steps, &applied.outcomes);
        // Before the watermark: behind one, a first run is no first run, and nobody would know what is in proportion.
        self.keep_linked(held).await?;
        self.count_done(run, steps, &applied);
        self.move_watermark(run, &read.sources, &applied.outcomes, complete_to, held).await?;
        self.cut(run, steps, &applied);
        Ok(applied.stop)
    }

    /// Who failed, and whether Genesys answers at all.
    pub(super) fn learn(&mut self, run: &Run, steps: &[Step<'_>], applied: &mut Applied) {
        let is_failure = |(step, outcome): &(&Step<'_>, &Outcome)| {
            run.is_tick() && step.action.writes() && matches!(outcome, Outcome::Failed(_))
        };
        let failed = steps.iter().zip(&applied.outcomes).filter(is_failure);
        self.failed.extend(failed.map(|(step, _)| step.source.id.as_str().to_owned()));
        self.heard |= applied.heard;
        for (step, _) in steps.iter().zip(&applied.outcomes).filter(|(_, outcome)| outcome.is_durable()) {
            self.in_doubt.forget(step.source.id.as_str());
        }
        self.in_doubt.add(std::mem::take(&mut applied.in_doubt));
    }

    /// Who was not answered has failed once more, now that Genesys has answered others.
    pub(super) async fn blame_those_in_doubt(&mut self) -> Result<(), StateError> {
        let (Some(held), true) = (self.live(), self.heard) else { return Ok(()) };
        let (links, asides, organizations) = std::mem::take(&mut self.in_doubt).into_rows();
        say_given_up(&asides);
        organizations.iter().for_each(|row| tell::say_given_up(row, "unanswered"));
        self.given_up += asides.len() as u64;
        // Links first, as ever: a contact that is set aside is not looked at again.
        self.job.links.put(&links, held.fence()).await?;
        self.job.asides.put(&asides, held.fence()).await?;
        self.job.organizations.put(&organizations, held.fence()).await?;
        self.asides_changed |= !asides.is_empty();
        Ok(())
    }

    /// What the brake looks at from here on. Whoever is read again, because the run stopped in the middle or the queue
    /// tells again, counts then.
    fn count_done(&self, run: &mut Run, steps: &[Step<'_>], applied: &Applied) {
        let goes_on = matches!(applied.stop, None | Some(Stop::Deadline));
        let counts = |(_, outcome): &(&Step<'_>, &Outcome)| match outcome {
            Outcome::Postponed => false,
            Outcome::Failed(_) => goes_on && run.is_tick(),
            _ => true,
        };
        let done = steps.iter().zip(&applied.outcomes).filter(counts);
        run.count(&Tally::of(done.map(|(step, _)| step)));
    }

    /// The time was up in the middle: the run goes on before the first contact that was not reached.
    fn cut(&mut self, run: &mut Run, steps: &[Step<'_>], applied: &Applied) {
        if matches!(&applied.stop, Some(stop) if !matches!(stop, Stop::Deadline)) {
            return; // The slice is read again.
        }
        let reached = applied.outcomes.iter().position(|outcome| *outcome == Outcome::Postponed);
        let reached = &steps[..reached.unwrap_or(steps.len())];
        let outcomes = &applied.outcomes[..reached.len()];
        count_compared(run, reached, outcomes);
        run.progress.owed |= outcomes.iter().any(|outcome| !outcome.is_durable());
        if applied.stop.is_none() {
            return;
        }
        let cursor = reached.last().map(|last| run.cursor.cut_behind(last.source));
        self.has_achieved |= applied.outcomes.iter().any(is_written);
        if let Some(cursor) = cursor.filter(|cursor| *cursor != run.cursor) {
            self.has_achieved = true;
            run.move_to(cursor);
        }
    }

    /// What every written contact gets besides its fields.
    pub(super) async fn marks(&self) -> Result<wire::Marks, CallError> {
        let record_url = match self.external_source.is_some() && self.job.config.record_url.is_empty() {
            true => self.job.salesforce.instance(self.deadline).await?.record_url("{id}"),
            false => self.job.config.record_url.clone(),
        };
        Ok(wire::Marks { external_source: self.external_source.clone().unwrap_or_default(), record_url })
    }

    /// Remembers how many contacts are linked, if that has changed.
    pub(crate) async fn keep_linked(&mut self, held: &Held) -> Result<(), StateError> {
        if let Some(linked) = self.linked.filter(|_| self.linked != self.linked_kept) {
            let count = i64::try_from(linked).unwrap_or(i64::MAX);
            self.job.memories.keep(NAME, LINKED, count.into(), held.fence()).await?;
            self.linked_kept = self.linked;
        }
        Ok(())
    }

    /// One more for each contact that got a Genesys contact.
    fn count_linked(&mut self, steps: &[Step<'_>], outcomes: &[Outcome]) {
        let is_new = |(step, outcome): &(&Step<'_>, &Outcome)| is_written(outcome) && !is_linked(step);
        let count = steps.iter().zip(outcomes).filter(is_new).count() as u64;
        self.linked = self.linked.map(|linked| linked + count);
    }

    /// Moves the watermark over what is durable. A run that began behind a gap (`since` later than the watermark)
    /// leaves it, and so does a slice that saw nothing new: the next window then only grows, and an idle run costs no
    /// write.
    async fn move_watermark(
        &mut self,
        run: &Run,
        sources: &[Source],
        outcomes: &[Outcome],
        complete_to: Option<Mark>,
        held: &Held,
    ) -> Result<(), StateError> {
        let durable_to = complete_to.and_then(|to| record::durable_to(sources, outcomes, to));
        let Some(durable_to) = durable_to.filter(|_| !run.progress.owed && !self.leaves_a_gap(run)) else {
            return Ok(());
        };
        let mark = self.mark.as_ref();
        let is_news = |source: &Source| {
            mark.is_none_or(|mark| (source.modified, source.id.as_str()) > (mark.at, mark.id.as_str()))
        };
        if !sources.iter().any(is_news) {
            return Ok(());
        }
        self.job.marks.advance(NAME, self.job.mark_name(), &durable_to, held.fence()).await?;
        self.mark = Some(durable_to);
        Ok(())
    }

    /// How far a shadow run has seen everything: not behind a gap, and not again where it has been.
    pub(super) fn see_to_shadow(&mut self, run: &Run, complete_to: Option<Mark>) {
        let is_further = |to: &Mark| self.mark.as_ref().is_none_or(|mark| to > mark) && !self.leaves_a_gap(run);
        if let Some(to) = complete_to.filter(is_further) {
            self.shadow_to.insert(self.job.mark_name(), to);
        }
    }

    fn leaves_a_gap(&self, run: &Run) -> bool {
        let Purpose::Changes(Some(since)) = run.progress.purpose else { return false };
        since > self.mark.as_ref().map_or(self.job.config.start, |mark| mark.at)
    }
}

/// Counts the linked contacts that a full reconcile goes through: those that were, and those that are linked by it.
fn count_compared(run: &mut Run, reached: &[Step<'_>], outcomes: &[Outcome]) {
    if matches!(run.cursor, Cursor::ById { .. }) {
        let counts = |(step, outcome): &(&Step<'_>, &Outcome)| is_linked(step) || is_written(outcome);
        run.progress.counted += reached.iter().zip(outcomes).filter(counts).count() as u64;
    }
}

fn is_linked(step: &Step<'_>) -> bool {
    step.link.is_some_and(|link| link.genesys_id.is_some())
}

fn is_written(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Created | Outcome::Updated)
}

impl ContactSync {
    pub(crate) fn tools<'t>(
        &'t self,
        digest_key_id: &str,
        held: &'t Held,
        marks: &'t wire::Marks,
        blame: Blame<'t>,
    ) -> Tools<'t> {
        Tools {
            genesys: &self.genesys,
            links: &self.links,
            asides: &self.asides,
            held,
            marks,
            map_version: self.map_version.clone(),
            digest_key_id: digest_key_id.to_owned(),
            batch_sizes: BatchSizes { add: self.config.bulk_add_size, enrich: self.config.enrich_size },
            give_up_after_ticks: self.config.give_up_after_ticks,
            blame,
            now_ms: self.platform.clock.now_ms(),
        }
    }
}
