//! Carries out a plan about departed contacts, in batches, each with its intent written ahead.
//!
//! A batch goes: renew the lease → link rows as `sending` → the vendor calls → audit lines → tombstones. A run that is
//! killed in between finds the contact in Salesforce's bin again, because the mark has not passed it, and repeats the
//! same calls by id: what is already gone is done.

mod calls;
mod graves;

use genesys::Removal;
use platform::audit::{AuditLine, AuditStream};
use platform::deadline::Deadline;
use platform::next::Next;
use platform::vendor::{CallError, Failure};

use super::plan::{GoneAction, GoneStep};
use crate::apply::{Outcome, Stop, Tools};
use graves::Graves;

/// Contacts in one batch: what a bulk removal takes.
const BATCH_MAX: usize = 50;
/// After this many contacts in a row without an answer, Genesys counts as down.
const SILENT_MAX: u32 = 2;

/// What became of a plan about departed contacts.
#[derive(Debug, Default)]
pub struct GoneApplied {
    /// One outcome per step, in the order of the plan.
    pub outcomes: Vec<Outcome>,
    /// Why it stopped early, if it did.
    pub stop: Option<Stop>,
}

/// How one contact's call went.
enum Done {
    /// As wished, or there was nothing to do any more. What the heir took over, where one did.
    Yes(Option<String>),
    /// Not, or not known; the next run tries again.
    No(&'static str),
}

/// Carries out `steps`; each ends in an [`Outcome`], also when the run stops early.
pub async fn apply(
    steps: &[GoneStep<'_>],
    tools: &Tools<'_>,
    audit: &mut AuditStream,
    deadline: Deadline,
) -> GoneApplied {
    let mut run = Run { steps, tools, audit, outcomes: vec![None; steps.len()], silent: 0 };
    let stop = run.carry_out(deadline).await.err();
    let outcomes =
        run.outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|| Outcome::untried(stop.as_ref()))).collect();
    GoneApplied { outcomes, stop }
}

struct Run<'a, 'b> {
    steps: &'a [GoneStep<'a>],
    tools: &'a Tools<'a>,
    audit: &'b mut AuditStream,
    outcomes: Vec<Option<Outcome>>,
    silent: u32,
}

impl Run<'_, '_> {
    /// What keeps a contact goes first, what takes one away last.
    async fn carry_out(&mut self, deadline: Deadline) -> Result<(), Stop> {
        for name in ["bury", "relink", "unlink", "remove"] {
            let of_name = |(index, step): (usize, &GoneStep<'_>)| (step.action.name() == name).then_some(index);
            let wanted: Vec<usize> = self.steps.iter().enumerate().filter_map(of_name).collect();
            for batch in wanted.chunks(BATCH_MAX) {
                if deadline.is_closing() {
                    return Err(Stop::Deadline);
                }
                self.carry_out_batch(batch, deadline).await?;
            }
        }
        Ok(())
    }

    async fn carry_out_batch(&mut self, batch: &[usize], deadline: Deadline) -> Result<(), Stop> {
        let (steps, tools) = (self.steps, self.tools);
        tools.held.renew().await.map_err(Stop::State)?;
        let intents: Vec<_> = batch.iter().filter_map(|index| graves::sending(&steps[*index], tools)).collect();
        tools.links.put(&intents, tools.held.fence()).await.map_err(Stop::State)?;
        let mut graves = Graves::default();
        let ended = self.call(batch, &mut graves, deadline).await;
        // What was answered is written down, whatever ended the batch.
        self.record(graves).await?;
        ended
    }

    /// Sends what a batch needs and notes each contact's answer.
    async fn call(&mut self, batch: &[usize], graves: &mut Graves, deadline: Deadline) -> Result<(), Stop> {
        let (steps, tools) = (self.steps, self.tools);
        if steps[batch[0]].action.name() == "remove" {
            let answers = calls::remove(batch, steps, tools, deadline).await;
            for (index, done) in batch.iter().zip(self.judge(answers)?) {
                self.enter(*index, done, graves);
            }
            return self.go_on();
        }
        for index in batch {
            if deadline.is_closing() {
                return Err(Stop::Deadline);
            }
            tools.held.renew().await.map_err(Stop::State)?;
            let done = match calls::single(&steps[*index], tools, deadline).await {
                Ok(heir_of) => Done::Yes(heir_of),
                Err(error) => self.judge_failure(error)?,
            };
            self.enter(*index, done, graves);
            self.go_on()?;
        }
        Ok(())
    }

    fn judge(&mut self, answers: Result<Vec<Removal>, CallError>) -> Result<Vec<Done>, Stop> {
        let answers = match answers {
            Ok(answers) => answers,
            Err(error) => {
                let Done::No(reason) = self.judge_failure(error)? else { return Ok(Vec::new()) };
                return Ok((0..BATCH_MAX).map(|_| Done::No(reason)).collect());
            }
        };
        self.silent = 0;
        answers.into_iter().map(one_removal).collect()
    }

    /// A failure of one call. Those after which nothing could fare better end the run.
    fn judge_failure(&mut self, error: CallError) -> Result<Done, Stop> {
        match error.next() {
            Next::StopAndAlert => return Err(Stop::Vendor(error)),
            Next::RetryAfter(_) | Next::ReadBack => self.silent += 1,
            _ => self.silent = 0,
        }
        Ok(Done::No(error.reason()))
    }

    fn go_on(&self) -> Result<(), Stop> {
        if self.silent >= SILENT_MAX { Err(Stop::Outage) } else { Ok(()) }
    }

    fn enter(&mut self, index: usize, done: Done, graves: &mut Graves) {
        let step = &self.steps[index];
        let (outcome, why) = match done {
            Done::Yes(taken_over) => (graves.bury(step, taken_over.as_deref(), self.tools), step.why),
            Done::No(reason) => (graves.owe(step, reason, self.tools), reason),
        };
        if matches!(outcome, Outcome::Updated) {
            self.silent = 0;
        }
        let line = |subject: &str| AuditLine {
            subject: subject.to_owned(),
            action: step.action.name(),
            fields: Vec::new(),
            why: why.into(),
        };
        self.audit.line(&line(&step.departed.id));
        if let GoneAction::Relink { heir, .. } = &step.action {
            self.audit.line(&line(heir));
        }
        graves.outcomes.push((index, outcome));
    }

    /// Writes what the answers mean, and only then counts it.
    async fn record(&mut self, graves: Graves) -> Result<(), Stop> {
        let (tools, fence) = (self.tools, self.tools.held.fence());
        self.audit.flush().await.map_err(Stop::Audit)?;
        tools.links.put(&graves.links, fence).await.map_err(Stop::State)?;
        tools.asides.put(&graves.aside, fence).await.map_err(Stop::State)?;
        tools.asides.remove(&graves.resolved, fence).await.map_err(Stop::State)?;
        for (index, outcome) in graves.outcomes {
            self.outcomes[index] = Some(outcome);
        }
        Ok(())
    }
}

fn one_removal(answer: Removal) -> Result<Done, Stop> {
    let failed =
        |failure: Failure| CallError { vendor: "genesys", operation: "remove contacts", correlation_id: None, failure };
    match answer {
        Removal::Removed | Removal::AlreadyGone => Ok(Done::Yes(None)),
        Removal::Missing => Ok(Done::No(failed(Failure::NoAnswer).reason())),
        Removal::Refused(failure) if failure.stops_the_job() => Err(Stop::Vendor(failed(failure))),
        Removal::Refused(failure) => Ok(Done::No(failed(failure).reason())),
    }
}
