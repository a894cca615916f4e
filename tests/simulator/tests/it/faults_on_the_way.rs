//! Faults between client and vendor: gateways, connections, and answers that are not whole.

use serde_json::{Value, json};
use simulator::Options;

use crate::desk::Desk;

const ADD: &str = "/externalcontacts/bulk/contacts/add";

fn one() -> Value {
    json!({"entities": [{"lastName": "Sá"}]})
}

async fn organization(desk: &Desk) -> u16 {
    desk.genesys("GET", "/organizations/me", Value::Null).await.status
}

#[tokio::test]
async fn a_gateways_502_and_504_come_before_or_after_the_work() {
    for (fault, status) in [("bad_gateway_502", 502), ("gateway_timeout_504", 504)] {
        let desk = Desk::open().await;
        desk.fault(&json!({"fault": fault, "path": "bulk/contacts/add", "calls": [1]}));
        let answer = desk.try_genesys("POST", ADD, one()).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers().get("content-type")), (status, None));
        assert_eq!(answer.text().await.unwrap(), "");
        assert!(desk.contacts().is_empty());

        desk.fault(&json!({"fault": fault, "path": "bulk/contacts/add", "count": 1, "done": true}));
        assert_eq!(desk.try_genesys("POST", ADD, one()).await.unwrap().status().as_u16(), status);
        assert_eq!(desk.contacts().len(), 1);
        let entry = desk.last_entry();
        assert_eq!((&entry["items"], &entry["faults"]), (&json!(1), &json!([fault])));
        assert_eq!(desk.genesys("POST", ADD, one()).await.status, 200);
    }
}

#[tokio::test]
async fn an_empty_200_has_nothing_behind_it() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "empty_200", "operation": "query", "count": 1}));
    let answer = desk.soql("SELECT Id FROM Contact").await;
    assert_eq!((answer.status, answer.header("content-length"), &answer.body), (200, "0", &Value::Null));
    assert_eq!(desk.soql("SELECT Id FROM Contact").await.body["totalSize"], 0);
}

#[tokio::test]
async fn a_truncated_body_is_complete_http_and_half_the_json() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "truncated_body", "operation": "organization_get", "count": 1}));
    let answer = desk.try_genesys("GET", "/organizations/me", Value::Null).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let text = answer.text().await.unwrap();
    assert!(text.starts_with('{') && serde_json::from_str::<Value>(&text).is_err(), "{text}");
    let whole = desk.try_genesys("GET", "/organizations/me", Value::Null).await.unwrap().text().await.unwrap();
    assert_eq!(text, whole[..whole.len() / 2]);
}

#[tokio::test]
async fn a_connection_closed_midway_promises_more_than_it_brings() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "connection_closed_midway", "operation": "contacts_bulk_add", "count": 1}));
    let answer = desk.try_genesys("POST", ADD, one()).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let promised = answer.content_length().unwrap();
    let error = answer.text().await.unwrap_err();
    assert!(promised > 0 && (error.is_body() || error.is_decode()), "{error:?}");
    assert_eq!((desk.contacts().len(), &desk.last_entry()["outcome"]), (1, &json!("cut_midway")));
    assert_eq!(organization(&desk).await, 200);
}

#[tokio::test]
async fn a_slow_drip_arrives_piece_by_piece_and_whole() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "slow_drip", "bytes": 10, "ms": 1, "operation": "organization_get"}));
    let mut answer = desk.try_genesys("GET", "/organizations/me", Value::Null).await.unwrap();
    let mut pieces = Vec::new();
    while let Some(piece) = answer.chunk().await.unwrap() {
        pieces.push(piece);
    }
    assert!(pieces.len() > 3, "{} pieces", pieces.len());
    let body: Value = serde_json::from_slice(&pieces.concat()).unwrap();
    assert_eq!(body["state"], "active");
}

#[tokio::test]
async fn a_proxys_retry_does_everything_twice() {
    let desk = Desk::open().await;
    desk.fault(&json!({"fault": "proxy_retry", "operation": "contacts_bulk_add", "count": 1}));
    assert_eq!(desk.genesys("POST", ADD, one()).await.body["errorCount"], 0);
    assert_eq!(desk.contacts().len(), 2);
    let entries = desk.control("GET", "journal?operation=contacts_bulk_add", &Value::Null);
    let outcomes: Vec<&Value> = entries.as_array().unwrap().iter().map(|entry| &entry["outcome"]).collect();
    assert_eq!(outcomes, ["cut_after", "answered"]);

    let person = json!({"entities": [{"lastName": "Sá",
        "externalIds": [{"externalSource": {"id": desk.source()}, "value": "003A"}]}]});
    desk.fault(&json!({"fault": "proxy_retry", "operation": "contacts_bulk_add"}));
    let second = desk.genesys("POST", ADD, person).await;
    assert_eq!(second.body["results"][0]["status"], 409);
    assert_eq!(desk.contacts().len(), 3);
}

#[tokio::test]
async fn clock_skew_moves_the_date_and_nothing_else() {
    let desk = Desk::open().await;
    let day = |answer: &crate::desk::Answered| answer.header("date")[..16].to_owned();
    let plain = day(&desk.genesys("GET", "/organizations/me", Value::Null).await);
    desk.fault(&json!({"fault": "clock_skew", "seconds": -864_000, "count": 1}));
    let skewed = desk.genesys("GET", "/organizations/me", Value::Null).await;
    assert_eq!(skewed.status, 200);
    assert_ne!(day(&skewed), plain);
    assert_eq!(day(&desk.genesys("GET", "/organizations/me", Value::Null).await), plain);
}

#[tokio::test]
async fn faults_can_be_there_from_the_start() {
    let file = std::env::temp_dir().join(format!("simulator-faults-{}.json", std::process::id()));
    let rules = json!([{"fault": "busy", "operation": "organization_get", "count": 1}, {"fault": "clock_skew"}]);
    std::fs::write(&file, rules.to_string()).unwrap();
    let written = "throttle:operation=organization_get,calls=2+3,retry_after=9".to_owned();
    let faults = vec![file.to_str().unwrap().to_owned(), written];
    let desk = Desk::open_with(Options { faults, ..Options::default() }).await;
    std::fs::remove_file(file).unwrap();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(organization(&desk).await);
    }
    assert_eq!(statuses, [503, 429, 429, 200]);
    let unknown = Options { faults: vec!["gremlin".to_owned()], ..Options::default() };
    let error = simulator::start(unknown).await.unwrap_err();
    assert!(error.to_string().contains("gremlin"), "{error}");
}
