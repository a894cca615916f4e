//! `/_sim/`: everything a test may do that no vendor offers.
//!
//! Bodies and answers are JSON; a request that makes no sense is answered with 400 and `{"error": sentence}`.
//! Control requests are not recorded in the journal.

mod about;
mod conversations;
mod genesys;
mod observe;
mod queues;
mod salesforce;
mod tables;
mod utilization;

use serde_json::{Value, json};

use crate::clock::Shift;
use crate::demo;
use crate::door::Simulation;
use crate::page;
use crate::wire::{Answer, Pairs};

/// The sentence of a refused control request.
type Done = Result<Value, String>;

/// Answers a request to the simulator itself.
pub(crate) fn answer(simulation: &Simulation, method: &str, path: &str, query: &Pairs, body: &str) -> Answer {
    let parts: Vec<&str> = path.trim_start_matches("/_sim").split('/').filter(|part| !part.is_empty()).collect();
    let body: Value = match body {
        "" => json!({}),
        text => match serde_json::from_str(text) {
            Ok(body) => body,
            Err(error) => return refused(&format!("the body is not JSON: {error}")),
        },
    };
    if !path.starts_with("/_sim/") {
        return unknown(method, path);
    }
    match dispatch(simulation, method, &parts, query, &body) {
        Some(Ok(value)) => Answer::ok(value),
        Some(Err(sentence)) => refused(&sentence),
        None => unknown(method, path),
    }
}

fn refused(sentence: &str) -> Answer {
    Answer::json(400, json!({"error": sentence}))
}

fn unknown(method: &str, path: &str) -> Answer {
    let sentence = format!("{method} {path} is not a control request; GET /_sim/about lists them");
    Answer::json(404, json!({"error": sentence}))
}

fn dispatch(simulation: &Simulation, method: &str, parts: &[&str], query: &Pairs, body: &Value) -> Option<Done> {
    let now = simulation.clock.now();
    let mut world = simulation.world.lock();
    let world = &mut *world;
    Some(match (method, parts) {
        ("POST", ["reset"]) => {
            world.reset();
            Ok(json!({}))
        }
        ("POST", ["seed"]) => demo::seed(world, body, now),
        ("GET", ["about"]) => Ok(about::about()),
        ("GET", ["overview"]) => Ok(page::overview(world, query, now)),
        ("GET", ["settings"]) => Ok(json!(world.settings)),
        ("PUT", ["settings"]) => world.settings.merged(body).map(|settings| {
            world.settings = settings;
            json!(world.settings)
        }),
        (_, ["clock"]) => clock(simulation, method, body)?,
        ("GET", ["faults"]) => Ok(json!(world.faults.describe())),
        ("POST", ["faults"]) => world.faults.add(body).map(|id| json!({"id": id})),
        ("DELETE", ["faults"]) => {
            world.faults.clear();
            Ok(json!({}))
        }
        ("DELETE", ["faults", id]) => {
            let removed = id.parse().is_ok_and(|id| world.faults.remove(id));
            if removed { Ok(json!({})) } else { Err(format!("there is no fault {id}")) }
        }
        (_, ["journal" | "tokens", ..]) => observe::dispatch(world, method, parts, query, body)?,
        (_, ["salesforce", rest @ ..]) => salesforce::dispatch(world, method, rest, body, now)?,
        (_, ["genesys", "conversations"]) => conversations::dispatch(world, method, query, body)?,
        (_, ["genesys", rest @ ..]) => genesys::dispatch(world, method, rest, body, now)?,
        _ => return None,
    })
}

fn clock(simulation: &Simulation, method: &str, body: &Value) -> Option<Done> {
    match method {
        "GET" => {}
        "PUT" => match serde_json::from_value::<Shift>(body.clone()) {
            Ok(shift) if shift.speed > 0.0 => simulation.clock.set(Some(shift)),
            Ok(_) => return Some(Err("speed must be above 0".to_owned())),
            Err(error) => return Some(Err(error.to_string())),
        },
        "DELETE" => simulation.clock.set(None),
        _ => return None,
    }
    let shift = simulation.clock.shift();
    Some(Ok(json!({"now": simulation.clock.now().to_string(), "ahead": shift.ahead, "speed": shift.speed})))
}

/// A Salesforce contact with all columns that have a value.
pub(crate) fn dump_record(world: &crate::world::World, record: &crate::salesforce::records::state::Record) -> Value {
    salesforce::dump(&world.salesforce.records, record)
}

/// The items of a body that is a list, or an object with the list in `contacts`, or one item.
fn list(body: &Value) -> Vec<Value> {
    match body {
        Value::Array(items) => items.clone(),
        Value::Object(fields) => match fields.get("contacts").and_then(Value::as_array) {
            Some(items) => items.clone(),
            None => vec![body.clone()],
        },
        _ => Vec::new(),
    }
}
