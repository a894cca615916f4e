//! The operations of Genesys Cloud that exist here.

pub(crate) mod external_contacts;

use super::{analytics, contacts, data_tables, external_sources, login, organization, queues, utilization};
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
const ROWS: &str = "/api/v2/flows/datatables/{datatableId}/rows";
const ROW: &str = "/api/v2/flows/datatables/{datatableId}/rows/{rowId}";
const QUEUE: &str = "/api/v2/routing/queues/{queueId}";
const UTILIZATION: &str = "/api/v2/routing/utilization";
const UTILIZATION_OF_USER: &str = "/api/v2/routing/users/{userId}/utilization";

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
    row("data_table_row_get", Kind::Read, ("GET", ROW), data_tables::routes::get)
        .query(&["showbrief"])
        .permission("architect:datatable:view or architect:datatableRow:view")
        .topic("data table rows"),
    row("data_table_row_put", Kind::Write, ("PUT", ROW), data_tables::routes::put)
        .permission("architect:datatable:edit or architect:datatableRow:edit")
        .topic("data table rows"),
    row("data_table_row_create", Kind::Write, ("POST", ROWS), data_tables::routes::create)
        .permission("architect:datatable:add or architect:datatableRow:add")
        .topic("data table rows"),
    row("queue_get", Kind::Read, ("GET", QUEUE), queues::routes::get)
        .query(&["expand"])
        .permission("routing:queue:view")
        .topic("queues"),
    row("queue_put", Kind::Write, ("PUT", QUEUE), queues::routes::put).permission("routing:queue:edit").topic("queues"),
    row("queue_names_list", Kind::Read, ("GET", "/api/v2/routing/queues/divisionviews/all"), queues::names::list)
        .query(&["pageSize", "pageNumber", "sortOrder"])
        .permission("routing:queue:search")
        .topic("queues"),
    row(
        "conversation_aggregates_query",
        Kind::Read,
        ("POST", "/api/v2/analytics/conversations/aggregates/query"),
        analytics::routes::query,
    )
    .permission("analytics:conversationAggregate:view")
    .topic("conversation aggregates"),
    row("organization_utilization_get", Kind::Read, ("GET", UTILIZATION), utilization::routes::get_of_organization)
        .permission("routing:utilization:view")
        .topic("agent utilization"),
    row("organization_utilization_put", Kind::Write, ("PUT", UTILIZATION), utilization::routes::put_of_organization)
        .permission("routing:utilization:manage")
        .topic("agent utilization"),
    row("user_utilization_get", Kind::Read, ("GET", UTILIZATION_OF_USER), utilization::routes::get_of_user)
        .permission("routing:utilization:view")
        .topic("agent utilization"),
    row("user_utilization_put", Kind::Write, ("PUT", UTILIZATION_OF_USER), utilization::routes::put_of_user)
        .permission("routing:utilization:manage")
        .topic("agent utilization"),
];
