//! Removing contacts or organizations: one, or up to fifty.

use serde_json::{Value, json};

use super::fetch::{by_ids, unknown};
use super::{bulk, fetch::ById};
use crate::genesys::directory::{Entry, Kind};
use crate::settings::{MergedIdWrites, RemovedUnknown};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

/// `DELETE /api/v2/externalcontacts/contacts/{contactId}`.
pub(crate) fn contact(world: &mut World, call: &Call) -> Reply {
    one(world, call, Kind::Contact)
}

/// `DELETE /api/v2/externalcontacts/organizations/{externalOrganizationId}`.
pub(crate) fn organization(world: &mut World, call: &Call) -> Reply {
    one(world, call, Kind::Organization)
}

/// `POST /api/v2/externalcontacts/bulk/contacts/remove`.
pub(crate) fn contacts(world: &mut World, call: &Call) -> Reply {
    many(world, call, Kind::Contact)
}

/// `POST /api/v2/externalcontacts/bulk/organizations/remove`.
pub(crate) fn organizations(world: &mut World, call: &Call) -> Reply {
    many(world, call, Kind::Organization)
}

fn one(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let target = target(world, kind, call.parameter(0))?;
    world.genesys.directory_mut(kind).remove(&target);
    Ok(Answer::ok(json!({})).items(1))
}

fn many(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let entities = bulk::entities(call, world.settings.genesys.bulk_by_id_max)?;
    let wanted = by_ids(&entities)?;
    let results = entities.iter().zip(&wanted).map(|(entity, wanted)| remove(world, call, kind, entity, wanted));
    let results = results.collect();
    Ok(bulk::answer(world, results))
}

fn remove(world: &mut World, call: &Call, kind: Kind, entity: &Value, ById { id }: &ById) -> Value {
    let body = world.genesys.directory(kind).get(id).map_or(Value::Null, Entry::render);
    if let Some((refusal, retryable)) = bulk::wanted_failure(call, &body) {
        return bulk::failure(Some(id), &refusal, retryable, entity);
    }
    match target(world, kind, id) {
        Ok(target) => {
            world.genesys.directory_mut(kind).remove(&target);
            bulk::success_without_entity(id, 200)
        }
        Err(_) if world.settings.genesys.removed_unknown == RemovedUnknown::Ok => bulk::success_without_entity(id, 200),
        Err(refusal) => bulk::failure(Some(id), &refusal, false, entity),
    }
}

/// The id that a write to `id` means: its own, or after a merge that of the new contact, where the settings say so.
pub(super) fn target(world: &World, kind: Kind, id: &str) -> Result<String, Refusal> {
    let directory = world.genesys.directory(kind);
    let entry = directory.get(id).ok_or_else(|| missing(kind, id))?;
    if entry.id != id && world.settings.genesys.merged_id_writes == MergedIdWrites::NotFound {
        return Err(missing(kind, id));
    }
    Ok(entry.id.clone())
}

/// Writes say "contact" where reads say "entity".
fn missing(kind: Kind, id: &str) -> Refusal {
    let mut refusal = unknown(kind, id);
    if kind == Kind::Contact {
        "contact.not.found".clone_into(&mut refusal.code);
    }
    refusal
}
