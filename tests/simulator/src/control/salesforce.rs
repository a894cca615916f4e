//! Salesforce records as an administrator would change them.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Done, list};
use crate::salesforce::columns;
use crate::salesforce::records::state::{Record, Records};
use crate::world::World;

pub(super) fn dispatch(world: &mut World, method: &str, parts: &[&str], body: &Value, now: Timestamp) -> Option<Done> {
    let records = &mut world.salesforce.records;
    Some(match (method, parts) {
        ("GET", ["contacts"]) => Ok(records.contacts.values().map(|record| dump(records, record)).collect()),
        ("POST", ["contacts"]) => {
            let ids = list(body).iter().map(|contact| records.insert(contact, now)).collect::<Result<Vec<_>, _>>();
            ids.map(|ids| json!({"ids": ids}))
        }
        ("DELETE", ["contacts"]) => {
            *records = Records::default();
            Ok(json!({}))
        }
        ("GET", ["contacts", id]) => one(records, id),
        ("PATCH", ["contacts", id]) => records.update(id, body, now).and_then(|()| one(records, id)),
        ("DELETE", ["contacts", id]) => records.delete(id, now).map(|()| json!({})),
        ("GET", ["accounts"]) => Ok(records
            .accounts
            .values()
            .map(|account| json!({"Id": account.id, "Name": account.name, "BillingCountry": account.billing_country}))
            .collect()),
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

fn one(records: &Records, id: &str) -> Done {
    let long = crate::salesforce::ids::long(id).unwrap_or_default();
    let record = records.contacts.get(&long).ok_or_else(|| format!("there is no contact {id}"))?;
    Ok(dump(records, record))
}

/// All columns that have a value.
pub(super) fn dump(records: &Records, record: &Record) -> Value {
    let mut row: Map<String, Value> =
        columns::CONTACT.iter().map(|column| (column.name.to_owned(), record.value(column.name))).collect();
    row.remove("Name");
    row.retain(|_, value| !value.is_null());
    if let Some(account) = records.account_of(record) {
        row.insert("Account".to_owned(), json!({"Name": account.name, "BillingCountry": account.billing_country}));
    }
    Value::Object(row)
}
