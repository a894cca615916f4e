//! The record of every vendor request, so that tests can count and people can look.
//!
//! Entries are numbered from 1. Bodies come back as JSON, or as a text when they were not JSON. Bearer tokens and client
//! secrets never enter it: request headers are not recorded, and the two login operations are recorded with those
//! values replaced.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::operations::{Kind, Vendor};
use crate::wire::{Body, Pairs};

/// What became of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// The client got it.
    Answered,
    /// The connection was cut before anything was done.
    CutBefore,
    /// It was done, then the connection was cut.
    CutAfter,
    /// It was done, and the answer broke off in the middle.
    CutMidway,
}

/// One request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) at: String,
    /// When it arrived and when its answer was ready, in microseconds of the machine since the simulator's start.
    pub(crate) began_us: u64,
    pub(crate) ended_us: u64,
    pub(crate) vendor: Vendor,
    pub(crate) method: String,
    /// With the query.
    pub(crate) path: String,
    /// `unknown` when no operation has this request line.
    pub(crate) operation: &'static str,
    pub(crate) kind: Kind,
    pub(crate) status: u16,
    pub(crate) outcome: Outcome,
    /// The faults that struck it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) faults: Vec<String>,
    /// How the simulator broke the table of schemas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) violation: Option<String>,
    /// A 501 of the simulator's own; a fault may answer any status.
    #[serde(skip)]
    pub(crate) not_simulated: bool,
    pub(crate) items: usize,
    pub(crate) correlation: String,
    pub(crate) request: Recorded,
    pub(crate) response: Recorded,
}

/// A body as the text of JSON: a sync of a hundred thousand contacts is kept whole, and as values it would take ten times
/// the room.
#[derive(Clone, Debug)]
pub(crate) struct Recorded(Box<str>);

impl Recorded {
    /// No body, or one that is not kept.
    pub(crate) fn nothing() -> Self {
        Self::of(&Value::Null)
    }

    fn of(value: &Value) -> Self {
        Self::text(&value.to_string())
    }

    /// Of a text that is JSON.
    fn text(text: &str) -> Self {
        Self(text.into())
    }
}

impl Serialize for Recorded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<Value>(&self.0).unwrap_or_default().serialize(serializer)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<Entry>,
    last: u64,
    failings: Vec<Failing>,
}

/// An answer in which the simulator failed as a simulator. It outlives its entry: a test that empties the journal on its
/// way still learns of it at its end.
#[derive(Clone, Debug, Serialize)]
struct Failing {
    number: u64,
    operation: &'static str,
    /// A sentence about the table of schemas, or the request that is not simulated.
    what: String,
    #[serde(skip)]
    is_violation: bool,
}

impl Failing {
    fn of(entry: &Entry) -> Option<Self> {
        let unknown = || entry.not_simulated.then(|| format!("{} {} is not simulated", entry.method, entry.path));
        let what = entry.violation.clone().or_else(unknown)?;
        let is_violation = entry.violation.is_some();
        Some(Self { number: entry.number, operation: entry.operation, what, is_violation })
    }
}

impl Journal {
    pub(crate) fn next_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    pub(crate) fn record(&mut self, entry: Entry) {
        self.failings.extend(Failing::of(&entry));
        self.entries.push(entry);
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Forgets the entries; numbering goes on, and what the simulator failed in stays.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Requests by vendor, kind and operation; and since the last reset, where the simulator failed.
    pub(crate) fn counts(&self) -> Value {
        let violations = self.failings.iter().filter(|failing| failing.is_violation).count();
        json!({
            "total": self.entries.len(),
            "violations": violations,
            "not_simulated": self.failings.len() - violations,
            "failings": self.failings,
            "genesys": self.counts_of(Vendor::Genesys),
            "salesforce": self.counts_of(Vendor::Salesforce),
        })
    }

    fn counts_of(&self, vendor: Vendor) -> Value {
        let of_vendor = || self.entries.iter().filter(|entry| entry.vendor == vendor);
        let of_kind = |kind| of_vendor().filter(|entry| entry.kind == kind).count();
        let (mut operations, mut statuses) = (BTreeMap::new(), BTreeMap::new());
        for entry in of_vendor() {
            *operations.entry(entry.operation).or_insert(0_u64) += 1;
            *statuses.entry(entry.status.to_string()).or_insert(0_u64) += 1;
        }
        json!({
            "total": of_vendor().count(),
            "logins": of_kind(Kind::Login),
            "reads": of_kind(Kind::Read),
            "writes": of_kind(Kind::Write),
            "items_written": of_vendor().filter(|entry| entry.kind == Kind::Write).map(|entry| entry.items).sum::<usize>(),
            "operations": operations,
            "statuses": statuses,
        })
    }
}

/// Pairs of writes to one path that were under way at the same time, in the order of their arrival. What a write ended
/// in does not matter: a client that keeps its writes apart does not even try.
pub(crate) fn overlaps(entries: &[&Entry]) -> Vec<Value> {
    let mut by_path: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.kind == Kind::Write) {
        let path = entry.path.split('?').next().unwrap_or("");
        by_path.entry(path).or_default().push(entry);
    }
    let mut pairs = Vec::new();
    for (path, mut writes) in by_path {
        writes.sort_by_key(|entry| (entry.began_us, entry.number));
        for (position, first) in writes.iter().enumerate() {
            let later = writes[position + 1..].iter().take_while(|second| second.began_us < first.ended_us);
            pairs.extend(later.map(|second| {
                let both_us = first.ended_us.min(second.ended_us) - second.began_us;
                json!({"path": path, "first": first.number, "second": second.number, "both_us": both_us})
            }));
        }
    }
    pairs
}

/// A longer answer is recorded by its length: a night of a large contact centre would fill the memory.
const RESPONSE_BYTES_MAX: usize = 65_536;

/// A longer request is a file that was uploaded: the vendors' APIs take no longer body.
const REQUEST_BYTES_MAX: usize = 512_000;

/// A request body as it may be recorded.
pub(crate) fn recorded_request(kind: Kind, body: &str) -> Recorded {
    if kind == Kind::Login {
        let pairs = Pairs::parse(body);
        let names: Vec<&str> = pairs.names().collect();
        return Recorded::of(&json!({"grant_type": pairs.get("grant_type"), "parameters": names}));
    }
    if body.is_empty() {
        return Recorded::nothing();
    }
    if body.len() > REQUEST_BYTES_MAX {
        return Recorded::of(&json!({"left_out_bytes": body.len()}));
    }
    if is_json(body) { Recorded::text(body) } else { Recorded::of(&Value::String(body.to_owned())) }
}

/// A response body as it may be recorded.
pub(crate) fn recorded_response(kind: Kind, body: &Body) -> Recorded {
    match body {
        Body::Html(text) => Recorded::of(&Value::String(text.clone())),
        Body::Json(value) if kind == Kind::Login && value.get("access_token").is_some() => {
            let mut value = value.clone();
            value["access_token"] = json!("[removed]");
            Recorded::of(&value)
        }
        Body::Json(value) => Recorded::of(value),
        Body::Text(text) if text.len() > RESPONSE_BYTES_MAX => Recorded::of(&json!({"left_out_bytes": text.len()})),
        Body::Text(text) if is_json(text) => Recorded::text(text),
        Body::Text(_) => Recorded::nothing(),
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}
