//! The brake of a run: what happens when its plan is out of proportion.
//!
//! Then the rest of the run is gone through once without writing, so that a person sees all of it and approves once.
//! The id of the plan is a fingerprint of everything it would write: whatever changes meanwhile makes it another plan.
//! A long plan may not be gone through within one invocation; then its id says how many slices were, and an approval
//! is for as much.

use std::time::Duration;

use platform::digest::fingerprint;
use platform::report::RunReport;

use super::{Flow, Shift};
use crate::check::{Excess, Limits, Tally, exceeded};
use crate::failure::JobError;
use crate::organizations::tell;
use crate::plan::{Read, Step, plan};
use crate::progress::{Purpose, Run};
use crate::read::Slice;

/// Characters of a fingerprint that a person copies; 60 bits.
const ID_CHARS: usize = 10;

const TOO_MANY_IDS: &str = "these contacts are out of proportion together, and nothing was written: name fewer at once, or leave them to the schedule, which asks for an approval";

const TOO_MANY_TOLD: &str = "with what was told of since the last tick these contacts are out of proportion, and none of them was written: they are left to the schedule, which asks for an approval";

/// A plan that was gone through without writing.
pub(super) struct Survey {
    id: String,
    tally: Tally,
    is_whole: bool,
}

impl Survey {
    /// The survey of a plan that was looked at as a whole, by a line for each thing it would do.
    pub(super) fn whole(lines: &str, tally: Tally) -> Self {
        Self { id: plan_id(&fingerprint(lines), None), tally, is_whole: true }
    }
}

impl Shift<'_> {
    /// In what the run is out of proportion once `planned` is done as well. A plan that does nothing is not.
    pub(super) fn excess(&self, run: &Run, planned: &Tally) -> Vec<Excess> {
        if *planned == Tally::default() {
            return Vec::new();
        }
        let done = self.told.as_ref().map_or_else(|| run.progress.tally.clone(), |told| told.with(run));
        exceeded(&done.and(planned), self.linked, &self.limits(), run.progress.approved.as_ref())
    }

    fn limits(&self) -> Limits {
        let config = &self.job.config;
        Limits { deletes: config.brake_deletes, changed: config.brake_changed, emptied: config.brake_emptied }
    }

    /// A slice out of proportion: the rest of the reader is gone through, and the run passes or stops. A list of ids is
    /// not kept, so nobody could approve of it.
    pub(super) async fn brake(&mut self, run: &mut Run, report: &mut RunReport) -> Result<Flow, JobError> {
        if run.progress.purpose == Purpose::Ids {
            let why = if self.told.is_some() { TOO_MANY_TOLD } else { TOO_MANY_IDS };
            return Ok(Flow::Braked(why.to_owned()));
        }
        let slices = match (&self.approval, &run.progress.braked) {
            (Some(approval), _) => Some(slices_of(approval).unwrap_or(usize::MAX)),
            // Looked through as far as before, a plan that has not changed keeps its id.
            (None, waiting) => waiting.as_deref().and_then(slices_of),
        };
        let survey = self.survey(run, slices).await?;
        self.pass_or_stop(run, survey, report).await
    }

    /// Lets the run pass if somebody approved of exactly this plan; stops it otherwise, and tells people once about each
    /// plan.
    pub(super) async fn pass_or_stop(
        &mut self,
        run: &mut Run,
        survey: Survey,
        report: &mut RunReport,
    ) -> Result<Flow, JobError> {
        let approval = self.approval.take();
        let total = run.progress.tally.clone().and(&survey.tally);
        if approval.as_ref() == Some(&survey.id) {
            tracing::info!(plan = survey.id, "an approved plan is carried out");
            (run.progress.approved, run.progress.braked) = (Some(total), None);
            self.save(run).await?;
            return Ok(Flow::Again);
        }
        let excess = exceeded(&total, self.linked, &self.limits(), run.progress.approved.as_ref());
        let opening = match &approval {
            None => "the plan would",
            Some(approved) if run.progress.braked.as_ref() == Some(approved) => {
                "the plan has changed since: it would now"
            }
            Some(_) => "that is not the plan that waits: this one would",
        };
        let why = words(opening, &excess, &survey);
        if run.progress.braked.as_ref() != Some(&survey.id) {
            // Before the plan is kept: a run that is killed in between tells people twice, not never.
            let subject = "cx-bridge contact-sync stopped before an unusual plan";
            self.job.alerts().send(&report.run_id, subject, &why).await;
            run.progress.braked = Some(survey.id);
            self.save(run).await?;
        }
        Ok(Flow::Braked(why))
    }

    /// Goes through the rest of the reader, or through so many slices of it.
    async fn survey(&mut self, run: &Run, slices: Option<usize>) -> Result<Survey, JobError> {
        let half = self.deadline.remaining() / 2;
        let (mut print, mut tally, mut surveyed) = (String::new(), Tally::default(), 0);
        let (mut next, mut limit) = (Some(run.cursor.clone()), run.progress.limit);
        while let Some(cursor) = next.take_if(|_| self.goes_on(slices, surveyed, half)) {
            let Slice { mut sources, links, next: behind, .. } = self.look(&cursor, &run.id, limit).await?;
            let desk = self.look_at_organizations(&mut sources, run).await?;
            let read = Read { sources, links, asides: std::mem::take(&mut self.read.asides), ..Read::default() };
            let steps = plan(&read);
            let companies = desk.wanted(&steps);
            print = fingerprint(&(print + &lines(&steps) + &tell::lines(&companies)));
            tally = tally.and(&Tally::of(&steps)).and(&tell::tally(&companies));
            limit = limit.map(|limit| limit.saturating_sub(super::loud(&read)));
            self.read.asides = read.asides;
            (next, surveyed) = (behind, surveyed + 1);
        }
        let is_whole = next.is_none();
        Ok(Survey { id: plan_id(&print, (!is_whole).then_some(surveyed)), tally, is_whole })
    }

    /// A plan that is known is looked through as far as before, unless that now takes so long that no time would be left
    /// to carry it out.
    fn goes_on(&self, slices: Option<usize>, surveyed: usize, half: Duration) -> bool {
        let left = self.deadline.remaining();
        match slices {
            _ if surveyed == 0 => true,
            Some(slices) => surveyed < slices && left > half / 2,
            None => left > half,
        }
    }
}

/// How many slices a plan's id is about; all of them, without a number.
fn slices_of(id: &str) -> Option<usize> {
    id.rsplit_once('.').and_then(|(_, slices)| slices.parse().ok())
}

/// Everything that a plan would write, in a line each. Without a word about the values: their digest stands for them.
pub(super) fn lines(steps: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in steps.iter().filter(|step| step.action.writes()) {
        let target = step.action.target().map_or("-", String::as_str);
        text += &format!("{} {} {target} {}\n", step.source.id, step.action.name(), step.source.hash);
    }
    text
}

fn plan_id(print: &str, slices: Option<usize>) -> String {
    let name: String = print.chars().take(ID_CHARS).collect();
    match slices {
        None => format!("plan-{name}"),
        Some(slices) => format!("plan-{name}.{slices}"),
    }
}

fn words(opening: &str, excess: &[Excess], survey: &Survey) -> String {
    let excess: Vec<String> = excess.iter().map(ToString::to_string).collect();
    let part = if survey.is_whole { "" } else { " in the part that could be looked through" };
    format!(
        "{opening} {}{part}; nothing more was written. Look at {{\"dry_run\":true}}, and send {{\"approve\":\"{}\"}} if it is right",
        excess.join(" and "),
        survey.id
    )
}

/// What a run that writes nothing says about it.
pub(super) fn warn(excess: &[Excess], report: &mut RunReport) {
    for excess in excess {
        report.warn(format!("a run would be stopped before this: it would {excess}"));
    }
}
