//! Rows by their ids: one by its address, or up to two thousand at once.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::record::{Record, Sight};
use super::state::Records;
use crate::salesforce::columns::Object;
use crate::salesforce::soql::{self, Selected};
use crate::salesforce::{ids, not_found, object_of};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

/// The vendor's limit for a read of many rows.
const IDS_MAX: usize = 2_000;

/// `GET /services/data/vNN.0/sobjects/{object}/{id}?fields=…`; without fields, all columns.
pub(crate) fn get(world: &mut World, call: &Call) -> Reply {
    let object = object_of(call, 1).ok_or_else(not_found)?;
    let settings = &world.settings.salesforce;
    let names: Vec<String> = match call.query.get("fields") {
        Some(fields) => fields.split(',').map(|name| name.trim().to_owned()).collect(),
        None => {
            let hidden = |name: &&str| settings.hidden_fields.iter().any(|hidden| hidden.eq_ignore_ascii_case(name));
            let names = object.columns().iter().map(|column| column.name).filter(|name| !hidden(name));
            names.map(str::to_owned).collect()
        }
    };
    let select = soql::columns_named(object, &names, &settings.hidden_fields)?;
    let sight = Sight::of(settings, call.now);
    let records = &world.salesforce.records;
    let record = ids::long(call.parameter(2)).and_then(|id| records.table(object).get(&id));
    match record {
        Some(record) if sight.sees(record) => {
            Ok(Answer::ok(rendered(records, object, record, &select, call.parameter(0))).items(1))
        }
        Some(record) if record.visible && record.is_deleted() => {
            Err(Refusal::new(404, settings.deleted_row_error.code(), "entity is deleted"))
        }
        _ => Err(not_found()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    ids: Vec<String>,
    fields: Vec<String>,
}

/// `POST …/composite/sobjects/{object}` with ids and fields.
pub(crate) fn get_many_by_body(world: &mut World, call: &Call) -> Reply {
    let wanted: Wanted = call.json().map_err(|sentence| Refusal::new(400, "JSON_PARSER_ERROR", sentence))?;
    many(world, call, &wanted)
}

/// `GET …/composite/sobjects/{object}?ids=…&fields=…`.
pub(crate) fn get_many(world: &mut World, call: &Call) -> Reply {
    let list = |name: &str| {
        let text = call.query.get(name).unwrap_or("");
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let wanted = Wanted { ids: list("ids"), fields: list("fields") };
    many(world, call, &wanted)
}

/// The rows in the order of their ids; `null` for what is unknown, deleted or invisible.
fn many(world: &World, call: &Call, wanted: &Wanted) -> Reply {
    let object = object_of(call, 1).ok_or_else(not_found)?;
    let settings = &world.settings.salesforce;
    if wanted.ids.is_empty() || wanted.fields.is_empty() {
        return Err(Refusal::new(400, "REQUIRED_FIELD_MISSING", "ids and fields are required"));
    }
    if wanted.ids.len() > IDS_MAX {
        let sentence = format!("{} ids; the most is {IDS_MAX}", wanted.ids.len());
        return Err(Refusal::new(400, "EXCEEDED_ID_LIMIT", sentence));
    }
    let select = soql::columns_named(object, &wanted.fields, &settings.hidden_fields)?;
    if !settings.collection_relationships && select.iter().any(|selected| selected.parent) {
        return Err(Refusal::new(400, "INVALID_FIELD", "relationship fields cannot be read here"));
    }
    let sight = Sight::of(settings, call.now);
    let records = &world.salesforce.records;
    let mut rows = Vec::with_capacity(wanted.ids.len());
    for id in &wanted.ids {
        let long = ids::long(id).ok_or_else(|| Refusal::new(400, "MALFORMED_ID", format!("malformed id {id}")))?;
        let record = records.table(object).get(&long).filter(|record| sight.sees(record));
        rows.push(record.map_or(Value::Null, |record| rendered(records, object, record, &select, call.parameter(0))));
    }
    let items = rows.len();
    Ok(Answer::ok(Value::Array(rows)).items(items))
}

/// A row with the selected columns, and those of its account inside it.
pub(crate) fn rendered(
    records: &Records,
    object: Object,
    record: &Record,
    select: &[Selected],
    version: &str,
) -> Value {
    let mut row = Map::new();
    row.insert("attributes".to_owned(), attributes(object, record, version));
    let account = records.account_of(record);
    for selected in select {
        if !selected.parent {
            row.insert(selected.column().name.to_owned(), record.value(object, selected.place));
            continue;
        }
        let parent = row.entry("Account").or_insert_with(|| {
            let attributes = |account| json!({"attributes": attributes(Object::Account, account, version)});
            account.map_or(Value::Null, attributes)
        });
        if let Some(account) = account {
            parent[selected.column().name] = account.value(Object::Account, selected.place);
        }
    }
    Value::Object(row)
}

fn attributes(object: Object, record: &Record, version: &str) -> Value {
    let name = object.name();
    json!({"type": name, "url": format!("/services/data/{version}/sobjects/{name}/{}", record.id)})
}
