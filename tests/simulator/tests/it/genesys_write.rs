//! Adding contacts in bulk, and the rules of a contact's fields.

use serde_json::{Value, json};

use crate::desk::Desk;

fn person(source: &str, number: usize) -> Value {
    json!({
        "firstName": "Ana", "lastName": format!("Sá {number}"), "workEmail": format!("ana{number}@example.com"),
        "workPhone": {"display": format!("+1512555{number:04}")},
        "externalIds": [{"externalSource": {"id": source}, "value": format!("003{number}")}],
    })
}

#[tokio::test]
async fn bulk_results_come_in_another_order_with_failures_inside_a_200() {
    let desk = Desk::open().await;
    let source = desk.source();
    let mut people: Vec<Value> = (0..20).map(|number| person(&source, number)).collect();
    people[3]["workEmail"] = json!("not an address");
    people[4] = person(&source, 5);
    let answer = desk.bulk_add(json!(people)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["errorCount"], 2);
    let results = answer.body["results"].as_array().unwrap();
    let order: Vec<_> = results.iter().map(|result| &result["entity"]["lastName"]).collect();
    assert!(!order.is_sorted_by_key(|name| name.as_str()), "{order:?}");
    for index in answer.body["errorIndexes"].as_array().unwrap() {
        assert_eq!(results[usize::try_from(index.as_u64().unwrap()).unwrap()]["success"], false);
    }
    let failed = |status: u64| results.iter().find(|result| result["status"] == status).unwrap();
    assert_eq!(failed(409)["error"]["code"], "request.conflict");
    let invalid = &failed(422)["error"];
    assert_eq!(invalid["code"], "validation.failed");
    assert_eq!(invalid["retryable"], false);
    assert_eq!(invalid["details"][0]["fieldName"], "workEmail");
    assert!(invalid["message"].as_str().unwrap().contains("not an address"));
    assert_eq!(invalid["entity"], people[3]);
    assert_eq!(desk.contacts().len(), 18);
    for result in results.iter().filter(|result| result["success"] == true) {
        assert_eq!(result["id"], result["entity"]["id"]);
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_order_and_ids() {
    let mut answers = Vec::new();
    for _ in 0..2 {
        let desk = Desk::open().await;
        let source = desk.source();
        let people: Vec<Value> = (0..10).map(|number| person(&source, number)).collect();
        let results = desk.bulk_add(json!(people)).await.body["results"].clone();
        let ids: Vec<Value> = results.as_array().unwrap().iter().map(|result| result["id"].clone()).collect();
        answers.push(ids);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_list_that_is_too_long_or_unreadable_is_refused_as_a_whole() {
    let desk = Desk::open().await;
    let many: Vec<Value> = (0..51).map(|number| json!({"lastName": format!("Sá {number}")})).collect();
    let answer = desk.bulk_add(json!(many)).await;
    assert_eq!((answer.status, &answer.body["code"]), (422, &json!("validation.failed")));
    assert_eq!(desk.bulk_add(json!([])).await.status, 422);
    let unknown_field = json!([{"lastName": "Sá"}, {"lastName": "Sá", "shoeSize": 43}]);
    let answer = desk.bulk_add(unknown_field).await;
    assert_eq!((answer.status, &answer.body["code"]), (400, &json!("bad.request")));
    assert!(answer.body["message"].as_str().unwrap().contains("shoeSize"));
    assert_eq!(desk.bulk_add(json!([{"lastName": 7}])).await.status, 400);
    assert_eq!(desk.bulk_add(json!([{"workPhone": "+15125550100"}])).await.status, 400);
    assert_eq!(desk.bulk_add(json!([{"workPhone": {"number": "+1"}}])).await.status, 400);
    assert!(desk.contacts().is_empty());
}

#[tokio::test]
async fn each_rule_of_a_field_is_kept() {
    let desk = Desk::open().await;
    let source = desk.source();
    let external = |count: usize| -> Vec<Value> {
        (0..count).map(|number| json!({"externalSource": {"id": source}, "value": number.to_string()})).collect()
    };
    let long = "x".repeat(1_001);
    let cases = [
        ("lastName", json!({"lastName": long})),
        ("workEmail", json!({"lastName": "Sá", "workEmail": "a@b"})),
        ("otherEmail", json!({"lastName": "Sá", "otherEmail": format!("{}@example.com", "x".repeat(250))})),
        ("workPhone.display", json!({"lastName": "Sá", "workPhone": {"display": "1".repeat(513)}})),
        (
            "workPhone.normalizationCountryCode",
            json!({"lastName": "Sá", "workPhone": {"display": "1", "normalizationCountryCode": "BR"}}),
        ),
        ("address.city", json!({"lastName": "Sá", "address": {"city": "x".repeat(101)}})),
        ("externalSystemUrl", json!({"lastName": "Sá", "externalSystemUrl": "example.com/003"})),
        ("externalIds", json!({"lastName": "Sá", "externalIds": external(11)})),
        ("externalIds", json!({"lastName": "Sá", "externalIds": [external(1)[0], external(1)[0]]})),
        ("externalIds", json!({"lastName": "Sá", "externalIds": [{"externalSource": {"id": "no"}, "value": "1"}]})),
        ("schema", json!({"lastName": "Sá", "customFields": {"score": 1}})),
        ("lastName", json!({"title": "Dr"})),
    ];
    for (field, contact) in cases {
        let answer = desk.bulk_add(json!([contact])).await;
        let error = &answer.body["results"][0]["error"];
        assert_eq!(error["status"], 422, "{field}: {}", answer.body);
        assert_eq!(error["details"][0]["fieldName"], field);
    }
    assert!(desk.contacts().is_empty());
    let ten = desk.bulk_add(json!([{"externalIds": external(10)}])).await;
    assert_eq!(ten.body["errorCount"], 0, "{}", ten.body);
}

#[tokio::test]
async fn custom_fields_need_a_schema_that_knows_them() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"schemas": {"s1": ["score"]}}}));
    let with =
        |field: &str| json!([{"lastName": "Sá", "schema": {"id": "s1", "version": 1}, "customFields": {field: 1}}]);
    assert_eq!(desk.bulk_add(with("score")).await.body["errorCount"], 0);
    let refused = desk.bulk_add(with("size")).await;
    assert_eq!(refused.body["results"][0]["error"]["code"], "custom.fields.validation.failed");
}

#[tokio::test]
async fn a_number_is_kept_as_sent_and_as_understood() {
    let desk = Desk::open().await;
    let phones = json!([{
        "lastName": "Sá",
        "workPhone": {"display": "(11) 91234-5678", "normalizationCountryCode": "+55", "extension": 12},
        "cellPhone": {"display": "512.555.0100"},
        "homePhone": {"display": "ask at the desk"},
    }]);
    let contact = desk.bulk_add(phones).await.body["results"][0]["entity"].clone();
    assert_eq!(contact["workPhone"]["e164"], "+5511912345678");
    assert_eq!(contact["workPhone"]["userInput"], "(11) 91234-5678");
    assert_eq!(contact["workPhone"]["countryCode"], "BR");
    assert_eq!(contact["workPhone"]["extension"], 12);
    assert_eq!(contact["cellPhone"]["display"], "+1 512-555-0100");
    assert!(contact["homePhone"].get("e164").is_none());
}

#[tokio::test]
async fn two_people_may_share_a_number_and_the_first_owns_it() {
    let desk = Desk::open().await;
    let phone = json!({"display": "+15125550100"});
    let people = json!([{"lastName": "First", "workPhone": phone}, {"lastName": "Second", "workPhone": phone}]);
    assert_eq!(desk.bulk_add(people).await.body["errorCount"], 0);
    let owner = desk.lookup("Phone", "+15125550100").await.body;
    assert_eq!(owner["lastName"], "First");
    desk.control("DELETE", &format!("genesys/contacts/{}", owner["id"].as_str().unwrap()), &Value::Null);
    assert_eq!(desk.lookup("Phone", "+15125550100").await.body["lastName"], "Second");
}

#[tokio::test]
async fn a_body_that_is_too_large_or_no_json_is_refused() {
    let desk = Desk::open().await;
    let large = desk.bulk_add(json!([{"lastName": "x".repeat(600_000)}])).await;
    assert_eq!((large.status, &large.body["code"]), (413, &json!("request.entity.too.large")));
    let url = format!("{}/api/v2/externalcontacts/bulk/contacts/add", desk.simulator.url);
    let plain = desk.client().post(&url).bearer_auth(&desk.genesys_token).body("{}").send().await.unwrap();
    assert_eq!(plain.status(), 415);
    let broken = desk.client().post(&url).bearer_auth(&desk.genesys_token).body("{");
    let broken = broken.header("content-type", "application/json").send().await.unwrap();
    assert_eq!(broken.status(), 400);
}
