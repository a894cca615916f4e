//! Contacts or organizations by their ids: up to fifty at once, and one as it was before it was merged.

use serde::Deserialize;
use serde_json::{Value, json};

use super::bulk;
use crate::genesys::bad_request;
use crate::genesys::directory::{Entry, Kind};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

/// One item of a request by ids.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ById {
    pub(super) id: String,
}

/// `POST /api/v2/externalcontacts/bulk/contacts`: merged ones answer with what became of them.
pub(crate) fn contacts(world: &mut World, call: &Call) -> Reply {
    many(world, call, Kind::Contact, Resolved::Yes)
}

/// `POST /api/v2/externalcontacts/bulk/contacts/unresolved`.
pub(crate) fn contacts_unresolved(world: &mut World, call: &Call) -> Reply {
    many(world, call, Kind::Contact, Resolved::No)
}

/// `POST /api/v2/externalcontacts/bulk/organizations`.
pub(crate) fn organizations(world: &mut World, call: &Call) -> Reply {
    many(world, call, Kind::Organization, Resolved::Yes)
}

/// `GET /api/v2/externalcontacts/contacts/{contactId}/unresolved`.
pub(crate) fn unresolved(world: &mut World, call: &Call) -> Reply {
    let id = call.parameter(0);
    let contact = world.genesys.contacts.unresolved(id).ok_or_else(|| unknown(Kind::Contact, id))?;
    Ok(Answer::ok(contact.render()).items(1))
}

/// Whether merges are followed.
#[derive(Clone, Copy, PartialEq)]
enum Resolved {
    Yes,
    No,
}

fn many(world: &mut World, call: &Call, kind: Kind, resolved: Resolved) -> Reply {
    let entities = bulk::entities(call, world.settings.genesys.bulk_by_id_max)?;
    let wanted = by_ids(&entities)?;
    let directory = world.genesys.directory(kind);
    let result = |(entity, ById { id }): (&Value, &ById)| {
        let found = if resolved == Resolved::Yes { directory.get(id) } else { directory.unresolved(id) };
        let body = found.map(Entry::render);
        if let Some((refusal, retryable)) = bulk::wanted_failure(call, body.as_ref().unwrap_or(&Value::Null)) {
            return bulk::failure(Some(id), &refusal, retryable, entity);
        }
        match body {
            Some(body) => bulk::success(Some(id), 200, &body),
            None => bulk::failure(Some(id), &unknown(kind, id), false, entity),
        }
    };
    let results = entities.iter().zip(&wanted).map(result).collect();
    Ok(bulk::answer(world, results))
}

/// The ids of a bulk request.
pub(super) fn by_ids(entities: &[Value]) -> Result<Vec<ById>, Refusal> {
    let read = |entity: &Value| serde_json::from_value(entity.clone()).map_err(|error| bad_request(error.to_string()));
    entities.iter().map(read).collect()
}

/// What is said of an id that nobody has.
pub(crate) fn unknown(kind: Kind, id: &str) -> Refusal {
    let name = match kind {
        Kind::Contact => "contact",
        Kind::Organization => "external organization",
    };
    Refusal::new(404, "entity.not.found", format!("The {name} '{id}' was not found.")).field("id", &json!(id))
}
