//! Queues, made and changed as an administrator would.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Done, list};
use crate::genesys::queues::state::Queue;
use crate::world::World;

pub(super) fn dispatch(world: &mut World, method: &str, parts: &[&str], body: &Value, now: Timestamp) -> Option<Done> {
    Some(match (method, parts) {
        ("GET", []) => Ok(world.genesys.queues.0.iter().map(|queue| json!(queue.fields)).collect()),
        ("POST", []) => make(world, body, now),
        ("DELETE", []) => {
            world.genesys.queues.0.clear();
            Ok(json!({}))
        }
        ("GET", [id]) => found(world, id).map(|queue| json!(queue.fields)),
        ("PATCH", [id]) => found(world, id).map(|queue| {
            queue.change(&members(body), now);
            json!(queue.fields)
        }),
        ("PUT", [id]) => found(world, id).map(|queue| {
            queue.replace(members(body), "administrator", now);
            json!(queue.fields)
        }),
        ("DELETE", [id]) => found(world, id).map(|queue| queue.id.clone()).map(|id| {
            world.genesys.queues.0.retain(|queue| queue.id != id);
            json!({})
        }),
        _ => return None,
    })
}

fn found<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Queue, String> {
    world.genesys.queues.get_mut(id).ok_or_else(|| format!("there is no queue {id}"))
}

/// Queues as given, members that no vendor knows included.
fn make(world: &mut World, body: &Value, now: Timestamp) -> Done {
    let mut ids = Vec::new();
    for given in list(body) {
        let id = given["id"].as_str().map_or_else(|| world.new_uuid(), str::to_owned);
        let Some(name) = given["name"].as_str() else {
            return Err("a queue needs a name".to_owned());
        };
        if world.genesys.queues.get(&id).is_some() || world.genesys.queues.has_name(name, &id) {
            return Err(format!("the queue {id} or the name {name} exists"));
        }
        world.genesys.queues.0.push(Queue::new(&id, members(&given), now));
        ids.push(id);
    }
    Ok(json!({"ids": ids}))
}

fn members(body: &Value) -> Map<String, Value> {
    body.as_object().cloned().unwrap_or_default()
}
