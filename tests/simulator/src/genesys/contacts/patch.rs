//! PATCH: a list of changes to named fields. Not JSON Merge Patch, not RFC 6902.

use serde::Deserialize;
use serde_json::{Value, json};

use super::fields::{Rules, invalid};
use super::{Fields, bulk_add, remove};
use crate::genesys::bad_request;
use crate::genesys::directory::{Entry, Kind};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatchRequest {
    changes: Vec<Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    field: String,
    action: Action,
    #[serde(default)]
    value: Value,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
enum Action {
    Update,
    UpdateIfEmpty,
    UpdateIfExists,
    Remove,
    AppendToCollection,
    RemoveFromCollection,
}

impl Action {
    fn needs_value(self) -> bool {
        self != Self::Remove
    }

    fn is_for_collections(self) -> bool {
        matches!(self, Self::AppendToCollection | Self::RemoveFromCollection)
    }
}

/// `PATCH /api/v2/externalcontacts/contacts/{contactId}`.
pub(crate) fn patch(world: &mut World, call: &Call) -> Reply {
    patch_of(world, call, Kind::Contact)
}

/// Changes to one entry of a kind.
pub(crate) fn patch_of(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let PatchRequest { changes } = call.json().map_err(bad_request)?;
    let id = remove::target(world, kind, call.parameter(0))?;
    let mut fields = world.genesys.directory(kind).get(&id).map(Entry::fields).unwrap_or_default();
    let paths = changes.iter().map(|change| path_of(&change.field)).collect::<Result<Vec<_>, _>>()?;
    check_overlap(&paths)?;
    for (change, path) in changes.iter().zip(&paths) {
        apply(&mut fields, path, change)?;
    }
    let rules = Rules::of(world, kind);
    let changed: Fields =
        paths.iter().filter_map(|path| Some((path[0].to_owned(), fields.get(path[0])?.clone()))).collect();
    for (name, value) in rules.normalized(&Value::Object(changed))? {
        fields.insert(name, value);
    }
    let fields = rules.whole(fields)?;
    bulk_add::check_conflicts(world, kind, Some(&id), &fields)?;
    let directory = world.genesys.directory_mut(kind);
    directory.replace(&id, &fields, call.now);
    Ok(Answer::ok(directory.get(&id).map_or(Value::Null, Entry::render)).items(1))
}

/// The names in a restricted JSONPath.
fn path_of(field: &str) -> Result<Vec<&str>, Refusal> {
    let refuse = || invalid("field", &json!(field), format!("'{field}' is not a path: $. and names joined by dots"));
    let names: Vec<&str> = field.strip_prefix("$.").ok_or_else(refuse)?.split('.').collect();
    let plain = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if names.len() <= 3 && names.iter().all(plain) { Ok(names) } else { Err(refuse()) }
}

fn check_overlap(paths: &[Vec<&str>]) -> Result<(), Refusal> {
    for (position, path) in paths.iter().enumerate() {
        let inside = |(other, outer): (usize, &Vec<&str>)| {
            other != position && path.len() > outer.len() && path.starts_with(outer)
        };
        if paths.iter().enumerate().any(inside) {
            let sentence = format!("'{}' and its parent are both changed.", path.join("."));
            return Err(Refusal::new(409, "request.conflict", sentence));
        }
    }
    Ok(())
}

fn apply(fields: &mut Fields, path: &[&str], change: &Change) -> Result<(), Refusal> {
    if change.action.needs_value() && change.value.is_null() {
        return Err(invalid(
            &change.field,
            &Value::Null,
            format!("{:?} of {} needs a value", change.action, change.field),
        ));
    }
    let (name, parents) = path.split_last().ok_or_else(|| bad_request("an empty path"))?;
    let mut place = fields;
    for parent in parents {
        let next = place.entry((*parent).to_owned()).or_insert_with(|| json!({}));
        place = next.as_object_mut().ok_or_else(|| bad_request(format!("{} has no fields", change.field)))?;
    }
    let old = place.get(*name).cloned().unwrap_or(Value::Null);
    let empty = old.is_null();
    let new = match change.action {
        Action::UpdateIfEmpty if !empty => old,
        Action::UpdateIfExists if empty => old,
        Action::Update | Action::UpdateIfEmpty | Action::UpdateIfExists => change.value.clone(),
        Action::Remove => Value::Null,
        action if action.is_for_collections() && (empty || old.is_array()) => collection(action, &old, &change.value),
        action => return Err(bad_request(format!("{} is not a collection: {action:?}", change.field))),
    };
    place.insert((*name).to_owned(), new);
    Ok(())
}

fn collection(action: Action, old: &Value, value: &Value) -> Value {
    let mut entries = old.as_array().cloned().unwrap_or_default();
    let given = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let same = |a: &Value, b: &Value| match (super::Identifier::of_external_id(a), super::Identifier::of_external_id(b))
    {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    };
    if action == Action::RemoveFromCollection {
        entries.retain(|entry| !given.iter().any(|other| same(entry, other)));
    } else {
        let extra: Vec<Value> =
            given.into_iter().filter(|other| !entries.iter().any(|entry| same(entry, other))).collect();
        entries.extend(extra);
    }
    Value::Array(entries)
}
