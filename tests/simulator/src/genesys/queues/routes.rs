//! A queue read and replaced.

use serde_json::{Map, Value, json};

use super::errors;
use super::fields::{READ_ONLY, shape_of};
use super::state::{CAPACITY, Queue};
use crate::genesys::{bad_request, login};
use crate::settings::{QueueCapacityField, QueueReadOnly};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

/// `GET /api/v2/routing/queues/{queueId}`.
pub(crate) fn get(world: &mut World, call: &Call) -> Reply {
    let id = call.parameter(0);
    let queue = world.genesys.queues.get(id).ok_or_else(|| errors::not_found(id))?;
    Ok(answer(world, queue))
}

/// `PUT /api/v2/routing/queues/{queueId}`: what the body does not hold is gone, but for what the server computes.
pub(crate) fn put(world: &mut World, call: &Call) -> Reply {
    let id = call.parameter(0);
    let by = login::authenticate(world, call)?;
    let queue = world.genesys.queues.get_mut(id).ok_or_else(|| errors::not_found(id))?;
    if let Some(foreign) = &call.bends.foreign_write {
        queue.change_behind(foreign.field(), foreign.value(), call.now);
    }
    if world.settings.genesys.queue_etags && !matches(call.header("if-match"), &queue.etag()) {
        return Err(errors::changed());
    }
    let taken = taken(world, id, &call.json().map_err(bad_request)?)?;
    let queue = world.genesys.queues.get_mut(id).ok_or_else(|| errors::not_found(id))?;
    queue.replace(taken, &by, call.now);
    let queue = world.genesys.queues.get(id).ok_or_else(|| errors::not_found(id))?;
    Ok(answer(world, queue))
}

fn answer(world: &World, queue: &Queue) -> Answer {
    let answer = Answer::ok(json!(queue.fields)).items(1);
    if world.settings.genesys.queue_etags { answer.header("etag", queue.etag()) } else { answer }
}

/// Whether a precondition holds; none always does.
fn matches(wanted: Option<&str>, etag: &str) -> bool {
    wanted.is_none_or(|wanted| wanted.split(',').map(str::trim).any(|tag| tag == "*" || tag == etag))
}

/// The members of a body that the server takes.
fn taken(world: &World, id: &str, body: &Value) -> Result<Map<String, Value>, Refusal> {
    let Value::Object(body) = body else {
        return Err(bad_request("A queue is a JSON object."));
    };
    check(world, id, body)?;
    let settings = &world.settings.genesys;
    let stored = world.genesys.queues.get(id).map(|queue| &queue.fields);
    let had = |name: &str| stored.and_then(|fields| fields.get(name));
    let keeps_any = settings.queue_capacity_field == QueueCapacityField::Kept;
    // Nobody knows what else the vendor's queues have by now: a member that a queue has is one that it takes.
    let is_taken = |name: &str| keeps_any || (name != CAPACITY && (shape_of(name).is_some() || had(name).is_some()));
    let mut taken: Map<_, _> = body
        .iter()
        .filter(|(name, value)| !READ_ONLY.contains(&name.as_str()) && !value.is_null() && is_taken(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if let (false, Some(stored)) = (keeps_any, had(CAPACITY)) {
        taken.insert(CAPACITY.to_owned(), stored.clone());
    }
    Ok(taken)
}

fn check(world: &World, id: &str, body: &Map<String, Value>) -> Result<(), Refusal> {
    if world.settings.genesys.queue_read_only == QueueReadOnly::Refused
        && let Some((name, value)) = body.iter().find(|(name, _)| READ_ONLY.contains(&name.as_str()))
    {
        return Err(errors::read_only(name, value));
    }
    let name = body.get("name").unwrap_or(&Value::Null);
    let Some(name) = name.as_str().filter(|name| !name.trim().is_empty()) else {
        return Err(errors::invalid_name(name));
    };
    if world.genesys.queues.has_name(name, id) {
        return Err(errors::duplicate_name(name));
    }
    for (name, value) in body {
        if let Some(shape) = shape_of(name).filter(|shape| !shape.holds(value)) {
            return Err(errors::invalid_value(name, value, shape.name()));
        }
    }
    Ok(())
}
