//! Writes organizations, batch by batch, and never forgets one.
//!
//! Each batch goes as a batch of contacts does ([`crate::apply`]): renew the lease → write the rows as `sending` → the
//! vendor call → what each answer means ([`verdict`]) → audit lines → write the rows as `settled`. Killed in between, the
//! next run finds `sending` rows and drives those again by key.

mod rows;
mod verdict;

use std::collections::{BTreeMap, HashMap, VecDeque};

use genesys::{EnrichAction, Genesys, ItemOutcome};
use platform::audit::{AuditLine, AuditStream};
use platform::deadline::Deadline;
use platform::link::LinkState;
use platform::lock::Held;
use platform::organization::{OrganizationRow, Organizations};
use platform::vendor::CallError;

use super::plan::{OrganizationAction, OrganizationStep};
use super::tell::say_given_up;
use super::wire;
use crate::apply::Stop;
use crate::apply::batch::{self, Silence};
use crate::apply::blame::{Blame, InDoubt, Suspect, Suspects, lease_ran_short, was_sent};
use crate::wire::Marks;
use verdict::Verdict;

/// What `apply` works with.
pub struct Tools<'a> {
    /// The vendor.
    pub genesys: &'a Genesys,
    /// The rows of accounts.
    pub organizations: &'a Organizations,
    /// The held lock.
    pub held: &'a Held,
    /// External source and record link.
    pub marks: &'a Marks,
    /// The version of the field map, kept in each row.
    pub map_version: &'a str,
    /// The id of the digest key, kept in each row.
    pub digest_key_id: &'a str,
    /// Most organizations in a bulk add.
    pub add_max: usize,
    /// Most organizations in a bulk enrich.
    pub enrich_max: usize,
    /// After this many failed ticks an account is given up until it changes.
    pub give_up_after_ticks: u32,
    /// How failures count.
    pub blame: Blame<'a>,
    /// What decides among equals, anew in each run.
    pub lot: u64,
}

/// What became of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// This is its organization, and all of it is written.
    There(String),
    /// It is there, and Genesys refused its newest values.
    Kept(String),
    /// Genesys refused it, and nobody has made it before.
    Refused,
    /// It failed in too many runs.
    GivenUp,
    /// Owed: its contacts wait.
    Failed,
}

/// What became of all of them.
#[derive(Debug, Default)]
pub struct Written {
    /// By account; an account that was not reached is not here.
    pub fates: HashMap<String, Fate>,
    /// How many, by what became of them: `created`, `updated`, `refused`, `failed`.
    pub counts: BTreeMap<&'static str, u64>,
    /// Requests by kind.
    pub requests: BTreeMap<&'static str, u64>,
    /// Why it stopped early, if it did.
    pub stop: Option<Stop>,
    /// Whether Genesys has answered a write.
    pub heard: bool,
    /// Accounts that were alone in a call which nobody answered, in case that Genesys answers for contacts: then it was
    /// theirs to answer for.
    pub in_doubt: InDoubt,
}

/// Which request a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Bulk add.
    Add,
    /// Upsert by our external id.
    Redrive,
    /// Enrich of what exists.
    Update,
    /// Patch, which also empties fields.
    Patch,
    /// Patch of one that was just enriched: empties what enrich cannot.
    Clear,
}

type Batch = batch::Batch<Kind>;

/// Carries out `steps`, all of which write.
pub async fn apply(
    steps: &[&OrganizationStep],
    tools: &Tools<'_>,
    audit: &mut AuditStream,
    deadline: Deadline,
) -> Written {
    let (silence, suspects) = (Silence::after(tools.blame.heard), Suspects::default());
    let mut run = Run { steps, tools, audit, written: Written::default(), silence, suspects };
    let stop = run.carry_out(deadline).await.err();
    run.written.stop = run.blame(stop).await;
    run.written.heard = run.silence.has_heard();
    run.written
}

struct Run<'a> {
    steps: &'a [&'a OrganizationStep],
    tools: &'a Tools<'a>,
    audit: &'a mut AuditStream,
    written: Written,
    silence: Silence,
    suspects: Suspects,
}

impl Run<'_> {
    async fn carry_out(&mut self, deadline: Deadline) -> Result<(), Stop> {
        let mut queue = self.queue();
        while let Some(batch) = queue.pop_front() {
            if deadline.is_closing() {
                return Err(Stop::Deadline);
            }
            let follow_ups = self.carry_out_batch(&batch, deadline).await?;
            for batch in follow_ups.into_iter().flat_map(|batch| batch.cut(self.size(batch.kind))) {
                batch.put_back(&mut queue, |step| self.failures(step));
            }
            if self.silence.is_outage() {
                return Err(Stop::Outage);
            }
            if self.silence.is_of_suspects() {
                self.leave_the_rest();
                break;
            }
        }
        Ok(())
    }

    /// Contacts of accounts that were not reached wait, and those of others go on.
    fn leave_the_rest(&mut self) {
        let steps = self.steps;
        for step in steps.iter().filter(|step| kind_of(&step.action).is_some()) {
            if !self.written.fates.contains_key(&step.company.id) {
                self.count(step, Fate::Failed);
            }
        }
    }

    /// All requests.
    fn queue(&self) -> VecDeque<Batch> {
        let mut queue = VecDeque::new();
        for kind in [Kind::Add, Kind::Redrive, Kind::Update, Kind::Patch] {
            let of_kind = self.steps.iter().enumerate().filter(|(_, step)| kind_of(&step.action) == Some(kind));
            let wanted = of_kind.map(|(step, _)| step).collect();
            queue.extend(Batch::of(kind, wanted, |step| self.failures(step).is_some(), self.size(kind)));
        }
        Batch::alone_last(queue, |step| self.failures(step), self.tools.lot)
    }

    /// In how many ticks it has failed, if it travels alone: it failed in an earlier run, or was not answered, and must not
    /// take others down with it again.
    fn failures(&self, step: usize) -> Option<u32> {
        let row = self.steps[step].row.as_ref()?;
        (row.failed_ticks > 0 || row.state == LinkState::Sending).then_some(row.failed_ticks)
    }

    /// Who travelled alone and was not answered has failed once more, if that is nobody else's fault.
    async fn blame(&mut self, stop: Option<Stop>) -> Option<Stop> {
        let (steps, tools) = (self.steps, self.tools);
        if matches!(stop, Some(Stop::State(_) | Stop::Audit(_))) {
            return stop; // Nothing could be written down.
        }
        let failed_before = |step: usize| steps[step].row.as_ref().is_some_and(|row| row.failed_ticks > 0);
        let (to_blame, in_doubt) = std::mem::take(&mut self.suspects).judge(&self.silence, failed_before);
        let fail = |suspect: Suspect| rows::failed(steps[suspect.step], tools);
        self.written.in_doubt = InDoubt::of_accounts(in_doubt.into_iter().map(|suspect| fail(suspect).0).collect());
        let (mut rows, mut fates) = (Vec::new(), Vec::new());
        for suspect in to_blame {
            let (row, fate) = fail(suspect);
            say_given_up(&row, suspect.reason);
            rows.push(row);
            fates.push((steps[suspect.step], fate));
        }
        if let Err(error) = tools.organizations.put(&rows, tools.held.fence()).await {
            return stop.or(Some(Stop::State(error)));
        }
        for (step, fate) in fates {
            *self.written.counts.entry("failed").or_default() -= 1; // As which it was counted before.
            self.count(step, fate);
        }
        stop
    }

    fn count(&mut self, step: &OrganizationStep, fate: Fate) {
        *self.written.counts.entry(word(step, &fate)).or_default() += 1;
        self.written.fates.insert(step.company.id.clone(), fate);
    }

    fn size(&self, kind: Kind) -> usize {
        match kind {
            Kind::Add => self.tools.add_max,
            Kind::Redrive | Kind::Update => self.tools.enrich_max,
            Kind::Patch | Kind::Clear => 1,
        }
    }

    async fn carry_out_batch(&mut self, batch: &Batch, deadline: Deadline) -> Result<Vec<Batch>, Stop> {
        let tools = self.tools;
        tools.held.renew().await.map_err(Stop::State)?;
        let sending: Vec<_> = batch.items.iter().map(|item| rows::sending(self.steps[item.step], tools)).collect();
        tools.organizations.put(&sending, tools.held.fence()).await.map_err(Stop::State)?;
        let before = tools.genesys.requests();
        let mut answers = self.send(batch, deadline).await;
        if lease_ran_short(&answers) {
            // It waited for its turn.
            tools.held.renew().await.map_err(Stop::State)?;
            answers = self.send(batch, deadline).await;
        }
        *self.written.requests.entry(batch.kind.request()).or_default() += tools.genesys.requests() - before;
        self.silence.hear(&answers, batch.items.iter().all(|item| self.failures(item.step).is_some()));
        let was_sent = was_sent(&answers);
        let judged = verdict::judge(batch, answers, self.steps).map_err(Stop::Vendor)?;
        if let Some(Verdict::Unanswered(reason)) = judged.verdicts.first() {
            self.suspects.note(batch, was_sent, reason);
        }
        self.record(batch, &judged.verdicts).await?;
        Ok(judged.follow_ups)
    }

    async fn send(&self, batch: &Batch, deadline: Deadline) -> Result<Vec<ItemOutcome>, CallError> {
        let (genesys, marks, lease) = (self.tools.genesys, self.tools.marks, self.tools.held.guard());
        let steps = batch.items.iter().map(|item| self.steps[item.step]);
        match batch.kind {
            Kind::Add => {
                let made: Vec<_> = steps.map(|step| wire::organization(&step.company, &step.set, marks)).collect();
                genesys.add_organizations(&made, lease, deadline).await
            }
            Kind::Redrive | Kind::Update => {
                let action = if batch.kind == Kind::Redrive { EnrichAction::Upsert } else { EnrichAction::Update };
                let inputs: Vec<_> = steps.map(|step| wire::enrich(step, action, marks)).collect();
                genesys.enrich_organizations(&inputs, lease, deadline).await
            }
            Kind::Patch | Kind::Clear => {
                let Some(item) = batch.items.first() else { return Ok(Vec::new()) };
                let step = self.steps[item.step];
                let Some(id) = item.answered_id.as_ref().or(step.genesys_id()) else {
                    return Ok(vec![ItemOutcome::Missing]);
                };
                let changes = if batch.kind == Kind::Clear { wire::removals(step) } else { wire::changes(step) };
                genesys.patch_organization(id, &changes, lease, deadline).await?;
                Ok(vec![ItemOutcome::Done { id: id.clone(), created: false }])
            }
        }
    }

    /// Writes what the verdicts mean, and only then counts it.
    async fn record(&mut self, batch: &Batch, verdicts: &[Verdict]) -> Result<(), Stop> {
        let mut written: Vec<OrganizationRow> = Vec::new();
        let mut fates = Vec::new();
        for (item, verdict) in batch.items.iter().zip(verdicts) {
            let step = self.steps[item.step];
            let Some((row, fate)) = rows::after(step, verdict, self.tools) else { continue };
            self.audit.line(&AuditLine {
                subject: step.company.id.clone(),
                action: step.action.name(),
                fields: step.names(),
                why: verdict.why().into(),
            });
            say_given_up(&row, verdict.why());
            written.push(row);
            fates.push((step, fate));
        }
        self.audit.flush().await.map_err(Stop::Audit)?;
        self.tools.organizations.put(&written, self.tools.held.fence()).await.map_err(Stop::State)?;
        fates.into_iter().for_each(|(step, fate)| self.count(step, fate));
        Ok(())
    }
}

impl Kind {
    /// The word under which its requests are counted.
    fn request(self) -> &'static str {
        match self {
            Self::Add => "requests_add",
            Self::Redrive | Self::Update => "requests_enrich",
            Self::Patch | Self::Clear => "requests_patch",
        }
    }
}

fn kind_of(action: &OrganizationAction) -> Option<Kind> {
    match action {
        OrganizationAction::Create => Some(Kind::Add),
        OrganizationAction::Redrive => Some(Kind::Redrive),
        OrganizationAction::Update => Some(Kind::Update),
        OrganizationAction::Patch { .. } => Some(Kind::Patch),
        OrganizationAction::Keep | OrganizationAction::Refused | OrganizationAction::Hidden => None,
    }
}

fn word(step: &OrganizationStep, fate: &Fate) -> &'static str {
    match fate {
        Fate::There(_) if step.genesys_id().is_none() => "created",
        Fate::There(_) => "updated",
        Fate::Kept(_) | Fate::Refused | Fate::GivenUp => "refused",
        Fate::Failed => "failed",
    }
}
