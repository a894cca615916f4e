//! The points that the vendors' documentation leaves open: whichever way the vendor does it, the sync does its work.
//!
//! The simulator has a switch for each such point. A compact life of an organisation is lived with each switch in each
//! other position, and ends in the same place every time. A switch that no request of a life meets would prove nothing by
//! that, so each says which request it is about, and the simulator's journal has to hold one. What our clients never ask for
//! is listed as such, and no journal may hold it.

use std::collections::BTreeSet;

use scenarios::Entry;
use serde_json::{Value, json};

use crate::switches_lives::{SHARED_NUMBER, absence, builder, changes, sharing};

const README: &str = include_str!("../../../simulator/README.md");
const OF_IMPORTS: &str = include_str!("import_edges.rs");
const OF_ORGANIZATIONS: &str = include_str!("organizations_failures.rs");

/// A life that is lived with a switch.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Life {
    /// A first load that is lost on its way, two kinds of edits, deletions, merges on both sides, a refused login.
    Changes,
    /// Nobody runs the sync for longer than the recycle bin keeps what was deleted.
    Absence,
    /// Two people have one number.
    Sharing,
}

/// Whether a request is one that a switch is about.
type Meets = fn(&Entry) -> bool;

/// A switch of the simulator.
struct Switch {
    vendor: &'static str,
    name: &'static str,
    /// Those in which it does not stand already.
    positions: &'static [&'static str],
    life: Life,
    meets: Meets,
}

const fn switch(
    (vendor, name): (&'static str, &'static str),
    positions: &'static [&'static str],
    life: Life,
    meets: Meets,
) -> Switch {
    Switch { vendor, name, positions, life, meets }
}

fn is(entry: &Entry, operation: &str) -> bool {
    entry.operation == operation
}

fn holds(entry: &Entry, text: &str) -> bool {
    entry.request.to_string().contains(text)
}

/// Every switch that a sync of contacts meets.
const SWITCHES: [Switch; 19] = [
    switch(("genesys", "rate_headers"), &["false"], Life::Changes, |entry| is(entry, "contacts_bulk_add")),
    switch(("genesys", "token_error_status"), &["401"], Life::Changes, |entry| {
        is(entry, "oauth_token") && [400, 401].contains(&entry.status)
    }),
    switch(("genesys", "external_id_conflict"), &["\"unclaimed\""], Life::Changes, |entry| {
        is(entry, "contacts_bulk_add") && holds(entry, "externalIds")
    }),
    switch(("genesys", "shared_identifier"), &["\"409\"", "\"unclaimed\""], Life::Sharing, |entry| {
        is(entry, "contacts_bulk_add") && holds(entry, SHARED_NUMBER)
    }),
    switch(("genesys", "bulk_order"), &["\"reversed\"", "\"as_sent\""], Life::Changes, |entry| {
        is(entry, "contacts_bulk_add") && entry.items > 1
    }),
    switch(("genesys", "scan_end"), &["\"empty_page\""], Life::Changes, |entry| is(entry, "contacts_scan")),
    switch(("genesys", "absent_is_empty"), &["false"], Life::Changes, |entry| is(entry, "contacts_bulk_enrich")),
    switch(("genesys", "enrich_keeps_identifiers"), &["true"], Life::Changes, |entry| {
        // The add before it was lost: the contact is made by its key.
        is(entry, "contacts_bulk_enrich") && holds(entry, "Upsert") && entry.status == 200
    }),
    switch(("genesys", "refuse_nameless"), &["false"], Life::Changes, |entry| is(entry, "contacts_bulk_add")),
    switch(("genesys", "removed_unknown"), &["\"ok\""], Life::Changes, |entry| is(entry, "contacts_bulk_remove")),
    switch(("genesys", "merged_id_writes"), &["\"not_found\""], Life::Changes, |entry| is(entry, "contact_patch")),
    switch(("genesys", "scan_shows_merged"), &["true"], Life::Changes, |entry| is(entry, "contacts_scan")),
    switch(("salesforce", "purged_readable_s"), &["86400"], Life::Absence, |entry| is(entry, "query_all")),
    switch(("salesforce", "deleted_forgets_purged"), &["false"], Life::Absence, |entry| is(entry, "deleted_list")),
    switch(("salesforce", "deleted_covered_lag_s"), &["120"], Life::Absence, |entry| is(entry, "deleted_list")),
    // No switches, but as open: how many rows a page has, how long what was deleted is kept.
    switch(("salesforce", "page_size"), &["3"], Life::Changes, |entry| is(entry, "query_more")),
    switch(("salesforce", "deleted_log_days"), &["15"], Life::Absence, |entry| is(entry, "deleted_list")),
    switch(("salesforce", "bin_days"), &["30"], Life::Absence, |entry| is(entry, "query_all")),
    switch(("genesys", "token_lifetime_s"), &["900"], Life::Changes, |entry| is(entry, "oauth_token")),
];

/// Switches about requests that no client of ours makes, with what such a request would be.
const NEVER_MET: [(&str, Meets); 6] = [
    ("array_fill", |entry| holds(entry, "\"Fill\"")),
    ("update_clears_absent", |entry| is(entry, "contacts_bulk_update")),
    ("import_report_ids", |entry| is(entry, "import_report_get")),
    ("deleted_row_error", |entry| is(entry, "row_get")),
    ("collection_relationships", |entry| entry.operation.starts_with("rows_get") && holds(entry, "Account.")),
    ("search_lag_ms", |entry| is(entry, "contacts_search")),
];

/// Switches that a test of their own flips, and its file.
const IN_TESTS_OF_THEIR_OWN: [(&str, &str); 3] = [
    ("unknown_organization_status", OF_ORGANIZATIONS),
    ("upload_check_s", OF_IMPORTS),
    ("import_auto_continue", OF_IMPORTS),
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
fn every_switch_is_flipped_is_never_met_or_belongs_to_another_job() {
    for (name, file) in IN_TESTS_OF_THEIR_OWN {
        assert!(file.contains(&format!("\"{name}\":")), "no test flips {name}");
    }
    let flipped = SWITCHES.iter().map(|switch| switch.name);
    let others = NEVER_MET.map(|(name, _)| name).into_iter().chain(IN_TESTS_OF_THEIR_OWN.map(|(name, _)| name));
    let named: BTreeSet<&str> = flipped.chain(others).chain(OF_OTHER_JOBS).collect();
    let missing: Vec<_> = switches_of_the_readme().into_iter().filter(|name| !named.contains(name)).collect();
    assert!(missing.is_empty(), "no run with these switches flipped: {missing:?}");
}

/// One switch in one position through its life: it ends as it should, and met the switch.
async fn live(switch: &Switch, position: &str) {
    let case = format!("{}.{} = {position}", switch.vendor, switch.name);
    let position: Value = serde_json::from_str(position).unwrap();
    let world = builder().simulator(json!({switch.vendor: {switch.name: position}}));
    let world = match switch.life {
        Life::Changes => changes(world, &case).await,
        Life::Absence => absence(world, &case).await,
        Life::Sharing => sharing(world, &case).await,
    };
    let journal = world.journal();
    assert!(journal.iter().any(switch.meets), "{case}: nothing was asked for that this switch is about");
    for (name, would_meet) in NEVER_MET {
        let met = journal.iter().find(|entry| would_meet(entry));
        assert!(met.is_none(), "{case}: {name} is met after all, by {met:?}");
    }
}

/// Whichever way the vendors do what their documentation leaves open, a life of changes ends in the same contacts.
#[tokio::test]
async fn a_life_ends_in_the_same_contacts_with_each_switch_in_each_position() {
    for switch in &SWITCHES {
        for position in switch.positions {
            live(switch, position).await;
        }
    }
}
