//! One contact or organization by its id.

use serde_json::Value;

use super::fetch::unknown;
use crate::genesys::directory::{Entry, Kind};
use crate::wire::{Answer, Call, Reply};
use crate::world::World;

/// `GET /api/v2/externalcontacts/contacts/{contactId}`: of a merged one, what became of it.
pub(crate) fn get(world: &mut World, call: &Call) -> Reply {
    get_of(world, call, Kind::Contact)
}

/// One entry of either kind. A contact's organization is expanded, everything else is asked for in vain.
pub(crate) fn get_of(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let id = call.parameter(0);
    let entry = world.genesys.directory(kind).get(id).ok_or_else(|| unknown(kind, id))?;
    let mut body = entry.render();
    let wants = call.query.0.iter().any(|(name, value)| name == "expand" && value.contains("externalOrganization"));
    if let (true, Some(organization)) = (wants, body.get_mut("externalOrganization")) {
        let whole = organization["id"].as_str().and_then(|id| world.genesys.organizations.0.get(id));
        *organization = whole.map_or(Value::Null, Entry::render);
    }
    Ok(Answer::ok(body).items(1))
}
