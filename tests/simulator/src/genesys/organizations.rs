//! External organizations: the companies that contacts belong to.
//!
//! They are kept and written as contacts are, with other fields and without e-mail addresses and numbers to be found by;
//! the operations are those of `contacts`, asked for the other kind.

use super::contacts::{bulk_add, enrich, lookup, patch, scan, search, single};
use super::directory::{Directory, Kind};
use crate::wire::{Call, Reply};
use crate::world::World;

const KIND: Kind = Kind::Organization;

/// All organizations.
pub(crate) struct Organizations(pub(crate) Directory);

impl Default for Organizations {
    fn default() -> Self {
        Self(Directory::of_organizations())
    }
}

/// `GET /api/v2/externalcontacts/organizations`.
pub(crate) fn list(world: &mut World, call: &Call) -> Reply {
    search::search_of(world, call, KIND)
}

/// `POST /api/v2/externalcontacts/organizations`.
pub(crate) fn add_one(world: &mut World, call: &Call) -> Reply {
    bulk_add::add_one_of(world, call, KIND)
}

/// `GET /api/v2/externalcontacts/organizations/{externalOrganizationId}`.
pub(crate) fn get(world: &mut World, call: &Call) -> Reply {
    single::get_of(world, call, KIND)
}

/// `PATCH /api/v2/externalcontacts/organizations/{externalOrganizationId}`.
pub(crate) fn change(world: &mut World, call: &Call) -> Reply {
    patch::patch_of(world, call, KIND)
}

/// `GET /api/v2/externalcontacts/scan/organizations`.
pub(crate) fn scan(world: &mut World, call: &Call) -> Reply {
    scan::scan_of(world, call, KIND)
}

/// `POST /api/v2/externalcontacts/identifierlookup/organizations`.
pub(crate) fn lookup(world: &mut World, call: &Call) -> Reply {
    lookup::lookup_of(world, call, KIND)
}

/// `POST /api/v2/externalcontacts/bulk/organizations/add`.
pub(crate) fn add(world: &mut World, call: &Call) -> Reply {
    bulk_add::add_of(world, call, KIND)
}

/// `POST /api/v2/externalcontacts/bulk/organizations/update`.
pub(crate) fn update(world: &mut World, call: &Call) -> Reply {
    bulk_add::update_of(world, call, KIND)
}

/// `POST /api/v2/externalcontacts/organizations/enrich`.
pub(crate) fn enrich_one(world: &mut World, call: &Call) -> Reply {
    enrich::one_of(world, call, KIND)
}

/// `POST /api/v2/externalcontacts/bulk/organizations/enrich`.
pub(crate) fn enrich(world: &mut World, call: &Call) -> Reply {
    enrich::many_of(world, call, KIND)
}
