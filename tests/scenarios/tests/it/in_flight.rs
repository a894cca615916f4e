//! Batches of writes: several under way at once, and each contact in one of them.

use platform::report::Status;
use scenarios::people::people;
use scenarios::{Entry, World};
use serde_json::json;

/// Requests that contact-sync may have under way to one vendor.
const PLACES: usize = 4;

/// The most requests that were under way at the same time.
fn most_at_once(entries: &[Entry]) -> usize {
    let at_once =
        |moment: u64| entries.iter().filter(|entry| (entry.began_us..entry.ended_us).contains(&moment)).count();
    entries.iter().map(|entry| at_once(entry.began_us)).max().unwrap_or(0)
}

/// What the first run writes of so many people.
async fn writes(count: usize, faults: &[serde_json::Value]) -> (World, Vec<String>, Vec<Entry>) {
    let world = World::builder().config("bulk_add_size = 10\nlease_seconds = 60").start().await;
    let ids = world.salesforce.insert(&people(count));
    for fault in faults {
        world.genesys.fault(fault);
    }
    let report = world.tick().await.report();
    let writes = world.journal().into_iter().filter(|entry| entry.operation == "contacts_bulk_add").collect();
    assert!(faults.len() > 1 || (report.status, report.created) == (Status::Done, count as u64), "{report:?}");
    (world, ids, writes)
}

/// Batches of writes are under way side by side, as many as the client has places, and no contact stands in two of them.
#[tokio::test]
async fn batches_are_written_side_by_side_and_each_contact_once() {
    let slow = json!({"fault": "slow", "operation": "contacts_bulk_add", "ms": 150});
    let (world, ids, writes) = writes(120, &[slow]).await;
    assert_eq!((writes.len(), most_at_once(&writes)), (12, PLACES));
    assert_eq!(world.genesys.contacts().len(), 120);
    let bodies: String = writes.iter().map(|entry| entry.request.to_string()).collect();
    assert!(ids.iter().all(|id| bodies.matches(&format!("\"value\":\"{id}\"")).count() == 1), "{bodies}");
}

/// A batch that is not answered makes the next ones go one by one, and two end the run: an outage in its middle costs no
/// more than the requests that were under way.
#[tokio::test]
async fn an_outage_in_the_middle_of_a_run_ends_it_with_the_requests_that_were_under_way() {
    let down = json!({"fault": "busy", "operation": "contacts_bulk_add", "status": 503, "calls": (5..200).collect::<Vec<_>>()});
    let slow = json!({"fault": "slow", "operation": "contacts_bulk_add", "ms": 20});
    let (world, _, writes) = writes(400, &[slow, down]).await;
    assert!(writes.len() <= 4 + 3 * PLACES, "{} of 40 batches", writes.len());
    assert!(world.genesys.contacts().len() >= 40);
}
