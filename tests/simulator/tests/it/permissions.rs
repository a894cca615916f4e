//! Each operation of data tables, queues, utilization, analytics, organizations, imports and of contacts by their ids needs
//! its permission; where the vendor takes either of two, either is enough.

use serde_json::{Value, json};

use crate::desk::Desk;

/// The operations with their permissions, and a body that is let through far enough.
const CASES: &[(&str, &str, &[&str])] = &[
    ("GET", "/flows/datatables/t/rows/r", &["architect:datatable:view", "architect:datatableRow:view"]),
    ("PUT", "/flows/datatables/t/rows/r", &["architect:datatable:edit", "architect:datatableRow:edit"]),
    ("POST", "/flows/datatables/t/rows", &["architect:datatable:add", "architect:datatableRow:add"]),
    ("GET", "/routing/queues/q", &["routing:queue:view"]),
    ("PUT", "/routing/queues/q", &["routing:queue:edit"]),
    ("GET", "/routing/queues/divisionviews/all", &["routing:queue:search"]),
    ("POST", "/analytics/conversations/aggregates/query", &["analytics:conversationAggregate:view"]),
    ("GET", "/routing/utilization", &["routing:utilization:view"]),
    ("PUT", "/routing/utilization", &["routing:utilization:manage"]),
    ("GET", "/routing/users/u/utilization", &["routing:utilization:view"]),
    ("PUT", "/routing/users/u/utilization", &["routing:utilization:manage"]),
    ("POST", "/externalcontacts/contacts", &["externalContacts:contact:add"]),
    ("DELETE", "/externalcontacts/contacts/c", &["externalContacts:contact:delete"]),
    ("POST", "/externalcontacts/contacts/merge", &["externalContacts:identity:merge"]),
    ("PATCH", "/externalcontacts/contacts/c/identifiers", &["externalContacts:contact:edit"]),
    ("POST", "/externalcontacts/bulk/contacts/update", &["externalContacts:contact:edit"]),
    ("POST", "/externalcontacts/bulk/contacts/remove", &["externalContacts:contact:delete"]),
    ("GET", "/externalcontacts/organizations", &["externalContacts:externalOrganization:view"]),
    ("POST", "/externalcontacts/organizations", &["externalContacts:externalOrganization:add"]),
    ("GET", "/externalcontacts/organizations/o", &["externalContacts:externalOrganization:view"]),
    ("PATCH", "/externalcontacts/organizations/o", &["externalContacts:externalOrganization:edit"]),
    ("DELETE", "/externalcontacts/organizations/o", &["externalContacts:externalOrganization:delete"]),
    ("POST", "/externalcontacts/organizations/enrich", &["externalContacts:externalOrganization:enrich"]),
    ("GET", "/externalcontacts/scan/organizations", &["externalContacts:externalOrganization:view"]),
    ("POST", "/externalcontacts/identifierlookup/organizations", &["externalContacts:externalOrganization:view"]),
    ("POST", "/externalcontacts/bulk/organizations", &["externalContacts:externalOrganization:view"]),
    ("POST", "/externalcontacts/bulk/organizations/add", &["externalContacts:externalOrganization:add"]),
    ("POST", "/externalcontacts/bulk/organizations/update", &["externalContacts:externalOrganization:edit"]),
    ("POST", "/externalcontacts/bulk/organizations/enrich", &["externalContacts:externalOrganization:enrich"]),
    ("POST", "/externalcontacts/bulk/organizations/remove", &["externalContacts:externalOrganization:delete"]),
    ("GET", "/externalcontacts/import/settings", &["externalContacts:importSettings:view"]),
    ("POST", "/externalcontacts/import/settings", &["externalContacts:importSettings:add"]),
    ("GET", "/externalcontacts/import/csv/settings", &["externalContacts:importCsvSettings:view"]),
    ("POST", "/externalcontacts/import/csv/settings", &["externalContacts:importCsvSettings:add"]),
    ("POST", "/externalcontacts/import/csv/uploads", &["externalContacts:importCsvUpload:add"]),
    ("GET", "/externalcontacts/import/csv/uploads/u/details", &["externalContacts:importCsvUpload:view"]),
    ("GET", "/externalcontacts/import/csv/uploads/u/preview", &["externalContacts:importCsvUpload:view"]),
    ("POST", "/externalcontacts/import/csv/jobs", &["externalContacts:importCsvJob:add"]),
    ("GET", "/externalcontacts/import/jobs", &["externalContacts:importJob:view"]),
    ("GET", "/externalcontacts/import/jobs/j", &["externalContacts:importJob:view"]),
    ("PUT", "/externalcontacts/import/jobs/j", &["externalContacts:importJob:edit"]),
];

#[tokio::test]
async fn a_missing_permission_is_named_and_either_of_two_is_enough() {
    let desk = Desk::open().await;
    let grant = |permissions: &[&str]| {
        let client = json!({"secret": "demo-genesys-secret", "permissions": permissions});
        desk.settings(&json!({"genesys": {"clients": {"demo-genesys-client": client}}}));
    };
    for &(method, path, permissions) in CASES {
        let body = if method == "GET" { Value::Null } else { json!({}) };
        grant(&["externalContacts:contact:view"]);
        let answer = desk.genesys(method, path, body.clone()).await;
        let code = if permissions.len() > 1 { "missing.any.permissions" } else { "missing.permissions" };
        assert_eq!((answer.status, &answer.body["code"]), (403, &json!(code)), "{method} {path}");
        for permission in permissions {
            assert!(answer.body["message"].as_str().unwrap().contains(permission), "{}", answer.body);
            grant(&[*permission]);
            assert_ne!(desk.genesys(method, path, body.clone()).await.status, 403, "{method} {path} {permission}");
        }
    }
}
