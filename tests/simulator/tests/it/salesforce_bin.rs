//! What is deleted, merged, taken out of the bin and hidden, and how each way of reading shows it.

use serde_json::{Value, json};

use crate::desk::{Answered, Desk};

async fn with_people(names: &[&str]) -> (Desk, Vec<String>) {
    let desk = Desk::open().await;
    let stamp = "2026-11-20T10:00:00Z";
    let people: Vec<Value> =
        names.iter().map(|name| json!({"LastName": name, "SystemModstamp": stamp, "CreatedDate": stamp})).collect();
    let ids = desk.control("POST", "salesforce/contacts", &json!(people));
    let ids = ids["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    (desk, ids)
}

async fn query_all(desk: &Desk, query: &str) -> Answered {
    desk.salesforce(&format!("/services/data/v66.0/queryAll?q={}", query.replace(' ', "+"))).await
}

async fn deleted(desk: &Desk, start: &str, end: &str) -> Answered {
    desk.salesforce(&format!("/services/data/v66.0/sobjects/Contact/deleted/?start={start}&end={end}")).await
}

/// The machine's time moved by so many minutes, as the vendor reads it.
fn minutes(desk: &Desk, minutes: i64) -> String {
    let now: jiff::Timestamp = desk.shift()["now"].as_str().unwrap().parse().unwrap();
    (now + jiff::SignedDuration::from_mins(minutes)).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[tokio::test]
async fn a_merge_is_seen_by_query_all_as_a_chain() {
    let (desk, ids) = with_people(&["A", "B", "C", "D"]).await;
    desk.control("POST", "salesforce/contacts/merge", &json!({"master": ids[1], "losers": [ids[0]]}));
    let fields = json!({"master": ids[2], "losers": [ids[1]], "fields": {"Email": "c@example.com"}});
    let master = desk.control("POST", "salesforce/contacts/merge", &fields);
    assert_eq!(master["Email"], "c@example.com");
    desk.control("DELETE", &format!("salesforce/contacts/{}", ids[3]), &Value::Null);
    let seen =
        query_all(&desk, "SELECT Id, MasterRecordId FROM Contact WHERE IsDeleted = TRUE ORDER BY LastName").await;
    let rows = seen.body["records"].as_array().unwrap();
    let masters: Vec<&Value> = rows.iter().map(|row| &row["MasterRecordId"]).collect();
    assert_eq!(masters, [&json!(ids[1]), &json!(ids[2]), &Value::Null], "{}", seen.body);
    assert_eq!(query_all(&desk, "SELECT COUNT() FROM Contact").await.body["totalSize"], 4);
    let alive = desk.soql("SELECT COUNT() FROM Contact").await.body;
    assert_eq!(alive, json!({"totalSize": 1, "done": true, "records": []}));
    let undone = desk.control("POST", &format!("salesforce/contacts/{}/undelete", ids[0]), &Value::Null);
    assert_eq!((&undone["IsDeleted"], undone.get("MasterRecordId")), (&json!(false), None));
    let (status, answer) = desk.simulator.control(
        "POST",
        "/_sim/salesforce/contacts/merge",
        &json!({"master": ids[2], "losers": [ids[3]]}),
    );
    assert_eq!(status, 400, "{answer}");
}

#[tokio::test]
async fn the_bin_is_emptied_by_hand_or_after_fifteen_days() {
    let (desk, ids) = with_people(&["A", "B"]).await;
    for id in &ids {
        desk.control("DELETE", &format!("salesforce/contacts/{id}"), &Value::Null);
    }
    assert_eq!(desk.control("DELETE", &format!("salesforce/bin/{}", ids[0]), &Value::Null)["purged"], 1);
    let all = "SELECT Id FROM Contact WHERE IsDeleted = TRUE";
    assert_eq!(query_all(&desk, all).await.body["totalSize"], 1);
    desk.settings(&json!({"salesforce": {"purged_readable_s": 3_600, "token_lifetime_s": 10_000_000}}));
    assert_eq!(query_all(&desk, all).await.body["totalSize"], 2);
    let mut desk = desk;
    desk.ahead(16.0 * 86_400.0);
    desk.log_in().await;
    assert_eq!(query_all(&desk, all).await.body["totalSize"], 0);
}

#[tokio::test]
async fn the_log_of_deletions_has_the_vendors_edges() {
    let (desk, ids) = with_people(&["A", "B", "C"]).await;
    desk.control("DELETE", &format!("salesforce/contacts/{}", ids[0]), &Value::Null);
    desk.control("POST", "salesforce/contacts/merge", &json!({"master": ids[2], "losers": [ids[1]]}));
    let (start, end) = (minutes(&desk, -10), minutes(&desk, 10));
    desk.ahead(180.0); // What was deleted in this minute is covered when it is over.
    let answer = deleted(&desk, &start, &end).await;
    let found: Vec<&Value> = answer.body["deletedRecords"].as_array().unwrap().iter().map(|line| &line["id"]).collect();
    assert_eq!(found, [&json!(ids[0]), &json!(ids[1])], "{}", answer.body);
    assert!(answer.body["latestDateCovered"].as_str().unwrap() < end.as_str());
    assert!(answer.body["earliestDateAvailable"].as_str().unwrap().ends_with(".000+0000"));
    let offset = end.replace('Z', "%2B00:00");
    assert_eq!(deleted(&desk, &start, &offset).await.status, 200);
    let cases = [
        (end.clone(), start.clone()),
        (start.clone(), start.replace(":00Z", ":59Z")),
        (minutes(&desk, -16 * 1_440), end.clone()),
        ("yesterday".to_owned(), end.clone()),
        (start.clone(), end.replace('Z', "+00:00")),
    ];
    for (from, to) in cases {
        let refused = deleted(&desk, &from, &to).await;
        let code = &refused.body[0]["errorCode"];
        assert_eq!((refused.status, code), (400, &json!("INVALID_REPLICATION_DATE")), "{from} {to}");
    }
    desk.settings(&json!({"salesforce": {"deleted_ids_max": 1}}));
    assert_eq!(deleted(&desk, &start, &end).await.body[0]["errorCode"], "EXCEEDED_ID_LIMIT");
    desk.control("POST", "salesforce/deleted_log", &json!({"before": minutes(&desk, -5)}));
    assert_eq!(deleted(&desk, &start, &end).await.body[0]["errorCode"], "INVALID_REPLICATION_DATE");
}

#[tokio::test]
async fn the_log_forgets_what_was_purged_unless_it_does_not() {
    let (desk, ids) = with_people(&["A"]).await;
    desk.control("DELETE", &format!("salesforce/contacts/{}", ids[0]), &Value::Null);
    desk.control("DELETE", "salesforce/bin", &Value::Null);
    let (start, end) = (minutes(&desk, -10), minutes(&desk, 10));
    desk.ahead(180.0);
    assert_eq!(deleted(&desk, &start, &end).await.body["deletedRecords"], json!([]));
    desk.settings(&json!({"salesforce": {"deleted_forgets_purged": false}}));
    assert_eq!(deleted(&desk, &start, &end).await.body["deletedRecords"][0]["id"], json!(ids[0]));
    desk.settings(&json!({"salesforce": {"deleted_covered_lag_s": 600}}));
    let behind = deleted(&desk, &start, &end).await.body;
    assert_eq!(behind["deletedRecords"], json!([]), "{behind}");
}

#[tokio::test]
async fn what_is_not_shared_is_not_there() {
    let (desk, ids) = with_people(&["A", "B"]).await;
    desk.control("PUT", &format!("salesforce/contacts/{}/sharing", ids[0]), &json!({"visible": false}));
    assert_eq!(query_all(&desk, "SELECT COUNT() FROM Contact").await.body["totalSize"], 1);
    let row = desk.salesforce(&format!("/services/data/v66.0/sobjects/Contact/{}", ids[0])).await;
    assert_eq!((row.status, &row.body[0]["errorCode"]), (404, &json!("NOT_FOUND")));
    desk.control("PUT", &format!("salesforce/contacts/{}/sharing", ids[0]), &json!({"visible": true}));
    let again = desk.soql("SELECT SystemModstamp FROM Contact WHERE LastName = 'A'").await.body;
    assert_eq!(again["records"][0]["SystemModstamp"], "2026-11-20T10:00:00.000+0000");
}
