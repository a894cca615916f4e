//! Enrich: whom it finds, what it writes, and what it clears.

use serde_json::{Value, json};

use crate::desk::{Answered, Desk};

fn by_external_id(source: &str, value: &str) -> Value {
    json!({"type": "ExternalId", "value": value, "externalSource": {"id": source}})
}

fn external_ids(source: &str, value: &str) -> Value {
    json!([{"externalSource": {"id": source}, "value": value}])
}

async fn enrich(desk: &Desk, body: Value) -> Answered {
    desk.genesys("POST", "/externalcontacts/contacts/enrich", body).await
}

#[tokio::test]
async fn an_upsert_creates_with_201_and_then_updates_with_200() {
    let desk = Desk::open().await;
    let source = desk.source();
    let body = json!({
        "matchingIdentifiers": [by_external_id(&source, "003A")], "action": "Upsert",
        "contact": {"lastName": "Sá", "externalIds": external_ids(&source, "003A")},
    });
    let first = enrich(&desk, body.clone()).await;
    let second = enrich(&desk, body).await;
    assert_eq!((first.status, second.status), (201, 200));
    assert_eq!(first.body["id"], second.body["id"]);
    assert_eq!(desk.contacts().len(), 1);
}

#[tokio::test]
async fn insert_and_update_insist_on_what_they_expect() {
    let desk = Desk::open().await;
    desk.control("POST", "genesys/contacts", &json!({"lastName": "Sá", "workEmail": "ana@example.com"}));
    let with = |address: &str, action: &str| json!({"matchingIdentifiers": [{"type": "Email", "value": address}], "action": action, "contact": {"lastName": "B"}});
    let answer = enrich(&desk, with("nobody@example.com", "Update")).await;
    assert_eq!((answer.status, &answer.body["code"]), (404, &json!("matching.contact.not.found")));
    let answer = enrich(&desk, with("ana@example.com", "Insert")).await;
    assert_eq!((answer.status, &answer.body["code"]), (409, &json!("matching.contact.found")));
    assert_eq!(enrich(&desk, with("ana@example.com", "Update")).await.status, 200);
    assert_eq!(enrich(&desk, with("ana@example.com", "Merge")).await.status, 501);
    assert_eq!(enrich(&desk, with("ana@example.com", "Delete")).await.status, 400);
}

#[tokio::test]
async fn identifiers_are_tried_in_their_order() {
    let desk = Desk::open().await;
    let people = json!([
        {"lastName": "By mail", "workEmail": "ana@example.com"},
        {"lastName": "By phone", "workPhone": {"display": "+15125550100"}},
    ]);
    desk.control("POST", "genesys/contacts", &people);
    let (email, phone) =
        (json!({"type": "Email", "value": "ana@example.com"}), json!({"type": "Phone", "value": "+15125550100"}));
    let title = |identifiers: Value| json!({"matchingIdentifiers": identifiers, "action": "Update", "contact": {"title": "Dr"}});
    assert_eq!(enrich(&desk, title(json!([phone, email]))).await.body["lastName"], "By phone");
    assert_eq!(enrich(&desk, title(json!([email, phone]))).await.body["lastName"], "By mail");
}

#[tokio::test]
async fn one_to_twenty_five_identifiers_are_taken() {
    let desk = Desk::open().await;
    for (count, status) in [(0, 422), (1, 201), (25, 201), (26, 422)] {
        let identifiers: Vec<Value> = (0..count)
            .map(|number| json!({"type": "Email", "value": format!("x{number}-{count}@example.com")}))
            .collect();
        let body = json!({"matchingIdentifiers": identifiers, "action": "Upsert", "contact": {"lastName": "Sá"}});
        assert_eq!(enrich(&desk, body).await.status, status, "{count}");
    }
}

#[tokio::test]
async fn only_always_use_provided_clears_a_field() {
    let desk = Desk::open().await;
    let before = json!({"firstName": "Ana", "lastName": "Sá", "title": "Dr", "workEmail": "ana@example.com"});
    desk.control("POST", "genesys/contacts", &before);
    let with = |rules: Value, contact: Value| {
        json!({"matchingIdentifiers": [{"type": "Email", "value": "ana@example.com"}], "action": "Update",
            "contact": contact, "fieldRules": rules})
    };
    let kept = enrich(&desk, with(json!({}), json!({"title": null, "firstName": ""}))).await.body;
    assert_eq!((&kept["title"], &kept["firstName"]), (&json!("Dr"), &json!("Ana")));
    let kept = enrich(&desk, with(json!({"defaultAction": "PreferExisting"}), json!({"title": "Prof"}))).await.body;
    assert_eq!(kept["title"], "Dr");
    let one = json!({"rules": [{"field": "$.title", "action": "AlwaysUseProvided"}]});
    let cleared = enrich(&desk, with(one, json!({"lastName": "Souza"}))).await.body;
    assert_eq!((&cleared["title"], &cleared["firstName"]), (&Value::Null, &json!("Ana")));
    let all = json!({"defaultAction": "AlwaysUseProvided"});
    let bare = enrich(&desk, with(all, json!({"lastName": "Souza"}))).await.body;
    assert_eq!((&bare["firstName"], &bare["workEmail"]), (&Value::Null, &Value::Null));
    let no_path = with(json!({"rules": [{"field": "title"}]}), json!({}));
    assert_eq!(enrich(&desk, no_path).await.status, 404, "the e-mail address was cleared with the rest");
}

#[tokio::test]
async fn external_ids_follow_the_array_action() {
    let desk = Desk::open().await;
    let source = desk.source();
    for (action, values) in [(None, vec!["old"]), (Some("Extend"), vec!["old", "new"]), (Some("Replace"), vec!["new"])]
    {
        desk.control("DELETE", "genesys/contacts", &Value::Null);
        let contact =
            json!({"lastName": "Sá", "workEmail": "ana@example.com", "externalIds": external_ids(&source, "old")});
        desk.control("POST", "genesys/contacts", &contact);
        let mut body = json!({
            "matchingIdentifiers": [{"type": "Email", "value": "ana@example.com"}], "action": "Update",
            "contact": {"externalIds": external_ids(&source, "new")},
        });
        if let Some(action) = action {
            body["fieldRules"] = json!({"rules": [{"field": "$.externalIds", "arrayAction": action}]});
        }
        let written = enrich(&desk, body).await.body;
        let found: Vec<&str> =
            written["externalIds"].as_array().unwrap().iter().map(|entry| entry["value"].as_str().unwrap()).collect();
        assert_eq!(found, values, "{action:?}");
    }
}

#[tokio::test]
async fn an_external_id_of_another_contact_is_409() {
    let desk = Desk::open().await;
    let source = desk.source();
    let people = json!([
        {"lastName": "Owner", "externalIds": external_ids(&source, "003A")},
        {"lastName": "Other", "workEmail": "ana@example.com"},
    ]);
    desk.control("POST", "genesys/contacts", &people);
    let body = json!({"matchingIdentifiers": [{"type": "Email", "value": "ana@example.com"}], "action": "Update",
        "contact": {"externalIds": external_ids(&source, "003A")}});
    let answer = enrich(&desk, body).await;
    assert_eq!((answer.status, &answer.body["code"]), (409, &json!("request.conflict")));
}

#[tokio::test]
async fn in_bulk_the_id_is_the_callers_and_ten_is_the_most() {
    let desk = Desk::open().await;
    desk.control("POST", "genesys/contacts", &json!({"lastName": "Sá", "workEmail": "x0@example.com"}));
    let item = |number: usize, action: &str| {
        json!({"id": format!("mine-{number}"), "action": action, "contact": {"lastName": format!("N{number}")},
            "matchingIdentifiers": [{"type": "Email", "value": format!("x{number}@example.com")}]})
    };
    let path = "/externalcontacts/bulk/contacts/enrich";
    let items: Vec<Value> = vec![item(0, "Upsert"), item(1, "Upsert"), item(2, "Update")];
    let answer = desk.genesys("POST", path, json!({"entities": items})).await;
    let result =
        |id: &str| answer.body["results"].as_array().unwrap().iter().find(|result| result["id"] == id).unwrap();
    assert_eq!((&result("mine-0")["status"], &result("mine-1")["status"]), (&json!(200), &json!(201)));
    assert_eq!(result("mine-2")["error"]["code"], "matching.contact.not.found");
    assert_eq!(result("mine-2")["error"]["entity"], item(2, "Update"));
    let eleven: Vec<Value> = (0..11).map(|number| item(number, "Upsert")).collect();
    assert_eq!(desk.genesys("POST", path, json!({"entities": eleven})).await.status, 422);
    let unknown = json!({"entities": [{"id": "a", "matching": []}]});
    assert_eq!(desk.genesys("POST", path, unknown).await.status, 400);
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let desk = Desk::open().await;
    let body = json!({"matchingIdentifiers": [{"type": "Email", "value": "a@example.com"}], "action": "Upsert",
        "contact": {"lastName": "Sá"}});
    let answer = desk.genesys("POST", "/externalcontacts/contacts/enrich?dryRun=true", body).await;
    assert_eq!((answer.status, &answer.body["lastName"]), (201, &json!("Sá")));
    assert!(desk.contacts().is_empty());
}
