//! The table itself, and that damage is seen.

use serde_json::{Value, json};

use super::*;
use crate::operations;

fn operation(name: &str) -> &'static Operation {
    operations::all().find(|row| row.name == name).unwrap()
}

fn judged(name: &str, status: u16, body: &Value) -> Option<String> {
    answer(operation(name), &Answer::json(status, body.clone()), false).map(|violation| violation.to_string())
}

#[test]
fn every_file_can_be_read_and_every_shape_exists() {
    let table = table::read().unwrap();
    assert!(codes::read().is_ok());
    let specs = table.rows.values().flat_map(|row| row.request.iter().chain(row.answers.values()));
    let members = table.shapes.values().flat_map(|shape| shape.members.values().chain(&shape.others));
    for spec in specs.chain(members) {
        let mut form = &spec.form;
        while let spec::Form::List(inner) | spec::Form::Map(inner) = form {
            form = &inner.form;
        }
        if let spec::Form::Shape(name) = form {
            assert!(table.shapes.contains_key(name), "{name} is not described");
        }
    }
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let lacking: Vec<&str> = operations::all().map(|row| row.name).filter(|name| table::row(name).is_none()).collect();
    assert!(lacking.is_empty(), "contract/*.toml has no row for {lacking:?}");
    for name in table::TABLE.rows.keys() {
        assert!(operations::all().any(|row| row.name == name), "{name} is described and does not exist");
    }
}

#[test]
fn an_answer_is_held_against_its_row() {
    let contact = json!({"id": "a", "type": "Curated", "createDate": "2026-11-01T00:00:00.000Z",
        "modifyDate": "2026-11-01T00:00:00.000Z", "selfUri": "/x", "lastName": "S\u{e1}"});
    assert_eq!(judged("contact_get", 200, &contact), None);
    for (member, value, sentence) in [
        ("id", Value::Null, "answer.id is missing"),
        ("lastName", json!(7), "answer.lastName should be a text"),
        ("lastName", json!("S".repeat(1_001)), "answer.lastName has 1001 characters, not ..1000"),
        ("modifyDate", json!("yesterday"), "answer.modifyDate should be a date with time"),
        ("type", json!("Odd"), "answer.type is not one of Ephemeral, Identified, Curated"),
        ("shoeSize", json!(43), "answer.shoeSize does not exist"),
        ("externalIds", json!([{"value": "003"}]), "answer.externalIds[0].externalSource is missing"),
    ] {
        let mut damaged = contact.clone();
        damaged[member] = value;
        assert_eq!(judged("contact_get", 200, &damaged).unwrap(), sentence);
    }
    assert!(judged("contact_get", 204, &contact).unwrap().contains("status 204"));
}

#[test]
fn a_refusal_is_held_against_the_vendors_error_body_and_its_codes() {
    let error = |code: &str| json!({"message": "No.", "code": code, "status": 404, "contextId": "c", "details": [], "errors": []});
    assert_eq!(judged("contact_get", 404, &error("entity.not.found")), None);
    assert!(judged("contact_get", 404, &error("gremlin")).unwrap().contains("a code that the vendor does not use"));
    assert!(judged("contact_get", 404, &json!({"code": "not.found"})).unwrap().contains("is missing"));
    assert_eq!(judged("query", 400, &json!([{"message": "No.", "errorCode": "MALFORMED_QUERY"}])), None);
    assert!(judged("query", 400, &json!([])).is_some());
    assert_eq!(judged("login", 400, &json!({"error": "invalid_client", "error_description": "no"})), None);
}
