//! One contact by its id.

use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

/// `GET /api/v2/externalcontacts/contacts/{contactId}`.
pub(crate) fn get(world: &mut World, call: &Call) -> Reply {
    let id = call.parameter(0);
    let contact = world.genesys.contacts.get(id);
    let contact =
        contact.ok_or_else(|| Refusal::new(404, "entity.not.found", format!("The contact '{id}' was not found.")))?;
    Ok(Answer::ok(contact.render()).items(1))
}
