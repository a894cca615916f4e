//! Rows by their ids, accounts, counting and relative dates.

use reqwest::Method;
use serde_json::{Value, json};

use crate::desk::{Answered, Desk, read};

async fn post(desk: &Desk, path: &str, body: &Value) -> Answered {
    let url = format!("{}{path}", desk.simulator.url);
    let request = desk.client().request(Method::POST, url).bearer_auth(&desk.salesforce_token);
    read(request.json(body).send().await.unwrap()).await
}

async fn with_one() -> (Desk, String) {
    let desk = Desk::open().await;
    let contact = json!({"FirstName": "Ana", "LastName": "Sá", "Lead_Score__c": 80, "Birthdate": "1980-02-29",
        "Account": {"Name": "Acme", "Industry": "Energy", "NumberOfEmployees": 12}});
    let ids = desk.control("POST", "salesforce/contacts", &contact);
    let id = ids["ids"][0].as_str().unwrap().to_owned();
    (desk, id)
}

#[tokio::test]
async fn a_row_is_read_by_its_short_or_long_id() {
    let (desk, id) = with_one().await;
    let base = "/services/data/v66.0/sobjects/Contact";
    let row = desk.salesforce(&format!("{base}/{id}?fields=Id,Name,Account.Name,Lead_Score__c")).await;
    assert_eq!(row.status, 200, "{}", row.body);
    assert_eq!((&row.body["Name"], &row.body["Lead_Score__c"]), (&json!("Ana Sá"), &json!(80)));
    assert_eq!(row.body["Account"]["Name"], "Acme");
    let all = desk.salesforce(&format!("{base}/{}", &id[..15])).await.body;
    assert_eq!((&all["Id"], &all["Birthdate"], &all["Email"]), (&json!(id), &json!("1980-02-29"), &Value::Null));
    let account = all["AccountId"].as_str().unwrap();
    let account = desk.salesforce(&format!("/services/data/v66.0/sobjects/Account/{account}")).await.body;
    assert_eq!((&account["Industry"], &account["NumberOfEmployees"]), (&json!("Energy"), &json!(12)));
    for (path, status, code) in [
        (format!("{base}/{id}?fields=Shoe__c"), 400, "INVALID_FIELD"),
        (format!("{base}/0035e000000zzzzAAA"), 404, "NOT_FOUND"),
        (format!("{base}/short"), 404, "NOT_FOUND"),
        (format!("/services/data/v66.0/sobjects/Shoe/{id}"), 404, "NOT_FOUND"),
    ] {
        let refused = desk.salesforce(&path).await;
        assert_eq!((refused.status, &refused.body[0]["errorCode"]), (status, &json!(code)), "{path}");
    }
    desk.control("DELETE", &format!("salesforce/contacts/{id}"), &Value::Null);
    assert_eq!(desk.salesforce(&format!("{base}/{id}")).await.body[0]["errorCode"], "ENTITY_IS_DELETED");
    desk.settings(&json!({"salesforce": {"deleted_row_error": "NOT_FOUND"}}));
    assert_eq!(desk.salesforce(&format!("{base}/{id}")).await.body[0]["errorCode"], "NOT_FOUND");
}

#[tokio::test]
async fn many_rows_come_in_the_order_of_their_ids() {
    let (desk, id) = with_one().await;
    let path = "/services/data/v66.0/composite/sobjects/Contact";
    let unknown = "0035e000000zzzzIAA";
    let other = desk.control("POST", "salesforce/contacts", &json!({"LastName": "Bo"}))["ids"][0].clone();
    let ids = json!([other, "0035e000000zzzz", id]);
    let rows = post(&desk, path, &json!({"ids": ids, "fields": ["LastName", "Account.Name"]})).await;
    assert_eq!(rows.status, 200, "{} {unknown}", rows.body);
    assert_eq!((&rows.body[0]["LastName"], &rows.body[0]["Account"]), (&json!("Bo"), &Value::Null));
    assert_eq!((&rows.body[1], &rows.body[2]["Account"]["Name"]), (&Value::Null, &json!("Acme")));
    let by_query = desk.salesforce(&format!("{path}?ids={id}&fields=LastName")).await;
    assert_eq!(by_query.body[0]["LastName"], "Sá");
    desk.settings(&json!({"salesforce": {"collection_relationships": false}}));
    let many: Vec<String> = (0..2_001).map(|_| id.clone()).collect();
    let cases = [
        (json!({"ids": [id], "fields": ["Account.Name"]}), "INVALID_FIELD"),
        (json!({"ids": [id], "fields": ["Shoe__c"]}), "INVALID_FIELD"),
        (json!({"ids": many, "fields": ["Id"]}), "EXCEEDED_ID_LIMIT"),
        (json!({"ids": [], "fields": ["Id"]}), "REQUIRED_FIELD_MISSING"),
        (json!({"ids": ["short"], "fields": ["Id"]}), "MALFORMED_ID"),
        (json!({"ids": [id]}), "JSON_PARSER_ERROR"),
    ];
    for (body, code) in cases {
        let refused = post(&desk, path, &body).await;
        assert_eq!((refused.status, &refused.body[0]["errorCode"]), (400, &json!(code)));
    }
}

#[tokio::test]
async fn accounts_have_rows_and_times_of_their_own() {
    let (desk, _) = with_one().await;
    let ids = desk.control("POST", "salesforce/accounts", &json!({"Name": "Beta", "BillingCity": "Austin"}));
    let id = ids["ids"][0].as_str().unwrap().to_owned();
    desk.ahead(60.0);
    desk.control("PATCH", &format!("salesforce/accounts/{id}"), &json!({"Name": "Gamma"}));
    let query = "SELECT Name, BillingCity FROM Account WHERE Name LIKE 'g%' AND SystemModstamp = TODAY";
    let found = desk.soql(query).await;
    assert_eq!(found.body["records"][0]["BillingCity"], "Austin", "{}", found.body);
    assert_eq!(found.body["records"][0]["attributes"]["type"], "Account");
    let contact = json!({"LastName": "Cy", "Account": {"Name": "Gamma"}});
    desk.control("POST", "salesforce/contacts", &contact);
    let same = desk.soql(&format!("SELECT LastName FROM Contact WHERE Account.Id = '{id}'")).await.body;
    assert_eq!(same["records"][0]["LastName"], "Cy");
    assert_eq!(desk.control("GET", "salesforce/accounts", &Value::Null).as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn relative_dates_and_days_find_what_they_say() {
    let (desk, _) = with_one().await;
    desk.control("POST", "salesforce/contacts", &json!({"LastName": "Old", "CreatedDate": "2020-01-01T12:00:00Z"}));
    desk.settings(&json!({"salesforce": {"user_time_zone": "America/Chicago"}}));
    let cases = [
        ("CreatedDate = TODAY", 1),
        ("CreatedDate >= LAST_N_DAYS:3", 1),
        ("CreatedDate < LAST_N_YEARS:2", 1),
        ("CreatedDate != TODAY", 1),
        ("NOT (CreatedDate > YESTERDAY AND CreatedDate <= TODAY)", 1),
        ("Birthdate = 1980-02-29", 1),
        ("Birthdate < LAST_N_FISCAL_QUARTERS:4 AND Birthdate > 1979-12-31", 1),
        ("Birthdate = null", 1),
        ("CreatedDate = NEXT_WEEK", 0),
    ];
    for (condition, count) in cases {
        let found = desk.soql(&format!("SELECT COUNT() FROM Contact WHERE {condition}")).await;
        assert_eq!(found.body["totalSize"], count, "{condition} {}", found.body);
    }
    for (query, code) in [
        ("SELECT COUNT() FROM Contact ORDER BY Id", "MALFORMED_QUERY"),
        ("SELECT COUNT(), Id FROM Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE CreatedDate > LAST_N_HOURS:3", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE CreatedDate > 2026-11-22", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Birthdate > 2026-11-22T00:00:00Z", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE LastName = TODAY", "INVALID_FIELD"),
        ("SELECT Contact.LastName FROM Account", "INVALID_FIELD"),
    ] {
        let refused = desk.soql(query).await;
        assert_eq!((refused.status, &refused.body[0]["errorCode"]), (400, &json!(code)), "{query} {}", refused.body);
    }
}
