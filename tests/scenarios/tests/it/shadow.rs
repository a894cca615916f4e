//! Shadow runs: everything is read and planned, and nothing is written except how far they have seen.

use platform::report::Status;
use scenarios::World;
use scenarios::people::{in_genesys, people};

/// With `mode = "shadow"` everything runs for real except the writes: nothing is written to a vendor and no link row is
/// made; the run keeps a mark of its own and mails what it would have done.
#[tokio::test]
async fn a_shadow_run_writes_nothing_to_a_vendor_and_no_link() {
    let world = World::builder().config("mode = \"shadow\"\nslice_contacts = 10").start().await;
    world.genesys.insert(&(0..4).map(in_genesys).collect::<Vec<_>>());
    world.salesforce.insert(&people(25));
    let before = world.both_sides();
    let report = world.tick().await.report();
    assert_eq!((report.status, report.fetched), (Status::Done, 25), "{report:?}");
    assert_eq!(report.skipped_by.get("shadow"), Some(&25), "{report:?}");
    assert_eq!(world.both_sides(), before);
    assert!(world.journal().iter().all(|entry| !entry.is_genesys_write()));
    let rows = world.state_rows();
    let is_of = |family: &str| rows.iter().any(|row| row["pk"]["S"].as_str().unwrap().starts_with(family));
    assert!(!is_of("link#") && !is_of("peer#") && !is_of("review#"));
    let marks: Vec<_> = rows.iter().filter(|row| row["pk"]["S"] == "mark#contact-sync").collect();
    assert!(marks.iter().all(|row| row["sk"]["S"] == "shadow") && marks.len() == 1, "{marks:?}");

    world.tick().await.report(); // It still looks back over the same contacts.
    let idle = world.tick().await.report();
    assert_eq!((idle.status, idle.fetched), (Status::Done, 0), "{idle:?}");
}
