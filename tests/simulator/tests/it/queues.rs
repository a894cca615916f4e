//! A queue: replaced as a whole, with and without what was asked for.

use serde_json::{Value, json};

use crate::desk::Desk;

const QUEUE: &str = "/routing/queues/q-1";

/// A desk with two queues, one of which has a member that no model knows.
async fn open() -> Desk {
    let desk = Desk::open().await;
    let queues = json!([
        {"id": "q-1", "name": "Support", "description": "first", "memberCount": 50, "acwSettings": {"timeoutMs": 1000},
            "aboutTomorrow": {"odd": [1.0, 1e2]}},
        {"id": "q-2", "name": "Sales"}]);
    desk.control("POST", "genesys/queues", &queues);
    desk
}

fn stored(desk: &Desk) -> Value {
    desk.control("GET", "genesys/queues/q-1", &Value::Null)
}

async fn read(desk: &Desk) -> Value {
    desk.genesys("GET", QUEUE, Value::Null).await.body
}

/// The queue with some members set.
fn with(mut queue: Value, members: &Value) -> Value {
    queue.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    queue
}

/// The queue without what every write changes.
fn meaning(mut queue: Value) -> Value {
    for name in ["dateModified", "modifiedBy"] {
        queue.as_object_mut().unwrap().remove(name);
    }
    queue
}

#[tokio::test]
async fn a_queue_written_back_as_it_was_read_stays_what_it_is() {
    let desk = open().await;
    let before = read(&desk).await;
    let answer = desk.genesys("PUT", QUEUE, before.clone()).await;
    assert_eq!((answer.status, meaning(answer.body)), (200, meaning(before)));
    assert_eq!((&stored(&desk)["modifiedBy"], answer.headers.get("etag")), (&json!("demo-genesys-client"), None));
}

#[tokio::test]
async fn a_put_replaces_the_queue_and_what_it_leaves_out_is_gone() {
    let desk = open().await;
    let answer = desk.genesys("PUT", QUEUE, json!({"name": "Support 2"})).await;
    assert_eq!((answer.status, &answer.body["name"]), (200, &json!("Support 2")));
    for name in ["description", "acwSettings", "aboutTomorrow"] {
        assert!(answer.body.get(name).is_none(), "{name}");
    }
    for name in ["id", "division", "dateCreated", "memberCount", "selfUri"] {
        assert!(answer.body.get(name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn the_capacity_that_was_asked_for_is_dropped_or_kept() {
    let desk = open().await;
    let asked = with(read(&desk).await, &json!({"capacity": 500, "maxWaiting": 9}));
    let answer = desk.genesys("PUT", QUEUE, asked.clone()).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.get("capacity").is_none() && answer.body.get("maxWaiting").is_none(), "{}", answer.body);
    desk.settings(&json!({"genesys": {"queue_capacity_field": "kept"}}));
    let answer = desk.genesys("PUT", QUEUE, asked.clone()).await;
    assert_eq!((&answer.body["capacity"], &answer.body["maxWaiting"]), (&json!(500), &json!(9)));
    desk.settings(&json!({"genesys": {"queue_capacity_field": "ignored"}}));
    let answer = desk.genesys("PUT", QUEUE, with(asked, &json!({"capacity": 600}))).await;
    assert_eq!(answer.body["capacity"], 500);
}

#[tokio::test]
async fn what_the_server_computes_is_ignored_or_refused_by_name() {
    let desk = open().await;
    let body = json!({"name": "Support", "memberCount": 99});
    assert_eq!(desk.genesys("PUT", QUEUE, body.clone()).await.body["memberCount"], 50);
    desk.settings(&json!({"genesys": {"queue_read_only": "refused"}}));
    for name in [
        "id",
        "dateCreated",
        "dateModified",
        "modifiedBy",
        "createdBy",
        "memberCount",
        "userMemberCount",
        "joinedMemberCount",
        "selfUri",
    ] {
        let answer = desk.genesys("PUT", QUEUE, json!({"name": "Support", name: "x"})).await;
        let refused = (answer.status, &answer.body["code"], &answer.body["details"][0]["fieldName"]);
        assert_eq!(refused, (400, &json!("invalid.property"), &json!(name)));
    }
    assert_eq!(desk.genesys("PUT", QUEUE, json!({"name": "Support"})).await.status, 200);
}

#[tokio::test]
async fn every_refusal_has_the_vendors_code_and_changes_nothing() {
    let desk = open().await;
    let before = stored(&desk);
    let cases = [
        (json!({}), "invalid.name"),
        (json!({"name": "  "}), "invalid.name"),
        (json!({"name": 7}), "invalid.name"),
        (json!({"name": "SALES"}), "duplicate.name"),
        (json!({"name": "Support", "mediaSettings": []}), "invalid.value"),
        (json!({"name": "Support", "memberGroups": {}}), "invalid.value"),
        (json!({"name": "Support", "autoAnswerOnly": "yes"}), "invalid.value"),
        (json!({"name": "Support", "description": 1}), "invalid.value"),
        (json!([]), "bad.request"),
    ];
    for (body, code) in cases {
        let answer = desk.genesys("PUT", QUEUE, body.clone()).await;
        assert_eq!((answer.status, &answer.body["code"]), (400, &json!(code)), "{body}");
    }
    for method in ["GET", "PUT"] {
        let body = if method == "GET" { Value::Null } else { json!({"name": "x"}) };
        let answer = desk.genesys(method, "/routing/queues/q-9", body).await;
        assert_eq!((answer.status, &answer.body["code"]), (404, &json!("resource.not.found")));
    }
    assert_eq!(desk.put_text(QUEUE, "{", None).await.body["code"], "bad.request");
    assert_eq!(stored(&desk), before);
}

#[tokio::test]
async fn a_documented_code_that_no_rule_brings_about_comes_by_a_fault() {
    let desk = open().await;
    let codes = [
        (400, "queue.deleted"),
        (400, "invalid.inqueue.call.flow"),
        (400, "invalid.inqueue.message.flow"),
        (400, "invalid.inqueue.email.flow"),
        (400, "invalid.rule"),
        (400, "invalid.id"),
        (400, "resource.not.found"),
        (400, "queue.ring.has.members"),
        (400, "skill.does.not.exist"),
        (400, "invalid.phone.number"),
        (400, "invalid.media.subtype"),
        (400, "invalid.outbound.messaging.address.state"),
        (403, "missing.division.permissions"),
    ];
    for (status, code) in codes {
        desk.fault(&json!({"fault": "refused", "operation": "queue_put", "status": status, "code": code, "count": 1}));
        let answer = desk.genesys("PUT", QUEUE, json!({"name": "x"})).await;
        assert_eq!((answer.status, &answer.body["code"]), (status, &json!(code)));
    }
    assert_eq!(stored(&desk)["name"], "Support");
}

#[tokio::test]
async fn an_entity_tag_refuses_a_put_onto_a_changed_queue() {
    let desk = open().await;
    desk.settings(&json!({"genesys": {"queue_etags": true}}));
    let first = desk.genesys("GET", QUEUE, Value::Null).await.header("etag").to_owned();
    let body = json!({"name": "Support", "description": "ours"}).to_string();
    let put = async |tag: Option<&str>| desk.put_text(QUEUE, &body, tag).await;
    let written = put(Some(&first)).await;
    assert_eq!(written.status, 200);
    assert_ne!(written.header("etag"), first);
    assert_eq!(desk.genesys("GET", QUEUE, Value::Null).await.header("etag"), written.header("etag"));
    let refused = put(Some(&first)).await;
    assert_eq!((refused.status, &refused.body["code"]), (412, &json!("precondition.failed")));
    for tag in [None, Some("*")] {
        assert_eq!(put(tag).await.status, 200);
    }
    desk.control("PATCH", "genesys/queues/q-1", &json!({"description": "theirs"}));
    assert_eq!(put(Some(&first)).await.status, 412);
    desk.settings(&json!({"genesys": {"queue_etags": false}}));
    assert_eq!(put(Some("\"any\"")).await.status, 200);
}

#[tokio::test]
async fn a_foreign_write_is_a_412_where_there_are_entity_tags() {
    let desk = open().await;
    desk.fault(&json!({"fault": "foreign_write", "operation": "queue_put", "calls": [1]}));
    let ours = json!({"name": "Support", "description": "ours"});
    assert_eq!(desk.genesys("PUT", QUEUE, ours.clone()).await.body["description"], "ours");
    desk.control("DELETE", "faults", &Value::Null);
    desk.settings(&json!({"genesys": {"queue_etags": true}}));
    desk.fault(&json!({"fault": "foreign_write", "path": "routing/queues", "method": "PUT", "count": 1}));
    let tag = desk.genesys("GET", QUEUE, Value::Null).await.header("etag").to_owned();
    assert_eq!(desk.put_text(QUEUE, &ours.to_string(), Some(&tag)).await.status, 412);
    assert_eq!(stored(&desk)["description"], "changed by somebody else");
    let tag = desk.genesys("GET", QUEUE, Value::Null).await.header("etag").to_owned();
    assert_eq!(desk.put_text(QUEUE, &ours.to_string(), Some(&tag)).await.status, 200);
}

#[tokio::test]
async fn queues_are_made_and_changed_by_hand() {
    let desk = open().await;
    let changed = desk.control("PATCH", "genesys/queues/q-1", &json!({"capacity": 7, "description": null}));
    assert_eq!((&changed["capacity"], changed.get("description")), (&json!(7), None));
    let replaced = desk.control("PUT", "genesys/queues/q-1", &json!({"name": "Other"}));
    assert_eq!((replaced.get("capacity"), &replaced["memberCount"]), (None, &json!(50)));
    for body in [json!({"id": "q-1", "name": "x"}), json!({"name": "sales"}), json!({"id": "q-3"})] {
        assert_eq!(desk.simulator.control("POST", "/_sim/genesys/queues", &body).0, 400, "{body}");
    }
    desk.control("DELETE", "genesys/queues/q-1", &Value::Null);
    assert_eq!(desk.genesys("GET", QUEUE, Value::Null).await.status, 404);
    assert_eq!(desk.simulator.control("PATCH", "/_sim/genesys/queues/q-1", &json!({})).0, 400);
    desk.control("DELETE", "genesys/queues", &Value::Null);
    assert_eq!(desk.control("GET", "genesys/queues", &Value::Null), json!([]));
}
