//! Adding: one, or up to fifty in one request. Updating whole records stands here too.

use serde_json::Value;

use super::fields::Rules;
use super::{Fields, Identifier, bulk, remove};
use crate::genesys::bad_request;
use crate::genesys::directory::{Entry, Kind};
use crate::settings::Conflict;
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

/// `POST /api/v2/externalcontacts/bulk/contacts/add`.
pub(crate) fn add(world: &mut World, call: &Call) -> Reply {
    add_of(world, call, Kind::Contact)
}

/// `POST /api/v2/externalcontacts/contacts`.
pub(crate) fn add_one(world: &mut World, call: &Call) -> Reply {
    add_one_of(world, call, Kind::Contact)
}

/// `POST /api/v2/externalcontacts/bulk/contacts/update`: whole records with their ids.
pub(crate) fn update(world: &mut World, call: &Call) -> Reply {
    update_of(world, call, Kind::Contact)
}

/// One new entry of a kind.
pub(crate) fn add_one_of(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let sent: Value = call.json().map_err(bad_request)?;
    let fields = Rules::of(world, kind).normalized(&sent)?;
    Ok(Answer::ok(insert(world, call, kind, fields)?).items(1))
}

/// New entries of a kind.
pub(crate) fn add_of(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let entities = bulk::entities(call, world.settings.genesys.bulk_add_max)?;
    each(world, call, kind, &entities, |world, _, fields| insert(world, call, kind, fields))
}

/// Whole records in place of others; whether what was not sent stays is a switch.
pub(crate) fn update_of(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let entities = bulk::entities(call, world.settings.genesys.bulk_add_max)?;
    each(world, call, kind, &entities, |world, entity, fields| {
        let id = entity["id"].as_str().ok_or_else(|| bad_request("an entity to update needs its id"))?;
        let id = remove::target(world, kind, id)?;
        let known = world.genesys.directory(kind).get(&id).map(Entry::fields).unwrap_or_default();
        let mut whole = if world.settings.genesys.update_clears_absent { Fields::new() } else { known };
        whole.extend(fields);
        let fields = Rules::of(world, kind).whole(whole)?;
        check_conflicts(world, kind, Some(&id), &fields)?;
        world.genesys.directory_mut(kind).replace(&id, &fields, call.now);
        Ok(world.genesys.directory(kind).get(&id).map_or(Value::Null, Entry::render))
    })
}

/// The fields of an item, or its own failure.
///
/// # Errors
/// An item that cannot be read at all makes the whole request unreadable.
pub(super) fn read(world: &World, kind: Kind, sent: &Value) -> Result<Result<Fields, Refusal>, Refusal> {
    match Rules::of(world, kind).normalized(sent) {
        Err(refusal) if refusal.status == 400 => Err(refusal),
        read => Ok(read),
    }
}

/// Does something with the fields of every item.
fn each(
    world: &mut World,
    call: &Call,
    kind: Kind,
    entities: &[Value],
    mut write: impl FnMut(&mut World, &Value, Fields) -> Result<Value, Refusal>,
) -> Reply {
    let items = entities.iter().map(|entity| read(world, kind, entity)).collect::<Result<Vec<_>, _>>()?;
    let mut results = Vec::with_capacity(items.len());
    for (entity, fields) in entities.iter().zip(items) {
        results.push(match bulk::wanted_failure(call, entity) {
            Some((refusal, retryable)) => bulk::failure(None, &refusal, retryable, entity),
            None => match fields.and_then(|fields| write(world, entity, fields)) {
                Ok(body) => bulk::success(body["id"].as_str(), 200, &body),
                Err(refusal) => bulk::failure(entity["id"].as_str(), &refusal, false, entity),
            },
        });
    }
    Ok(bulk::answer(world, results))
}

fn insert(world: &mut World, call: &Call, kind: Kind, fields: Fields) -> Result<Value, Refusal> {
    let fields = Rules::of(world, kind).whole(fields)?;
    check_conflicts(world, kind, None, &fields)?;
    let id = world.new_uuid();
    Ok(world.genesys.directory_mut(kind).insert(id, &fields, call.now).render())
}

/// Refuses identifiers that belong to another contact, where the settings say that the vendor does.
pub(crate) fn check_conflicts(world: &World, kind: Kind, id: Option<&str>, fields: &Fields) -> Result<(), Refusal> {
    let settings = &world.settings.genesys;
    let directory = world.genesys.directory(kind);
    let own = id.and_then(|id| directory.get(id));
    let had = own.map(|entry| Identifier::of_fields(&entry.fields())).unwrap_or_default();
    for identifier in Identifier::of_fields(fields) {
        if had.contains(&identifier) {
            continue;
        }
        let rule = match identifier {
            Identifier::ExternalId { .. } => settings.external_id_conflict,
            Identifier::Email(_) | Identifier::Phone(_) => settings.shared_identifier,
        };
        if rule == Conflict::Refused && directory.conflict(id, &identifier).is_some() {
            return Err(conflict(&identifier));
        }
    }
    Ok(())
}

fn conflict(identifier: &Identifier) -> Refusal {
    let (field, value) = match identifier {
        Identifier::ExternalId { value, .. } => ("externalIds", value),
        Identifier::Email(value) => ("workEmail", value),
        Identifier::Phone(value) => ("workPhone", value),
    };
    let sentence = format!("The identifier '{value}' belongs to another contact.");
    Refusal::new(409, "request.conflict", sentence).field(field, &Value::String(value.clone()))
}
