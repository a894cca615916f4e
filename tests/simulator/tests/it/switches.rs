//! Points that the vendor leaves open, in each position.

use serde_json::{Value, json};

use crate::desk::Desk;

#[tokio::test]
async fn a_taken_external_id_is_refused_or_stays_with_its_owner() {
    let desk = Desk::open().await;
    let source = desk.source();
    let person =
        |name: &str| json!([{"lastName": name, "externalIds": [{"externalSource": {"id": source}, "value": "003A"}]}]);
    desk.bulk_add(person("First")).await;
    assert_eq!(desk.bulk_add(person("Second")).await.body["results"][0]["status"], 409);
    desk.settings(&json!({"genesys": {"external_id_conflict": "unclaimed"}}));
    assert_eq!(desk.bulk_add(person("Third")).await.body["results"][0]["status"], 200);
    assert_eq!(desk.lookup("ExternalId", "003A").await.body["lastName"], "First");
    desk.settings(&json!({"genesys": {"shared_identifier": "409"}}));
    desk.bulk_add(json!([{"lastName": "A", "workEmail": "a@example.com"}])).await;
    let refused = desk.bulk_add(json!([{"lastName": "B", "otherEmail": "A@example.com"}])).await;
    assert_eq!(refused.body["results"][0]["status"], 409);
}

#[tokio::test]
async fn bulk_results_can_come_reversed_or_as_sent() {
    let desk = Desk::open().await;
    let people = || json!([{"lastName": "A"}, {"lastName": "B"}, {"lastName": "C"}]);
    for (order, names) in [("as_sent", ["A", "B", "C"]), ("reversed", ["C", "B", "A"])] {
        desk.settings(&json!({"genesys": {"bulk_order": order}}));
        let answer = desk.bulk_add(people()).await;
        let found: Vec<&str> = answer.body["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| result["entity"]["lastName"].as_str().unwrap())
            .collect();
        assert_eq!(found, names);
    }
}

#[tokio::test]
async fn a_scan_can_end_with_an_empty_page() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"scan_end": "empty_page"}}));
    let people: Vec<Value> = (0..10).map(|number| json!({"lastName": format!("Sá {number}")})).collect();
    desk.control("POST", "genesys/contacts", &json!(people));
    let page = desk.genesys("GET", "/externalcontacts/scan/contacts?limit=10", Value::Null).await;
    let cursor = page.body["cursors"]["after"].as_str().unwrap();
    let last =
        desk.genesys("GET", &format!("/externalcontacts/scan/contacts?limit=10&cursor={cursor}"), Value::Null).await;
    assert_eq!(last.body["entities"], json!([]));
    assert!(last.body["cursors"].get("after").is_none());
}

#[tokio::test]
async fn an_enrich_can_keep_the_identifiers_and_absent_fields() {
    let desk = Desk::open().await;
    let source = desk.source();
    desk.settings(
        &json!({"genesys": {"enrich_keeps_identifiers": true, "absent_is_empty": false, "array_fill": "while_room"}}),
    );
    let enrich = async |contact: Value| {
        let body = json!({"action": "Upsert", "contact": contact, "fieldRules": {"defaultAction": "AlwaysUseProvided"},
            "matchingIdentifiers": [{"type": "ExternalId", "value": "003A", "externalSource": {"id": source}}]});
        desk.genesys("POST", "/externalcontacts/contacts/enrich", body).await
    };
    assert_eq!(enrich(json!({"lastName": "Sá", "title": "Dr"})).await.status, 201);
    let more = json!({"lastName": "Souza", "externalIds": [{"externalSource": {"id": source}, "value": "003B"}]});
    let again = enrich(more).await;
    assert_eq!((again.status, &again.body["title"]), (200, &json!("Dr")));
    assert_eq!(again.body["externalIds"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn rate_headers_and_the_name_rule_can_be_off() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"rate_headers": false, "refuse_nameless": false}}));
    let answer = desk.bulk_add(json!([{"title": "Dr"}])).await;
    assert_eq!((&answer.body["errorCount"], answer.header("inin-ratelimit-count")), (&json!(0), ""));
}
