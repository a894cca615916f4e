//! The inspection page: contacts of both vendors side by side, what limits the queues, what became of conversations, and
//! the last requests.
//!
//! One HTML file without anything from elsewhere; it asks `GET /_sim/overview` every two seconds.

mod capacity;
mod conversations;

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::genesys::directory::Entry;
use crate::salesforce::records::state::Record;
use crate::wire::{Answer, Body, Pairs};
use crate::world::{World, iso};

const ROWS_DEFAULT: usize = 100;
const REQUESTS_SHOWN: usize = 60;

/// `GET /`.
pub(crate) fn answer() -> Answer {
    Answer { status: 200, headers: Vec::new(), body: Body::Html(include_str!("index.html").to_owned()), items: 0 }
}

/// `GET /_sim/overview`: rows that contain `q`, at most `limit`; joined by the Salesforce id in `externalIds`.
pub(crate) fn overview(world: &World, query: &Pairs, now: Timestamp) -> Value {
    let limit = query.get("limit").and_then(|text| text.parse().ok()).unwrap_or(ROWS_DEFAULT);
    let wanted = query.get("q").unwrap_or("").to_lowercase();
    let (rows, linked) = rows(world);
    let shown: Vec<&Value> =
        rows.iter().filter(|row| row.to_string().to_lowercase().contains(&wanted)).take(limit).collect();
    let requests: Vec<Value> = world
        .journal
        .entries()
        .iter()
        .rev()
        .take(REQUESTS_SHOWN)
        .map(|entry| {
            json!({
                "number": entry.number, "at": entry.at, "vendor": entry.vendor, "method": entry.method,
                "path": entry.path.chars().take(140).collect::<String>(), "operation": entry.operation,
                "kind": entry.kind, "status": entry.status, "outcome": entry.outcome, "items": entry.items,
                "faults": entry.faults, "violation": entry.violation,
            })
        })
        .collect();
    json!({
        "now": iso(now),
        "salesforce_contacts": world.salesforce.records.contacts.len(),
        "genesys_contacts": world.genesys.contacts.all().count(),
        "linked": linked,
        "faults": world.faults.describe(),
        "counts": world.journal.counts(),
        "rows": shown,
        "rows_matching": rows.iter().filter(|row| row.to_string().to_lowercase().contains(&wanted)).count(),
        "capacity": capacity::rows(world),
        "conversations": conversations::rows(world),
        "requests": requests,
    })
}

/// Salesforce contacts with their counterparts, newest change first, then Genesys contacts without one.
fn rows(world: &World) -> (Vec<Value>, usize) {
    let mut counterparts: HashMap<&str, Vec<&Entry>> = HashMap::new();
    let mut alone = Vec::new();
    for contact in world.genesys.contacts.all() {
        let fields = contact.fields();
        let entries = fields.get("externalIds").and_then(Value::as_array).into_iter().flatten();
        let ours = entries.filter_map(|entry| entry["value"].as_str());
        match ours.into_iter().find_map(|value| world.salesforce.records.contacts.get(value)) {
            Some(record) => counterparts.entry(record.id.as_str()).or_default().push(contact),
            None => alone.push(contact),
        }
    }
    let mut records: Vec<&Record> = world.salesforce.records.contacts.values().collect();
    records.sort_by_key(|record| std::cmp::Reverse(record.stamp));
    let pairs = records.into_iter().map(|record| {
        let others = counterparts.get(record.id.as_str()).into_iter().flatten();
        let others: Vec<Value> = others.map(|contact| contact.render()).collect();
        json!({"salesforce": crate::control::dump_record(world, record), "genesys": others})
    });
    let alone = alone.into_iter().map(|contact| json!({"salesforce": null, "genesys": [contact.render()]}));
    (pairs.chain(alone).collect(), counterparts.len())
}
