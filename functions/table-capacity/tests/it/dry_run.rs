//! A dry run decides everything and changes nothing.

use serde_json::json;

use crate::desk::Desk;

#[tokio::test]
async fn an_imagined_load_is_decided_with_its_cost_and_changes_nothing() {
    let desk = Desk::open().await;
    desk.aws.drawers().tables.get_mut("contacts").unwrap().write = 40;
    let report = desk.invoke(json!({"dry_run": true, "conversations": {"a": 250, "elsewhere": 1}})).await.unwrap();
    assert_eq!(desk.aws.changes(), [""; 0]);
    let contacts = &report["plan"][0];
    assert_eq!((contacts["action"].as_str(), contacts["wanted"]["read"].as_i64()), (Some("set_units"), Some(2500)));
    // 100 × 0.00013 + 40 × 0.00065 dollars an hour, 730 hours; then 2500 and 1250 units.
    assert_eq!(contacts["dollars_a_month"], json!({"now": 28.47, "then": 830.38}));
    assert_eq!(report["plan"][1]["action"], "hold", "of the other table's queue nothing is known");
    assert_eq!(report["warnings"][0], "no enabled table follows queue elsewhere");
    assert_eq!(report["state"]["writes"], 0, "neither lock nor history");
}

#[tokio::test]
async fn a_dry_run_without_imagination_shows_what_the_next_tick_would_do() {
    let desk = Desk::open().await;
    desk.deliver(&[desk.message("1", "a", 250, 1)]).await;
    desk.aws.drawers().tables.get_mut("contacts").unwrap().read = 100;
    let report = desk.invoke(json!({"dry_run": true})).await.unwrap();
    assert_eq!(report["plan"][0]["action"], "set_units");
    assert!(report["decisions"][0].as_str().unwrap().contains("reads rise from 100 to 2500"));
}
