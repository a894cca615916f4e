//! Every documented error code can be had on request, in its vendor's form.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::desk::{Answered, Desk};

/// Asks one of the operations that the code may come from; each code gets another one.
async fn asked(desk: &Desk, vendor: &str, number: usize) -> Answered {
    match (vendor, number % 3) {
        ("genesys", 0) => desk.genesys("GET", "/organizations/me", Value::Null).await,
        ("genesys", 1) => desk.bulk_add(json!([{"lastName": "Sá"}])).await,
        ("genesys", _) => desk.genesys("GET", "/routing/queues/q-1", Value::Null).await,
        (_, 0) => desk.soql("SELECT Id FROM Contact").await,
        (_, 1) => desk.salesforce("/services/data/v66.0/query/01gabc-2000").await,
        (_, _) => desk.salesforce("/services/data/v66.0/sobjects/Contact/0035e00000000AaAAA").await,
    }
}

fn members(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn each_code_comes_with_its_status_and_its_vendors_body() {
    let desk = Desk::open().await;
    let about = desk.control("GET", "about", &Value::Null);
    let codes = about["codes"].as_array().unwrap();
    assert!(codes.len() >= 60, "{} codes", codes.len());
    for (number, row) in codes.iter().enumerate() {
        let (vendor, status, code) = (row["vendor"].as_str().unwrap(), row["status"].as_u64().unwrap(), &row["code"]);
        desk.control("DELETE", "faults", &Value::Null);
        desk.fault(&json!({"fault": "refused", "vendor": vendor, "status": status, "code": code, "count": 1}));
        let answer = asked(&desk, vendor, number).await;
        assert_eq!(u64::from(answer.status), status, "{code}: {}", answer.body);
        if vendor == "genesys" {
            assert_eq!((&answer.body["code"], &answer.body["status"]), (code, &json!(status)));
            let expected = ["message", "code", "status", "contextId", "details", "errors"];
            assert_eq!(members(&answer.body), expected.into_iter().collect());
            assert_eq!(answer.header("inin-correlation-id"), answer.body["contextId"]);
        } else {
            assert_eq!(answer.body.as_array().unwrap().len(), 1);
            assert_eq!(answer.body[0]["errorCode"], *code);
            assert_eq!(members(&answer.body[0]), ["message", "errorCode"].into_iter().collect());
        }
        assert_eq!(desk.control("GET", "faults", &Value::Null)[0]["struck"], 1, "{code}");
        assert!(!row["section"].as_str().unwrap().is_empty());
    }
    assert_eq!(desk.control("GET", "journal/counts", &Value::Null)["violations"], 0);
    assert!(desk.contacts().is_empty());
}

#[tokio::test]
async fn a_code_of_a_login_comes_too() {
    let desk = Desk::open().await;
    for (path, status, code) in [
        ("/oauth/token", 504, "authentication.request.timeout"),
        ("/services/oauth2/token", 503, "SERVER_UNAVAILABLE"),
        ("/services/oauth2/token", 403, "LOGIN_RATE_EXCEEDED"),
    ] {
        desk.fault(&json!({"fault": "refused", "path": path, "status": status, "code": code, "count": 1}));
        let answer = desk.token(path, "demo-genesys-client", "demo-genesys-secret").await;
        assert_eq!(answer.status, status);
        assert_eq!(desk.last_entry().get("violation"), None, "{code}");
        assert!(answer.body.to_string().contains(code), "{}", answer.body);
    }
}
