//! A utilization read and replaced: the organisation's and an agent's.

use super::state::Owner;
use super::{errors, rules};
use crate::genesys::bad_request;
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

/// `GET /api/v2/routing/utilization`.
pub(crate) fn get_of_organization(world: &mut World, _call: &Call) -> Reply {
    get(world, Owner::Organization)
}

/// `GET /api/v2/routing/users/{userId}/utilization`: the organisation's, until the agent has one of their own.
pub(crate) fn get_of_user(world: &mut World, call: &Call) -> Reply {
    get(world, Owner::User(call.parameter(0)))
}

/// `PUT /api/v2/routing/utilization`: a medium that is left out falls back to its default.
pub(crate) fn put_of_organization(world: &mut World, call: &Call) -> Reply {
    put(world, Owner::Organization, call)
}

/// `PUT /api/v2/routing/users/{userId}/utilization`: from then on the agent has one of their own.
pub(crate) fn put_of_user(world: &mut World, call: &Call) -> Reply {
    put(world, Owner::User(call.parameter(0)), call)
}

fn get(world: &World, owner: Owner<'_>) -> Reply {
    let body = world.genesys.utilizations.render(owner).ok_or_else(|| missing(owner))?;
    Ok(Answer::ok(body).items(1))
}

fn put(world: &mut World, owner: Owner<'_>, call: &Call) -> Reply {
    let utilizations = &mut world.genesys.utilizations;
    if let Some(foreign) = &call.bends.foreign_write {
        utilizations.change_behind(owner, foreign.field(), foreign.value());
    }
    let (stored, _) = utilizations.of(owner).ok_or_else(|| missing(owner))?;
    let members = rules::checked(&call.json().map_err(bad_request)?, stored)?;
    utilizations.set(owner, members);
    get(world, owner)
}

fn missing(owner: Owner<'_>) -> Refusal {
    match owner {
        Owner::User(id) => errors::user_not_found(id),
        Owner::Organization => errors::user_not_found(""),
    }
}
