//! The operations on contacts by their ids, on organizations, and of imports.

use super::row;
use crate::genesys::contacts::{bulk_add, fetch, identifiers, merge_contacts, remove};
use crate::genesys::import::{jobs, settings, uploads};
use crate::genesys::organizations;
use crate::operations::{Kind, Operation};

const VIEW: &str = "externalContacts:contact:view";
const ADD: &str = "externalContacts:contact:add";
const EDIT: &str = "externalContacts:contact:edit";
const DELETE: &str = "externalContacts:contact:delete";
const ORGANIZATION_VIEW: &str = "externalContacts:externalOrganization:view";
const ORGANIZATION_ADD: &str = "externalContacts:externalOrganization:add";
const ORGANIZATION_EDIT: &str = "externalContacts:externalOrganization:edit";
const ORGANIZATION_DELETE: &str = "externalContacts:externalOrganization:delete";
const ORGANIZATION_ENRICH: &str = "externalContacts:externalOrganization:enrich";
const IDENTIFIERS: &str = "/api/v2/externalcontacts/contacts/{contactId}/identifiers";
const ORGANIZATIONS: &str = "/api/v2/externalcontacts/organizations";
const ORGANIZATION: &str = "/api/v2/externalcontacts/organizations/{externalOrganizationId}";
const IMPORT_SETTINGS: &str = "/api/v2/externalcontacts/import/settings";
const CSV_SETTINGS: &str = "/api/v2/externalcontacts/import/csv/settings";
const IMPORT_JOB: &str = "/api/v2/externalcontacts/import/jobs/{jobId}";

/// All rows.
pub(crate) const OPERATIONS: &[Operation] = &[
    row("contact_add", Kind::Write, ("POST", "/api/v2/externalcontacts/contacts"), bulk_add::add_one)
        .permission(ADD)
        .topic("single contact"),
    row("contact_delete", Kind::Write, ("DELETE", "/api/v2/externalcontacts/contacts/{contactId}"), remove::contact)
        .permission(DELETE)
        .topic("single contact"),
    row(
        "contact_unresolved",
        Kind::Read,
        ("GET", "/api/v2/externalcontacts/contacts/{contactId}/unresolved"),
        fetch::unresolved,
    )
    .query(&["expand"])
    .permission(VIEW)
    .topic("merge"),
    row("contacts_merge", Kind::Write, ("POST", "/api/v2/externalcontacts/contacts/merge"), merge_contacts::merge)
        .permission("externalContacts:identity:merge")
        .topic("merge"),
    row("contact_identifiers", Kind::Read, ("GET", IDENTIFIERS), identifiers::list)
        .permission(VIEW)
        .topic("claim and release"),
    row("contact_identifier_patch", Kind::Write, ("PATCH", IDENTIFIERS), identifiers::claim_or_release)
        .permission(EDIT)
        .topic("claim and release"),
    row("contacts_bulk_fetch", Kind::Read, ("POST", "/api/v2/externalcontacts/bulk/contacts"), fetch::contacts)
        .permission(VIEW)
        .topic("bulk fetch"),
    row(
        "contacts_bulk_unresolved",
        Kind::Read,
        ("POST", "/api/v2/externalcontacts/bulk/contacts/unresolved"),
        fetch::contacts_unresolved,
    )
    .permission(VIEW)
    .topic("bulk fetch"),
    row(
        "contacts_bulk_update",
        Kind::Write,
        ("POST", "/api/v2/externalcontacts/bulk/contacts/update"),
        bulk_add::update,
    )
    .permission(EDIT)
    .topic("bulk update"),
    row(
        "contacts_bulk_remove",
        Kind::Write,
        ("POST", "/api/v2/externalcontacts/bulk/contacts/remove"),
        remove::contacts,
    )
    .permission(DELETE)
    .topic("bulk remove"),
    row("organizations_list", Kind::Read, ("GET", ORGANIZATIONS), organizations::list)
        .query(&["pageSize", "pageNumber", "q", "sortOrder", "expand", "includeTrustors", "divisionIds"])
        .permission(ORGANIZATION_VIEW)
        .topic("external organizations"),
    row("organization_add", Kind::Write, ("POST", ORGANIZATIONS), organizations::add_one)
        .permission(ORGANIZATION_ADD)
        .topic("external organizations"),
    row("external_organization_get", Kind::Read, ("GET", ORGANIZATION), organizations::get)
        .query(&["expand", "includeTrustors"])
        .permission(ORGANIZATION_VIEW)
        .topic("external organizations"),
    row("organization_patch", Kind::Write, ("PATCH", ORGANIZATION), organizations::change)
        .permission(ORGANIZATION_EDIT)
        .topic("external organizations"),
    row("organization_delete", Kind::Write, ("DELETE", ORGANIZATION), remove::organization)
        .permission(ORGANIZATION_DELETE)
        .topic("external organizations"),
    row("organization_enrich", Kind::Write, ("POST", ENRICH), organizations::enrich_one)
        .query(&["dryRun"])
        .permission(ORGANIZATION_ENRICH)
        .topic("external organizations"),
    row("organizations_scan", Kind::Read, ("GET", "/api/v2/externalcontacts/scan/organizations"), organizations::scan)
        .query(&["limit", "cursor", "divisionId"])
        .permission(ORGANIZATION_VIEW)
        .topic("external organizations"),
    row(
        "organization_lookup",
        Kind::Read,
        ("POST", "/api/v2/externalcontacts/identifierlookup/organizations"),
        organizations::lookup,
    )
    .query(&["expand"])
    .permission(ORGANIZATION_VIEW)
    .topic("external organizations"),
    row("organizations_bulk_fetch", Kind::Read, ("POST", BULK), fetch::organizations)
        .permission(ORGANIZATION_VIEW)
        .topic("organizations in bulk"),
    row("organizations_bulk_add", Kind::Write, ("POST", BULK_ADD), organizations::add)
        .permission(ORGANIZATION_ADD)
        .topic("organizations in bulk"),
    row("organizations_bulk_update", Kind::Write, ("POST", BULK_UPDATE), organizations::update)
        .permission(ORGANIZATION_EDIT)
        .topic("organizations in bulk"),
    row("organizations_bulk_enrich", Kind::Write, ("POST", BULK_ENRICH), organizations::enrich)
        .query(&["dryRun"])
        .permission(ORGANIZATION_ENRICH)
        .topic("organizations in bulk"),
    row("organizations_bulk_remove", Kind::Write, ("POST", BULK_REMOVE), remove::organizations)
        .permission(ORGANIZATION_DELETE)
        .topic("organizations in bulk"),
    row("import_settings_list", Kind::Read, ("GET", IMPORT_SETTINGS), settings::list)
        .query(&["after", "pageSize", "sortOrder", "name"])
        .permission("externalContacts:importSettings:view")
        .topic("import"),
    row("import_settings_create", Kind::Write, ("POST", IMPORT_SETTINGS), settings::create)
        .permission("externalContacts:importSettings:add")
        .topic("import"),
    row(
        "import_settings_get",
        Kind::Read,
        ("GET", "/api/v2/externalcontacts/import/settings/{settingsId}"),
        settings::get,
    )
    .permission("externalContacts:importSettings:view")
    .topic("import"),
    row("import_csv_settings_list", Kind::Read, ("GET", CSV_SETTINGS), settings::list_csv)
        .query(&["after", "pageSize", "externalSettingsId"])
        .permission("externalContacts:importCsvSettings:view")
        .topic("import"),
    row("import_csv_settings_create", Kind::Write, ("POST", CSV_SETTINGS), settings::create_csv)
        .permission("externalContacts:importCsvSettings:add")
        .topic("import"),
    row(
        "import_csv_settings_get",
        Kind::Read,
        ("GET", "/api/v2/externalcontacts/import/csv/settings/{settingsId}"),
        settings::get_csv,
    )
    .permission("externalContacts:importCsvSettings:view")
    .topic("import"),
    row("import_upload_create", Kind::Write, ("POST", "/api/v2/externalcontacts/import/csv/uploads"), uploads::create)
        .permission("externalContacts:importCsvUpload:add")
        .topic("import"),
    row(
        "import_upload_details",
        Kind::Read,
        ("GET", "/api/v2/externalcontacts/import/csv/uploads/{uploadId}/details"),
        uploads::details,
    )
    .permission("externalContacts:importCsvUpload:view")
    .topic("import"),
    row(
        "import_upload_preview",
        Kind::Read,
        ("GET", "/api/v2/externalcontacts/import/csv/uploads/{uploadId}/preview"),
        uploads::preview,
    )
    .permission("externalContacts:importCsvUpload:view")
    .topic("import"),
    row("import_job_create", Kind::Write, ("POST", "/api/v2/externalcontacts/import/csv/jobs"), jobs::create)
        .permission("externalContacts:importCsvJob:add")
        .topic("import"),
    row("import_jobs_list", Kind::Read, ("GET", "/api/v2/externalcontacts/import/jobs"), jobs::list)
        .query(&["expand", "after", "pageSize", "sortOrder", "jobStatus"])
        .permission("externalContacts:importJob:view")
        .topic("import"),
    row("import_job_get", Kind::Read, ("GET", IMPORT_JOB), jobs::get)
        .query(&["expand"])
        .permission("externalContacts:importJob:view")
        .topic("import"),
    row("import_job_put", Kind::Write, ("PUT", IMPORT_JOB), jobs::put)
        .permission("externalContacts:importJob:edit")
        .topic("import"),
    row("import_file_put", Kind::Write, ("PUT", "/uploads/{uploadId}"), uploads::put)
        .topic("upload address of an import"),
    row("import_report_get", Kind::Read, ("GET", "/uploads/reports/{jobId}/{report}"), jobs::report)
        .topic("report address of an import"),
];

const ENRICH: &str = "/api/v2/externalcontacts/organizations/enrich";
const BULK: &str = "/api/v2/externalcontacts/bulk/organizations";
const BULK_ADD: &str = "/api/v2/externalcontacts/bulk/organizations/add";
const BULK_UPDATE: &str = "/api/v2/externalcontacts/bulk/organizations/update";
const BULK_ENRICH: &str = "/api/v2/externalcontacts/bulk/organizations/enrich";
const BULK_REMOVE: &str = "/api/v2/externalcontacts/bulk/organizations/remove";
