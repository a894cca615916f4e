//! One invocation: from an event to an answer. What happens in between stands in [`crate::agenda`].

use std::time::Duration;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use platform::alert::Alerts;
use platform::deadline::Deadline;
use platform::invocation::Invocation;
use platform::report::{RunFailed, RunReport, StateUse, Status};
use platform::telemetry::{self, caught};
use serde::Serialize;
use serde_json::Value;
use tracing::Instrument;

use crate::NAME;
use crate::agenda::Wish;
use crate::check::Tally;
use crate::config::Effect;
use crate::connect::ContactSync;
use crate::failure::JobError;
use crate::message::{Changed, Continuation, Message};
use crate::progress::Run;
use crate::record;
use crate::trigger::{ByHand, Trigger, TriggerFault};

/// More contacts told of at once were not edited by people: they are left to the schedule, whose brake counts them
/// together.
const IDS_AT_ONCE_MAX: usize = 100;

/// What an invocation answers: SQS wants to know which messages come again, everybody else gets a result.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To SQS.
    Batch(SqsBatchResponse),
    /// To a question or a decision of a person.
    Told(Value),
    /// To a schedule, or a person who started a run.
    Report(Box<RunReport>),
}

impl ContactSync {
    /// One invocation.
    ///
    /// # Errors
    /// [`RunFailed`] when the status is `failed`; every other status is a success. A batch never fails: its messages
    /// only said that there is something to look at, and the schedule looks again.
    pub fn run<'a>(&'a self, event: Value, request_id: &'a str, deadline: Deadline) -> Invocation<'a, Answer> {
        Box::pin(self.answer_to(event, request_id, deadline))
    }

    async fn answer_to(&self, event: Value, request_id: &str, deadline: Deadline) -> Result<Answer, RunFailed> {
        let mut report = RunReport::start(&self.platform.clock);
        let span = telemetry::run_span(&report.run_id, request_id);
        async {
            report.warnings.extend(self.config_warnings.iter().cloned());
            let trigger = Trigger::decode(event);
            if let Ok(Trigger::ByHand(wish)) = trigger {
                return self.answer_by_hand(&wish, report, deadline).await;
            }
            let before = self.counters();
            let (given_back, keeps_history) = self.follow_up(trigger, &mut report, deadline).await;
            self.close(&mut report, before, keeps_history).await;
            match given_back {
                Some(given_back) => Ok(Answer::Batch(batch_response(given_back))),
                None => report.answer(NAME).map(|report| Answer::Report(Box::new(report))),
            }
        }
        .instrument(span)
        .await
    }

    /// The messages to give back, if the invocation was a batch; and whether the history tells of it.
    async fn follow_up(
        &self,
        trigger: Result<Trigger, TriggerFault>,
        report: &mut RunReport,
        deadline: Deadline,
    ) -> (Option<Vec<String>>, bool) {
        let (mut given_back, mut keeps_history) = (None, true);
        let started = match trigger {
            Err(fault) => Err(fault.into()),
            Ok(Trigger::Batch(batch)) => {
                let intake = self.intake(&batch);
                given_back = Some(intake.given_back.clone());
                let wish = self.wish_of(&intake).await;
                keeps_history = !matches!(wish, Ok(None));
                match wish {
                    Ok(Some(wish)) => self.caught(&wish, false, report, deadline).await,
                    Ok(None) => {
                        report.end(Status::Skipped, "the messages ask for nothing that is not done already");
                        Ok(())
                    }
                    Err(error) => Err(error),
                }
            }
            Ok(trigger) => {
                let (wish, is_dry) = wish(trigger);
                keeps_history = !is_dry;
                self.caught(&wish, is_dry, report, deadline).await
            }
        };
        if let Err(error) = started {
            record::count_untried(report);
            report.end(Status::Failed, error.to_string());
        }
        (given_back, keeps_history)
    }

    async fn caught(
        &self,
        wish: &Wish,
        is_dry: bool,
        report: &mut RunReport,
        deadline: Deadline,
    ) -> Result<(), JobError> {
        let started = match is_dry {
            true => caught(Box::pin(self.rehearse(wish, report, deadline))).await,
            false => caught(Box::pin(self.under_lock(wish, report, deadline))).await,
        };
        started.unwrap_or_else(|panicked| Err(panicked.into()))
    }

    async fn under_lock(&self, wish: &Wish, report: &mut RunReport, deadline: Deadline) -> Result<(), JobError> {
        let lease = Duration::from_secs(self.config.lease_seconds.into());
        let Some(held) = self.locks.try_hold(NAME, lease).await? else { return self.find_busy(wish, report).await };
        let worked = caught(Box::pin(self.work(wish, &held, report, deadline))).await;
        if matches!(wish, Wish::Pass(_)) {
            self.digest_if_due(&held, report, deadline).await;
        }
        let released = held.release().await;
        worked??;
        Ok(released?)
    }

    /// What a batch says. A message that can never be read is given back until it is set aside.
    fn intake(&self, batch: &SqsEvent) -> Intake {
        let mut intake = Intake::default();
        for message in &batch.records {
            match Message::decode(message.body.as_deref().unwrap_or_default()) {
                Ok(Message::Changed(_)) if !self.config.near_real_time => {}
                Ok(Message::Changed(changed)) => intake.add(changed),
                Ok(Message::Continue(continuation)) => intake.continuations.push(continuation),
                Err(fault) => {
                    let message_id = message.message_id.as_deref().unwrap_or_default();
                    tracing::error!(message_id, %fault, "a message of the queue cannot be read");
                    intake.given_back.push(message_id.to_owned());
                }
            }
        }
        intake
    }

    /// What is left to do of it. A continuation of another run, or of a slice that is done, comes too late. While a plan
    /// waits for approval, its contacts must not be written one by one: a tick reads them afterwards.
    async fn wish_of(&self, intake: &Intake) -> Result<Option<Wish>, JobError> {
        let changed = intake.changed.as_ref().filter(|changed| (1..=IDS_AT_ONCE_MAX).contains(&changed.ids.len()));
        if changed.is_none() && intake.continuations.is_empty() {
            return Ok(None);
        }
        let checkpoint = self.checkpoints.read(NAME).await?;
        if let Some(changed) = changed {
            let is_braked = checkpoint.and_then(Run::resume).is_some_and(|run| run.progress.braked.is_some());
            return Ok((!is_braked).then(|| Wish::Changed(changed.clone())));
        }
        let is_next = |continuation: &Continuation| {
            checkpoint
                .as_ref()
                .is_some_and(|now| (&now.run_id, now.slice) == (&continuation.run_id, continuation.slice))
        };
        Ok(intake.continuations.iter().any(is_next).then_some(Wish::Ids(Vec::new())))
    }

    /// A person's question or decision is no run: it leaves no history.
    async fn answer_by_hand(
        &self,
        wish: &ByHand,
        mut report: RunReport,
        deadline: Deadline,
    ) -> Result<Answer, RunFailed> {
        let answered = caught(self.by_hand(wish, &report.run_id, deadline)).await;
        match answered.unwrap_or_else(|panicked| Err(panicked.into())) {
            Ok(told) => Ok(Answer::Told(told)),
            Err(error) => {
                report.end(Status::Failed, error.to_string());
                telemetry::emit(&report);
                report.answer(NAME).map(|report| Answer::Report(Box::new(report)))
            }
        }
    }

    /// The name of the watermark: a shadow run has its own.
    pub(crate) fn mark_name(&self) -> &'static str {
        match self.config.mode {
            Effect::Live => "salesforce",
            Effect::Shadow => "shadow",
        }
    }

    /// The way to the people who look after the bundle.
    pub(crate) fn alerts(&self) -> &Alerts {
        &self.platform.alerts
    }

    /// Approval of whatever a change of the field map leads to. Deletions are not among that.
    pub(crate) fn everything(&self) -> Tally {
        let emptied = self.map.fields().iter().map(|field| (field.as_str().to_owned(), u64::MAX)).collect();
        Tally { deletes: 0, changed: u64::MAX, emptied }
    }

    /// A contact that keeps failing is set aside; a run that does so is a success that a person should still hear of.
    /// `late`: so many of those who are counted as failed, too.
    pub(crate) async fn tell_about_given_up(&self, late: u64, report: &mut RunReport) {
        let count = report.skipped_by.get("gave_up").copied().unwrap_or_default() + late;
        if count == 0 {
            return;
        }
        let text = format!(
            "{count} contacts failed in {} runs in a row and were set aside in quarantine. The log of run {} names them.",
            self.config.give_up_after_ticks, report.run_id
        );
        self.platform.alerts.send(&report.run_id, "cx-bridge contact-sync set contacts aside", &text).await;
        report.warn(text);
    }

    fn counters(&self) -> Counters {
        let table = &self.platform.table;
        Counters {
            genesys: self.genesys.requests(),
            salesforce: self.salesforce.requests(),
            reads: table.reads(),
            writes: table.writes(),
        }
    }

    /// Counts, history, metrics, log: the same object everywhere.
    async fn close(&self, report: &mut RunReport, before: Counters, keeps_history: bool) {
        let now = self.counters();
        report.requests =
            [("genesys", now.genesys - before.genesys), ("salesforce", now.salesforce - before.salesforce)]
                .map(|(vendor, count)| (vendor.to_owned(), count))
                .into();
        report.state = StateUse { reads: now.reads - before.reads, writes: now.writes - before.writes };
        report.close(&self.platform.clock);
        if keeps_history && let Err(error) = self.platform.history.record(NAME, report).await {
            tracing::error!(%error, "the run's history was not written");
        }
        telemetry::emit(report);
    }
}

/// What a person or a schedule wants, and whether it is for show.
fn wish(trigger: Trigger) -> (Wish, bool) {
    match trigger {
        Trigger::Ids { ids, dry_run } => {
            (Wish::Ids(ids.into_iter().map(|id| id.as_str().to_owned()).collect()), dry_run)
        }
        Trigger::Approve(plan) => (Wish::Approve(plan), false),
        Trigger::Pass(pass) => {
            let is_dry = pass.dry_run;
            (Wish::Pass(pass), is_dry)
        }
        // They have ways of their own.
        Trigger::ByHand(_) | Trigger::Batch(_) => (Wish::Ids(Vec::new()), false),
    }
}

/// What the messages of a batch say.
#[derive(Debug, Default)]
struct Intake {
    changed: Option<Changed>,
    continuations: Vec<Continuation>,
    given_back: Vec<String>,
}

impl Intake {
    /// All contacts that changed go together. Who is new among them may meet a run at work as often as anybody.
    fn add(&mut self, more: Changed) {
        self.changed = Some(match self.changed.take() {
            None => more,
            Some(mut changed) => {
                changed.ids.extend(more.ids);
                Changed { busy_times: changed.busy_times.min(more.busy_times), ..changed }
            }
        });
    }
}

fn batch_response(given_back: Vec<String>) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = given_back.into_iter().map(failure).collect();
    response
}

fn failure(item_identifier: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = item_identifier;
    failure
}

#[derive(Clone, Copy)]
struct Counters {
    genesys: u64,
    salesforce: u64,
    reads: u64,
    writes: u64,
}
