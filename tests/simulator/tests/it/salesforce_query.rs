//! SOQL over HTTP: pages, the grammar, and every refusal.

use serde_json::{Value, json};

use crate::desk::Desk;

async fn with_people() -> Desk {
    let desk = Desk::open().await;
    let people = json!([
        {"FirstName": "Ana", "LastName": "Sá", "Email": "ana@example.com", "SystemModstamp": "2026-11-20T10:00:00Z",
            "Account": {"Name": "Acme", "BillingCountry": "Brazil"}, "Lead_Score__c": 80},
        {"FirstName": "Bo", "LastName": "O'Neil", "Phone": "512 555 0100", "SystemModstamp": "2026-11-21T10:00:00Z",
            "IsPersonAccount": true, "Lead_Score__c": 20},
        {"FirstName": "Cy", "LastName": "100%_\\", "SystemModstamp": "2026-11-21T10:00:00Z", "MailingCountry": "Canada"},
        {"LastName": "Zed", "Title": "", "SystemModstamp": "2026-11-22T10:00:00Z"},
    ]);
    desk.control("POST", "salesforce/contacts", &people);
    desk
}

async fn found(desk: &Desk, condition: &str) -> Vec<String> {
    let answer = desk.soql(&format!("SELECT LastName FROM Contact {condition}")).await;
    assert_eq!(answer.status, 200, "{condition}: {}", answer.body);
    let rows = answer.body["records"].as_array().unwrap();
    rows.iter().map(|row| row["LastName"].as_str().unwrap()[..1].to_owned()).collect()
}

#[tokio::test]
async fn conditions_find_what_they_say() {
    let desk = with_people().await;
    let cases = [
        ("", vec!["S", "O", "1", "Z"]),
        ("WHERE LastName = 'sÁ'", vec!["S"]),
        (r"where LastName = 'O\'Neil'", vec!["O"]),
        (r"WHERE LastName LIKE '100\%\_\\'", vec!["1"]),
        ("WHERE LastName LIKE '%e%'", vec!["O", "Z"]),
        ("WHERE FirstName LIKE 'b_'", vec!["O"]),
        ("WHERE FirstName = null", vec!["Z"]),
        ("WHERE FirstName != NULL AND Email = null", vec!["O", "1"]),
        ("WHERE Title = null AND LastName = 'Zed'", vec!["Z"]),
        ("WHERE IsPersonAccount = TRUE", vec!["O"]),
        ("WHERE IsDeleted = false AND IsPersonAccount = false", vec!["S", "1", "Z"]),
        ("WHERE Lead_Score__c >= 20.5", vec!["S"]),
        ("WHERE Email != 'ana@example.com'", vec!["O", "1", "Z"]),
        ("WHERE LastName IN ('Zed', 'sá')", vec!["S", "Z"]),
        ("WHERE LastName NOT IN ('Zed', 'sá')", vec!["O", "1"]),
        ("WHERE NOT (LastName = 'Zed' OR Lead_Score__c > 0)", vec!["1"]),
        ("WHERE Account.BillingCountry = 'brazil' OR MailingCountry = 'Canada'", vec!["S", "1"]),
        ("WHERE SystemModstamp > 2026-11-21T10:00:00Z", vec!["Z"]),
        (
            "WHERE SystemModstamp >= 2026-11-21T12:00:00.000+02:00 AND SystemModstamp < 2026-11-22T10:00:00Z",
            vec!["O", "1"],
        ),
        ("WHERE (LastName = 'Zed' AND FirstName = null) OR (LastName = 'Sá')", vec!["S", "Z"]),
        (r"WHERE LastName = 'S\u00E1'", vec!["S"]),
    ];
    for (condition, names) in cases {
        assert_eq!(found(&desk, condition).await, names, "{condition}");
    }
}

#[tokio::test]
async fn rows_come_in_the_order_asked_for() {
    let desk = with_people().await;
    let cases = [
        ("ORDER BY LastName DESC", vec!["Z", "S", "O", "1"]),
        ("ORDER BY FirstName", vec!["Z", "S", "O", "1"]),
        ("order by FirstName nulls last", vec!["S", "O", "1", "Z"]),
        ("ORDER BY SystemModstamp DESC, FirstName DESC", vec!["Z", "1", "O", "S"]),
        ("ORDER BY Account.Name NULLS LAST, LastName LIMIT 2", vec!["S", "1"]),
    ];
    for (order, names) in cases {
        assert_eq!(found(&desk, order).await, names, "{order}");
    }
}

#[tokio::test]
async fn the_keyset_pages_over_ties_without_loss() {
    let desk = Desk::open().await;
    let people: Vec<Value> =
        (0..30).map(|_| json!({"LastName": "Tie", "SystemModstamp": "2026-11-22T04:00:00Z"})).collect();
    desk.control("POST", "salesforce/contacts", &json!(people));
    let (mut last, mut seen) = (String::from("000000000000000AAA"), 0);
    loop {
        let query = format!(
            "SELECT Id FROM Contact WHERE (SystemModstamp = 2026-11-22T04:00:00Z AND Id > '{last}') OR \
             (SystemModstamp > 2026-11-22T04:00:00Z) ORDER BY SystemModstamp, Id LIMIT 7"
        );
        let answer = desk.soql(&query).await;
        let rows = answer.body["records"].as_array().unwrap();
        let Some(row) = rows.last() else { break };
        last = row["Id"].as_str().unwrap().to_owned();
        seen += rows.len();
    }
    assert_eq!(seen, 30);
}

#[tokio::test]
async fn what_the_vendor_does_not_understand_it_refuses() {
    let desk = with_people().await;
    let cases = [
        ("SELECT Id FROM Contact WHERE SystemModstamp > LAST_N_MINUTES:30", "MALFORMED_QUERY"),
        ("SELECT * FROM Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE LastName = 'O''Neil'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE LastName = 'a\\x'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE LastName = 'open", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE LastName = 'a' AND FirstName = 'b' OR Email = 'c'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE SystemModstamp > 2026-11-22T04:00:00", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE LastName IN ()", "MALFORMED_QUERY"),
        ("SELECT COUNT(Id) FROM Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact LIMIT many", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact; DROP TABLE Contact", "MALFORMED_QUERY"),
        ("SELECT FROM Contact", "MALFORMED_QUERY"),
        ("", "MALFORMED_QUERY"),
        ("SELECT Id FROM Shoe", "INVALID_TYPE"),
        ("SELECT Id, Shoe__c FROM Contact", "INVALID_FIELD"),
        ("SELECT Id, id FROM Contact", "INVALID_FIELD"),
        ("SELECT Owner.Name FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Shoe__c = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Contact ORDER BY Account.Shoe__c", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE SystemModstamp > '2026-11-22T04:00:00Z'", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE LastName = 7", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE IsDeleted > false", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Contact WHERE SystemModstamp LIKE '2026%'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Contact WHERE Id = 'short'", "INVALID_QUERY_FILTER_OPERATOR"),
    ];
    for (query, code) in cases {
        let answer = desk.soql(query).await;
        assert_eq!((answer.status, &answer.body[0]["errorCode"]), (400, &json!(code)), "{query}: {}", answer.body);
    }
    let answer = desk.soql("SELECT Id, Shoe__c FROM Contact").await;
    assert!(answer.body[0]["message"].as_str().unwrap().contains("No such column 'Shoe__c' on entity 'Contact'"));
    desk.settings(&json!({"salesforce": {"hidden_fields": ["Lead_Score__c"]}}));
    let hidden = desk.soql("SELECT Lead_Score__c FROM Contact").await;
    assert_eq!(hidden.body[0]["errorCode"], "INVALID_FIELD");
}

#[tokio::test]
async fn a_query_pages_with_the_vendors_shapes() {
    let desk = Desk::open().await;
    desk.settings(&json!({"salesforce": {"page_size": 10}}));
    let people: Vec<_> = (0..25)
        .map(|number| {
            json!({"LastName": format!("Sá {number}"), "SystemModstamp": "2026-11-22T04:00:00Z",
                "Account": {"Name": "Acme", "BillingCountry": "Brazil"}})
        })
        .collect();
    desk.control("POST", "salesforce/contacts", &json!(people));
    let query = "select Id, LastName, SystemModstamp, Account.BillingCountry from Contact \
                 where SystemModstamp >= 2026-11-22T04:00:00Z order by SystemModstamp, Id";
    let mut page = desk.soql(query).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let first = &page.body["records"][0];
    assert_eq!(first["SystemModstamp"], "2026-11-22T04:00:00.000+0000");
    assert_eq!(first["Account"]["BillingCountry"], "Brazil");
    assert_eq!(first["attributes"]["type"], "Contact");
    let mut ids = Vec::new();
    loop {
        ids.extend(page.body["records"].as_array().unwrap().iter().map(|row| row["Id"].as_str().unwrap().to_owned()));
        assert_eq!(page.body["totalSize"], 25);
        if page.body["done"] == true {
            break;
        }
        page = desk.salesforce(page.body["nextRecordsUrl"].as_str().unwrap()).await;
    }
    assert_eq!(ids.len(), 25);
    assert!(ids.is_sorted());
    assert!(page.header("sforce-limit-info").starts_with("api-usage=3/"));
}

#[tokio::test]
async fn the_page_size_is_the_clients_hint_within_bounds() {
    let desk = Desk::open().await;
    let people: Vec<Value> = (0..450).map(|number| json!({"LastName": format!("Sá {number}")})).collect();
    desk.control("POST", "salesforce/contacts", &json!(people));
    for (hint, rows) in [("batchSize=200", 200), ("batchSize=10", 200), ("batchSize=300", 300), ("", 450)] {
        let url = format!("{}/services/data/v66.0/query?q=SELECT+Id+FROM+Contact", desk.simulator.url);
        let request = desk.client().get(url).bearer_auth(&desk.salesforce_token).header("Sforce-Query-Options", hint);
        let page = crate::desk::read(request.send().await.unwrap()).await;
        assert_eq!(page.body["records"].as_array().unwrap().len(), rows, "{hint}");
    }
}

#[tokio::test]
async fn a_dead_cursor_is_refused() {
    let desk = Desk::open().await;
    desk.settings(&json!({"salesforce": {"page_size": 2, "token_lifetime_s": 1_000_000}}));
    desk.token("/services/oauth2/token", "demo-salesforce-client", "demo-salesforce-secret").await;
    let people: Vec<Value> = (0..5).map(|number| json!({"LastName": format!("Sá {number}")})).collect();
    desk.control("POST", "salesforce/contacts", &json!(people));
    let page = desk.soql("SELECT Id FROM Contact").await;
    let next = page.body["nextRecordsUrl"].as_str().unwrap();
    assert_eq!(desk.salesforce(next).await.status, 200);
    for dead in ["/services/data/v66.0/query/01gNOBODY-2", "/services/data/v66.0/query/01gNOBODY"] {
        let answer = desk.salesforce(dead).await;
        assert_eq!((answer.status, &answer.body[0]["errorCode"]), (400, &json!("INVALID_QUERY_LOCATOR")));
    }
    desk.settings(&json!({"salesforce": {"cursor_lifetime_s": 60}}));
    desk.ahead(61.0);
    assert_eq!(desk.salesforce(next).await.body[0]["errorCode"], "INVALID_QUERY_LOCATOR");
    desk.control("DELETE", "salesforce/cursors", &Value::Null);
}

#[tokio::test]
async fn quota_versions_and_length_are_the_vendors() {
    let desk = Desk::open().await;
    let versions = desk.salesforce("/services/data/").await;
    assert!(versions.body.as_array().unwrap().iter().any(|version| version["version"] == "66.0"));
    assert_eq!(desk.salesforce("/services/data/v30.0/query?q=x").await.status, 410);
    assert_eq!(desk.salesforce("/services/data/v99.0/query?q=x").await.status, 404);
    let long = format!("SELECT Id FROM Contact WHERE LastName = '{}'", "x".repeat(17_000));
    assert_eq!(desk.soql(&long).await.status, 414);
    desk.control("POST", "salesforce/usage", &json!({"used": 100_000}));
    let answer = desk.soql("SELECT Id FROM Contact").await;
    assert_eq!((answer.status, &answer.body[0]["errorCode"]), (403, &json!("REQUEST_LIMIT_EXCEEDED")));
    assert_eq!(answer.header("sforce-limit-info"), "api-usage=100000/100000");
}

#[tokio::test]
async fn edits_move_the_stamp_and_deletes_vanish() {
    let desk = with_people().await;
    let rows = desk.soql("SELECT Id FROM Contact WHERE LastName = 'Zed'").await.body;
    let id = rows["records"][0]["Id"].as_str().unwrap();
    let edited = desk.control("PATCH", &format!("salesforce/contacts/{id}"), &json!({"Title": "Dr"}));
    assert!(edited["SystemModstamp"].as_str().unwrap() > "2026-11-22T10:00:00.000+0000");
    let late = desk.control(
        "POST",
        "salesforce/contacts",
        &json!([{"LastName": "Late", "SystemModstamp": "2026-11-01T00:00:00Z"}]),
    );
    assert_eq!(late["ids"].as_array().unwrap().len(), 1);
    assert_eq!(found(&desk, "WHERE SystemModstamp < 2026-11-02T00:00:00Z").await, ["L"]);
    desk.control("DELETE", &format!("salesforce/contacts/{}", &id[..15]), &Value::Null);
    assert!(found(&desk, "WHERE LastName = 'Zed'").await.is_empty());
}
