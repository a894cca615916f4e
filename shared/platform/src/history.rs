//! The run history: one row per run in the state table, kept for 400 days.
//!
//! A year-over-year look needs a little more than a year. The row holds the run's whole result; a dry run's plan is
//! left out, because it may be larger than a row can be.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::key::Key;
use crate::report::RunReport;
use crate::table::{Item, StateError, StateTable};

/// How long a run is remembered.
const KEPT_SECONDS: i64 = 400 * 24 * 3600;

/// The history of all runs.
#[derive(Clone, Debug)]
pub struct History {
    table: StateTable,
}

impl History {
    /// The history kept in `table`.
    pub fn new(table: StateTable) -> Self {
        Self { table }
    }

    /// Remembers a run of `function`. Repeating it is fine.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn record(&self, function: &str, report: &RunReport) -> Result<(), StateError> {
        self.table.put(Key::Run { function, id: &report.run_id }, row(report)).await
    }

    /// The newest `count` runs of `function`, newest first. A row of another form is left out: history is for reading,
    /// and two versions of the code share the table during every deployment.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn latest(&self, function: &str, count: usize) -> Result<Vec<RunReport>, StateError> {
        let rows = self.table.newest(Key::Run { function, id: "" }, count).await?;
        Ok(rows.iter().filter_map(report).collect())
    }

    /// The runs of `function` that began at `from` or later, oldest first. A page of 1 MB a request.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn since(&self, function: &str, from: Timestamp) -> Result<Vec<RunReport>, StateError> {
        let rows = self.table.partition_from(Key::Run { function, id: &first_id_of(from) }).await?;
        Ok(rows.iter().filter_map(report).filter(|report| report.started_at >= from).collect())
    }
}

/// The smallest run id of a moment's millisecond: ids are UUIDs of version 7 and sort by time.
fn first_id_of(moment: Timestamp) -> String {
    let milliseconds = u64::try_from(moment.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &[0; 10]).into_uuid().to_string()
}

fn row(report: &RunReport) -> Item {
    let without_plan = RunReport { plan: None, ..report.clone() };
    // Serialising our own structs cannot fail: string keys only, no fallible Serialize.
    let result = serde_json::to_string(&without_plan).unwrap_or_default();
    let status = serde_json::to_value(report.status)
        .ok()
        .and_then(|status| status.as_str().map(str::to_owned))
        .unwrap_or_default();
    let ttl = report.started_at.as_second() + KEPT_SECONDS;
    Item::from([
        ("result".to_owned(), AttributeValue::S(result)),
        ("status".to_owned(), AttributeValue::S(status)),
        ("at".to_owned(), AttributeValue::S(format!("{:.3}", report.started_at))),
        ("ttl".to_owned(), AttributeValue::N(ttl.to_string())),
    ])
}

fn report(row: &Item) -> Option<RunReport> {
    serde_json::from_str(row.get("result")?.as_s().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_row_gives_the_result_back_without_the_plan() {
        let mut run = RunReport::start(&Clock::system());
        run.plan = Some(serde_json::json!(["add"]));
        let kept = report(&row(&run)).unwrap();
        assert_eq!(kept, RunReport { plan: None, ..run });
    }
}
