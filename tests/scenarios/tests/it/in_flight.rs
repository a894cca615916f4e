//! Batches of writes: several under way at once, each contact in one of them, and what one meets that has to wait.

use std::time::Duration;

use platform::report::{RunReport, Status};
use scenarios::door::{Harm, Kind, Point};
use scenarios::people::people;
use scenarios::{Entry, World};
use serde_json::json;

use crate::organizations::load;

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

/// The next run, whose lease of 120 seconds runs short between the intent that it writes into these rows and the call
/// behind it, as it does while that waits for Genesys' next minute.
async fn run_short(world: &World, rows: &str) -> RunReport {
    world.advance(Duration::from_secs(1800));
    world.door.forget();
    let intent = Kind { service: "dynamodb".to_owned(), operation: format!("TransactWriteItems {rows}") };
    let harmed = world.door.harmed().len();
    world.door.harm(Point::Nth(intent.clone(), 1), Harm::Delay(Duration::from_millis(500)));
    let time_passes = async {
        world.door.seen(&intent.to_string()).await;
        world.advance(Duration::from_secs(100));
    };
    let (invocation, ()) = tokio::join!(world.invoke(json!({})), time_passes);
    assert_eq!(world.door.harmed().len(), harmed + 1, "{rows}");
    invocation.report()
}

/// A call that waits so long for its turn that the lease no longer covers it is sent under a renewed one: nobody fails
/// for it, be it a contact, an account or a deletion.
#[tokio::test]
async fn a_call_that_outwaits_the_lease_is_sent_under_a_renewed_one() {
    for policy in ["unlink", "delete"] {
        let world = World::builder().config(&format!("on_delete = \"{policy}\"")).start().await;
        let (_, contacts) = load(&world, 1, 3);
        let report = run_short(&world, "lock+org").await;
        assert_eq!((report.status, report.created), (Status::Done, 3), "{report:?}");
        world.salesforce.insert(&people(2));
        let report = run_short(&world, "link+lock").await;
        assert_eq!((report.status, report.created), (Status::Done, 2), "{report:?}");
        world.salesforce.delete(&contacts[0]);
        let report = run_short(&world, "link+lock").await;
        assert_eq!((report.status, report.updated), (Status::Done, 1), "{policy}: {report:?}");
        assert!(world.genesys.contact_of(&contacts[0]).is_none());
    }
}

/// Genesys asks to be left alone for five minutes: nobody waits for that within a run, whose lock nobody would renew
/// meanwhile. A later run goes on.
#[tokio::test]
async fn a_wait_that_is_longer_than_a_minute_is_left_to_a_later_run() {
    let told = json!({"genesys": {"rate_headers": false}});
    let world = World::builder().config("bulk_add_size = 10").simulator(told).start().await;
    world.salesforce.insert(&people(120));
    let throttle = json!({"fault": "throttle", "operation": "contacts_bulk_add", "count": 1, "retry_after": 300});
    world.genesys.fault(&throttle);
    let report = world.tick().await.report();
    let adds = world.journal().iter().filter(|entry| entry.operation == "contacts_bulk_add").count();
    assert_eq!(report.status, Status::Partial, "{report:?}");
    assert!(adds <= 2 * PLACES, "{adds} of 12 batches");
    world.ticks_until_idle().await;
    assert_eq!(world.genesys.contacts().len(), 120);
}
