//! Each operation of data tables, queues, utilization and analytics needs its permission; where the vendor takes either of two,
//! either is enough.

use serde_json::{Value, json};

use crate::desk::Desk;

/// The operations with their permissions, and a body that is let through far enough.
const CASES: [(&str, &str, &[&str]); 11] = [
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
];

#[tokio::test]
async fn a_missing_permission_is_named_and_either_of_two_is_enough() {
    let desk = Desk::open().await;
    let grant = |permissions: &[&str]| {
        let client = json!({"secret": "demo-genesys-secret", "permissions": permissions});
        desk.settings(&json!({"genesys": {"clients": {"demo-genesys-client": client}}}));
    };
    for (method, path, permissions) in CASES {
        let body = if method == "GET" { Value::Null } else { json!({}) };
        grant(&["externalContacts:contact:view"]);
        let answer = desk.genesys(method, path, body.clone()).await;
        let code = if permissions.len() > 1 { "missing.any.permissions" } else { "missing.permissions" };
        assert_eq!((answer.status, &answer.body["code"]), (403, &json!(code)), "{method} {path}");
        for permission in permissions {
            assert!(answer.body["message"].as_str().unwrap().contains(permission), "{}", answer.body);
            grant(&[permission]);
            assert_ne!(desk.genesys(method, path, body.clone()).await.status, 403, "{method} {path} {permission}");
        }
    }
}
