//! Salesforce records as an administrator would change them.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Done, list};
use crate::salesforce::columns::Object;
use crate::salesforce::records::state::{Record, Records};
use crate::world::World;

pub(super) fn dispatch(world: &mut World, method: &str, parts: &[&str], body: &Value, now: Timestamp) -> Option<Done> {
    let records = &mut world.salesforce.records;
    Some(match (method, parts) {
        ("DELETE", ["contacts"]) => {
            *records = Records::default();
            Ok(json!({}))
        }
        (_, ["contacts", rest @ ..]) => rows(records, Object::Contact, method, rest, body, now)?,
        (_, ["accounts", rest @ ..]) => rows(records, Object::Account, method, rest, body, now)?,
        ("DELETE", ["bin"]) => purge(records, None, now),
        ("DELETE", ["bin", id]) => purge(records, Some(id), now),
        ("POST", ["deleted_log"]) => match body["before"].as_str().and_then(|text| text.parse().ok()) {
            Some(before) => {
                records.shorten_log(before);
                Ok(json!({}))
            }
            None => Err("deleted_log needs {\"before\": a moment}".to_owned()),
        },
        ("DELETE", ["cursors"]) => {
            world.salesforce.cursors.clear();
            Ok(json!({}))
        }
        ("POST", ["usage"]) => match body["used"].as_u64() {
            Some(used) => {
                world.salesforce.api_used = used;
                Ok(json!({"used": used}))
            }
            None => Err("usage needs {\"used\": calls}".to_owned()),
        },
        _ => return None,
    })
}

fn rows(
    records: &mut Records,
    object: Object,
    method: &str,
    parts: &[&str],
    body: &Value,
    now: Timestamp,
) -> Option<Done> {
    Some(match (method, parts) {
        ("GET", []) => Ok(records.table(object).values().map(|record| shown(records, object, record)).collect()),
        ("POST", []) => {
            let ids = list(body).iter().map(|row| records.insert(object, row, now)).collect::<Result<Vec<_>, _>>();
            ids.map(|ids| json!({"ids": ids}))
        }
        ("POST", ["merge"]) => merge(records, object, body, now),
        ("GET", [id]) => one(records, object, id),
        ("PATCH", [id]) => records.update(object, id, body, now).and_then(|()| one(records, object, id)),
        ("DELETE", [id]) => records.delete(object, id, now).map(|()| json!({})),
        ("POST", [id, "undelete"]) => records.undelete(object, id, now).and_then(|()| one(records, object, id)),
        ("PUT", [id, "sharing"]) => match body["visible"].as_bool() {
            Some(visible) => records.share(object, id, visible).map(|()| json!({})),
            None => Err("sharing needs {\"visible\": true or false}".to_owned()),
        },
        _ => return None,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Merge {
    master: String,
    losers: Vec<String>,
    #[serde(default)]
    fields: Map<String, Value>,
}

fn merge(records: &mut Records, object: Object, body: &Value, now: Timestamp) -> Done {
    let merge: Merge = serde_json::from_value(body.clone()).map_err(|error| error.to_string())?;
    let losers: Vec<&str> = merge.losers.iter().map(String::as_str).collect();
    let master = records.merge(object, &merge.master, &losers, &merge.fields, now)?;
    one(records, object, master.as_str())
}

/// Takes contacts and accounts out of the recycle bin for good.
fn purge(records: &mut Records, id: Option<&str>, now: Timestamp) -> Done {
    let purged = match id {
        Some(id) if id.starts_with("001") => records.purge(Object::Account, Some(id), now)?,
        Some(id) => records.purge(Object::Contact, Some(id), now)?,
        None => records.purge(Object::Contact, None, now)? + records.purge(Object::Account, None, now)?,
    };
    Ok(json!({"purged": purged}))
}

fn one(records: &Records, object: Object, id: &str) -> Done {
    records.existing(object, id).map(|record| shown(records, object, record))
}

fn shown(records: &Records, object: Object, record: &Record) -> Value {
    match object {
        Object::Contact => dump(records, record),
        Object::Account => {
            let mut row = columns_with_value(object, record);
            row.entry("BillingCountry").or_insert(Value::Null);
            row.retain(|name, value| name != "IsDeleted" || *value == json!(true));
            Value::Object(row)
        }
    }
}

/// All columns of a contact that have a value, and its account.
pub(super) fn dump(records: &Records, record: &Record) -> Value {
    let mut row = columns_with_value(Object::Contact, record);
    row.remove("Name");
    if let Some(account) = records.account_of(record) {
        let part = |name| json!(account.text(Object::Account, name));
        row.insert("Account".to_owned(), json!({"Name": part("Name"), "BillingCountry": part("BillingCountry")}));
    }
    Value::Object(row)
}

fn columns_with_value(object: Object, record: &Record) -> Map<String, Value> {
    let columns = object.columns().iter().enumerate();
    let row = columns.map(|(place, column)| (column.name.to_owned(), record.value(object, place)));
    row.filter(|(_, value)| !value.is_null()).collect()
}
