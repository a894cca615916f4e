//! One metric line per run, in CloudWatch's embedded metric format.
//!
//! The line goes to stdout as it is; CloudWatch makes the metrics from it. Dimensions are function and stage only,
//! because each further value would be a paid series of its own; run id and status are on the line for queries.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use metrique::emf::Emf;
use metrique::unit::{Count, Millisecond};
use metrique::writer::core::unit::WithUnit;
use metrique::writer::{Entry, EntryWriter, format::Format};

use crate::report::{RunReport, Status};
use crate::settings::Stage;

/// Namespace of every metric.
const NAMESPACE: &str = "CxBridge";

struct RunMetrics<'r> {
    at: SystemTime,
    function: &'static str,
    stage: &'static str,
    report: &'r RunReport,
}

impl Entry for RunMetrics<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        writer.timestamp(self.at);
        writer.value("Function", self.function);
        writer.value("Stage", self.stage);
        writer.value("run_id", self.report.run_id.as_str());
        writer.value("duration_ms", &WithUnit::<_, Millisecond>::from(self.report.duration_ms));
        for (name, count) in counts(self.report) {
            writer.value(Cow::Borrowed(name), &WithUnit::<_, Count>::from(count));
        }
    }
}

/// The line for `report`, with its line break; empty when the format refuses it, which a test rules out.
pub(super) fn emf(function: &'static str, stage: Stage, now: Timestamp, report: &RunReport) -> Vec<u8> {
    let mut line = Vec::new();
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(now.as_millisecond()).unwrap_or(0));
    let entry = RunMetrics { at, function, stage: stage.as_str(), report };
    let dimensions = vec![vec!["Function".to_owned(), "Stage".to_owned()]];
    match Emf::builder(NAMESPACE.to_owned(), dimensions).build().format(&entry, &mut line) {
        Ok(()) => line,
        Err(_) => Vec::new(),
    }
}

/// Ten counts; with the duration eleven series per function and stage.
fn counts(report: &RunReport) -> [(&'static str, u64); 10] {
    [
        ("runs", 1),
        ("fetched", report.fetched),
        ("created", report.created),
        ("updated", report.updated),
        ("skipped", report.skipped),
        ("failed", report.failed),
        ("requests", report.requests.values().sum()),
        ("invariant_broken", u64::from(report.invariant().is_err())),
        ("runs_failed", u64::from(report.status == Status::Failed)),
        ("runs_braked", u64::from(report.status == Status::Braked)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn one_line_a_run_with_at_most_twenty_series() {
        let mut report = RunReport::start(&Clock::system());
        report.fetched = 2;
        report.created = 1;
        report.requests = [("genesys".to_owned(), 3), ("salesforce".to_owned(), 2)].into();
        let line = emf("contact-sync", Stage::Dev, Timestamp::from_second(1_800_000_000).unwrap(), &report);
        let text = String::from_utf8(line).unwrap();
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let directive = &json["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(json["_aws"]["Timestamp"], 1_800_000_000_000_i64);
        assert_eq!(directive["Namespace"], "CxBridge");
        assert_eq!(directive["Dimensions"], serde_json::json!([["Function", "Stage"]]));
        assert!(directive["Metrics"].as_array().unwrap().len() <= 20);
        assert_eq!((&json["requests"], &json["invariant_broken"]), (&5.into(), &1.into()));
    }
}
