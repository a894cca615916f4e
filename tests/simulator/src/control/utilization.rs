//! Utilizations and the users who have them, changed as an administrator would.

use serde_json::{Map, Value, json};

use super::{Done, list};
use crate::genesys::utilization::state::{Members, Owner, Utilizations};
use crate::settings::merge;
use crate::world::World;

pub(super) fn dispatch(world: &mut World, method: &str, parts: &[&str], body: &Value) -> Option<Done> {
    Some(match (method, parts) {
        ("GET", []) => Ok(world.genesys.utilizations.dump()),
        ("POST", []) => Ok(make(world, body)),
        ("DELETE", []) => {
            world.genesys.utilizations = Utilizations::default();
            Ok(json!({}))
        }
        ("DELETE", [user]) if world.genesys.utilizations.remove_user(user) => Ok(json!({})),
        ("GET" | "PATCH" | "PUT", [owner]) => one(&mut world.genesys.utilizations, method, owner, body),
        ("DELETE", [user]) => Err(format!("there is no user {user}")),
        _ => return None,
    })
}

/// Users: `{"user": id, …}`; with further members they have a utilization of their own from the start.
fn make(world: &mut World, body: &Value) -> Value {
    let mut ids = Vec::new();
    for given in list(body) {
        let id = given["user"].as_str().map_or_else(|| world.new_uuid(), str::to_owned);
        world.genesys.utilizations.add_user(&id);
        let mut own = members(&given);
        own.remove("user");
        if !own.is_empty() {
            world.genesys.utilizations.set(Owner::User(&id), own);
        }
        ids.push(id);
    }
    json!({"ids": ids})
}

/// One user's, or the one called `organization`: read, changed in what is named, replaced.
fn one(utilizations: &mut Utilizations, method: &str, name: &str, body: &Value) -> Done {
    let owner = if name == "organization" { Owner::Organization } else { Owner::User(name) };
    let Some((stored, _)) = utilizations.of(owner) else {
        return Err(format!("there is no user {name}"));
    };
    let changed = match method {
        "PATCH" => {
            let mut whole = json!(stored);
            merge(&mut whole, body);
            Some(members(&whole))
        }
        "PUT" => Some(members(body)),
        _ => None,
    };
    if let Some(members) = changed {
        utilizations.set(owner, members);
    }
    Ok(utilizations.render(owner).unwrap_or(Value::Null))
}

fn members(body: &Value) -> Members {
    body.as_object().cloned().unwrap_or_else(Map::new)
}
