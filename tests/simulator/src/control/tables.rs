//! Data tables, made and changed as an administrator would.

use serde_json::{Map, Value, json};

use super::{Done, list};
use crate::genesys::data_tables::state::{DataTable, KEY, Row};
use crate::wire::decode_segment;
use crate::world::World;

pub(super) fn dispatch(world: &mut World, method: &str, parts: &[&str], body: &Value) -> Option<Done> {
    Some(match (method, parts) {
        ("GET", []) => Ok(world.genesys.data_tables.0.iter().map(DataTable::dump).collect()),
        ("POST", []) => make(world, body),
        ("DELETE", []) => {
            world.genesys.data_tables.0.clear();
            Ok(json!({}))
        }
        ("GET", [id]) => found(world, id).map(|table| table.dump()),
        ("DELETE", [id]) => found(world, id).map(|table| table.id.clone()).map(|id| {
            world.genesys.data_tables.0.retain(|table| table.id != id);
            json!({})
        }),
        (_, [id, "rows", key]) => row(world, method, (id, &decode_segment(key)), body)?,
        _ => return None,
    })
}

fn found<'a>(world: &'a mut World, id: &str) -> Result<&'a mut DataTable, String> {
    world.genesys.data_tables.get_mut(id).ok_or_else(|| format!("there is no table {id}"))
}

/// Tables as given. Columns that are not described have the type of their first value.
fn make(world: &mut World, body: &Value) -> Done {
    let mut ids = Vec::new();
    for given in list(body) {
        let columns = given.get("columns").cloned().unwrap_or_else(|| json!({}));
        let columns = serde_json::from_value(columns).map_err(|error| format!("columns: {error}"))?;
        let id = given["id"].as_str().map_or_else(|| world.new_uuid(), str::to_owned);
        if world.genesys.data_tables.get(&id).is_some() {
            return Err(format!("the table {id} exists"));
        }
        let name = given["name"].as_str().unwrap_or("Capacity").to_owned();
        let mut table = DataTable { id: id.clone(), name, columns, rows: Default::default() };
        let rows = given["rows"].as_array().cloned().unwrap_or_default();
        rows.iter().for_each(|row| table.learn_columns(row));
        for row in &rows {
            let (key, row) = table.checked(row).map_err(|refusal| refusal.message)?;
            table.rows.insert(key, row);
        }
        world.genesys.data_tables.0.push(table);
        ids.push(id);
    }
    Ok(json!({"ids": ids}))
}

/// One row: read, changed in the named columns, put in place (made if need be), removed.
fn row(world: &mut World, method: &str, (id, key): (&str, &str), body: &Value) -> Option<Done> {
    let table = match found(world, id) {
        Ok(table) => table,
        Err(sentence) => return Some(Err(sentence)),
    };
    let missing = || format!("there is no row {key}");
    Some(match method {
        "GET" => table.rows.get(key).map(|row| json!(row)).ok_or_else(missing),
        "PUT" => store(table, key, Row::new(), body),
        "PATCH" => match table.rows.get(key).cloned() {
            Some(row) => store(table, key, row, body),
            None => Err(missing()),
        },
        "DELETE" => table.rows.remove(key).map(|_| json!({})).ok_or_else(missing),
        _ => return None,
    })
}

fn store(table: &mut DataTable, key: &str, mut row: Row, body: &Value) -> Done {
    row.extend(body.as_object().cloned().unwrap_or_else(Map::new));
    row.insert(KEY.to_owned(), json!(key));
    row.retain(|_, value| !value.is_null());
    let (_, row) = table.checked(&Value::Object(row)).map_err(|refusal| refusal.message)?;
    let answer = json!(row);
    table.rows.insert(key.to_owned(), row);
    Ok(answer)
}
