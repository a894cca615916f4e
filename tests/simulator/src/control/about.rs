//! `GET /_sim/about`: what this simulator is, does and does not do.

use serde_json::{Value, json};

use crate::operations;

const NOT_SIMULATED: [&str; 10] = [
    "Genesys: single add, PUT, delete, merge, claim, export and import of contacts; divisions are kept, not enforced",
    "Genesys: the enrich action Merge (501), social identifiers (never found), expand (accepted, adds nothing)",
    "Genesys: every API beside login, organization, external sources, contacts, data table rows, queues, utilization, aggregates",
    "Genesys: asynchronous aggregates, their filters, views and top lists; conversation details",
    "Genesys: data table definitions, listing and deleting rows; making, listing and deleting queues, their members and media rules",
    "Salesforce: writing records, Bulk API, SOSL, composite, describe, queryAll, change events",
    "Salesforce: SOQL functions, GROUP BY, OFFSET, sub-queries, relative dates; objects other than Contact",
    "Salesforce: sharing, field-level security beyond hidden_fields, validation and duplicate rules",
    "TLS, regions and My Domain hosts: one address serves both vendors and their logins",
    "Limits other than requests per token and minute, body size, page sizes and the daily quota",
];

const FAULTS: [&str; 12] = [
    "throttle",
    "busy",
    "refused",
    "reset_before",
    "answer_lost",
    "slow",
    "token_revoked",
    "html_gateway",
    "partial_failure",
    "wrong_id_answered",
    "foreign_write",
    "short_page",
];

const CONTROL: [&str; 29] = [
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
    "GET /_sim/salesforce/accounts",
    "DELETE /_sim/salesforce/cursors",
    "POST /_sim/salesforce/usage",
    "GET|POST|DELETE /_sim/genesys/contacts",
    "GET|PATCH|DELETE /_sim/genesys/contacts/{id}",
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
                "permission": row.permission, "follows": row.topic,
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
        "faults": FAULTS,
        "control": CONTROL,
        "not_simulated": NOT_SIMULATED,
    })
}
