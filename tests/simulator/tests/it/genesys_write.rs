//! Writing contacts: bulk add, enrich, PATCH.

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
    assert_eq!(invalid["details"][0]["fieldName"], "workEmail");
    assert!(invalid["message"].as_str().unwrap().contains("not an address"));
    assert_eq!(invalid["entity"], people[3]);
    assert_eq!(desk.contacts().len(), 18);
}
