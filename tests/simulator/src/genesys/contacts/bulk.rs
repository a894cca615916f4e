//! What all bulk operations share: one result per item, failures inside an HTTP 200, in no promised order.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::genesys::{bad_request, error};
use crate::settings::BulkOrder;
use crate::wire::{Answer, Call, Refusal};
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entities {
    entities: Vec<Value>,
}

/// The items of a bulk request.
///
/// # Errors
/// 400 for a body of another form, 422 for too many or no items.
pub(super) fn entities(call: &Call, items_max: usize) -> Result<Vec<Value>, Refusal> {
    let Entities { entities } = call.json().map_err(bad_request)?;
    if entities.is_empty() || entities.len() > items_max {
        let sentence = format!("entities must have 1 to {items_max} items, not {}", entities.len());
        return Err(Refusal::new(422, "validation.failed", sentence).field("entities", &json!(entities.len())));
    }
    Ok(entities)
}

/// The result of one item.
pub(super) fn success(id: Option<&str>, status: u16, entity: &Value) -> Value {
    with_id(id, json!({"success": true, "status": status, "entity": entity}))
}

/// The result of one item that leaves nothing to show.
pub(super) fn success_without_entity(id: &str, status: u16) -> Value {
    json!({"id": id, "success": true, "status": status})
}

/// The result of one item that failed; `entity` is what was sent.
pub(super) fn failure(id: Option<&str>, refusal: &Refusal, retryable: bool, entity: &Value) -> Value {
    let error = error::item(refusal, retryable, entity);
    with_id(id, json!({"success": false, "status": refusal.status, "error": error}))
}

fn with_id(id: Option<&str>, mut result: Value) -> Value {
    if let Some(id) = id {
        result["id"] = json!(id);
    }
    result
}

/// The answer with all results, in the order that the settings ask for.
pub(super) fn answer(world: &mut World, mut results: Vec<Value>) -> Answer {
    match world.settings.genesys.bulk_order {
        BulkOrder::Shuffled => world.chance.shuffle(&mut results),
        BulkOrder::Reversed => results.reverse(),
        BulkOrder::AsSent => {}
    }
    let failed = |(position, result): (usize, &Value)| (result["success"] == false).then_some(position);
    let indexes: Vec<usize> = results.iter().enumerate().filter_map(failed).collect();
    let items = results.len();
    Answer::ok(json!({"results": results, "errorCount": indexes.len(), "errorIndexes": indexes})).items(items)
}

/// The failure that a fault wants for an item with these external ids.
pub(super) fn wanted_failure(call: &Call, contact: &Value) -> Option<(Refusal, bool)> {
    let entries = contact["externalIds"].as_array().into_iter().flatten();
    let values: Vec<&str> = entries.filter_map(|entry| entry["value"].as_str()).collect();
    call.bends.failing.iter().find_map(|fault| Some((fault.refusal(&values)?, fault.retryable)))
}
