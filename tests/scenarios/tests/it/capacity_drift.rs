//! What somebody does by hand at Genesys: the number itself, which is drift, and what stands beside it, which is theirs.

use scenarios::World;
use serde_json::{Value, json};

use crate::capacity_scene::{
    SALES, SUPPORT, TABLE, assert_quiet, audit, capacity, deliver_one, mapping, requests, resize, row, set_size,
    started, tick, world, writes,
};

/// `Support` is left as somebody sets it by hand; `Sales` is repaired.
async fn both_policies() -> World {
    let config = mapping(SUPPORT, "policy = \"report\"", &[row("Support", "")])
        + &mapping(SALES, "policy = \"repair\"", &[row("Sales", "")]);
    let world = started(World::builder(), &config).await;
    assert_eq!(tick(&world).await.updated, 0, "everything is as it should be");
    world
}

fn by_hand(world: &World, key: &str, value: impl Into<Value>) {
    world.genesys.change_row(TABLE, key, &json!({"capacity": value.into()}));
}

#[tokio::test]
async fn a_number_changed_by_hand_is_reported_as_drift_and_repaired() {
    let world = both_policies().await;
    by_hand(&world, "Sales", 37);
    let report = tick(&world).await;
    assert_eq!((report.updated, report.measures["drift"]), (1, 1), "{report:?}");
    assert_eq!(capacity(&world, "Sales"), json!(200));
    assert!(report.decisions.iter().any(|line| line.contains("37") && line.contains("200")), "{:?}", report.decisions);
    let line = audit(&world).pop().expect("a line of the audit stream");
    assert!(line.contains("37") && line.contains("200"), "{line}");
    assert_eq!(tick(&world).await.measures.get("drift").copied().unwrap_or(0), 0, "once");
    assert_quiet(&world).await;
}

/// The hold-down is for groups that shrink. This one never asked for so much.
#[tokio::test]
async fn a_number_raised_by_hand_is_repaired_at_once() {
    let world = both_policies().await;
    by_hand(&world, "Sales", 900);
    let report = tick(&world).await;
    assert_eq!((report.updated, report.measures["drift"]), (1, 1), "{report:?}");
    assert_eq!(capacity(&world, "Sales"), json!(200));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn a_number_changed_by_hand_is_left_and_reported_with_each_run_where_the_mapping_says_so() {
    let world = both_policies().await;
    by_hand(&world, "Support", 37);
    for _ in 0..3 {
        let report = tick(&world).await;
        assert_eq!((report.updated, report.skipped_by["drift_reported"]), (0, 1), "{report:?}");
        assert_eq!(report.measures["drift"], 1, "{report:?}");
        assert!(report.warnings.iter().any(|line| line.contains("37")), "{:?}", report.warnings);
    }
    assert_eq!((capacity(&world, "Support"), writes(&world).len()), (json!(37), 0));

    resize(&world, SUPPORT, 5);
    assert_eq!(deliver_one(&world).await.updated, 1, "the group asks for another number");
    assert_eq!(capacity(&world, "Support"), json!(500));
    let report = tick(&world).await;
    assert_eq!(report.measures.get("drift").copied().unwrap_or(0), 0, "{report:?}");
    assert_quiet(&world).await;
}

/// Who sets by hand what is wanted has done our work.
#[tokio::test]
async fn a_number_set_by_hand_to_what_is_wanted_is_no_drift_and_no_write() {
    let world = both_policies().await;
    by_hand(&world, "Support", 500);
    set_size(&world, SUPPORT, 5);
    let report = tick(&world).await;
    assert_eq!((report.updated, report.skipped_by["unchanged"]), (0, 2), "{report:?}");
    assert_eq!((report.measures.get("drift").copied().unwrap_or(0), writes(&world).len()), (0, 0));
    assert_quiet(&world).await;
}

/// Other columns are somebody else's: their change is no drift, costs no write, and survives the next one.
#[tokio::test]
async fn t37_a_column_that_somebody_changes_is_theirs_and_survives_our_writes() {
    let world = both_policies().await;
    let change = json!({"greeting": "A new welcome", "open": false, "weight": 0.1});
    world.genesys.change_row(TABLE, "Support", &change);
    let mut expected = world.genesys.row(TABLE, "Support").unwrap();
    world.forget();
    let report = tick(&world).await;
    assert_eq!((report.updated, report.measures.get("drift").copied().unwrap_or(0)), (0, 0), "{report:?}");
    assert!(requests(&world).iter().all(|request| request.starts_with("GET")), "{:?}", requests(&world));

    resize(&world, SUPPORT, 5);
    deliver_one(&world).await;
    expected["capacity"] = json!(500);
    assert_eq!(world.genesys.row(TABLE, "Support"), Some(expected));
    assert_quiet(&world).await;
}

/// Somebody emptied the cell: there is no number to compare with, and none is guessed.
#[tokio::test]
async fn a_number_that_is_gone_is_set_again_and_never_taken_for_zero() {
    let world = world().await;
    tick(&world).await;
    by_hand(&world, "Support", Value::Null);
    let report = tick(&world).await;
    assert_eq!((report.updated, capacity(&world, "Support")), (1, json!(200)), "{report:?}");
    assert_quiet(&world).await;
}
