//! PATCH with `changes[]`: what each action does to a field or a collection, and which changes are refused.

use serde_json::{Value, json};

use crate::desk::{Answered, Desk};

async fn patch(desk: &Desk, id: &str, changes: Value) -> Answered {
    desk.genesys("PATCH", &format!("/externalcontacts/contacts/{id}"), json!({"changes": changes})).await
}

async fn with_contact() -> (Desk, String) {
    let desk = Desk::open().await;
    let contact = json!({"lastName": "Sá", "title": "Dr", "cellPhone": {"display": "+15125550100"},
        "address": {"city": "Austin", "state": "TX"}, "externalIds": [{"source": "Salesforce", "value": "003A"}]});
    let answer = desk.control("POST", "genesys/contacts", &contact);
    let id = answer["ids"][0].as_str().unwrap().to_owned();
    (desk, id)
}

#[tokio::test]
async fn each_action_does_what_its_name_says() {
    let (desk, id) = with_contact().await;
    let answer = patch(
        &desk,
        &id,
        json!([
            {"field": "$.firstName", "action": "UpdateIfExists", "value": "Bea"},
            {"field": "$.middleName", "action": "UpdateIfEmpty", "value": "M"},
            {"field": "$.lastName", "action": "UpdateIfEmpty", "value": "Souza"},
            {"field": "$.title", "action": "Remove"},
            {"field": "$.cellPhone", "action": "Update", "value": {"display": "+1 512 555 0101"}},
            {"field": "$.address.city", "action": "Update", "value": "Round Rock"},
        ]),
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let contact = answer.body;
    assert_eq!((&contact["firstName"], &contact["middleName"]), (&Value::Null, &json!("M")));
    assert_eq!((&contact["lastName"], &contact["title"]), (&json!("Sá"), &Value::Null));
    assert_eq!(contact["cellPhone"]["e164"], "+15125550101");
    assert_eq!(contact["address"], json!({"city": "Round Rock", "state": "TX"}));
    assert_eq!(desk.lookup("Phone", "+15125550100").await.status, 404);
}

#[tokio::test]
async fn collections_grow_and_shrink_by_entry() {
    let (desk, id) = with_contact().await;
    let entry = |value: &str| json!({"externalSource": {"id": desk.source()}, "value": value});
    let grown = patch(
        &desk,
        &id,
        json!([{"field": "$.externalIds", "action": "AppendToCollection", "value": [entry("003B"), entry("003A")]}]),
    )
    .await;
    assert_eq!(grown.body["externalIds"].as_array().unwrap().len(), 2, "{}", grown.body);
    let shrunk = patch(
        &desk,
        &id,
        json!([{"field": "$.externalIds", "action": "RemoveFromCollection", "value": entry("003A")}]),
    )
    .await;
    assert_eq!(shrunk.body["externalIds"], json!([entry("003B")]));
    let no_list = patch(&desk, &id, json!([{"field": "$.title", "action": "AppendToCollection", "value": "x"}])).await;
    assert_eq!(no_list.status, 400);
}

#[tokio::test]
async fn a_parent_and_its_child_in_one_request_are_409() {
    let (desk, id) = with_contact().await;
    let changes = json!([
        {"field": "$.address.city", "action": "Update", "value": "Toronto"},
        {"field": "$.address", "action": "Remove"},
    ]);
    let answer = patch(&desk, &id, changes).await;
    assert_eq!((answer.status, &answer.body["code"]), (409, &json!("request.conflict")));
    assert_eq!(desk.contacts()[0]["address"]["city"], "Austin");
}

#[tokio::test]
async fn what_is_no_change_is_refused_and_nothing_is_written() {
    let (desk, id) = with_contact().await;
    let gone = patch(&desk, "nobody", json!([{"field": "$.title", "action": "Remove"}])).await;
    assert_eq!((gone.status, &gone.body["code"]), (404, &json!("contact.not.found")));
    let cases = [
        (422, json!([{"field": "title", "action": "Remove"}])),
        (422, json!([{"field": "$.externalIds[0].value", "action": "Remove"}])),
        (422, json!([{"field": "$.title", "action": "Update"}])),
        (422, json!([{"field": "$.workEmail", "action": "Update", "value": "no address"}])),
        (400, json!([{"field": "$.shoeSize", "action": "Update", "value": 43}])),
        (400, json!([{"field": "$.title", "action": "Replace", "value": "x"}])),
        (400, json!([{"field": "$.title", "op": "remove"}])),
    ];
    for (status, changes) in cases {
        let answer = patch(&desk, &id, changes.clone()).await;
        assert_eq!(answer.status, status, "{changes}: {}", answer.body);
    }
    let merge_patch = desk.genesys("PATCH", &format!("/externalcontacts/contacts/{id}"), json!({"title": null})).await;
    assert_eq!(merge_patch.status, 400);
    assert_eq!(desk.contacts()[0]["title"], "Dr");
}
