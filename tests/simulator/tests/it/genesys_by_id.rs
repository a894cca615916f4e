//! Contacts by their ids: fetched, removed, merged, and their identifiers claimed.

use serde_json::{Value, json};

use crate::desk::{Answered, Desk};

const BASE: &str = "/externalcontacts";

async fn with_contacts(contacts: Value) -> (Desk, Vec<String>) {
    let desk = Desk::open().await;
    let answer = desk.control("POST", "genesys/contacts", &contacts);
    let ids = answer["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    desk.settings(&json!({"genesys": {"bulk_order": "as_sent"}}));
    (desk, ids)
}

async fn post(desk: &Desk, path: &str, body: Value) -> Answered {
    desk.genesys("POST", &format!("{BASE}/{path}"), body).await
}

fn entities(ids: &[&str]) -> Value {
    json!({"entities": ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>()})
}

#[tokio::test]
async fn a_bulk_fetch_answers_each_id() {
    let (desk, ids) = with_contacts(json!([{"lastName": "A"}, {"lastName": "B"}])).await;
    let answer = post(&desk, "bulk/contacts", entities(&[&ids[1], "nobody", &ids[0]])).await;
    assert_eq!((answer.status, &answer.body["errorIndexes"]), (200, &json!([1])), "{}", answer.body);
    let results = &answer.body["results"];
    assert_eq!((&results[0]["id"], &results[0]["entity"]["lastName"]), (&json!(ids[1]), &json!("B")));
    assert_eq!((&results[1]["status"], &results[1]["error"]["code"]), (&json!(404), &json!("entity.not.found")));
    let many: Vec<&str> = (0..51).map(|_| ids[0].as_str()).collect();
    assert_eq!(post(&desk, "bulk/contacts", entities(&many)).await.status, 422);
    let unreadable = json!({"entities": [{"id": ids[0], "name": "x"}]});
    assert_eq!(post(&desk, "bulk/contacts", unreadable).await.status, 400);
}

#[tokio::test]
async fn removed_contacts_are_gone_and_their_identifiers_free() {
    let people = json!([{"lastName": "A", "workEmail": "a@example.com"}, {"lastName": "B"}, {"lastName": "C"}]);
    let (desk, ids) = with_contacts(people).await;
    let one = desk.genesys("DELETE", &format!("{BASE}/contacts/{}", ids[2]), Value::Null).await;
    assert_eq!((one.status, &one.body), (200, &json!({})));
    let again = desk.genesys("DELETE", &format!("{BASE}/contacts/{}", ids[2]), Value::Null).await;
    assert_eq!((again.status, &again.body["code"]), (404, &json!("contact.not.found")));
    let answer = post(&desk, "bulk/contacts/remove", entities(&[&ids[0], &ids[1], &ids[2]])).await;
    assert_eq!(answer.body["errorIndexes"], json!([2]), "{}", answer.body);
    assert_eq!(answer.body["results"][0], json!({"id": ids[0], "success": true, "status": 200}));
    assert_eq!(desk.lookup("Email", "a@example.com").await.status, 404);
    assert!(desk.contacts().is_empty());
    desk.settings(&json!({"genesys": {"removed_unknown": "ok"}}));
    assert_eq!(post(&desk, "bulk/contacts/remove", entities(&[&ids[0]])).await.body["errorCount"], 0);
}

#[tokio::test]
async fn a_part_of_a_removal_can_fail() {
    let person =
        json!([{"lastName": "A", "externalIds": [{"source": "Salesforce", "value": "003A"}]}, {"lastName": "B"}]);
    let (desk, ids) = with_contacts(person).await;
    desk.fault(&json!({"fault": "partial_failure", "operation": "contacts_bulk_remove", "external_ids": ["003A"]}));
    let answer = post(&desk, "bulk/contacts/remove", entities(&[&ids[0], &ids[1]])).await;
    assert_eq!((&answer.body["errorIndexes"], desk.contacts().len()), (&json!([0]), 1));
}

#[tokio::test]
async fn after_a_merge_old_ids_lead_to_the_new_contact() {
    let people = json!([
        {"lastName": "A", "title": "Dr", "workEmail": "a@example.com", "externalIds": [{"source": "S", "value": "003A"}]},
        {"lastName": "B", "workEmail": "b@example.com", "externalIds": [{"source": "S", "value": "003B"}]},
        {"lastName": "C"},
    ]);
    let (desk, ids) = with_contacts(people).await;
    desk.ahead(10.0);
    desk.control("PATCH", &format!("genesys/contacts/{}", ids[1]), &json!({"firstName": "Bea"}));
    let merge = json!({"contactIds": [ids[0], ids[1]], "valueOverride": {"lastName": "AB"}});
    let merged = post(&desk, "contacts/merge", merge).await;
    assert_eq!(merged.status, 200, "{}", merged.body);
    let new = merged.body["id"].as_str().unwrap();
    assert!(!ids.iter().any(|id| id == new));
    let names = ["firstName", "lastName", "title"].map(|name| merged.body[name].clone());
    assert_eq!(names, [json!("Bea"), json!("AB"), json!("Dr")]);
    assert_eq!(
        (&merged.body["workEmail"], &merged.body["personalEmail"]),
        (&json!("b@example.com"), &json!("a@example.com"))
    );
    assert_eq!(merged.body["externalIds"].as_array().unwrap().len(), 2);
    let again = json!({"contactIds": [ids[2], new]});
    let head = post(&desk, "contacts/merge", again).await.body;
    let got = desk.genesys("GET", &format!("{BASE}/contacts/{}", ids[0]), Value::Null).await.body;
    assert_eq!((&got["id"], &got["canonicalContact"]["id"]), (&head["id"], &head["id"]));
    assert_eq!(got["mergeSet"].as_array().unwrap().len(), 5);
    let fetched = post(&desk, "bulk/contacts", entities(&[&ids[1]])).await.body;
    assert_eq!((&fetched["results"][0]["id"], &fetched["results"][0]["entity"]["id"]), (&json!(ids[1]), &head["id"]));
    let old = desk.genesys("GET", &format!("{BASE}/contacts/{}/unresolved", ids[0]), Value::Null).await.body;
    assert_eq!((&old["id"], &old["mergedTo"]["id"], &old["title"]), (&json!(ids[0]), &json!(new), &json!("Dr")));
    assert_eq!(desk.contacts().len(), 1);
    let scanned = desk.genesys("GET", &format!("{BASE}/scan/contacts"), Value::Null).await.body;
    assert_eq!(scanned["entities"].as_array().unwrap().len(), 1);
    desk.settings(&json!({"genesys": {"scan_shows_merged": true}}));
    let scanned = desk.genesys("GET", &format!("{BASE}/scan/contacts"), Value::Null).await.body;
    assert_eq!(scanned["entities"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn writes_to_an_old_id_reach_the_new_contact_or_are_refused() {
    let (desk, ids) = with_contacts(json!([{"lastName": "A"}, {"lastName": "B"}])).await;
    let head = desk.control("POST", "genesys/contacts/merge", &json!({"contactIds": ids}));
    let path = format!("{BASE}/contacts/{}", ids[0]);
    let change = json!({"changes": [{"field": "$.title", "action": "Update", "value": "Dr"}]});
    let patched = desk.genesys("PATCH", &path, change.clone()).await;
    assert_eq!((&patched.body["id"], &patched.body["title"]), (&head["id"], &json!("Dr")));
    desk.settings(&json!({"genesys": {"merged_id_writes": "not_found"}}));
    assert_eq!(desk.genesys("PATCH", &path, change).await.body["code"], "contact.not.found");
    assert_eq!(desk.genesys("DELETE", &path, Value::Null).await.status, 404);
    assert_eq!(desk.contacts().len(), 1);
}

#[tokio::test]
async fn a_merge_is_refused_for_the_vendors_reasons() {
    let people = json!([{"lastName": "A"}, {"lastName": "B", "division": {"id": "d2"}}, {"lastName": "C"}]);
    let (desk, ids) = with_contacts(people).await;
    let full: Vec<Value> = (0..10).map(|n| json!({"source": "S", "value": format!("X{n}")})).collect();
    desk.control("PATCH", &format!("genesys/contacts/{}", ids[0]), &json!({"externalIds": full}));
    let one = json!([{"source": "S", "value": "Y"}]);
    desk.control("PATCH", &format!("genesys/contacts/{}", ids[2]), &json!({"externalIds": one}));
    for (contacts, status, code) in [
        (json!([ids[0]]), 422, "validation.failed"),
        (json!([ids[0], ids[0]]), 422, "validation.failed"),
        (json!([ids[0], "nobody"]), 404, "entity.not.found"),
        (json!([ids[0], ids[1]]), 422, "merge.across.divisions.disallowed"),
        (json!([ids[0], ids[2]]), 409, "too.many.identifiers"),
    ] {
        let refused = post(&desk, "contacts/merge", json!({"contactIds": contacts})).await;
        assert_eq!((refused.status, &refused.body["code"]), (status, &json!(code)), "{contacts}");
    }
}

#[tokio::test]
async fn identifiers_are_claimed_released_and_listed() {
    let people =
        json!([{"lastName": "A", "workEmail": "a@example.com"}, {"lastName": "B", "workEmail": "A@example.com"}]);
    let (desk, ids) = with_contacts(people).await;
    let patch = async |id: &str, operation: &str, identifier: Value| {
        let body = json!({"operation": operation, "identifier": identifier});
        desk.genesys("PATCH", &format!("{BASE}/contacts/{id}/identifiers"), body).await
    };
    let email = json!({"type": "Email", "value": "a@example.com"});
    assert_eq!(patch(&ids[1], "Claim", email.clone()).await.body["code"], "identifier.claim.conflict");
    assert_eq!(patch(&ids[0], "Release", email.clone()).await.status, 200);
    assert_eq!(patch(&ids[0], "Release", email.clone()).await.body["code"], "identifier.cannot.be.released");
    assert_eq!(desk.lookup("Email", "a@example.com").await.body["id"], json!(ids[1]));
    let phone = json!({"type": "Phone", "value": "+15125550100"});
    assert_eq!(patch(&ids[0], "Claim", phone).await.body["type"], "Phone");
    let listed = desk.genesys("GET", &format!("{BASE}/contacts/{}/identifiers", ids[0]), Value::Null).await.body;
    assert_eq!(listed["entities"][0]["value"], "+15125550100");
    for (n, value) in ["b", "c", "d"].iter().enumerate() {
        let more = json!({"type": "Email", "value": format!("{value}@example.com")});
        let status = patch(&ids[0], "Claim", more).await.status;
        assert_eq!(status, 200, "{n}");
    }
    let full = patch(&ids[0], "Claim", json!({"type": "Email", "value": "e@example.com"})).await;
    assert_eq!((full.status, &full.body["code"]), (422, &json!("identifier.cannot.be.claimed")));
}

#[tokio::test]
async fn one_contact_is_added_and_whole_records_are_updated() {
    let (desk, ids) = with_contacts(json!([{"lastName": "A", "title": "Dr"}])).await;
    let added = post(&desk, "contacts", json!({"lastName": "New"})).await;
    assert_eq!((added.status, &added.body["type"]), (200, &json!("Curated")));
    assert_eq!(post(&desk, "contacts", json!({"title": "Dr"})).await.status, 422);
    let update = json!({"entities": [{"id": ids[0], "lastName": "B"}, {"id": "nobody", "lastName": "C"}]});
    let answer = post(&desk, "bulk/contacts/update", update.clone()).await;
    assert_eq!(answer.body["errorIndexes"], json!([1]), "{}", answer.body);
    assert!(answer.body["results"][0]["entity"].get("title").is_none());
    desk.settings(&json!({"genesys": {"update_clears_absent": false}}));
    desk.control("PATCH", &format!("genesys/contacts/{}", ids[0]), &json!({"title": "Dr"}));
    assert_eq!(post(&desk, "bulk/contacts/update", update).await.body["results"][0]["entity"]["title"], "Dr");
}
