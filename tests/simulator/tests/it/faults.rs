//! Each fault, as the client sees it and as the records show it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::desk::Desk;

const BULK_ADD: &str = "/externalcontacts/bulk/contacts/add";

async fn organization(desk: &Desk) -> u16 {
    desk.genesys("GET", "/organizations/me", Value::Null).await.status
}

#[tokio::test]
async fn throttle_strikes_the_chosen_calls_with_the_vendors_429() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "throttle", "operation": "organization_get", "calls": [2], "retry_after": 7}));
    assert_eq!(organization(&desk).await, 200);
    let answer = desk.genesys("GET", "/organizations/me", Value::Null).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "7"));
    assert_eq!(answer.body["code"], "too.many.requests.retry.after");
    assert_eq!(organization(&desk).await, 200);
    let faults = desk.control("GET", "faults", &Value::Null);
    assert_eq!((&faults[0]["matched"], &faults[0]["struck"]), (&json!(3), &json!(1)));
    desk.control("DELETE", "faults", &Value::Null);
    desk.fault(&json!({"fault": "throttle", "retry_after": null}));
    let answer = desk.genesys("GET", "/organizations/me", Value::Null).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, ""));
}

#[tokio::test]
async fn busy_did_nothing() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "busy", "path": "bulk/contacts/add", "count": 1}));
    let answer = desk.bulk_add(json!([{"lastName": "Sá"}])).await;
    assert_eq!((answer.status, &answer.body["code"]), (503, &json!("service.unavailable")));
    assert!(desk.contacts().is_empty());
    assert_eq!(desk.bulk_add(json!([{"lastName": "Sá"}])).await.status, 200);
}

#[tokio::test]
async fn refused_gives_any_refusal_in_either_vendors_form() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "refused", "vendor": "salesforce", "status": 403, "code": "API_CURRENTLY_DISABLED"}));
    desk.fault(&json!({"fault": "refused", "vendor": "genesys", "status": 409, "code": "identifier.entity.missing"}));
    let answer = desk.soql("SELECT Id FROM Contact").await;
    assert_eq!((answer.status, &answer.body[0]["errorCode"]), (403, &json!("API_CURRENTLY_DISABLED")));
    let answer = desk.genesys("GET", "/organizations/me", Value::Null).await;
    assert_eq!((answer.status, &answer.body["code"]), (409, &json!("identifier.entity.missing")));
}

#[tokio::test]
async fn reset_before_is_a_broken_connection_and_nothing_done() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "reset_before", "method": "POST", "path": "bulk/contacts/add"}));
    let error = desk.try_genesys("POST", BULK_ADD, json!({"entities": [{"lastName": "Sá"}]})).await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout() && error.status().is_none(), "{error:?}");
    assert!(desk.contacts().is_empty());
    let entry = desk.last_entry();
    assert_eq!((&entry["outcome"], &entry["status"]), (&json!("cut_before"), &json!(0)));
    assert_eq!(organization(&desk).await, 200);
}

#[tokio::test]
async fn answer_lost_is_a_broken_connection_and_everything_done() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "answer_lost", "operation": "contacts_bulk_add", "count": 1}));
    let error = desk.try_genesys("POST", BULK_ADD, json!({"entities": [{"lastName": "Sá"}]})).await.unwrap_err();
    assert!(error.is_request() && error.status().is_none(), "{error:?}");
    assert_eq!(desk.contacts().len(), 1);
    let entry = desk.last_entry();
    assert_eq!((&entry["outcome"], &entry["status"], &entry["items"]), (&json!("cut_after"), &json!(200), &json!(1)));
}

#[tokio::test]
async fn a_lost_login_answer_still_made_a_token() {
    let desk = Desk::open().await;
    let before = desk.control("GET", "tokens", &Value::Null).as_array().unwrap().len();
    desk.fault(&json!({"fault": "answer_lost", "operation": "oauth_token"}));
    let url = format!("{}/oauth/token", desk.simulator.url);
    let request = desk.client().post(url).basic_auth("demo-genesys-client", Some("demo-genesys-secret"));
    assert!(request.form(&[("grant_type", "client_credentials")]).send().await.is_err());
    assert_eq!(desk.control("GET", "tokens", &Value::Null).as_array().unwrap().len(), before + 1);
}

#[tokio::test]
async fn slow_waits_and_then_answers() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "slow", "ms": 300, "operation": "organization_get"}));
    let started = Instant::now();
    assert_eq!(organization(&desk).await, 200);
    assert!(started.elapsed() >= Duration::from_millis(300));
    let request = desk.client().get(format!("{}/api/v2/organizations/me", desk.simulator.url));
    let impatient = request.bearer_auth(&desk.genesys_token).timeout(Duration::from_millis(50)).send().await;
    assert!(impatient.unwrap_err().is_timeout());
}

#[tokio::test]
async fn token_revoked_kills_the_token_in_the_middle() {
    let mut desk = Desk::open().await;
    desk.fault(&json!({"fault": "token_revoked", "vendor": "genesys", "skip": 1, "count": 1}));
    assert_eq!(organization(&desk).await, 200);
    assert_eq!(organization(&desk).await, 401);
    assert_eq!(organization(&desk).await, 401);
    desk.log_in().await;
    assert_eq!(organization(&desk).await, 200);
    desk.fault(&json!({"fault": "token_revoked", "vendor": "salesforce"}));
    assert_eq!(desk.soql("SELECT Id FROM Contact").await.status, 401);
}

#[tokio::test]
async fn an_html_gateway_answers_with_a_page() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "html_gateway"}));
    let answer = desk.genesys("GET", "/organizations/me", Value::Null).await;
    assert_eq!((answer.status, answer.header("content-type")), (502, "text/html; charset=utf-8"));
    assert_eq!(answer.body, Value::Null);
    assert_eq!(desk.soql("SELECT Id FROM Contact").await.status, 502);
}

#[tokio::test]
async fn partial_failure_fails_the_chosen_items_inside_a_200() {
    let desk = Desk::open().await;
    let source = desk.source();
    let person =
        |value: &str| json!({"lastName": "Sá", "externalIds": [{"externalSource": {"id": source}, "value": value}]});
    desk.fault(&json!({"fault": "partial_failure", "external_ids": ["B"], "status": 503, "code": "service.unavailable", "retryable": true}));
    let answer = desk.bulk_add(json!([person("A"), person("B"), person("C")])).await;
    assert_eq!((answer.status, &answer.body["errorCount"]), (200, &json!(1)));
    let results = answer.body["results"].as_array().unwrap();
    let failed = results.iter().find(|result| result["success"] == false).unwrap();
    assert_eq!((&failed["error"]["retryable"], &failed["status"]), (&json!(true), &json!(503)));
    assert_eq!(failed["error"]["entity"], person("B"));
    assert_eq!(desk.contacts().len(), 2);
}

#[tokio::test]
async fn wrong_id_answered_names_another_contact() {
    let desk = Desk::open().await;
    let people = json!([{"lastName": "Other"}, {"lastName": "Ours", "workEmail": "ana@example.com"}]);
    let ids = desk.control("POST", "genesys/contacts", &people)["ids"].clone();
    desk.fault(&json!({"fault": "wrong_id_answered", "count": 1}));
    let body = json!({"matchingIdentifiers": [{"type": "Email", "value": "ana@example.com"}], "action": "Update",
        "contact": {"title": "Dr"}});
    let answer = desk.genesys("POST", "/externalcontacts/contacts/enrich", body).await;
    assert_eq!(answer.body["id"], ids[0]);
    let written = desk.control("GET", &format!("genesys/contacts/{}", ids[1].as_str().unwrap()), &Value::Null);
    assert_eq!(written["title"], "Dr");
}

#[tokio::test]
async fn a_fault_is_removed_by_its_id() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "busy"}));
    let id = desk.control("GET", "faults", &Value::Null)[0]["id"].as_u64().unwrap();
    assert_eq!(organization(&desk).await, 503);
    desk.control("DELETE", &format!("faults/{id}"), &Value::Null);
    assert_eq!(organization(&desk).await, 200);
    assert_eq!(desk.simulator.control("DELETE", "/_sim/faults/77", &Value::Null).0, 400);
}
