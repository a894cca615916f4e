//! Carries out a plan against Genesys, batch by batch, and never forgets a contact.
//!
//! Each batch goes: renew the lease → write the link rows as `sending` → the vendor call, several of one kind at once → what
//! each contact's answer means (`verdict`) → its audit lines → write the link rows as `settled`. A run that is killed in between leaves `sending` rows, and
//! the next run re-drives those by key. One contact's failure does not stop the others; a vendor that is down, a
//! permission that is missing or a lost lock does.

pub(crate) mod batch;
pub(crate) mod blame;
mod queue;
mod rows;
mod verdict;
mod verify;

use std::collections::HashMap;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use genesys::{Genesys, ItemOutcome};
use platform::aside::{Aside, Asides};
use platform::audit::{AuditError, AuditLine, AuditStream};
use platform::deadline::Deadline;
use platform::link::Links;
use platform::lock::Held;
use platform::table::StateError;
use platform::vendor::CallError;

use crate::plan::{Action, Step, Waiting};
use crate::wire::Marks;
use batch::Silence;
use blame::{Blame, InDoubt, Suspects};
use queue::{Batch, Kind, Queue};
use rows::Ledger;
use verdict::Verdict;

pub use verdict::NO_ORGANIZATION;

/// What one contact's step ended as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new Genesys contact.
    Created,
    /// An existing one was written.
    Updated,
    /// Nothing was written, and nothing is owed: the watermark may pass.
    Skipped(&'static str),
    /// Owed: the watermark stays before it, and the next run tries again.
    Failed(&'static str),
    /// Owed and not tried, because this invocation's time was up.
    Postponed,
}

impl Outcome {
    /// Whether the watermark may pass this contact.
    pub fn is_durable(&self) -> bool {
        !matches!(self, Self::Failed(_) | Self::Postponed)
    }

    /// What becomes of a contact that was not reached, by what stopped the run.
    pub(crate) fn untried(stop: Option<&Stop>) -> Self {
        match stop {
            Some(Stop::Deadline) => Self::Postponed,
            _ => Self::Failed("not_tried"),
        }
    }
}

/// Why a run stopped before its plan was through.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The invocation's time is nearly up.
    #[error("the time of this invocation is nearly up")]
    Deadline,
    /// Genesys was busy or silent twice in a row.
    #[error("Genesys does not answer")]
    Outage,
    /// No later contact could fare better.
    #[error(transparent)]
    Vendor(CallError),
    /// The state table refused or failed.
    #[error(transparent)]
    State(StateError),
    /// The audit lines could not be written: what they tell of must not count as settled.
    #[error(transparent)]
    Audit(AuditError),
}

/// What `apply` works with.
pub struct Tools<'a> {
    /// The vendor.
    pub genesys: &'a Genesys,
    /// Link rows.
    pub links: &'a Links,
    /// Quarantine and review.
    pub asides: &'a Asides,
    /// The held lock.
    pub held: &'a Held,
    /// External source and record link.
    pub marks: &'a Marks,
    /// The version of the field map, kept in each link row.
    pub map_version: String,
    /// The id of the digest key, kept in each link row.
    pub digest_key_id: String,
    /// Most contacts in a bulk add and in an enrich.
    pub batch_sizes: BatchSizes,
    /// After this many failed ticks a contact goes to quarantine.
    pub give_up_after_ticks: u32,
    /// How failures count.
    pub blame: Blame<'a>,
    /// The present moment for new rows, milliseconds since 1970.
    pub now_ms: i64,
}

impl Tools<'_> {
    /// What decides among equals, anew in each run.
    pub(crate) fn lot(&self) -> u64 {
        self.now_ms.unsigned_abs()
    }
}

/// Most contacts in one request.
#[derive(Clone, Copy, Debug)]
pub struct BatchSizes {
    /// Bulk add.
    pub add: usize,
    /// Bulk enrich.
    pub enrich: usize,
}

/// What became of a plan.
#[derive(Debug, Default)]
pub struct Applied {
    /// One outcome per step, in the order of the plan.
    pub outcomes: Vec<Outcome>,
    /// Why it stopped early, if it did.
    pub stop: Option<Stop>,
    /// Contacts for which Genesys answered with another contact than the one that was found.
    pub wrong_answers: u64,
    /// Whether quarantine or review are different now.
    pub asides_changed: bool,
    /// Whether Genesys has answered a write.
    pub heard: bool,
    /// Who may be to blame, if Genesys answers others later on.
    pub in_doubt: InDoubt,
}

/// Carries out `steps`. Quiet steps end at once; the others end in an [`Outcome`] each, also when the run stops early.
pub async fn apply(
    steps: &[Step<'_>],
    asides: &HashMap<String, Aside>,
    tools: &Tools<'_>,
    audit: &mut AuditStream,
    deadline: Deadline,
) -> Applied {
    let mut run = Run {
        steps,
        tools,
        audit,
        ledger: Ledger::new(asides),
        outcomes: vec![None; steps.len()],
        silence: Silence::after(tools.blame.heard),
        suspects: Suspects::default(),
        in_doubt: InDoubt::default(),
        wrong_answers: 0,
        asides_changed: false,
    };
    let stop = run.carry_out(deadline).await.err();
    let stop = run.blame(stop).await;
    let heard = run.silence.has_heard();
    let outcomes =
        run.outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|| Outcome::untried(stop.as_ref()))).collect();
    let Run { wrong_answers, asides_changed, in_doubt, .. } = run;
    Applied { outcomes, stop, wrong_answers, asides_changed, heard, in_doubt }
}

/// What Genesys answers to a batch, in the order of its items.
type Answers = Result<Vec<ItemOutcome>, CallError>;

/// Writes ahead what a batch is about to do.
async fn intend(batch: &Batch, steps: &[Step<'_>], tools: &Tools<'_>, deadline: Deadline) -> Result<(), Stop> {
    if deadline.is_closing() {
        return Err(Stop::Deadline);
    }
    tools.held.renew().await.map_err(Stop::State)?;
    let sending: Vec<_> = batch.items.iter().map(|item| rows::sending(&steps[item.step], tools)).collect();
    tools.links.put(&sending, tools.held.fence()).await.map_err(Stop::State)
}

/// A batch that is through.
struct Sent {
    batch: Batch,
    answers: Result<Answers, Stop>,
}

/// Sends a batch, which comes back with its answers. One that waited for so long that the lease ran short is sent once
/// more.
async fn send(batch: Batch, steps: &[Step<'_>], tools: &Tools<'_>, deadline: Deadline) -> Sent {
    let mut answers = send_once(&batch, steps, tools, deadline).await;
    if answers.as_ref().is_ok_and(blame::lease_ran_short) {
        answers = match tools.held.renew().await {
            Ok(()) => send_once(&batch, steps, tools, deadline).await,
            Err(error) => Err(Stop::State(error)),
        };
    }
    Sent { batch, answers }
}

async fn send_once(batch: &Batch, steps: &[Step<'_>], tools: &Tools<'_>, deadline: Deadline) -> Result<Answers, Stop> {
    match batch.kind {
        Kind::Verify => verify::verify(batch, steps, tools, deadline).await,
        _ => Ok(queue::send(batch, steps, tools, deadline).await),
    }
}

struct Run<'a, 'b> {
    steps: &'a [Step<'a>],
    tools: &'a Tools<'a>,
    audit: &'b mut AuditStream,
    ledger: Ledger<'a>,
    outcomes: Vec<Option<Outcome>>,
    silence: Silence,
    suspects: Suspects,
    in_doubt: InDoubt,
    wrong_answers: u64,
    asides_changed: bool,
}

impl Run<'_, '_> {
    /// As many batches of one kind are under way at once as the client has places; what they bring about for a contact is
    /// one after the other, because a contact stands in one batch at a time. Whatever is under way is waited for, also
    /// when the run stops: its answers are worth having.
    async fn carry_out(&mut self, deadline: Deadline) -> Result<(), Stop> {
        self.settle_quiet_steps().await?;
        let (steps, tools) = (self.steps, self.tools);
        let mut queue = Queue::of(steps, tools.batch_sizes, tools.lot());
        let (mut under_way, mut kind, mut stop) = (FuturesUnordered::new(), None, None);
        loop {
            while stop.is_none() && !self.silence.is_of_suspects() && under_way.len() < self.places() {
                let Some(batch) = queue.next_beside(kind.filter(|_| !under_way.is_empty())) else { break };
                kind = Some(batch.kind);
                match intend(&batch, steps, tools, deadline).await {
                    Ok(()) => under_way.push(send(batch, steps, tools, deadline)),
                    Err(stopped) => stop = Some(stopped),
                }
            }
            let Some(sent) = under_way.next().await else { break };
            match self.take_in(sent).await {
                Ok(follow_ups) => queue.extend(follow_ups),
                Err(stopped) => stop = stop.or(Some(stopped)),
            }
        }
        stop.map_or(Ok(()), Err)
    }

    /// Batches that may be under way. One, once a batch was not answered: the next one shows whether Genesys is down.
    fn places(&self) -> usize {
        if self.silence.has_begun() { 1 } else { self.tools.genesys.places() }
    }

    /// Steps that send nothing: kept, waiting, or newly in review.
    async fn settle_quiet_steps(&mut self) -> Result<(), Stop> {
        let (mut reviews, mut resolved, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
        for (index, step) in self.steps.iter().enumerate() {
            let reason = match &step.action {
                Action::Keep => {
                    resolved.extend(self.ledger.earlier_aside(step.source)); // It is in order: nothing is open any more.
                    "unchanged"
                }
                Action::Stale => "deleted",
                Action::Wait(Waiting::Review) => "review",
                Action::Wait(Waiting::Quarantined) => "quarantined",
                Action::Review { candidates, reason } => {
                    reviews.push(rows::review(step.source, candidates.clone(), reason, self.tools.now_ms));
                    self.note(index, reason);
                    "review"
                }
                Action::Await => {
                    outcomes.push((index, Outcome::Failed(NO_ORGANIZATION)));
                    continue;
                }
                _ => continue,
            };
            outcomes.push((index, Outcome::Skipped(reason)));
        }
        self.asides_changed |= !reviews.is_empty() || !resolved.is_empty();
        self.audit.flush().await.map_err(Stop::Audit)?;
        self.tools.asides.put(&reviews, self.tools.held.fence()).await.map_err(Stop::State)?;
        self.tools.asides.remove(&resolved, self.tools.held.fence()).await.map_err(Stop::State)?;
        self.count(outcomes);
        Ok(())
    }

    /// What the answers to a batch mean, and what has to be sent next.
    async fn take_in(&mut self, sent: Sent) -> Result<Vec<Batch>, Stop> {
        let Sent { batch, answers } = sent;
        let answers = answers?;
        let is_suspect = batch.items.iter().all(|item| blame::failures(self.steps[item.step].link).is_some());
        let was_sent = blame::was_sent(&answers);
        self.silence.hear(&answers, is_suspect);
        let judged = verdict::judge(&batch, answers, self.steps).map_err(Stop::Vendor)?;
        if let Some(Verdict::Unanswered(reason)) = judged.verdicts.first() {
            self.suspects.note(&batch, was_sent, reason);
        }
        self.record(&batch, &judged.verdicts).await?;
        if self.silence.is_outage() { Err(Stop::Outage) } else { Ok(judged.follow_ups) }
    }

    /// Writes what the verdicts mean, and only then counts it: audit lines, link rows, quarantine and review rows. A
    /// run that dies in between leaves `sending` rows, so the next one writes the lines again rather than never.
    async fn record(&mut self, batch: &Batch, verdicts: &[Verdict]) -> Result<(), Stop> {
        let mut written = rows::Written::default();
        let mut outcomes = Vec::new();
        for (item, verdict) in batch.items.iter().zip(verdicts) {
            let step = &self.steps[item.step];
            if let Some(outcome) = self.ledger.enter(step, verdict, self.tools, &mut written) {
                self.note(item.step, verdict.why());
                outcomes.push((item.step, outcome));
            }
            self.wrong_answers += u64::from(matches!(verdict, Verdict::WrongContact { .. }));
        }
        self.audit.flush().await.map_err(Stop::Audit)?;
        self.write(written).await?;
        self.count(outcomes);
        Ok(())
    }

    async fn write(&mut self, written: rows::Written) -> Result<(), Stop> {
        let (tools, fence) = (self.tools, self.tools.held.fence());
        self.asides_changed |= !written.aside.is_empty() || !written.resolved.is_empty();
        blame::say_given_up(&written.aside);
        // Links first: a contact that is set aside is not looked at again, so its link row would stay `sending`.
        tools.links.put(&written.links, fence).await.map_err(Stop::State)?;
        tools.asides.put(&written.aside, fence).await.map_err(Stop::State)?;
        tools.asides.remove(&written.resolved, fence).await.map_err(Stop::State)
    }

    /// Who travelled alone and was not answered has failed once more, if that is nobody else's fault.
    async fn blame(&mut self, stop: Option<Stop>) -> Option<Stop> {
        if matches!(stop, Some(Stop::State(_) | Stop::Audit(_))) {
            return stop; // Nothing could be written down.
        }
        let (steps, tools) = (self.steps, self.tools);
        let failed_before = |index: usize| steps[index].link.is_some_and(|link| link.failed_ticks > 0);
        let (to_blame, in_doubt) = std::mem::take(&mut self.suspects).judge(&self.silence, failed_before);
        let (mut written, mut doubted) = (rows::Written::default(), rows::Written::default());
        let fail = |suspect: blame::Suspect, written: &mut rows::Written| {
            (suspect.step, self.ledger.failed(&steps[suspect.step], suspect.reason, tools, written))
        };
        for suspect in in_doubt {
            fail(suspect, &mut doubted);
        }
        self.in_doubt = InDoubt::of_contacts(doubted.links, doubted.aside);
        let outcomes = to_blame.into_iter().map(|suspect| fail(suspect, &mut written)).collect();
        match self.write(written).await {
            Ok(()) => self.count(outcomes),
            Err(stopped) => return stop.or(Some(stopped)),
        }
        stop
    }

    fn count(&mut self, outcomes: Vec<(usize, Outcome)>) {
        for (step, outcome) in outcomes {
            self.outcomes[step] = Some(outcome);
        }
    }

    fn note(&mut self, index: usize, why: &'static str) {
        let step = &self.steps[index];
        let subject = step.source.id.as_str().to_owned();
        self.audit.line(&AuditLine {
            subject,
            action: step.action.name(),
            fields: step.difference.names(),
            why: why.into(),
        });
    }
}

impl Kind {
    /// Whether the request is a create without a natural key.
    fn is_add(self) -> bool {
        self == Self::Add
    }
}
