//! One metric line per run, in CloudWatch's embedded metric format.
//!
//! The line goes to stdout as it is; CloudWatch makes the metrics from it. Every name times every value of a dimension is a
//! series that is paid for by the month, and the whole bundle has twenty. So a function has three: what came, what was
//! changed and what failed; a job that watches more adds its own measures, at most two. That our own counting broke is said
//! only when it did, so it costs nothing while all is well. Dimensions are function and stage only. How often a function
//! ran, how long and how often in vain, Lambda counts already; everything else stands in the run's log line, for queries.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use metrique::emf::Emf;
use metrique::unit::Count;
use metrique::writer::core::unit::WithUnit;
use metrique::writer::{Entry, EntryWriter, format::Format};

use crate::report::RunReport;
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
        for (name, count) in counts(self.report) {
            writer.value(Cow::Owned(name.to_owned()), &WithUnit::<_, Count>::from(count));
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

/// The series of a function in a stage.
fn counts(report: &RunReport) -> impl Iterator<Item = (&str, u64)> {
    let always = [("fetched", report.fetched), ("changed", report.created + report.updated), ("failed", report.failed)];
    let own = report.measures.iter().map(|(metric, count)| (metric.as_str(), *count));
    let broken = report.invariant().is_err().then_some(("invariant_broken", 1));
    always.into_iter().chain(own).chain(broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    /// What the whole bundle may have in a stage.
    const SERIES_MAX: usize = 20;

    fn line(function: &'static str, fetched: u64) -> serde_json::Value {
        let mut report = RunReport::start(&Clock::system());
        (report.fetched, report.created, report.updated) = (fetched, 1, 2);
        report.count_fail("busy");
        report.measure("drift", 7);
        let line = emf(function, Stage::Dev, Timestamp::from_second(1_800_000_000).unwrap(), &report);
        let text = String::from_utf8(line).unwrap();
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Every metric times every dimension set, as CloudWatch counts them.
    fn series(line: &serde_json::Value) -> usize {
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
        let size = |directive: &serde_json::Value, key| directive[key].as_array().unwrap().len();
        directives.iter().map(|directive| size(directive, "Metrics") * size(directive, "Dimensions")).sum()
    }

    #[test]
    fn one_line_a_run_says_what_came_what_changed_and_what_failed() {
        let line = line("contact-sync", 4);
        assert_eq!(line["_aws"]["Timestamp"], 1_800_000_000_000_i64);
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Namespace"], "CxBridge");
        assert_eq!(directive["Dimensions"], serde_json::json!([["Function", "Stage"]]));
        assert_eq!((&line["Function"], &line["Stage"]), (&"contact-sync".into(), &"dev".into()));
        let said = ["fetched", "changed", "failed", "drift", "invariant_broken"].map(|name| line[name].as_u64());
        assert_eq!(said, [Some(4), Some(3), Some(1), Some(7), None]);
    }

    #[test]
    fn a_broken_sum_is_a_metric_of_its_own() {
        assert_eq!(line("contact-sync", 5)["invariant_broken"], 1);
    }

    #[test]
    fn all_functions_together_have_at_most_twenty_series() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../functions");
        let functions =
            std::fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count();
        assert!(functions > 0);
        // The line above has one measure; at most one function has two, and the sum is broken in at most one at a time.
        let each = series(&line("any", 4)) - 1;
        assert!(functions * each + 3 <= SERIES_MAX, "{functions} functions: give each fewer series");
        assert_eq!((SERIES_MAX - 3) / each, 5, "there is room for five functions");
    }
}
