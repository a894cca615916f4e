//! The result of one run of a job: the same object goes to the caller, the run history, the log and the metrics.
//!
//! Every fetched record ends in exactly one of created, updated, skipped or failed; unchanged, quarantined and in
//! review are kinds of skipped. A sum that does not add up is a defect of ours and has its own metric.

use std::collections::BTreeMap;

use jiff::Timestamp;
use lambda_runtime::Diagnostic;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Everything there was to do is done.
    Done,
    /// Time ran out; the next run goes on from a durable mark.
    Continued,
    /// Some records failed; the next run tries them again.
    Partial,
    /// The job could not be done. Returned as a Lambda error.
    Failed,
    /// Nothing was tried, for the reason given.
    Skipped,
    /// The plan was out of proportion and waits for approval.
    Braked,
}

/// Items read from and written to the state table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateUse {
    /// Items read.
    pub reads: u64,
    /// Items written.
    pub writes: u64,
}

/// What a run did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// Unique, sorts by time (UUID version 7).
    pub run_id: String,
    /// When it started.
    pub started_at: Timestamp,
    /// How it ended.
    pub status: Status,
    /// Records read from the source.
    pub fetched: u64,
    /// Records made in the target.
    pub created: u64,
    /// Records changed in the target.
    pub updated: u64,
    /// Records for which nothing had to or could be done.
    pub skipped: u64,
    /// Records that failed.
    pub failed: u64,
    /// Records for which a counterpart was found by a key.
    pub matched: u64,
    /// `skipped` by reason.
    #[serde(default)]
    pub skipped_by: BTreeMap<String, u64>,
    /// `failed` by reason.
    #[serde(default)]
    pub failed_by: BTreeMap<String, u64>,
    /// Warnings about single records, by code.
    #[serde(default)]
    pub warnings_by: BTreeMap<String, u64>,
    /// Share of fetched records that did not fail, 0 to 1; 1 when there were none.
    pub success_rate: f64,
    /// From start to close, by the clock.
    pub duration_ms: u64,
    /// Requests sent, by vendor.
    #[serde(default)]
    pub requests: BTreeMap<String, u64>,
    /// Companies beside the records, by what became of them, and the requests that they cost by kind. Empty where a job
    /// has none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub organizations: BTreeMap<String, u64>,
    /// Use of the state table.
    #[serde(default)]
    pub state: StateUse,
    /// What a person should read, one line each.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// What was decided about each subject and why, one line each, where a job decides rather than copies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<String>,
    /// Further counts of this job that have a metric of their own, by the metric's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measures: BTreeMap<String, u64>,
    /// Why it was skipped, braked or failed, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What would be done; only in a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<serde_json::Value>,
}

/// Most lines in `warnings` and in `decisions`: the result has to fit one state item and one log line.
const WARNINGS_MAX: usize = 50;

/// A run that failed: one line with its id, returned as a Lambda error so that the function's Errors metric moves.
#[derive(Debug, thiserror::Error)]
#[error("{function} run {run_id} failed: {reason}")]
pub struct RunFailed {
    function: &'static str,
    run_id: String,
    reason: String,
}

impl From<RunFailed> for Diagnostic {
    fn from(failed: RunFailed) -> Self {
        Self { error_type: "RunFailed".to_owned(), error_message: failed.to_string() }
    }
}

impl RunReport {
    /// A run that starts now and has done nothing.
    pub fn start(clock: &Clock) -> Self {
        Self::start_at(clock.now())
    }

    /// The same for a given moment.
    pub fn start_at(started_at: Timestamp) -> Self {
        Self {
            run_id: run_id(started_at),
            started_at,
            status: Status::Done,
            fetched: 0,
            created: 0,
            updated: 0,
            skipped: 0,
            failed: 0,
            matched: 0,
            skipped_by: BTreeMap::new(),
            failed_by: BTreeMap::new(),
            warnings_by: BTreeMap::new(),
            success_rate: 1.0,
            duration_ms: 0,
            requests: BTreeMap::new(),
            organizations: BTreeMap::new(),
            state: StateUse::default(),
            warnings: Vec::new(),
            decisions: Vec::new(),
            measures: BTreeMap::new(),
            reason: None,
            plan: None,
        }
    }

    /// One record was skipped for `reason`, a word such as `unchanged`.
    pub fn count_skip(&mut self, reason: &str) {
        self.skipped += 1;
        *self.skipped_by.entry(reason.to_owned()).or_default() += 1;
    }

    /// One record failed for `reason`, a word such as `busy`.
    pub fn count_fail(&mut self, reason: &str) {
        self.failed += 1;
        *self.failed_by.entry(reason.to_owned()).or_default() += 1;
    }

    /// One record deserves a warning of this kind, such as `invalid_phone`.
    pub fn warn_by(&mut self, code: &str) {
        *self.warnings_by.entry(code.to_owned()).or_default() += 1;
    }

    /// Adds `count` to the measure `metric`. It is a paid series of its own: the whole bundle has twenty.
    pub fn measure(&mut self, metric: &str, count: u64) {
        *self.measures.entry(metric.to_owned()).or_default() += count;
    }

    /// A line for a person. Repeated lines and lines beyond the limit are dropped.
    pub fn warn(&mut self, line: impl Into<String>) {
        let line = line.into();
        if self.warnings.len() < WARNINGS_MAX && !self.warnings.contains(&line) {
            self.warnings.push(line);
        }
    }

    /// A decision in one line. Lines beyond the limit are dropped; the log has them all.
    pub fn decide(&mut self, line: impl Into<String>) {
        if self.decisions.len() < WARNINGS_MAX {
            self.decisions.push(line.into());
        }
    }

    /// The run ends with `status` for `reason`.
    pub fn end(&mut self, status: Status, reason: impl Into<String>) {
        self.status = status;
        self.reason = Some(reason.into());
    }

    /// What the invocation answers.
    ///
    /// # Errors
    /// [`RunFailed`] when the run of `function` failed; every other status is a success.
    pub fn answer(self, function: &'static str) -> Result<Self, RunFailed> {
        match self.status {
            Status::Failed => Err(RunFailed { function, run_id: self.run_id, reason: self.reason.unwrap_or_default() }),
            _ => Ok(self),
        }
    }

    /// Computes duration and success rate; a sum that does not add up becomes a warning.
    pub fn close(&mut self, clock: &Clock) {
        let elapsed = clock.now().duration_since(self.started_at).as_millis();
        self.duration_ms = u64::try_from(elapsed).unwrap_or(0);
        self.success_rate = success_rate(self.fetched, self.failed);
        if let Err(broken) = self.invariant() {
            self.warn(broken);
        }
    }

    /// Whether every fetched record ended in exactly one way.
    ///
    /// # Errors
    /// The sum that does not add up, in one line.
    pub fn invariant(&self) -> Result<(), String> {
        let Self { fetched, created, updated, skipped, failed, .. } = self;
        if *fetched == created + updated + skipped + failed {
            return Ok(());
        }
        Err(format!(
            "counts do not add up: {fetched} fetched, but {created} created + {updated} updated + {skipped} skipped + {failed} failed"
        ))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share for people; counts stay far below 2^52")]
fn success_rate(fetched: u64, failed: u64) -> f64 {
    if fetched == 0 { 1.0 } else { 1.0 - failed.min(fetched) as f64 / fetched as f64 }
}

/// From the clock's time, so that ids sort as the history is read.
fn run_id(at: Timestamp) -> String {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    let nanoseconds = u32::try_from(at.subsec_nanosecond()).unwrap_or(0);
    uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fetched_record_ends_in_exactly_one_way() {
        let clock = Clock::system();
        let mut report = RunReport::start(&clock);
        report.fetched = 4;
        report.created = 1;
        report.count_skip("unchanged");
        report.count_skip("unchanged");
        report.count_fail("busy");
        report.close(&clock);
        assert_eq!(report.invariant(), Ok(()));
        assert_eq!((report.success_rate, report.skipped_by["unchanged"]), (0.75, 2));

        report.fetched = 5;
        report.close(&clock);
        assert_eq!(
            report.warnings,
            ["counts do not add up: 5 fetched, but 1 created + 0 updated + 2 skipped + 1 failed"]
        );
    }

    #[test]
    fn run_ids_sort_by_the_clocks_time() {
        let at = |second| run_id(Timestamp::from_second(second).unwrap());
        assert!(at(1_800_000_000) < at(1_800_000_001));
        assert_ne!(at(1_800_000_000), at(1_800_000_000));
    }

    #[test]
    fn a_result_of_an_older_version_is_still_read() {
        let old = r#"{"run_id":"r","started_at":"2026-01-01T00:00:00Z","status":"done","fetched":0,"created":0,"updated":0,
            "skipped":0,"failed":0,"matched":0,"success_rate":1.0,"duration_ms":3,"retired_key":true}"#;
        assert_eq!(serde_json::from_str::<RunReport>(old).unwrap().status, Status::Done);
    }
}
