//! One run from invocation to result: messages in → decisions → result.

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
use crate::config::TableConfig;
use crate::connect::TableCapacity;
use crate::cost;
use crate::plan::{Rules, plan};
use crate::record;
use crate::store::store;
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

impl TableCapacity {
    /// One invocation.
    ///
    /// # Errors
    /// [`RunFailed`] when a schedule's or a person's run has the status `failed`. A batch never fails: its messages are
    /// stored or given back one by one, and a decision that failed is made again by the schedule.
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
            Ok(Trigger::Tick) => {
                self.decide_all(self.config.enabled(), report, deadline).await;
                None
            }
            Ok(Trigger::DryRun(imagined)) => {
                self.dry_run(&imagined, report).await;
                None
            }
            Err(fault) => {
                report.end(Status::Failed, fault.to_string());
                None
            }
        }
    }

    async fn take_in(&self, batch: &SqsEvent, report: &mut RunReport, deadline: Deadline) -> Vec<String> {
        let intake = store(batch, &self.orders, &self.config, self.platform.clock.now(), deadline).await;
        record::count_intake(report, &intake);
        let concerns = |table: &&TableConfig| table.queues.iter().any(|queue| intake.queues.contains(queue));
        self.decide_all(self.config.enabled().filter(concerns), report, deadline).await;
        intake.given_back
    }

    async fn decide_all<'t>(
        &self,
        tables: impl Iterator<Item = &'t TableConfig>,
        report: &mut RunReport,
        deadline: Deadline,
    ) {
        for table in tables {
            for decided in self.decide(table, deadline).await {
                record::count_decided(report, &table.name, &decided);
            }
        }
    }

    /// The same reading and the same plan, without lock and without effect.
    async fn dry_run(&self, imagined: &BTreeMap<String, i64>, report: &mut RunReport) {
        let mut rows = Vec::new();
        for table in self.config.enabled() {
            report.fetched += 1;
            let reading = match self.reader().reading(table, imagined).await {
                Ok(reading) => reading,
                Err(error) => {
                    report.count_fail("not_read");
                    report.end(Status::Failed, format!("{}: {error}", table.name));
                    continue;
                }
            };
            let decision = plan(&reading, &Rules::of(&self.config), self.platform.clock.now());
            let cost = cost::of(&decision, &reading.capacity, table, &self.config);
            report.count_skip("dry_run");
            report.decide(record::dry_run_line(&decision, cost));
            rows.push(record::dry_run_row(&decision, cost));
        }
        report.plan = Some(rows.into());
        self.warn_about_unmapped(imagined.keys(), report);
    }

    fn warn_about_unmapped<'q>(&self, queues: impl Iterator<Item = &'q String>, report: &mut RunReport) {
        for queue in queues.filter(|queue| !self.config.follows(queue)) {
            report.warn(format!("no enabled table follows queue {queue}"));
        }
    }

    fn counters(&self) -> Counters {
        let table = &self.platform.table;
        Counters { capacity: self.control.requests(), reads: table.reads(), writes: table.writes() }
    }

    /// Counts, history, metrics, log: the same object everywhere.
    async fn close(&self, report: &mut RunReport, before: Counters, keeps_history: bool) {
        let now = self.counters();
        report.requests = [("capacity".to_owned(), now.capacity - before.capacity)].into();
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
    capacity: u64,
    reads: u64,
    writes: u64,
}
