//! Faults of a vendor itself: its limits, its tokens, its cursors, its indexes, and the order of its rows.

use serde_json::{Value, json};

use crate::desk::Desk;

async fn organization(desk: &Desk) -> u16 {
    desk.genesys("GET", "/organizations/me", Value::Null).await.status
}

#[tokio::test]
async fn a_throttle_may_not_say_for_how_long() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "throttle_without_retry_after", "operation": "organization_get", "count": 1}));
    let answer = desk.genesys("GET", "/organizations/me", Value::Null).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, ""));
    assert_eq!(answer.body["code"], "too.many.requests");
    assert_eq!(organization(&desk).await, 200);
}

#[tokio::test]
async fn an_exhausted_quota_stays_exhausted_until_calls_are_given_back() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "quota_exhausted", "calls": [2]}));
    assert_eq!(desk.soql("SELECT Id FROM Contact").await.status, 200);
    for _ in 0..2 {
        let answer = desk.soql("SELECT Id FROM Contact").await;
        assert_eq!((answer.status, &answer.body[0]["errorCode"]), (403, &json!("REQUEST_LIMIT_EXCEEDED")));
        assert_eq!(answer.header("sforce-limit-info"), "api-usage=100000/100000");
        assert_eq!(answer.header("retry-after"), "");
    }
    desk.control("POST", "salesforce/usage", &json!({"used": 10}));
    assert_eq!(desk.soql("SELECT Id FROM Contact").await.status, 200);
    assert_eq!(organization(&desk).await, 200);
}

#[tokio::test]
async fn too_many_long_calls_have_the_same_code_and_another_text() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "concurrent_limit", "count": 1}));
    let answer = desk.soql("SELECT Id FROM Contact").await;
    assert_eq!((answer.status, &answer.body[0]["errorCode"]), (403, &json!("REQUEST_LIMIT_EXCEEDED")));
    assert!(answer.body[0]["message"].as_str().unwrap().starts_with("ConcurrentRequests"));
    assert_eq!(desk.soql("SELECT Id FROM Contact").await.status, 200);
}

#[tokio::test]
async fn an_expired_token_looks_like_any_other_until_it_is_used() {
    let mut desk = Desk::open().await;
    desk.fault(&json!({"fault": "expired_token", "count": 2}));
    desk.log_in().await;
    assert_eq!((organization(&desk).await, desk.soql("SELECT Id FROM Contact").await.status), (401, 401));
    desk.log_in().await;
    assert_eq!((organization(&desk).await, desk.soql("SELECT Id FROM Contact").await.status), (200, 200));
}

#[tokio::test]
async fn a_query_locator_can_be_gone_between_two_pages() {
    let desk = Desk::open().await;
    desk.settings(&json!({"salesforce": {"page_size": 2}}));
    let people: Vec<Value> = (0..5).map(|number| json!({"LastName": format!("Sá {number}")})).collect();
    desk.control("POST", "salesforce/contacts", &json!(people));
    desk.fault(&json!({"fault": "query_locator_gone", "calls": [2]}));
    let page = desk.soql("SELECT Id FROM Contact").await;
    let page = desk.salesforce(page.body["nextRecordsUrl"].as_str().unwrap()).await;
    assert_eq!(page.status, 200);
    let page = desk.salesforce(page.body["nextRecordsUrl"].as_str().unwrap()).await;
    assert_eq!((page.status, &page.body[0]["errorCode"]), (400, &json!("INVALID_QUERY_LOCATOR")));
}

#[tokio::test]
async fn the_last_row_of_a_page_can_come_twice() {
    let desk = Desk::open().await;
    desk.control("POST", "salesforce/contacts", &json!([{"LastName": "A"}, {"LastName": "B"}]));
    desk.control("POST", "genesys/contacts", &json!([{"lastName": "A"}, {"lastName": "B"}]));
    desk.fault(&json!({"fault": "duplicate_row_on_page", "count": 2}));
    let page = desk.soql("SELECT LastName FROM Contact ORDER BY LastName").await.body;
    let names: Vec<&Value> = page["records"].as_array().unwrap().iter().map(|row| &row["LastName"]).collect();
    assert_eq!(names, ["A", "B", "B"]);
    assert_eq!(page["totalSize"], 2);
    let page = desk.genesys("GET", "/externalcontacts/scan/contacts", Value::Null).await.body;
    let names: Vec<&Value> = page["entities"].as_array().unwrap().iter().map(|row| &row["lastName"]).collect();
    assert_eq!(names, ["A", "B", "B"]);
}

#[tokio::test]
async fn rows_come_in_an_order_of_the_seed() {
    let orders = async |seed: u64| {
        let desk = Desk::open().await;
        let people: Vec<Value> = (0..20).map(|number| json!({"lastName": format!("{number:02}")})).collect();
        desk.control("POST", "genesys/contacts", &json!(people));
        desk.fault(&json!({"fault": "reordered_results", "operation": "contacts_scan", "seed": seed}));
        let mut orders = Vec::new();
        for _ in 0..2 {
            let page = desk.genesys("GET", "/externalcontacts/scan/contacts", Value::Null).await.body;
            let names = page["entities"].as_array().unwrap().iter().map(|row| row["lastName"].to_string());
            orders.push(names.collect::<Vec<_>>());
        }
        orders
    };
    let first = orders(7).await;
    assert_eq!(first, orders(7).await);
    assert_ne!(first, orders(8).await);
    assert_ne!(first[0], first[1]);
    let sorted = |order: &[String]| {
        let mut order = order.to_vec();
        order.sort_unstable();
        order
    };
    assert_eq!(sorted(&first[0]), sorted(&first[1]));
}

#[tokio::test]
async fn a_stale_index_does_not_know_what_the_scan_knows() {
    let desk = Desk::open().await;
    desk.control("POST", "genesys/contacts", &json!([{"lastName": "Sá"}]));
    desk.ahead(60.0);
    let found =
        async || desk.genesys("GET", "/externalcontacts/contacts?q=S%C3%A1", Value::Null).await.body["total"].clone();
    assert_eq!(found().await, 1);
    desk.fault(&json!({"fault": "stale_search_index", "seconds": 600, "count": 1}));
    assert_eq!(found().await, 0);
    let scan = desk.genesys("GET", "/externalcontacts/scan/contacts", Value::Null).await;
    assert_eq!(scan.body["entities"].as_array().unwrap().len(), 1);
    assert_eq!(found().await, 1);
}

#[tokio::test]
async fn a_late_commit_shows_its_rows_later_with_the_older_stamp() {
    let desk = Desk::open().await;
    desk.control(
        "POST",
        "salesforce/contacts",
        &json!([{"LastName": "Old", "SystemModstamp": "2026-01-01T00:00:00Z"}]),
    );
    desk.control("POST", "salesforce/contacts", &json!([{"LastName": "New"}]));
    desk.fault(&json!({"fault": "late_commit", "seconds": 300, "count": 1}));
    let rows = desk.soql("SELECT LastName, SystemModstamp FROM Contact").await.body;
    assert_eq!((&rows["totalSize"], &rows["records"][0]["LastName"]), (&json!(1), &json!("Old")));
    desk.ahead(60.0);
    let rows = desk.soql("SELECT LastName FROM Contact ORDER BY SystemModstamp").await.body;
    assert_eq!((&rows["totalSize"], &rows["records"][1]["LastName"]), (&json!(2), &json!("New")));
}

#[tokio::test]
async fn every_kind_is_counted_and_named_in_the_journal() {
    let desk = Desk::open().await;
    let about = desk.control("GET", "about", &Value::Null);
    let kinds = about["faults"].as_array().unwrap();
    assert!(kinds.len() >= 20, "{} kinds", kinds.len());
    for kind in kinds {
        let mut rule = json!({"fault": kind, "count": 1});
        for (name, settings) in
            [("slow", json!({"ms": 0})), ("refused", json!({"status": 409, "code": "request.conflict"}))]
        {
            if kind == name {
                settings.as_object().unwrap().iter().for_each(|(name, value)| rule[name] = value.clone());
            }
        }
        desk.control("POST", "faults", &rule);
    }
    assert_eq!(desk.control("GET", "faults", &Value::Null).as_array().unwrap().len(), kinds.len());
    desk.control("DELETE", "faults", &Value::Null);
    desk.fault(&json!({"fault": "clock_skew", "operation": "organization_get"}));
    desk.fault(&json!({"fault": "busy", "operation": "organization_get", "skip": 1}));
    assert_eq!((organization(&desk).await, organization(&desk).await), (200, 503));
    assert_eq!(desk.last_entry()["faults"], json!(["clock_skew", "busy"]));
    let faults = desk.control("GET", "faults", &Value::Null);
    let counts = |place: usize| (faults[place]["matched"].clone(), faults[place]["struck"].clone());
    assert_eq!((counts(0), counts(1)), ((json!(2), json!(2)), (json!(2), json!(1))));
}
