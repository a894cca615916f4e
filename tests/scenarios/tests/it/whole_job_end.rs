//! Where a chapter ends: both systems and what the state table remembers, in a form that two worlds can be compared by.
//!
//! Ids that Genesys made are replaced by what they stand for, moments by what they say: whether a row knows the newest
//! version of its contact, and who still stands before the watermark.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use scenarios::{Sides, World};
use serde_json::{Map, Value, json};

/// The families of rows that are about contacts and accounts, and how far the job has come.
const FAMILIES: [&str; 6] = ["link#", "peer#", "org#", "quarantine#", "review#", "mark#"];
/// Differs from world to world without meaning anything.
const NOT_STATE: [&str; 8] = ["pk", "sk", "v", "fence", "ttl", "since_ms", "kept_until_s", "version"];

/// How many contacts are linked: for the brake only, and after a killed run as exact as the next full reconcile makes it.
const LINKED: &str = "linked";
/// The mark of deletions.
const DELETED: &str = "salesforce_deleted";

/// The number of linked contacts that the brake goes by.
pub fn linked(world: &World) -> Option<String> {
    let rows = world.state_rows();
    let row = rows.iter().find(|row| text(&row["pk"]["S"]).starts_with("mark#") && row["sk"]["S"] == LINKED)?;
    row["value"]["N"].as_str().map(str::to_owned)
}

/// Both systems, and what is remembered of them.
#[derive(Debug, PartialEq)]
pub struct End {
    pub sides: Sides,
    pub ledger: Vec<String>,
}

impl End {
    pub fn of(world: &World) -> Self {
        let names = Names::of(world);
        let mut ledger: Vec<_> = world.state_rows().iter().filter_map(|row| names.line(row)).collect();
        ledger.sort();
        Self { sides: world.both_sides(), ledger }
    }

    /// What is wrong with this end where `expected` was to come.
    pub fn against(&self, expected: &Self) -> Result<(), String> {
        let doubled = self.sides.doubled();
        if !doubled.is_empty() {
            return Err(format!("doubled {doubled:?}"));
        }
        let parts = [
            (&self.sides.genesys, &expected.sides.genesys),
            (&self.sides.organizations, &expected.sides.organizations),
            (&self.sides.salesforce, &expected.sides.salesforce),
            (&self.ledger, &expected.ledger),
        ];
        let differences = parts.into_iter().filter(|(found, wanted)| found != wanted);
        let told: String = differences.map(|(found, wanted)| crate::kill::difference(found, wanted)).collect();
        if self == expected { Ok(()) } else { Err(format!("another end: {told}")) }
    }
}

/// What the ids and moments of a world stand for.
struct Names {
    /// Contacts and organizations of Genesys, by id.
    genesys: BTreeMap<String, String>,
    /// When each Salesforce contact changed last.
    stamps: BTreeMap<String, i64>,
    /// Who is in Salesforce's bin.
    deleted: BTreeSet<String>,
}

impl Names {
    fn of(world: &World) -> Self {
        let things = [world.genesys.contacts(), world.genesys.organizations()].concat();
        let genesys = things.iter().map(|thing| (text(&thing["id"]), name(thing))).collect();
        let stamp = |record: &Value| {
            let moment: Timestamp = record["SystemModstamp"].as_str()?.parse().ok()?;
            Some((text(&record["Id"]), moment.as_millisecond()))
        };
        let contacts = world.salesforce.contacts();
        let deleted = contacts.iter().filter(|record| record["IsDeleted"] == true).map(|record| text(&record["Id"]));
        Self { genesys, stamps: contacts.iter().filter_map(stamp).collect(), deleted: deleted.collect() }
    }

    fn line(&self, row: &Value) -> Option<String> {
        let (pk, sk) = (text(&row["pk"]["S"]), text(&row["sk"]["S"]));
        let family = FAMILIES.iter().find(|family| pk.starts_with(*family) && sk != LINKED)?;
        let key = if *family == "peer#" { format!("peer#{}", self.named(&pk[5..])) } else { format!("{pk} {sk}") };
        let content = match (*family, row["at_ms"]["N"].as_str()) {
            ("mark#", Some(at_ms)) => self.before(at_ms.parse().ok()?, &text(&row["id"]["S"]), &sk),
            _ => self.plain(row),
        };
        // What was remembered and is done leaves a row without a word.
        let says_something = *family != "mark#" || content != json!({});
        says_something.then(|| format!("{key} {content}"))
    }

    /// Who is still to come for a mark: of that of deletions, whoever is deleted.
    fn before(&self, at_ms: i64, id: &str, mark: &str) -> Value {
        let is_behind = |(known, stamp): &(&String, &i64)| (**stamp, known.as_str()) > (at_ms, id);
        let is_meant = |(known, _): &(&String, &i64)| self.deleted.contains(*known) == (mark == DELETED);
        let meant = self.stamps.iter().filter(is_meant).filter(is_behind);
        meant.map(|(known, _)| Value::from(known.as_str())).collect()
    }

    fn plain(&self, value: &Value) -> Value {
        match value {
            Value::Object(object) => {
                let kept = object.iter().filter(|(name, _)| !NOT_STATE.contains(&name.as_str()));
                let is_about = object.get("salesforce_id").map(|id| text(&id["S"]));
                kept.map(|(name, value)| match (name.as_str(), &is_about) {
                    ("source_version", Some(id)) => (name.clone(), self.is_newest(id, value)),
                    _ => (name.clone(), self.plain(value)),
                })
                .collect::<Map<_, _>>()
                .into()
            }
            Value::Array(array) => array.iter().map(|value| self.plain(value)).collect(),
            Value::String(text) => self.named(text).into(),
            other => other.clone(),
        }
    }

    fn is_newest(&self, id: &str, version: &Value) -> Value {
        let version: Option<i64> = version["N"].as_str().and_then(|number| number.parse().ok());
        (version.is_some() && self.stamps.get(id).copied() == version).into()
    }

    fn named(&self, id: &str) -> String {
        let is_genesys_id = id.len() == 36 && id.matches('-').count() == 4;
        match self.genesys.get(id) {
            Some(name) => name.clone(),
            None if is_genesys_id => "somebody who is gone".to_owned(),
            None => id.to_owned(),
        }
    }
}

/// By its external ids, or by its name where it has none of them.
fn name(thing: &Value) -> String {
    let ids: Vec<_> = thing["externalIds"].as_array().into_iter().flatten().map(|id| text(&id["value"])).collect();
    if ids.is_empty() { format!("{} {}", thing["firstName"], thing["lastName"]) } else { ids.join(" ") }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
