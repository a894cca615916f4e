//! Bulk add: up to fifty new contacts in one request.

use serde_json::Value;

use super::fields::Rules;
use super::{Fields, Identifier, bulk};
use crate::settings::Conflict;
use crate::wire::{Call, Refusal, Reply};
use crate::world::World;

/// `POST /api/v2/externalcontacts/bulk/contacts/add`.
pub(crate) fn add(world: &mut World, call: &Call) -> Reply {
    let entities = bulk::entities(call, world.settings.genesys.bulk_add_max)?;
    let contacts = entities.iter().map(|entity| read(world, entity)).collect::<Result<Vec<_>, _>>()?;
    let results = entities.iter().zip(contacts).map(|(entity, contact)| add_one(world, call, entity, contact));
    let results = results.collect();
    Ok(bulk::answer(world, results))
}

/// The fields of an item, or its own failure.
///
/// # Errors
/// An item that cannot be read at all makes the whole request unreadable.
pub(super) fn read(world: &World, contact: &Value) -> Result<Result<Fields, Refusal>, Refusal> {
    match Rules::of(world).normalized(contact) {
        Err(refusal) if refusal.status == 400 => Err(refusal),
        read => Ok(read),
    }
}

fn add_one(world: &mut World, call: &Call, entity: &Value, contact: Result<Fields, Refusal>) -> Value {
    if let Some((refusal, retryable)) = bulk::wanted_failure(call, entity) {
        return bulk::failure(None, &refusal, retryable, entity);
    }
    match contact.and_then(|fields| insert(world, call, fields)) {
        Ok(contact) => bulk::success(contact["id"].as_str(), 200, &contact),
        Err(refusal) => bulk::failure(None, &refusal, false, entity),
    }
}

fn insert(world: &mut World, call: &Call, fields: Fields) -> Result<Value, Refusal> {
    let fields = Rules::of(world).whole(fields)?;
    check_conflicts(world, None, &fields)?;
    let id = world.new_uuid();
    Ok(world.genesys.contacts.insert(id, fields, call.now).render())
}

/// Refuses identifiers that belong to another contact, where the settings say that the vendor does.
pub(super) fn check_conflicts(world: &World, id: Option<&str>, fields: &Fields) -> Result<(), Refusal> {
    let settings = &world.settings.genesys;
    let own = id.and_then(|id| world.genesys.contacts.get(id));
    let had = own.map(|contact| Identifier::of_fields(&contact.fields)).unwrap_or_default();
    for identifier in Identifier::of_fields(fields) {
        if had.contains(&identifier) {
            continue;
        }
        let rule = match identifier {
            Identifier::ExternalId { .. } => settings.external_id_conflict,
            Identifier::Email(_) | Identifier::Phone(_) => settings.shared_identifier,
        };
        if rule == Conflict::Refused && world.genesys.contacts.conflict(id, &identifier).is_some() {
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
