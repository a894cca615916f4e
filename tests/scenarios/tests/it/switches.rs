//! The points that the vendors' documentation leaves open: whichever way the vendor does it, the sync does its work.
//!
//! The simulator has a switch for each such point. One compact life of an organisation (a first load beside contacts that
//! somebody typed in, a change, a deletion, a merge, a full reconcile) is lived with each switch in each other position,
//! and ends in the same place every time.

use std::collections::BTreeSet;
use std::time::Duration;

use platform::report::Status;
use scenarios::World;
use scenarios::people::{in_genesys, people};
use serde_json::{Value, json};

const README: &str = include_str!("../../../simulator/README.md");

/// A switch of the simulator: the vendor, its name, and the positions in which it does not stand already.
type Switch = (&'static str, &'static str, &'static [&'static str]);

/// Every switch that a sync of contacts can meet.
const SWITCHES: [Switch; 25] = [
    ("genesys", "rate_headers", &["false"]),
    ("genesys", "token_error_status", &["401"]),
    ("genesys", "external_id_conflict", &["\"unclaimed\""]),
    ("genesys", "shared_identifier", &["\"409\""]),
    ("genesys", "bulk_order", &["\"reversed\"", "\"as_sent\""]),
    ("genesys", "scan_end", &["\"empty_page\""]),
    ("genesys", "array_fill", &["\"while_room\""]),
    ("genesys", "absent_is_empty", &["false"]),
    ("genesys", "enrich_keeps_identifiers", &["true"]),
    ("genesys", "refuse_nameless", &["false"]),
    ("genesys", "removed_unknown", &["\"ok\""]),
    ("genesys", "merged_id_writes", &["\"not_found\""]),
    ("genesys", "scan_shows_merged", &["true"]),
    ("genesys", "update_clears_absent", &["false"]),
    ("genesys", "unknown_organization_status", &["404", "400"]),
    ("genesys", "upload_check_s", &["5"]),
    ("genesys", "import_auto_continue", &["true"]),
    ("genesys", "import_report_ids", &["true"]),
    ("salesforce", "purged_readable_s", &["86400"]),
    ("salesforce", "deleted_forgets_purged", &["false"]),
    ("salesforce", "deleted_covered_lag_s", &["120"]),
    ("salesforce", "deleted_row_error", &["\"NOT_FOUND\""]),
    ("salesforce", "collection_relationships", &["false"]),
    // No switches, but as open: how many rows a page has, how late the search is.
    ("salesforce", "page_size", &["3"]),
    ("genesys", "search_lag_ms", &["3600000"]),
];

/// Switches about queues, figures and their like: the other jobs' tests flip them.
const OF_OTHER_JOBS: [&str; 8] = [
    "queue_capacity_field",
    "queue_etags",
    "queue_read_only",
    "aggregate_media_always",
    "aggregate_results_absent",
    "aggregate_decimals",
    "aggregate_local_times",
    "service_level_counts",
];

fn switches_of_the_readme() -> BTreeSet<&'static str> {
    let rows = README.lines().filter(|line| line.contains("| switch:"));
    rows.filter_map(|row| row.split('`').nth(1)).collect()
}

#[test]
fn every_switch_is_flipped_here_or_belongs_to_another_job() {
    let named: BTreeSet<&str> = SWITCHES.iter().map(|(_, name, _)| *name).chain(OF_OTHER_JOBS).collect();
    let missing: Vec<_> = switches_of_the_readme().into_iter().filter(|name| !named.contains(name)).collect();
    assert!(missing.is_empty(), "no run with these switches flipped: {missing:?}");
}

async fn tick(world: &World, event: Value) {
    world.advance(Duration::from_secs(30 * 60));
    let report = world.inside().invoke(event).await.report();
    assert_eq!((report.status, report.failed), (Status::Done, 0), "{report:?}");
}

/// The last name that Genesys has for a Salesforce contact.
fn name_of(world: &World, id: &str) -> Option<String> {
    Some(world.genesys.contact_of(id)?["lastName"].as_str()?.to_owned())
}

/// First load, change, deletion, merge, full reconcile.
async fn live(vendor: &str, name: &str, position: &str) {
    let position: Value = serde_json::from_str(position).unwrap();
    let world = World::builder().simulator(json!({vendor: {name: position}})).start().await;
    let ids = world.salesforce.insert(&people(9));
    world.genesys.insert(&[in_genesys(0), in_genesys(1)]);
    tick(&world, json!({})).await;
    tick(&world, json!({})).await;
    world.salesforce.update(&ids[2], &json!({"LastName": "Changed-Sobrenome"}));
    world.salesforce.delete(&ids[3]);
    world.salesforce.merge(&ids[4], &[&ids[5]], &json!({"LastName": "Merged-Sobrenome"}));
    tick(&world, json!({})).await;
    tick(&world, json!({"mode": "full"})).await;
    tick(&world, json!({})).await;

    let case = format!("{vendor}.{name} = {position}");
    assert_eq!(name_of(&world, &ids[2]).as_deref(), Some("Changed-Sobrenome"), "{case}");
    assert_eq!(name_of(&world, &ids[4]).as_deref(), Some("Merged-Sobrenome"), "{case}");
    for gone in [&ids[3], &ids[5]] {
        assert_eq!(name_of(&world, gone), None, "{case}");
    }
    for living in [0, 1, 6, 7, 8] {
        assert_eq!(name_of(&world, &ids[living]), Some(format!("Sobrenome{living:05}")), "{case}");
    }
    assert_eq!(world.both_sides().doubled(), Vec::<String>::new(), "{case}");
    let broken: Vec<_> = world.journal().into_iter().filter(|entry| entry.status >= 500).collect();
    assert!(broken.is_empty(), "{case}: {broken:?}");
}

/// Whichever way the vendors do what their documentation leaves open, a life of changes ends in the same contacts.
#[tokio::test]
async fn a_life_ends_in_the_same_contacts_with_each_switch_in_each_position() {
    for (vendor, name, positions) in SWITCHES {
        for position in positions {
            live(vendor, name, position).await;
        }
    }
}
