//! `GET /_sim/about`: what this simulator is, does and does not do.

use serde_json::{Value, json};

use crate::{contract, faults, operations};

const NOT_SIMULATED: &[&str] = &[
    "Genesys: PUT, promotion, notes, relationships and export of contacts; divisions are kept, not enforced",
    "Genesys: the enrich action Merge (501), social identifiers (never found), expand (accepted; adds an organization to a single contact, else nothing)",
    "Genesys: every API beside login, organization, external sources, contacts, external organizations, data table rows, queues, utilization, aggregates",
    "Genesys: asynchronous aggregates, their filters, views and top lists; conversation details",
    "Genesys: data table definitions, listing and deleting rows; making, listing and deleting queues, their members and media rules",
    "Salesforce: writing records, Bulk API, SOSL, describe, change events; of composite only the read of many rows",
    "Salesforce: SOQL functions beside COUNT(), GROUP BY, OFFSET, sub-queries; objects other than Contact and Account",
    "Salesforce: field-level security beyond hidden_fields, validation and duplicate rules",
    "TLS, regions and My Domain hosts: one address serves both vendors and their logins",
    "Limits other than requests per token and minute, body size, page sizes and the daily quota",
];

const CONTROL: &[&str] = &[
    "POST /_sim/reset",
    "POST /_sim/seed",
    "GET /_sim/about",
    "GET /_sim/overview",
    "GET|PUT /_sim/settings",
    "GET|PUT|DELETE /_sim/clock",
    "GET|POST|DELETE /_sim/faults",
    "DELETE /_sim/faults/{id}",
    "GET|DELETE /_sim/journal",
    "GET /_sim/journal/counts",
    "GET /_sim/journal/overlaps",
    "GET /_sim/tokens",
    "POST /_sim/tokens/revoke",
    "GET|POST|DELETE /_sim/salesforce/contacts",
    "GET|PATCH|DELETE /_sim/salesforce/contacts/{id}",
    "POST /_sim/salesforce/contacts/merge",
    "POST /_sim/salesforce/contacts/{id}/undelete",
    "PUT /_sim/salesforce/contacts/{id}/sharing",
    "GET|POST /_sim/salesforce/accounts",
    "GET|PATCH|DELETE /_sim/salesforce/accounts/{id}",
    "DELETE /_sim/salesforce/bin",
    "DELETE /_sim/salesforce/bin/{id}",
    "POST /_sim/salesforce/deleted_log",
    "DELETE /_sim/salesforce/cursors",
    "POST /_sim/salesforce/usage",
    "GET|POST|DELETE /_sim/genesys/contacts",
    "GET|PATCH|DELETE /_sim/genesys/contacts/{id}",
    "POST /_sim/genesys/contacts/merge",
    "GET|POST|DELETE /_sim/genesys/organizations",
    "GET|PATCH|DELETE /_sim/genesys/organizations/{id}",
    "GET|POST /_sim/genesys/sources",
    "GET|POST|DELETE /_sim/genesys/tables",
    "GET|DELETE /_sim/genesys/tables/{id}",
    "GET|PATCH|PUT|DELETE /_sim/genesys/tables/{id}/rows/{key}",
    "GET|POST|DELETE /_sim/genesys/queues",
    "GET|PATCH|PUT|DELETE /_sim/genesys/queues/{id}",
    "GET|POST|DELETE /_sim/genesys/conversations",
    "GET|POST|DELETE /_sim/genesys/utilization",
    "GET|PATCH|PUT|DELETE /_sim/genesys/utilization/{user}",
];

pub(super) fn about() -> Value {
    let operations: Vec<Value> = operations::all()
        .map(|row| {
            json!({
                "vendor": row.vendor, "name": row.name, "kind": row.kind, "method": row.method, "path": row.path,
                "permission": row.permission, "follows": row.topic, "contract": contract::describe(row.name),
            })
        })
        .collect();
    json!({
        "simulator": env!("CARGO_PKG_VERSION"),
        "follows": {
            "genesys": "Platform API v2 as its published SDKs of 2026-08 describe it",
            "salesforce": "REST API v68.0 and the SOQL reference of 2026-11",
        },
        "operations": operations,
        "codes": contract::codes().collect::<Vec<_>>(),
        "faults": faults::NAMES,
        "control": CONTROL,
        "not_simulated": NOT_SIMULATED,
    })
}
