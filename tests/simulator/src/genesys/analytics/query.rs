//! A question, read as strictly as the vendor reads it.
//!
//! What the vendor knows and this simulator does not is answered with 501; what nobody knows with 400.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::{Map, Value};

use super::errors;
use super::facts::Metric;
use crate::wire::Refusal;

/// Into which parts the interval is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Granularity {
    Whole,
    Minutes(i64),
    Day,
}

/// By what figures are told apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Dimension {
    Queue,
    Media,
    User,
    Direction,
}

/// One question.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) granularity: Granularity,
    pub(super) zone: TimeZone,
    pub(super) group_by: Vec<Dimension>,
    pub(super) metrics: Vec<Metric>,
}

const KNOWN: [&str; 5] = ["interval", "granularity", "timeZone", "groupBy", "metrics"];
/// Members of the vendor's body that mean more than this simulator does.
const NOT_SIMULATED: [&str; 8] = [
    "filter",
    "views",
    "flattenMultivaluedDimensions",
    "alternateTimeDimension",
    "queryType",
    "sortMetric",
    "limit",
    "having",
];

/// Some of the vendor's metrics and dimensions that are not computed here.
const OTHER_METRICS: [&str; 32] = [
    "nConnected",
    "nOverSla",
    "nBlindTransferred",
    "nConsult",
    "nConsultTransferred",
    "nError",
    "nOutbound",
    "nOutboundAttempted",
    "nOutboundConnected",
    "nOutboundAbandoned",
    "nCallbackScheduled",
    "nConversations",
    "oServiceTarget",
    "oCallbackServiceLevel",
    "tAcd",
    "tFlowOut",
    "tTalk",
    "tHeld",
    "tAlert",
    "tNotResponding",
    "tDialing",
    "tContacting",
    "tFirstResponse",
    "tFirstConnect",
    "tFirstDial",
    "tIvr",
    "tVoicemail",
    "tAgentResponseTime",
    "tUserResponseTime",
    "tMonitoring",
    "tPark",
    "tParkComplete",
];
const OTHER_DIMENSIONS: [&str; 5] =
    ["wrapUpCode", "divisionId", "conversationId", "externalContactId", "requestedRoutingSkillId"];

impl Query {
    /// Reads a body; `days_max` is the longest interval.
    pub(super) fn read(body: &Value, days_max: i64) -> Result<Self, Refusal> {
        let Value::Object(body) = body else {
            return Err(errors::bad_request("A query is a JSON object."));
        };
        if let Some(name) = body.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            let known = NOT_SIMULATED.contains(&name.as_str());
            return Err(if known { errors::not_simulated(name) } else { errors::unknown_member(name) });
        }
        let zone = zone(body)?;
        let (from, to) = interval(body)?;
        check_length(from, to, &zone, days_max)?;
        Ok(Self {
            from,
            to,
            granularity: granularity(body)?,
            zone,
            group_by: texts(body, "groupBy")?.into_iter().map(dimension).collect::<Result<_, _>>()?,
            metrics: metrics(body)?,
        })
    }
}

fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(errors::invalid(name, other)),
    }
}

fn texts<'a>(body: &'a Map<String, Value>, name: &str) -> Result<Vec<&'a str>, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => {
            list.iter().map(|item| item.as_str().ok_or_else(|| errors::invalid(name, item))).collect()
        }
        Some(other) => Err(errors::invalid(name, other)),
    }
}

fn zone(body: &Map<String, Value>) -> Result<TimeZone, Refusal> {
    let name = text(body, "timeZone")?.unwrap_or("UTC");
    TimeZone::get(name).map_err(|_| errors::invalid("timeZone", &body["timeZone"]))
}

fn interval(body: &Map<String, Value>) -> Result<(Timestamp, Timestamp), Refusal> {
    let given = text(body, "interval")?;
    let parts = given.and_then(|text| text.split_once('/'));
    let read = parts.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    let is_forward = |interval: &(Timestamp, Timestamp)| interval.0 < interval.1;
    read.filter(is_forward).ok_or_else(|| errors::invalid_interval(given.unwrap_or("")))
}

/// Days of the zone, so that a month with a clock change in it is no hour too long.
fn check_length(from: Timestamp, to: Timestamp, zone: &TimeZone, days_max: i64) -> Result<(), Refusal> {
    let first = from.to_zoned_datetime(zone.clone());
    let last = first.checked_add(Span::new().days(days_max)).map(|last| last.timestamp());
    if last.is_ok_and(|last| to <= last) { Ok(()) } else { Err(errors::too_long(days_max)) }
}

fn granularity(body: &Map<String, Value>) -> Result<Granularity, Refusal> {
    match text(body, "granularity")? {
        None => Ok(Granularity::Whole),
        Some("PT15M") => Ok(Granularity::Minutes(15)),
        Some("PT30M") => Ok(Granularity::Minutes(30)),
        Some("PT1H") => Ok(Granularity::Minutes(60)),
        Some("P1D") => Ok(Granularity::Day),
        Some(period) if period.parse::<Span>().is_ok() => Err(errors::not_simulated(period)),
        Some(_) => Err(errors::invalid("granularity", &body["granularity"])),
    }
}

fn dimension(name: &str) -> Result<Dimension, Refusal> {
    match name {
        "queueId" => Ok(Dimension::Queue),
        "mediaType" => Ok(Dimension::Media),
        "userId" => Ok(Dimension::User),
        "direction" => Ok(Dimension::Direction),
        other if OTHER_DIMENSIONS.contains(&other) => Err(errors::not_simulated(other)),
        other => Err(errors::invalid("groupBy", &Value::from(other))),
    }
}

fn metrics(body: &Map<String, Value>) -> Result<Vec<Metric>, Refusal> {
    let names = texts(body, "metrics")?;
    if names.is_empty() {
        return Err(errors::invalid("metrics", &Value::Null));
    }
    names
        .into_iter()
        .map(|name| match serde_json::from_value(Value::from(name)) {
            Ok(metric) => Ok(metric),
            Err(_) if OTHER_METRICS.contains(&name) => Err(errors::not_simulated(name)),
            Err(_) => Err(errors::invalid("metrics", &Value::from(name))),
        })
        .collect()
}
