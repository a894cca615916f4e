//! One run from invocation to result.

use std::collections::BTreeMap;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse};
use platform::deadline::Deadline;
use platform::invocation::Invocation;
use platform::report::{RunFailed, RunReport, StateUse, Status};
use platform::telemetry::{self, caught};
use serde::Serialize;
use serde_json::Value;
use tracing::Instrument;

use crate::NAME;
use crate::connect::NightlyReport;
use crate::failure::NightError;
use crate::trigger::{Trigger, TriggerFault};

/// What an invocation answers: SQS wants to know which messages come again, everybody else gets the run's result.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To SQS.
    Batch(SqsBatchResponse),
    /// To a schedule or a person.
    Report(Box<RunReport>),
}

impl NightlyReport {
    /// One invocation.
    ///
    /// # Errors
    /// [`RunFailed`] when a schedule's or a person's run has the status `failed`. A batch never fails: its messages are noted
    /// or given back one by one, and what they lead to is done by the schedule too.
    pub fn run<'a>(&'a self, event: Value, request_id: &'a str, deadline: Deadline) -> Invocation<'a, Answer> {
        Box::pin(self.answer_to(event, request_id, deadline))
    }

    async fn answer_to(&self, event: Value, request_id: &str, deadline: Deadline) -> Result<Answer, RunFailed> {
        let mut report = RunReport::start(&self.platform.clock);
        let span = telemetry::run_span(&report.run_id, request_id);
        async {
            let before = self.counters();
            report.warnings.extend(self.config_warnings.iter().cloned());
            let trigger = Trigger::decode(event);
            let keeps_history = !matches!(&trigger, Ok(Trigger::DryRun(_)));
            let given_back = caught(Box::pin(self.work(trigger, &mut report, deadline))).await;
            let given_back = given_back.unwrap_or_else(|panicked| {
                report.end(Status::Failed, panicked.to_string());
                None
            });
            self.close(&mut report, before, keeps_history).await;
            match given_back {
                Some(given_back) => Ok(Answer::Batch(batch_response(given_back))),
                None => report.answer(NAME).map(|report| Answer::Report(Box::new(report))),
            }
        }
        .instrument(span)
        .await
    }

    /// The messages to give back, if the invocation was a batch.
    async fn work(
        &self,
        trigger: Result<Trigger, TriggerFault>,
        report: &mut RunReport,
        deadline: Deadline,
    ) -> Option<Vec<String>> {
        let (given_back, ended) = match trigger {
            Ok(Trigger::Events(batch)) => {
                let given_back = self.note_events(&batch, report, deadline).await;
                (Some(given_back), self.tick(report, deadline).await)
            }
            Ok(Trigger::Tick) => (None, self.tick(report, deadline).await),
            Ok(Trigger::Day { day, resend }) => (None, self.again(day, resend, report, deadline).await),
            Ok(Trigger::Typeset(day)) => (None, self.typeset_again(day, report, deadline).await),
            Ok(Trigger::Backfill { from, to }) => (None, self.backfill(from, to, report, deadline).await),
            Ok(Trigger::DryRun(day)) => (None, self.dry_run(day, report, deadline).await),
            Err(fault) => {
                report.end(Status::Failed, fault.to_string());
                (None, Ok(()))
            }
        };
        if let Err(error) = ended {
            end(report, &error);
        }
        given_back
    }

    fn counters(&self) -> Counters {
        let table = &self.platform.table;
        Counters { genesys: self.genesys.requests(), reads: table.reads(), writes: table.writes() }
    }

    /// Counts, history, metrics, log: the same object everywhere.
    async fn close(&self, report: &mut RunReport, before: Counters, keeps_history: bool) {
        let now = self.counters();
        report.requests = BTreeMap::from([("genesys".to_owned(), now.genesys - before.genesys)]);
        report.state = StateUse { reads: now.reads - before.reads, writes: now.writes - before.writes };
        report.close(&self.platform.clock);
        if keeps_history && let Err(error) = self.platform.history.record(NAME, report).await {
            tracing::error!(%error, "the run's history was not written");
        }
        telemetry::emit(report);
    }
}

/// The run as a whole ended like this: the next one goes on, or a person has to look.
fn end(report: &mut RunReport, error: &NightError) {
    use platform::next::Next;
    let status = if error.next() == Next::StopAndAlert { Status::Failed } else { Status::Partial };
    report.fetched += 1;
    report.count_fail(error.name());
    report.end(status, error.to_string());
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
    reads: u64,
    writes: u64,
}
