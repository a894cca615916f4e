//! The organisation's utilization and an agent's.

use serde_json::{Value, json};

use crate::desk::Desk;

const ORGANIZATION: &str = "/routing/utilization";
const USER: &str = "/routing/users/u-1/utilization";

async fn open() -> Desk {
    let desk = Desk::open().await;
    desk.control(
        "POST",
        "genesys/utilization",
        &json!([{"user": "u-1"}, {"user": "u-2", "utilization": {
        "call": {"maximumCapacity": 2, "aboutTomorrow": 1}}, "fromTomorrow": [1]}]),
    );
    desk
}

fn capacity(body: &Value, medium: &str) -> Value {
    body["utilization"][medium]["maximumCapacity"].clone()
}

#[tokio::test]
async fn an_agent_follows_the_organisation_until_they_have_one_of_their_own() {
    let desk = open().await;
    let read = async |path: &str| desk.genesys("GET", path, Value::Null).await.body;
    let message = |count: u64| json!({"utilization": {"message": {"maximumCapacity": count}}});
    assert_eq!(
        (&read(USER).await["level"], &read(ORGANIZATION).await["level"]),
        (&json!("Organization"), &json!("Organization"))
    );
    assert_eq!(desk.genesys("PUT", ORGANIZATION, message(9)).await.status, 200);
    assert_eq!(capacity(&read(USER).await, "message"), 9);
    let own = desk.genesys("PUT", USER, message(3)).await;
    assert_eq!((&own.body["level"], capacity(&own.body, "message")), (&json!("Agent"), json!(3)));
    desk.genesys("PUT", ORGANIZATION, message(5)).await;
    assert_eq!(
        (capacity(&read(USER).await, "message"), capacity(&read(ORGANIZATION).await, "message")),
        (json!(3), json!(5))
    );
}

#[tokio::test]
async fn a_medium_that_is_left_out_falls_back_to_its_default() {
    let desk = open().await;
    for path in [USER, ORGANIZATION] {
        desk.genesys("PUT", path, json!({"utilization": {"chat": {"maximumCapacity": 7}}, "maxInboundCalls": 3})).await;
        let answer = desk.genesys("PUT", path, json!({"utilization": {"email": {"maximumCapacity": 2}}})).await;
        let found = ["call", "callback", "chat", "email", "message"].map(|medium| capacity(&answer.body, medium));
        assert_eq!(found, [1, 1, 4, 2, 4].map(|number| json!(number)));
        assert!(answer.body.get("maxInboundCalls").is_none());
    }
}

#[tokio::test]
async fn what_was_read_can_be_written_back_unknown_members_included() {
    let desk = open().await;
    let read = desk.genesys("GET", "/routing/users/u-2/utilization", Value::Null).await.body;
    assert_eq!((&read["utilization"]["call"]["aboutTomorrow"], &read["fromTomorrow"]), (&json!(1), &json!([1])));
    let answer = desk.genesys("PUT", "/routing/users/u-2/utilization", read.clone()).await;
    assert_eq!((answer.status, answer.body), (200, read));
}

#[tokio::test]
async fn every_refusal_has_the_vendors_code_and_changes_nothing() {
    let desk = open().await;
    let before = desk.control("GET", "genesys/utilization", &Value::Null);
    let call = |entry: Value| json!({"utilization": {"call": entry}});
    let one = |more: Value| {
        let mut entry = json!({"maximumCapacity": 1});
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call(entry)
    };
    let cases = [
        (call(json!({"maximumCapacity": 0})), "invalid.media.capacity"),
        (call(json!({"maximumCapacity": 51})), "invalid.media.capacity"),
        (call(json!({"maximumCapacity": 1.5})), "invalid.media.capacity"),
        (call(json!({"maximumCapacity": "1"})), "invalid.media.capacity"),
        (call(json!({})), "invalid.media.capacity"),
        (json!({"labelUtilizations": {"l-1": {"maximumCapacity": 99}}}), "invalid.media.capacity"),
        (one(json!({"interruptableMediaTypes": ["chat", "call"]})), "interrupt.same.media.type"),
        (one(json!({"interruptableMediaTypes": "chat"})), "bad.request"),
        (one(json!({"colour": 1})), "bad.request"),
        (json!({"utilization": {"fax": {"maximumCapacity": 1}}}), "bad.request"),
        (json!({"utilization": []}), "bad.request"),
        (json!({"colour": 1}), "bad.request"),
        (json!([]), "bad.request"),
    ];
    for path in [USER, ORGANIZATION] {
        for (body, code) in &cases {
            let answer = desk.genesys("PUT", path, body.clone()).await;
            assert_eq!((answer.status, &answer.body["code"]), (400, &json!(code)), "{path} {body}");
        }
        desk.fault(&json!({"fault": "refused", "status": 409, "code": "conflict", "count": 1}));
        let answer = desk.genesys("PUT", path, one(json!({}))).await;
        assert_eq!((answer.status, &answer.body["code"]), (409, &json!("conflict")));
    }
    for method in ["GET", "PUT"] {
        let body = if method == "GET" { Value::Null } else { one(json!({})) };
        let answer = desk.genesys(method, "/routing/users/u-9/utilization", body).await;
        assert_eq!((answer.status, &answer.body["code"]), (404, &json!("not.found")));
    }
    assert_eq!(desk.control("GET", "genesys/utilization", &Value::Null), before);
}

#[tokio::test]
async fn a_foreign_write_happens_just_before_and_the_last_write_wins() {
    let desk = open().await;
    let body = json!({"utilization": {"call": {"maximumCapacity": 2}}});
    let refused = json!({"utilization": {"call": {"maximumCapacity": 0}}});
    desk.fault(&json!({"fault": "foreign_write", "operation": "user_utilization_put", "count": 1}));
    assert_eq!(desk.genesys("PUT", USER, refused).await.status, 400);
    assert_eq!(desk.control("GET", "genesys/utilization/u-1", &Value::Null)["maxInboundCalls"], 7);
    desk.fault(&json!({"fault": "foreign_write", "operation": "organization_utilization_put", "count": 1}));
    assert!(desk.genesys("PUT", ORGANIZATION, body).await.body.get("maxInboundCalls").is_none());
}

#[tokio::test]
async fn utilizations_are_changed_by_hand() {
    let desk = open().await;
    let change = json!({"utilization": {"call": {"maximumCapacity": 4}}});
    assert_eq!(capacity(&desk.control("PATCH", "genesys/utilization/organization", &change), "call"), 4);
    assert_eq!(capacity(&desk.control("GET", "genesys/utilization/u-1", &Value::Null), "call"), 4);
    assert_eq!(desk.control("PUT", "genesys/utilization/u-1", &json!({}))["level"], "Agent");
    desk.control("DELETE", "genesys/utilization/u-1", &Value::Null);
    assert_eq!(desk.genesys("GET", USER, Value::Null).await.status, 404);
    for (method, user) in [("GET", "u-1"), ("PATCH", "u-1"), ("DELETE", "u-1"), ("DELETE", "organization")] {
        let path = format!("/_sim/genesys/utilization/{user}");
        assert_eq!(desk.simulator.control(method, &path, &json!({})).0, 400, "{method} {user}");
    }
    desk.control("DELETE", "genesys/utilization", &Value::Null);
    let all = desk.control("GET", "genesys/utilization", &Value::Null);
    assert_eq!((&all["users"], capacity(&all["organization"], "call")), (&json!({}), json!(1)));
}
