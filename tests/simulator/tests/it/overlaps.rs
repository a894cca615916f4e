//! The journal tells which writes to one path were under way at the same time.

use serde_json::{Value, json};

use crate::desk::Desk;

async fn open() -> Desk {
    let desk = Desk::open().await;
    desk.control("POST", "seed", &json!({"scenario": "capacity"}));
    desk.fault(&json!({"fault": "slow", "method": "PUT", "ms": 60}));
    desk
}

fn overlaps(desk: &Desk, query: &str) -> Vec<Value> {
    desk.control("GET", &format!("journal/overlaps{query}"), &Value::Null).as_array().unwrap().clone()
}

const SUPPORT: &str = "/routing/queues/90e0e000-0000-4000-8000-000000000001";
const SALES: &str = "/routing/queues/90e0e000-0000-4000-8000-000000000002";

#[tokio::test]
async fn writes_side_by_side_to_one_path_are_a_pair() {
    let desk = open().await;
    let put = |path: &'static str, name: &'static str| desk.genesys("PUT", path, json!({"name": name}));
    tokio::join!(put(SUPPORT, "Support"), put(SUPPORT, "Support"), put(SALES, "Sales"));
    let pairs = overlaps(&desk, "");
    assert_eq!((pairs.len(), &pairs[0]["path"]), (1, &json!(format!("/api/v2{SUPPORT}"))), "{pairs:?}");
    assert!(pairs[0]["first"].as_u64().unwrap() != pairs[0]["second"].as_u64().unwrap());
    assert!(pairs[0]["both_us"].as_u64().unwrap() > 0);
    assert_eq!(overlaps(&desk, "?operation=queue_put").len(), 1);
    assert!(overlaps(&desk, "?operation=data_table_row_put").is_empty());
    let entry = desk.last_entry();
    assert!(entry["ended_us"].as_u64().unwrap() >= entry["began_us"].as_u64().unwrap() + 60_000);
}

#[tokio::test]
async fn writes_one_after_the_other_and_reads_are_none() {
    let desk = open().await;
    for _ in 0..3 {
        desk.genesys("PUT", SUPPORT, json!({"name": "Support"})).await;
    }
    let get = || desk.genesys("GET", SUPPORT, Value::Null);
    tokio::join!(get(), get(), desk.genesys("PUT", SUPPORT, json!({"name": "Support"})));
    assert!(overlaps(&desk, "").is_empty());
}
