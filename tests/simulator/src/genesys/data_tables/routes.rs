//! One row read and replaced, a new one added.

use serde_json::{Value, json};

use super::errors;
use super::state::{DataTable, KEY};
use crate::genesys::bad_request;
use crate::wire::{Answer, Call, Refusal, Reply, decode_segment};
use crate::world::World;

/// `GET /api/v2/flows/datatables/{datatableId}/rows/{rowId}`: the key alone, unless `showbrief=false`.
pub(crate) fn get(world: &mut World, call: &Call) -> Reply {
    let key = decode_segment(call.parameter(1));
    let row = table(world, call)?.rows.get(&key).ok_or_else(|| errors::row_not_found(&key))?;
    let brief = match call.query.get("showbrief") {
        None | Some("true") => true,
        Some("false") => false,
        Some(other) => return Err(bad_request(format!("showbrief is true or false, not '{other}'."))),
    };
    Ok(Answer::ok(if brief { json!({KEY: key}) } else { json!(row) }).items(1))
}

/// `PUT /api/v2/flows/datatables/{datatableId}/rows/{rowId}`: what the body does not hold is gone.
pub(crate) fn put(world: &mut World, call: &Call) -> Reply {
    let key = decode_segment(call.parameter(1));
    let table = table(world, call)?;
    if !table.rows.contains_key(&key) {
        return Err(errors::row_not_found(&key));
    }
    if let Some(foreign) = &call.bends.foreign_write {
        table.change_behind(&key, foreign.field(), foreign.value());
    }
    let (named, row) = table.checked(&body(call)?)?;
    if named != key {
        let taken = table.rows.contains_key(&named);
        let renames = || errors::schema(KEY, &json!(named), format!("KEY must be '{key}', as in the path."));
        return Err(if taken { errors::not_unique(&named) } else { renames() });
    }
    let answer = json!(row);
    table.rows.insert(key, row);
    Ok(Answer::ok(answer).items(1))
}

/// `POST /api/v2/flows/datatables/{datatableId}/rows`.
pub(crate) fn create(world: &mut World, call: &Call) -> Reply {
    let rows_max = world.settings.genesys.data_table_rows_max;
    let table = table(world, call)?;
    let (key, row) = table.checked(&body(call)?)?;
    if table.rows.contains_key(&key) {
        return Err(errors::not_unique(&key));
    }
    if table.rows.len() >= rows_max {
        return Err(errors::too_many_rows(rows_max));
    }
    let answer = json!(row);
    table.rows.insert(key, row);
    Ok(Answer::ok(answer).items(1))
}

fn table<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut DataTable, Refusal> {
    let id = call.parameter(0);
    world.genesys.data_tables.get_mut(id).ok_or_else(|| errors::table_not_found(id))
}

fn body(call: &Call) -> Result<Value, Refusal> {
    call.json().map_err(errors::syntax)
}
