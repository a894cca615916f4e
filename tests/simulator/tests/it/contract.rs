//! The table of the vendors' schemas, at work.

use serde_json::{Value, json};

use crate::desk::Desk;

#[tokio::test]
async fn an_answer_that_breaks_the_table_is_a_500_and_stands_in_the_journal() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"organization_name": ""}}));
    let answer = desk.genesys("GET", "/organizations/me", Value::Null).await;
    assert_eq!((answer.status, &answer.body["code"]), (500, &json!("contract.violation")));
    let sentence = answer.body["message"].as_str().unwrap();
    assert!(sentence.contains("organization_get") && sentence.contains("answer.name"), "{sentence}");
    assert_eq!(desk.last_entry()["violation"], sentence);
    assert_eq!(desk.control("GET", "journal/counts", &Value::Null)["violations"], 1);
    desk.settings(&json!({"genesys": {"organization_name": "Northwind Care"}}));
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, 200);
}

#[tokio::test]
async fn what_the_simulator_failed_in_outlives_its_entry() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"organization_name": ""}}));
    desk.genesys("GET", "/organizations/me", Value::Null).await;
    desk.fault(&json!({"fault": "busy", "status": 501, "count": 1}));
    desk.genesys("GET", "/routing/skills", Value::Null).await;
    assert_eq!(desk.genesys("GET", "/routing/skills", Value::Null).await.status, 501);
    desk.control("DELETE", "journal", &Value::Null);
    let counts = desk.control("GET", "journal/counts", &Value::Null);
    assert_eq!((&counts["total"], &counts["violations"], &counts["not_simulated"]), (&json!(0), &json!(1), &json!(1)));
    assert_eq!(counts["failings"][1]["what"], "GET /api/v2/routing/skills is not simulated");
    desk.control("POST", "reset", &Value::Null);
    assert_eq!(desk.control("GET", "journal/counts", &Value::Null)["failings"], json!([]));
}

#[tokio::test]
async fn an_operation_that_takes_more_than_its_vendor_is_found_out() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"bulk_add_max": 60}}));
    let people: Vec<Value> = (0..51).map(|number| json!({"lastName": format!("Sá {number}")})).collect();
    let answer = desk.bulk_add(json!(people)).await;
    assert_eq!(answer.status, 500);
    let sentence = desk.last_entry()["violation"].as_str().unwrap().to_owned();
    assert!(sentence.ends_with("body.entities has 51 items, not 1..50"), "{sentence}");
}

#[tokio::test]
async fn a_request_of_another_structure_is_refused_before_anything_is_done() {
    let desk = Desk::open().await;
    for (entities, place) in [
        (json!([{"lastName": "Sá", "shoeSize": 43}]), "body.entities[0].shoeSize"),
        (json!([{"lastName": 7}]), "body.entities[0].lastName"),
        (
            json!([{"lastName": "Sá", "externalIds": [{"value": "003"}]}]),
            "body.entities[0].externalIds[0].externalSource",
        ),
        (json!("all of them"), "body.entities"),
    ] {
        let answer = desk.bulk_add(entities).await;
        assert_eq!((answer.status, &answer.body["code"]), (400, &json!("bad.request")));
        assert_eq!(answer.body["details"][0]["fieldName"], place);
        assert!(!answer.body["message"].as_str().unwrap().contains("43"));
    }
    assert!(desk.contacts().is_empty());
    assert!(desk.last_entry().get("violation").is_none());
}

#[tokio::test]
async fn each_operation_says_where_it_is_described() {
    let desk = Desk::open().await;
    let about = desk.control("GET", "about", &Value::Null);
    for row in about["operations"].as_array().unwrap() {
        let (name, contract) = (&row["name"], &row["contract"]);
        assert!(contract["section"].as_str().is_some_and(|section| section.contains(':')), "{name}: {contract}");
        assert!(contract["statuses"].as_array().is_some_and(|statuses| !statuses.is_empty()), "{name}");
    }
}
