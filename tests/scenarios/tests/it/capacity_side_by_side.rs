//! Numbers that stand side by side: two in one object, and objects of which one is slow, or fails, or shows late what was
//! written.

use scenarios::World;
use scenarios::door::{Harm, Kind, Point};
use serde_json::{Value, json};

use crate::capacity_scene::{
    SALES, SUPPORT, TABLE, assert_quiet, audit, capacity, column, deliver_one, limit, mapping, reconcile, resize, row,
    set_size, started, tick, usual, world, world_of, writes,
};

/// How slow a reading is here, in machine time. Long enough for another object from reading to reading back.
const SLOW_MS: u64 = 1_000;

fn get_row() -> Kind {
    Kind { service: "genesys".to_owned(), operation: "GET flows/datatables/{id}/rows/{id}".to_owned() }
}

#[tokio::test]
async fn two_columns_of_one_row_are_written_together_and_neither_is_taken_for_somebody_elses() {
    let overflow = column("Support", "overflow", "per_instance = 10\nmax = 70");
    let world = world_of(&[row("Support", ""), overflow]).await;
    for (size, updated, expected) in [(5, 2, (500, 50)), (9, 2, (900, 70)), (12, 1, (1200, 70)), (15, 1, (1500, 70))] {
        world.forget();
        resize(&world, SUPPORT, size);
        let report = deliver_one(&world).await;
        assert_eq!((report.updated, writes(&world).len()), (updated, 1), "one write: {report:?}");
        let found = world.genesys.row(TABLE, "Support").unwrap();
        assert_eq!((&found["capacity"], &found["overflow"]), (&json!(expected.0), &json!(expected.1)));
        let again = tick(&world).await;
        assert_eq!((again.updated, again.skipped_by["unchanged"]), (0, 2), "{again:?}");
        for line in report.decisions.iter().chain(&again.decisions) {
            assert!(!line.contains("somebody else"), "{line}");
        }
    }
    world.genesys.change_row(TABLE, "Support", &json!({"greeting": "A new welcome"}));
    let report = tick(&world).await;
    assert!(report.decisions.iter().any(|line| line.contains("somebody else")), "{:?}", report.decisions);
    assert_quiet(&world).await;
}

/// What was read is old by and by. So no object waits for another one between its reading and its writing.
#[tokio::test]
async fn t37_an_object_is_written_at_once_however_slow_its_neighbour_is() {
    let world = world_of(&[row("Support", ""), row("Sales", "")]).await;
    world.genesys.fault(&json!({
        "fault": "slow", "vendor": "genesys", "method": "GET", "path": "rows/Sales", "count": 1, "ms": SLOW_MS,
    }));
    resize(&world, SUPPORT, 5);
    assert_eq!(deliver_one(&world).await.updated, 2);
    let journal = world.journal();
    let of = |method: &str, key: &str| {
        let wanted = |entry: &&scenarios::Entry| entry.method == method && entry.path.contains(&format!("rows/{key}"));
        journal.iter().find(wanted).unwrap_or_else(|| panic!("no {method} of {key}"))
    };
    let (read, written, slow) = (of("GET", "Support"), of("PUT", "Support"), of("GET", "Sales"));
    assert!(written.ended_us < slow.ended_us, "written after {slow:?}");
    let waited_us = written.began_us - read.ended_us;
    assert!(waited_us < SLOW_MS * 1_000 / 2, "{waited_us} us between reading and writing");
    assert_quiet(&world).await;
}

/// One row is not to be had, for ever. Its neighbour is right after one run, and so is the other group before long.
#[tokio::test]
async fn an_object_that_cannot_be_read_does_not_keep_its_neighbours_from_being_served() {
    let config =
        mapping(SUPPORT, "", &[row("Support", ""), row("Beside", "")]) + &mapping(SALES, "", &[row("Sales", "")]);
    let world = started(World::builder(), &config).await;
    world.genesys.put_row(TABLE, &limit("Beside"));
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "path": "rows/Support"}));
    for group in [SUPPORT, SALES] {
        set_size(&world, group, 5);
    }
    let report = tick(&world).await;
    assert_eq!((capacity(&world, "Support"), capacity(&world, "Beside")), (json!(200), json!(500)), "{report:?}");
    for _ in 0..10 {
        let _ = reconcile(&world).await; // Partial each time.
    }
    assert_eq!(capacity(&world, "Sales"), json!(500));
    world.genesys.calm();
    world.advance(std::time::Duration::from_secs(60));
    assert_eq!((tick(&world).await.updated, capacity(&world, "Support")), (1, json!(500)));
    assert_quiet(&world).await;
}

/// Readings that still show the old row: one try reads twice and there are three tries, the first reading is right.
const LATE_MAX: usize = 5;

/// A vendor may show a moment later what was written. That is no reason to give the number up, or to call it somebody's.
#[tokio::test]
async fn a_write_that_is_shown_late_is_recognised_and_never_parked() {
    for late in 1..=LATE_MAX {
        let world = started(World::builder(), &usual()).await;
        tick(&world).await;
        world.forget();
        for nth in 2..2 + late {
            world.door.harm(Point::Nth(get_row(), nth), Harm::Answer(200, limit("Support").to_string()));
        }
        resize(&world, SUPPORT, 5);
        let report = deliver_one(&world).await;
        assert_eq!(world.door.harmed().len(), late);
        let expected = if late < LATE_MAX { (1, None) } else { (0, Some(&1)) };
        assert_eq!((report.updated, report.failed_by.get("overwritten")), expected, "{late}: {report:?}");
        for _ in 0..2 {
            let report = tick(&world).await;
            assert_eq!((report.measures["drift"], report.skipped_by.get("parked")), (0, None), "{late}: {report:?}");
        }
        assert_eq!(capacity(&world, "Support"), json!(500), "{late}");
        assert!(audit(&world).iter().any(|line| line.contains("200 became 500")), "{late}: {:?}", audit(&world));
        assert_quiet(&world).await;
    }
}

/// A cell that somebody empties between our writing and our reading back is set again.
#[tokio::test]
async fn a_cell_that_is_emptied_behind_our_back_is_set_again() {
    let world = world().await;
    tick(&world).await;
    world.forget();
    let mut emptied = limit("Support");
    emptied["capacity"] = Value::Null;
    world.door.harm(Point::Nth(get_row(), 2), Harm::Answer(200, emptied.to_string()));
    resize(&world, SUPPORT, 5);
    deliver_one(&world).await;
    tick(&world).await;
    assert_eq!(capacity(&world, "Support"), json!(500));
    assert_quiet(&world).await;
}
