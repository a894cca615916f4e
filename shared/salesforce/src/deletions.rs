//! What Salesforce's log of deletions knows.
//!
//! The log reaches back 15 days, less where many rows were deleted, and follows what the user may see. A row that was
//! merged into another one stands in it like a deleted one, so each id is looked up with
//! [`query_all`](Salesforce::query_all) before anything is concluded from it.

use jiff::{SignedDuration, Timestamp};
use platform::deadline::Deadline;
use platform::vendor::{Answer, CallError, Failure};
use serde::Deserialize;

use crate::time::{literal, parse_datetime};
use crate::{Salesforce, soql};

const OPERATION: &str = "read the deletions";

/// Salesforce ignores seconds and wants more than a minute between the two ends.
const WINDOW_MIN: SignedDuration = SignedDuration::from_mins(2);

/// The answer to a question about deletions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deletions {
    /// All deletions of the window that the user may see.
    Known(DeletionLog),
    /// The window begins before what Salesforce still knows, or holds more than it lists (600,000): only a full
    /// reconcile finds out.
    OutOfReach {
        /// `INVALID_REPLICATION_DATE` or `EXCEEDED_ID_LIMIT`.
        code: String,
    },
}

/// Deletions of one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletionLog {
    /// What was deleted or merged away.
    pub records: Vec<Deletion>,
    /// Where the next window begins. Earlier than the end that was asked for while a long transaction is open.
    pub latest_covered: Timestamp,
    /// Deletions before this moment are forgotten.
    pub earliest_available: Timestamp,
}

/// One row that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The record's id, 18 characters.
    pub id: String,
    /// When it was deleted.
    pub at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireLog {
    deleted_records: Vec<WireDeletion>,
    earliest_date_available: String,
    latest_date_covered: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDeletion {
    id: String,
    deleted_date: String,
}

impl Salesforce {
    /// Rows of `object` deleted from `start` to `end` (`GET …/sobjects/{object}/deleted/`). Both are cut to the minute,
    /// and the window is made at least two minutes long towards the past: a deletion may be named twice, never not.
    ///
    /// # Errors
    /// [`CallError`]. A window that Salesforce does not know any more is [`Deletions::OutOfReach`].
    pub async fn deleted(
        &self,
        object: &str,
        start: Timestamp,
        end: Timestamp,
        deadline: Deadline,
    ) -> Result<Deletions, CallError> {
        if !soql::is_name(object) {
            return Err(self.api.error(OPERATION, Failure::Unexpected("an object that is none".to_owned())));
        }
        let mut url = self.data_url(OPERATION, &format!("sobjects/{object}/deleted/"), deadline).await?;
        let (start, end) = window(start, end);
        url.query_pairs_mut().append_pair("start", &literal(start)).append_pair("end", &literal(end));
        match self.api.send(&self.read(OPERATION, url), deadline).await {
            Ok(answer) => {
                log_in(&answer).map(|log| known(log, start)).map_err(|failure| self.api.error(OPERATION, failure))
            }
            Err(error) => match out_of_reach(&error.failure) {
                Some(code) => Ok(Deletions::OutOfReach { code }),
                None => Err(error),
            },
        }
    }
}

/// The window as Salesforce takes it: whole minutes, more than one between the ends.
fn window(start: Timestamp, end: Timestamp) -> (Timestamp, Timestamp) {
    let minute = |at: Timestamp| {
        let second = at.as_second();
        Timestamp::from_second(second - second.rem_euclid(60)).unwrap_or(at)
    };
    let (start, end) = (minute(start), minute(end));
    (end.checked_sub(WINDOW_MIN).map_or(start, |latest| latest.min(start)), end)
}

fn log_in(answer: &Answer) -> Result<DeletionLog, Failure> {
    let wire: WireLog = answer.json()?;
    let time = |text: &str| parse_datetime(text).ok_or_else(|| Failure::Unexpected("a time that is none".to_owned()));
    let deletion = |record: WireDeletion| {
        if !soql::is_id(&record.id) {
            return Err(Failure::Unexpected("a deleted record without an id".to_owned()));
        }
        Ok(Deletion { at: time(&record.deleted_date)?, id: record.id })
    };
    Ok(DeletionLog {
        latest_covered: time(&wire.latest_date_covered)?,
        earliest_available: time(&wire.earliest_date_available)?,
        records: wire.deleted_records.into_iter().map(deletion).collect::<Result<_, _>>()?,
    })
}

/// An answer to a window that begins before the log does is no whole answer, however it was given.
fn known(log: DeletionLog, start: Timestamp) -> Deletions {
    if log.earliest_available > start {
        return Deletions::OutOfReach { code: REPLICATION_DATE.to_owned() };
    }
    Deletions::Known(log)
}

const REPLICATION_DATE: &str = "INVALID_REPLICATION_DATE";

fn out_of_reach(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Rejected { code, .. } if [REPLICATION_DATE, "EXCEEDED_ID_LIMIT"].contains(&code.as_str()) => {
            Some(code.clone())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn answer(body: &serde_json::Value) -> Answer {
        Answer { status: 200, headers: HeaderMap::new(), body: body.to_string().into_bytes() }
    }

    #[test]
    fn a_window_is_whole_minutes_and_long_enough_and_never_loses_its_beginning() {
        let asked = window(at("2026-11-22T04:00:59Z"), at("2026-11-22T04:10:01Z"));
        assert_eq!(asked, (at("2026-11-22T04:00:00Z"), at("2026-11-22T04:10:00Z")));
        for start in ["2026-11-22T04:09:30Z", "2026-11-22T04:10:00Z", "2026-11-22T05:00:00Z"] {
            let asked = window(at(start), at("2026-11-22T04:10:30Z"));
            assert_eq!(asked, (at("2026-11-22T04:08:00Z"), at("2026-11-22T04:10:00Z")), "{start}");
        }
    }

    #[test]
    fn a_log_knows_how_far_it_reaches() {
        let body = json!({
            "deletedRecords": [{ "id": "003000000000001AAA", "deletedDate": "2026-11-22T04:00:00.000+0000" }],
            "earliestDateAvailable": "2026-11-08T04:00:00.000+0000", "latestDateCovered": "2026-11-22T04:05:00.000+0000",
        });
        let log = log_in(&answer(&body)).unwrap();
        assert_eq!(log.records, [Deletion { id: "003000000000001AAA".to_owned(), at: at("2026-11-22T04:00:00Z") }]);
        assert_eq!(log.latest_covered, at("2026-11-22T04:05:00Z"));
        assert_eq!(known(log.clone(), at("2026-11-08T04:00:00Z")), Deletions::Known(log.clone()));
        assert!(matches!(known(log, at("2026-11-08T03:59:00Z")), Deletions::OutOfReach { .. }));
    }

    #[test]
    fn half_a_log_is_an_error_and_no_empty_log() {
        for body in [
            json!({}),
            json!([]),
            json!({ "deletedRecords": [] }),
            json!({ "deletedRecords": [], "earliestDateAvailable": "x", "latestDateCovered": "2026-11-22T04:05:00.000+0000" }),
            json!({ "deletedRecords": [{ "id": "", "deletedDate": "2026-11-22T04:05:00.000+0000" }],
                "earliestDateAvailable": "2026-11-22T04:05:00.000+0000", "latestDateCovered": "2026-11-22T04:05:00.000+0000" }),
        ] {
            assert!(log_in(&answer(&body)).is_err(), "{body}");
        }
    }

    #[test]
    fn only_what_salesforce_no_longer_knows_is_out_of_reach() {
        let rejected = |code: &str| Failure::Rejected { code: code.to_owned(), field: None };
        assert_eq!(out_of_reach(&rejected("INVALID_REPLICATION_DATE")).as_deref(), Some("INVALID_REPLICATION_DATE"));
        assert_eq!(out_of_reach(&rejected("EXCEEDED_ID_LIMIT")).as_deref(), Some("EXCEEDED_ID_LIMIT"));
        assert_eq!(out_of_reach(&rejected("INVALID_FIELD")), None);
        assert_eq!(out_of_reach(&Failure::NoAnswer), None);
    }
}
