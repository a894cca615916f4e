//! One row of a data table: read, replaced, refused.

use serde_json::{Value, json};

use crate::desk::Desk;

const TABLE: &str = "/flows/datatables/t-1/rows";

/// A desk with one table of two rows.
async fn open() -> Desk {
    let desk = Desk::open().await;
    let table = json!({"id": "t-1", "columns": {"note": "string", "share": "number"}, "rows": [
        {"KEY": "Support", "capacity": 200, "note": "olá", "closed": false}, {"KEY": "a/b c+d", "capacity": 1}]});
    desk.control("POST", "genesys/tables", &table);
    desk
}

fn stored(desk: &Desk, key: &str) -> Value {
    desk.control("GET", &format!("genesys/tables/t-1/rows/{key}"), &Value::Null)
}

async fn put(desk: &Desk, key: &str, row: Value) -> (u16, String) {
    let answer = desk.genesys("PUT", &format!("{TABLE}/{key}"), row).await;
    (answer.status, answer.body["code"].as_str().unwrap_or("").to_owned())
}

#[tokio::test]
async fn a_row_answers_its_key_alone_unless_asked_for_all() {
    let desk = open().await;
    for brief in ["", "?showbrief=true"] {
        let answer = desk.genesys("GET", &format!("{TABLE}/Support{brief}"), Value::Null).await;
        assert_eq!((answer.status, answer.body), (200, json!({"KEY": "Support"})));
    }
    let answer = desk.genesys("GET", &format!("{TABLE}/Support?showbrief=false"), Value::Null).await;
    assert_eq!(answer.body, json!({"KEY": "Support", "capacity": 200, "note": "olá", "closed": false}));
    assert_eq!(desk.genesys("GET", &format!("{TABLE}/Support?showbrief=no"), Value::Null).await.status, 400);
}

#[tokio::test]
async fn a_key_of_any_text_is_one_encoded_segment() {
    let desk = open().await;
    let answer = desk.genesys("GET", &format!("{TABLE}/a%2Fb%20c+d?showbrief=false"), Value::Null).await;
    assert_eq!((answer.status, &answer.body["KEY"]), (200, &json!("a/b c+d")));
    assert_eq!(put(&desk, "a%2Fb%20c%2Bd", json!({"KEY": "a/b c+d", "capacity": 2})).await.0, 200);
    assert_eq!(stored(&desk, "a%2Fb%20c+d")["capacity"], 2);
    assert_eq!(desk.genesys("GET", &format!("{TABLE}/a/b"), Value::Null).await.status, 501);
}

#[tokio::test]
async fn a_put_replaces_the_row_and_what_it_leaves_out_is_gone() {
    let desk = open().await;
    let answer = desk.genesys("PUT", &format!("{TABLE}/Support"), json!({"KEY": "Support", "capacity": 500.0})).await;
    assert_eq!((answer.status, &answer.body), (200, &json!({"KEY": "Support", "capacity": 500.0})));
    assert_eq!(stored(&desk, "Support"), json!({"KEY": "Support", "capacity": 500.0}));
    assert_eq!((&desk.last_entry()["items"], &desk.last_entry()["kind"]), (&json!(1), &json!("write")));
}

#[tokio::test]
async fn every_refusal_has_the_vendors_code_and_changes_nothing() {
    let desk = open().await;
    let before = desk.control("GET", "genesys/tables", &Value::Null);
    let schema = || (400, "flows.datatables.schema.exception".to_owned());
    let cases = [
        json!({"KEY": "Support", "colour": "red"}),
        json!({"KEY": "Support", "capacity": "200"}),
        json!({"KEY": "Support", "capacity": 200.5}),
        json!({"KEY": "Support", "capacity": null}),
        json!({"KEY": "Support", "closed": 1}),
        json!({"KEY": "Support", "note": 1}),
        json!({"KEY": "Support", "share": "1"}),
        json!({"capacity": 200}),
        json!({"KEY": 7}),
        json!({"KEY": "Somebody"}),
    ];
    for row in cases {
        assert_eq!(put(&desk, "Support", row.clone()).await, schema(), "{row}");
    }
    let named = desk.genesys("PUT", &format!("{TABLE}/Support"), json!({"KEY": "Support", "capacity": "x"})).await;
    assert_eq!(named.body["details"][0]["fieldName"], "capacity");
    for text in ["", "{", "[]", "7"] {
        let answer = desk.put_text(&format!("{TABLE}/Support"), text, None).await;
        assert_eq!((answer.status, &answer.body["code"]), (400, &json!("flows.datatables.syntax.error")), "{text}");
    }
    let taken = json!({"KEY": "a/b c+d", "capacity": 1});
    assert_eq!(put(&desk, "Support", taken.clone()).await, (409, "flows.datatables.not.unique".to_owned()));
    assert_eq!(put(&desk, "Nobody", taken.clone()).await, (404, "flows.datatables.row.not.found".to_owned()));
    let answer = desk.genesys("GET", &format!("{TABLE}/Nobody"), Value::Null).await;
    assert_eq!((answer.status, &answer.body["code"]), (404, &json!("flows.datatables.row.not.found")));
    for method in ["GET", "PUT"] {
        let body = if method == "GET" { Value::Null } else { taken.clone() };
        let answer = desk.genesys(method, "/flows/datatables/t-2/rows/Support", body).await;
        assert_eq!((answer.status, &answer.body["code"]), (404, &json!("flows.datatables.table.not.found")));
    }
    assert_eq!(desk.control("GET", "genesys/tables", &Value::Null), before);
}

#[tokio::test]
async fn a_row_is_added_once_and_while_there_is_room() {
    let desk = open().await;
    desk.settings(&json!({"genesys": {"data_table_rows_max": 3}}));
    let add = async |key: &str| {
        let answer = desk.genesys("POST", TABLE, json!({"KEY": key, "capacity": 1})).await;
        (answer.status, answer.body["code"].as_str().unwrap_or("").to_owned())
    };
    assert_eq!(add("Sales").await.0, 200);
    assert_eq!(add("Sales").await, (409, "flows.datatables.not.unique".to_owned()));
    assert_eq!(add("Billing").await, (400, "flows.datatables.too.many.rows".to_owned()));
}

#[tokio::test]
async fn a_busy_table_is_a_503_of_its_own_code_and_did_nothing() {
    let desk = open().await;
    let code = "flows.datatables.server.too.busy";
    desk.fault(
        &json!({"fault": "refused", "operation": "data_table_row_put", "status": 503, "code": code, "count": 1}),
    );
    assert_eq!(put(&desk, "Support", json!({"KEY": "Support", "capacity": 1})).await, (503, code.to_owned()));
    assert_eq!(stored(&desk, "Support")["capacity"], 200);
}

#[tokio::test]
async fn a_foreign_write_happens_just_before_and_the_last_write_wins() {
    let desk = open().await;
    desk.fault(&json!({"fault": "foreign_write", "operation": "data_table_row_put", "count": 1}));
    let refused = put(&desk, "Support", json!({"KEY": "Support", "colour": 1})).await;
    assert_eq!((refused.0, &stored(&desk, "Support")["closed"]), (400, &json!(true)));
    desk.fault(&json!({"fault": "foreign_write", "method": "PUT", "field": "note", "value": "theirs"}));
    put(&desk, "Support", json!({"KEY": "Support", "capacity": 5, "note": "ours"})).await;
    assert_eq!(stored(&desk, "Support"), json!({"KEY": "Support", "capacity": 5, "note": "ours"}));
}

#[tokio::test]
async fn rows_are_changed_by_hand_within_their_columns() {
    let desk = open().await;
    let row = "genesys/tables/t-1/rows/Support";
    assert_eq!(desk.control("PATCH", row, &json!({"capacity": 7, "closed": null}))["capacity"], 7);
    assert_eq!(stored(&desk, "Support"), json!({"KEY": "Support", "capacity": 7, "note": "olá"}));
    desk.control("PUT", row, &json!({"note": "new"}));
    assert_eq!(stored(&desk, "Support"), json!({"KEY": "Support", "note": "new"}));
    desk.control("PUT", "genesys/tables/t-1/rows/Billing", &json!({"capacity": 3}));
    desk.control("DELETE", row, &Value::Null);
    let cases = [
        ("PATCH", "/_sim/genesys/tables/t-1/rows/Support", json!({"capacity": 1})),
        ("PATCH", "/_sim/genesys/tables/t-1/rows/Billing", json!({"colour": "red"})),
        ("PUT", "/_sim/genesys/tables/t-2/rows/Support", json!({})),
        ("POST", "/_sim/genesys/tables", json!({"id": "t-1"})),
        ("POST", "/_sim/genesys/tables", json!({"columns": {"a": "colour"}})),
        ("POST", "/_sim/genesys/tables", json!({"rows": [{"capacity": 1}]})),
    ];
    for (method, path, body) in cases {
        assert_eq!(desk.simulator.control(method, path, &body).0, 400, "{method} {path} {body}");
    }
    desk.control("DELETE", "genesys/tables/t-1", &Value::Null);
    assert_eq!(desk.simulator.control("GET", "/_sim/genesys/tables/t-1", &Value::Null).0, 400);
    assert_eq!(desk.control("GET", "genesys/tables", &Value::Null), json!([]));
}
