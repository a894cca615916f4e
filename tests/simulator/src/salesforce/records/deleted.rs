//! `GET …/sobjects/Contact/deleted/`: which rows were deleted between two times.
//!
//! Seconds are cut off both times, and they must lie more than a minute apart. The log reaches back fifteen days, or
//! less when it was shortened; before that the only way to know is to compare everything.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::record::printed;
use crate::salesforce::{not_found, object_of};
use crate::settings;
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

/// `GET /services/data/vNN.0/sobjects/{object}/deleted/?start=…&end=…`.
pub(crate) fn deleted(world: &mut World, call: &Call) -> Reply {
    let object = object_of(call, 1).ok_or_else(not_found)?;
    let settings = &world.settings.salesforce;
    let (start, end) = (time(call, "start")?, time(call, "end")?);
    if end.duration_since(start) <= SignedDuration::from_mins(1) {
        return Err(bad_date("startDate must be more than one minute before endDate"));
    }
    let records = &world.salesforce.records;
    let earliest = earliest(settings, records.log_begins(), call.now);
    if start < minute(earliest) {
        return Err(bad_date(&format!("startDate cannot be before {}", printed(earliest))));
    }
    let covered = end.min(before(call.now, settings.deleted_covered_lag_s));
    let log = records.deleted(object, start, covered, !settings.deleted_forgets_purged);
    if log.len() > settings.deleted_ids_max {
        let sentence = format!("more than {} ids; ask for a shorter time", settings.deleted_ids_max);
        return Err(Refusal::new(400, "EXCEEDED_ID_LIMIT", sentence));
    }
    let lines: Vec<Value> = log.iter().map(|line| json!({"id": line.id, "deletedDate": printed(line.at)})).collect();
    let items = lines.len();
    let body = json!({
        "deletedRecords": lines,
        "earliestDateAvailable": printed(earliest),
        "latestDateCovered": printed(covered),
    });
    Ok(Answer::ok(body).items(items))
}

fn earliest(settings: &settings::Salesforce, log_begins: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let reach = minute(before(now, settings.deleted_log_days.saturating_mul(86_400)));
    log_begins.map_or(reach, |begins| begins.max(reach))
}

fn before(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_sub(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

fn minute(moment: Timestamp) -> Timestamp {
    let second = moment.as_second();
    Timestamp::from_second(second - second.rem_euclid(60)).unwrap_or(moment)
}

/// A time of the query, cut to the minute.
fn time(call: &Call, name: &str) -> Result<Timestamp, Refusal> {
    let text = call
        .query
        .get(name)
        .ok_or_else(|| Refusal::new(400, "MISSING_ARGUMENT", format!("Missing required parameter: {name}")))?;
    // A `+` that was not encoded arrives as a space, and is no time.
    text.parse().map(minute).map_err(|_| bad_date(&format!("{name} '{text}' is not a time")))
}

fn bad_date(sentence: &str) -> Refusal {
    Refusal::new(400, "INVALID_REPLICATION_DATE", sentence)
}
