//! The organisation a token belongs to: the first thing a careful client asks.

use serde_json::json;

use crate::wire::{Answer, Call, Reply};
use crate::world::World;

/// `GET /api/v2/organizations/me`.
pub(crate) fn get(world: &mut World, call: &Call) -> Reply {
    let settings = &world.settings.genesys;
    Ok(Answer::ok(json!({
        "id": settings.organization_id,
        "name": settings.organization_name,
        "state": "active",
        "selfUri": format!("{}/api/v2/organizations/{}", call.base, settings.organization_id),
    })))
}
