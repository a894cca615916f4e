//! The operations of Genesys Cloud that exist here.

use super::{contacts, external_sources, login, organization};
use crate::operations::{Kind, Operation, Vendor};
use crate::wire::{Call, Reply};
use crate::world::World;

const fn row(
    name: &'static str,
    kind: Kind,
    line: (&'static str, &'static str),
    run: fn(&mut World, &Call) -> Reply,
) -> Operation {
    let (method, path) = line;
    Operation { name, vendor: Vendor::Genesys, kind, method, path, query: &[], permission: "", topic: "", run }
}

impl Operation {
    const fn query(mut self, names: &'static [&'static str]) -> Self {
        self.query = names;
        self
    }

    const fn permission(mut self, name: &'static str) -> Self {
        self.permission = name;
        self
    }

    const fn topic(mut self, topic: &'static str) -> Self {
        self.topic = topic;
        self
    }
}

const VIEW: &str = "externalContacts:contact:view";
const ENRICH: &str = "externalContacts:contact:enrich";

/// All rows.
pub(crate) const OPERATIONS: &[Operation] = &[
    row("oauth_token", Kind::Login, ("POST", "/oauth/token"), login::routes::token).topic("client credentials grant"),
    row("organization_get", Kind::Read, ("GET", "/api/v2/organizations/me"), organization::get)
        .topic("organization of the token"),
    row(
        "external_sources_list",
        Kind::Read,
        ("GET", "/api/v2/externalcontacts/externalsources"),
        external_sources::routes::list,
    )
    .query(&["cursor", "limit", "name", "active"])
    .permission("externalContacts:externalSource:view")
    .topic("external sources"),
    row(
        "external_sources_create",
        Kind::Write,
        ("POST", "/api/v2/externalcontacts/externalsources"),
        external_sources::routes::create,
    )
    .permission("externalContacts:externalSource:add")
    .topic("external sources"),
    row("contacts_scan", Kind::Read, ("GET", "/api/v2/externalcontacts/scan/contacts"), contacts::scan::scan)
        .query(&["limit", "cursor", "divisionId"])
        .permission(VIEW)
        .topic("scan"),
    row("contacts_search", Kind::Read, ("GET", "/api/v2/externalcontacts/contacts"), contacts::search::search)
        .query(&["pageSize", "pageNumber", "q", "sortOrder", "expand", "divisionIds"])
        .permission(VIEW)
        .topic("keyword search"),
    row("contact_get", Kind::Read, ("GET", "/api/v2/externalcontacts/contacts/{contactId}"), contacts::single::get)
        .query(&["expand"])
        .permission(VIEW)
        .topic("single contact"),
    row(
        "contact_patch",
        Kind::Write,
        ("PATCH", "/api/v2/externalcontacts/contacts/{contactId}"),
        contacts::patch::patch,
    )
    .permission("externalContacts:contact:edit")
    .topic("PATCH with changes"),
    row(
        "contact_lookup",
        Kind::Read,
        ("POST", "/api/v2/externalcontacts/identifierlookup/contacts"),
        contacts::lookup::lookup,
    )
    .query(&["expand"])
    .permission(VIEW)
    .topic("identifier lookup"),
    row("contact_enrich", Kind::Write, ("POST", "/api/v2/externalcontacts/contacts/enrich"), contacts::enrich::one)
        .query(&["dryRun"])
        .permission(ENRICH)
        .topic("enrich"),
    row(
        "contacts_bulk_enrich",
        Kind::Write,
        ("POST", "/api/v2/externalcontacts/bulk/contacts/enrich"),
        contacts::enrich::many,
    )
    .query(&["dryRun"])
    .permission(ENRICH)
    .topic("enrich in bulk"),
    row(
        "contacts_bulk_add",
        Kind::Write,
        ("POST", "/api/v2/externalcontacts/bulk/contacts/add"),
        contacts::bulk_add::add,
    )
    .permission("externalContacts:contact:add")
    .topic("bulk add"),
];
