//! The organisation is confirmed, the source found or made.

use platform::vendor::Failure;
use serde_json::json;

use crate::desk::{Desk, ORGANIZATION};

#[tokio::test]
async fn a_client_of_another_organisation_is_refused_by_name() {
    let desk = Desk::open().await;
    assert_eq!(desk.genesys.confirm_organization(desk.deadline()).await.unwrap().id, ORGANIZATION);

    let wrong = Desk::with_organization("99999999-0000-4000-8000-000000000000").await;
    let error = wrong.genesys.confirm_organization(wrong.deadline()).await.unwrap_err();
    assert!(matches!(error.failure, Failure::Misconfigured(_)), "{error}");
    assert!(error.to_string().contains(ORGANIZATION), "{error}");
}

#[tokio::test]
async fn a_source_is_made_once_and_found_among_those_that_begin_alike() {
    let desk = Desk::open().await;
    for number in 0..210 {
        desk.control("POST", "/_sim/genesys/sources", &json!({ "name": format!("Salesforce {number}") }));
    }
    let made = desk.genesys.external_source("Salesforce", desk.deadline()).await.unwrap();
    let found = desk.genesys.external_source("Salesforce", desk.deadline()).await.unwrap();
    assert_eq!((made.id, found.name.as_str()), (found.id, "Salesforce"));
    let other = desk.genesys.external_source("SALESFORCE", desk.deadline()).await.unwrap_err();
    assert!(matches!(other.failure, Failure::Misconfigured(_)), "{other}");
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let desk = Desk::open().await;
    let client = json!({ "secret": "demo-genesys-secret", "permissions": ["externalContacts:contact:view"] });
    desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "clients": { "demo-genesys-client": client } } }));
    let error = desk.genesys.external_source("Salesforce", desk.deadline()).await.unwrap_err();
    assert!(error.to_string().contains("externalContacts:externalSource:view"), "{error}");
    assert!(error.correlation_id.is_some());
}
