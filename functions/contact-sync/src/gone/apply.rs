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
use crate::apply::batch::{Silence, in_order_of_failures};
use crate::apply::blame::{InDoubt, Suspect, Suspects, failures, is_nobodys, lease_ran_short, say_given_up, was_sent};
use crate::apply::{Outcome, Stop, Tools};
use graves::Graves;

/// Contacts in one batch: what a bulk removal takes.
const BATCH_MAX: usize = 50;

/// What became of a plan about departed contacts.
#[derive(Debug, Default)]
pub struct GoneApplied {
    /// One outcome per step, in the order of the plan.
    pub outcomes: Vec<Outcome>,
    /// Why it stopped early, if it did.
    pub stop: Option<Stop>,
    /// Whether Genesys has answered.
    pub heard: bool,
    /// Who may be to blame, if Genesys answers others later on.
    pub in_doubt: InDoubt,
}

/// How one contact's call went.
#[derive(Clone)]
enum Done {
    /// As wished, or there was nothing to do any more. What the heir took over, where one did.
    Yes(Option<String>),
    /// Not, or not known; the next run tries again.
    No(&'static str),
    /// The same, because the whole call failed: it may be nobody's fault.
    Unanswered(&'static str),
}

/// Carries out `steps`; each ends in an [`Outcome`], also when the run stops early.
pub async fn apply(
    steps: &[GoneStep<'_>],
    tools: &Tools<'_>,
    audit: &mut AuditStream,
    deadline: Deadline,
) -> GoneApplied {
    let (silence, suspects) = (Silence::after(tools.blame.heard), Suspects::default());
    let mut run =
        Run { steps, tools, audit, outcomes: vec![None; steps.len()], silence, suspects, in_doubt: InDoubt::default() };
    let stop = run.carry_out(deadline).await.err();
    let stop = run.blame(stop).await;
    let (heard, in_doubt) = (run.silence.has_heard(), std::mem::take(&mut run.in_doubt));
    let outcomes =
        run.outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|| Outcome::untried(stop.as_ref()))).collect();
    GoneApplied { outcomes, stop, heard, in_doubt }
}

struct Run<'a, 'b> {
    steps: &'a [GoneStep<'a>],
    tools: &'a Tools<'a>,
    audit: &'b mut AuditStream,
    outcomes: Vec<Option<Outcome>>,
    silence: Silence,
    suspects: Suspects,
    in_doubt: InDoubt,
}

impl Run<'_, '_> {
    /// What keeps a contact goes first, what takes one away last.
    async fn carry_out(&mut self, deadline: Deadline) -> Result<(), Stop> {
        for name in ["bury", "relink", "unlink", "remove"] {
            let of_name = |(index, step): (usize, &GoneStep<'_>)| (step.action.name() == name).then_some(index);
            let wanted: Vec<usize> = self.steps.iter().enumerate().filter_map(of_name).collect();
            // Who failed before goes last and alone, so that it takes no others down with it again.
            let (mut alone, together): (Vec<usize>, Vec<usize>) =
                wanted.into_iter().partition(|index| self.failures(*index).is_some());
            in_order_of_failures(&mut alone, |index| self.failures(*index), self.tools.lot());
            for batch in together.chunks(BATCH_MAX).chain(alone.chunks(1)) {
                if deadline.is_closing() {
                    return Err(Stop::Deadline);
                }
                if !self.silence.is_of_suspects() {
                    self.carry_out_batch(batch, deadline).await?;
                }
            }
            if self.silence.is_of_suspects() {
                self.silence.forgive(); // Those of the next kind may fare better.
            }
        }
        Ok(())
    }

    /// In how many ticks it has failed, if it failed before, or was not answered. One that a reconcile found has its
    /// tombstone as its intent.
    fn failures(&self, index: usize) -> Option<u32> {
        let departed = self.steps[index].departed;
        let link = departed.link.as_ref();
        failures(link).or(link.filter(|_| departed.is_carried).map(|link| link.failed_ticks))
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

    /// Sends what a batch needs and notes each contact's answer. A call that waited for so long that the lease ran short
    /// is sent once more.
    async fn call(&mut self, batch: &[usize], graves: &mut Graves, deadline: Deadline) -> Result<(), Stop> {
        let (steps, tools) = (self.steps, self.tools);
        if steps[batch[0]].action.name() == "remove" {
            let mut answers = calls::remove(batch, steps, tools, deadline).await;
            if lease_ran_short(&answers) {
                tools.held.renew().await.map_err(Stop::State)?;
                answers = calls::remove(batch, steps, tools, deadline).await;
            }
            self.hear(&answers, batch);
            let was_sent = was_sent(&answers);
            for (index, done) in batch.iter().zip(judge(answers)?) {
                self.suspect(*index, &done, was_sent && batch.len() == 1);
                self.enter(*index, done, graves);
            }
            return self.go_on();
        }
        for index in batch {
            if deadline.is_closing() {
                return Err(Stop::Deadline);
            }
            tools.held.renew().await.map_err(Stop::State)?;
            let before = tools.genesys.requests();
            let mut answer = calls::single(&steps[*index], tools, deadline).await;
            if lease_ran_short(&answer) {
                tools.held.renew().await.map_err(Stop::State)?;
                answer = calls::single(&steps[*index], tools, deadline).await;
            }
            if tools.genesys.requests() > before || answer.is_err() {
                self.hear(&answer, &[*index]);
            }
            let was_sent = was_sent(&answer);
            let done = answer.map_or_else(judge_failure, |heir_of| Ok(Done::Yes(heir_of)))?;
            self.suspect(*index, &done, was_sent);
            self.enter(*index, done, graves);
            self.go_on()?;
        }
        Ok(())
    }

    /// Learns from an answer.
    fn hear<T>(&mut self, answer: &Result<T, CallError>, about: &[usize]) {
        let is_suspect = about.iter().all(|index| self.failures(*index).is_some());
        self.silence.hear(answer, is_suspect);
    }

    /// Notes who was alone in a call that nobody answered.
    fn suspect(&mut self, index: usize, done: &Done, was_alone: bool) {
        if let (Done::Unanswered(reason), true) = (done, was_alone) {
            self.suspects.add(index, reason);
        }
    }

    /// Who was alone and was not answered has failed once more, if that is nobody else's fault.
    async fn blame(&mut self, stop: Option<Stop>) -> Option<Stop> {
        if matches!(stop, Some(Stop::State(_) | Stop::Audit(_))) {
            return stop; // Nothing could be written down.
        }
        let (steps, tools) = (self.steps, self.tools);
        let failed_before =
            |index: usize| steps[index].departed.link.as_ref().is_some_and(|link| link.failed_ticks > 0);
        let (to_blame, in_doubt) = std::mem::take(&mut self.suspects).judge(&self.silence, failed_before);
        let (mut graves, mut doubted) = (Graves::default(), Graves::default());
        for Suspect { step, reason } in in_doubt {
            doubted.owe(&steps[step], reason, tools);
        }
        self.in_doubt = InDoubt::of_contacts(doubted.links, doubted.aside);
        for Suspect { step, reason } in to_blame {
            let outcome = graves.owe(&steps[step], reason, tools);
            graves.outcomes.push((step, outcome));
        }
        match self.record(graves).await {
            Ok(()) => stop,
            Err(stopped) => stop.or(Some(stopped)),
        }
    }

    fn go_on(&self) -> Result<(), Stop> {
        if self.silence.is_outage() { Err(Stop::Outage) } else { Ok(()) }
    }

    fn enter(&mut self, index: usize, done: Done, graves: &mut Graves) {
        let step = &self.steps[index];
        let (outcome, why) = match done {
            Done::Yes(taken_over) => (graves.bury(step, taken_over.as_deref(), self.tools), step.why),
            Done::No(reason) => (graves.owe(step, reason, self.tools), reason),
            Done::Unanswered(reason) => (Outcome::Failed(reason), reason),
        };
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
        say_given_up(&graves.aside);
        tools.links.put(&graves.links, fence).await.map_err(Stop::State)?;
        tools.asides.put(&graves.aside, fence).await.map_err(Stop::State)?;
        tools.asides.remove(&graves.resolved, fence).await.map_err(Stop::State)?;
        for (index, outcome) in graves.outcomes {
            self.outcomes[index] = Some(outcome);
        }
        Ok(())
    }
}

/// What became of each contact of a removal.
fn judge(answers: Result<Vec<Removal>, CallError>) -> Result<Vec<Done>, Stop> {
    match answers {
        Ok(answers) => answers.into_iter().map(one_removal).collect(),
        Err(error) => Ok(vec![judge_failure(error)?; BATCH_MAX]),
    }
}

/// A failure of one call. Those after which nothing could fare better end the run.
fn judge_failure(error: CallError) -> Result<Done, Stop> {
    match error.next() {
        Next::StopAndAlert => Err(Stop::Vendor(error)),
        _ if is_nobodys(&error.failure) => Ok(Done::Unanswered(error.reason())),
        _ => Ok(Done::No(error.reason())),
    }
}

fn one_removal(answer: Removal) -> Result<Done, Stop> {
    match answer {
        Removal::Removed | Removal::AlreadyGone => Ok(Done::Yes(None)),
        Removal::Missing => Ok(Done::No(Failure::NoAnswer.reason())),
        Removal::Refused(failure) if failure.stops_the_job() => {
            let operation = "remove contacts";
            Err(Stop::Vendor(CallError { vendor: "genesys", operation, correlation_id: None, was_sent: true, failure }))
        }
        Removal::Refused(failure) => Ok(Done::No(failure.reason())),
    }
}
