//! One run from invocation to result: messages in → groups → decisions → result.

use std::collections::BTreeMap;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use platform::deadline::Deadline;
use platform::invocation::Invocation;
use platform::report::{RunFailed, RunReport, StateUse, Status};
use platform::telemetry::{self, caught};
use serde::Serialize;
use serde_json::Value;
use tracing::Instrument;

use crate::NAME;
use crate::connect::QueueCapacity;
use crate::hint;
use crate::mapping::Mapping;
use crate::record::{self, Intake};
use crate::trigger::{Trigger, TriggerFault};
use crate::turn::Run;

/// What an invocation answers: SQS wants to know which messages come again, everybody else gets the run's result.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To SQS.
    Batch(SqsBatchResponse),
    /// To a schedule or a person.
    Report(Box<RunReport>),
}

impl QueueCapacity {
    /// One invocation.
    ///
    /// # Errors
    /// [`RunFailed`] when a schedule's or a person's run has the status `failed`. A batch never fails: its messages only
    /// said that there is something to look at, and the schedule looks again.
    pub fn run<'a>(&'a self, event: Value, request_id: &'a str, deadline: Deadline) -> Invocation<'a, Answer> {
        Box::pin(self.answer_to(event, request_id, deadline))
    }

    async fn answer_to(&self, event: Value, request_id: &str, deadline: Deadline) -> Result<Answer, RunFailed> {
        let mut report = RunReport::start(&self.platform.clock);
        let span = telemetry::run_span(&report.run_id, request_id);
        async {
            let before = self.counters();
            record::begin(&mut report);
            report.warnings.extend(self.config_warnings.iter().cloned());
            let trigger = Trigger::decode(event);
            let keeps_history = !matches!(&trigger, Ok(Trigger::DryRun(_)));
            let given_back = caught(self.work(trigger, &mut report, deadline)).await.unwrap_or_else(|panicked| {
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
        match trigger {
            Ok(Trigger::Batch(batch)) => Some(self.take_in(&batch, report, deadline).await),
            Ok(Trigger::Tick { retry_parked }) => {
                self.decide_all(self.enabled().collect(), retry_parked, report, deadline).await;
                None
            }
            Ok(Trigger::DryRun(imagined)) => {
                self.dry_run(&imagined, report, deadline).await;
                None
            }
            Err(fault) => {
                report.end(Status::Failed, fault.to_string());
                None
            }
        }
    }

    /// Each group that a message names is looked at once, however many messages name it.
    async fn take_in(&self, batch: &SqsEvent, report: &mut RunReport, deadline: Deadline) -> Vec<String> {
        let mut intake = Intake::default();
        let is_mapped = |group: &str| self.enabled().any(|mapping| mapping.group == group);
        for message in &batch.records {
            let hint = hint::decode(message.body.as_deref().unwrap_or_default());
            record::count_message(report, &mut intake, message.message_id.as_deref(), hint, is_mapped);
        }
        let named = self.enabled().filter(|mapping| intake.groups.contains(&mapping.group));
        self.decide_all(named.collect(), false, report, deadline).await;
        intake.given_back
    }

    /// In an order of chance: a run that comes to the end of its time ends at another group each time.
    async fn decide_all(
        &self,
        mut mappings: Vec<&Mapping>,
        retry_parked: bool,
        report: &mut RunReport,
        deadline: Deadline,
    ) {
        let run = Run::new(&report.run_id, deadline, retry_parked, self.config.writes_per_run);
        fastrand::shuffle(&mut mappings);
        for mapping in mappings {
            for turn in self.decide(mapping, &run).await {
                record::count_turn(report, mapping, &turn);
            }
        }
        record::conclude(report);
    }

    fn counters(&self) -> Counters {
        let table = &self.platform.table;
        let (groups, genesys) = (self.groups.requests(), self.genesys.requests());
        Counters { groups, genesys, reads: table.reads(), writes: table.writes() }
    }

    /// Counts, history, metrics, log: the same object everywhere.
    async fn close(&self, report: &mut RunReport, before: Counters, keeps_history: bool) {
        let now = self.counters();
        let requests: [(&str, u64); 2] =
            [("autoscaling", now.groups - before.groups), ("genesys", now.genesys - before.genesys)];
        report.requests = BTreeMap::from(requests.map(|(service, count)| (service.to_owned(), count)));
        report.state = StateUse { reads: now.reads - before.reads, writes: now.writes - before.writes };
        report.close(&self.platform.clock);
        if keeps_history && let Err(error) = self.platform.history.record(NAME, report).await {
            tracing::error!(%error, "the run's history was not written");
        }
        telemetry::emit(report);
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
    groups: u64,
    genesys: u64,
    reads: u64,
    writes: u64,
}
