//! The brake, where the queue tells of contacts in pieces that are far too small for it.

use std::time::Duration;

use platform::report::Status;
use scenarios::World;
use scenarios::aws::sqs::CONTACT_SYNC;
use scenarios::door::{Harm, Point};
use scenarios::people::people;
use serde_json::{Value, json};

use crate::brake::{plan_of, tell, told};

async fn linked(count: usize) -> (World, Vec<String>) {
    let world = World::builder().config("near_real_time = true").start().await;
    let ids = world.salesforce.insert(&people(count));
    assert_eq!(world.tick().await.report().created, count as u64);
    world.advance(Duration::from_secs(1800));
    (world, ids)
}

/// Somebody edits these contacts, and the queue tells of them ten at a time; how many each batch has written.
async fn edit(world: &World, ids: &[String], change: &Value) -> Vec<u64> {
    ids.iter().for_each(|id| world.salesforce.update(id, change));
    let mut written = Vec::new();
    for piece in ids.chunks(10) {
        written.push(told(world, piece).await.iter().map(|report| report.updated).sum());
    }
    written
}

fn emptied(world: &World) -> usize {
    world.genesys.contacts().iter().filter(|contact| contact["workEmail"].is_null()).count()
}

/// What the queue tells of since the last tick is counted together, whatever the pieces: once it is out of proportion
/// nothing more of it is written, and the next tick asks for an approval of the rest.
#[tokio::test]
async fn what_is_told_in_small_pieces_is_in_proportion_only_together() {
    let (world, ids) = linked(200).await;
    let written = edit(&world, &ids, &json!({"Email": null})).await;
    assert_eq!(
        (&written[..3], written.iter().sum::<u64>(), emptied(&world)),
        (&[10, 10, 0][..], 20, 20),
        "{written:?}"
    );
    assert_eq!(world.desk.open().messages.len(), 0, "nobody is asked by the queue");

    world.advance(Duration::from_secs(300));
    let braked = world.invoke(json!({})).await.report();
    let plan = plan_of(&braked);
    assert!(braked.reason.as_deref().unwrap().contains("empty workEmail on 200"), "{braked:?}");
    assert_eq!((emptied(&world), world.desk.open().messages.len()), (20, 1));
    let approved = world.invoke(json!({"approve": plan})).await.report();
    assert_eq!((approved.status, approved.updated, emptied(&world)), (Status::Done, 180, 200), "{approved:?}");
    world.advance(Duration::from_secs(300));
    assert_eq!(edit(&world, &ids[..20], &json!({"FirstName": "Depois"})).await, [10, 10]);
}

/// Each tick begins to count anew what the queue tells of, and what it told of before counts with that tick's own changes.
#[tokio::test]
async fn each_tick_begins_to_count_anew_what_is_told() {
    let (world, ids) = linked(60).await;
    assert_eq!(edit(&world, &ids[..20], &json!({"Email": null})).await, [10, 10]);
    world.advance(Duration::from_secs(300));
    let report = world.invoke(json!({})).await.report();
    assert_eq!((report.status, report.updated), (Status::Done, 0), "nothing is left to ask for: {report:?}");

    assert_eq!(edit(&world, &ids[20..40], &json!({"Email": null})).await, [10, 10]);
    ids[40..45].iter().for_each(|id| world.salesforce.update(id, &json!({"Email": null})));
    world.advance(Duration::from_secs(300));
    let braked = world.invoke(json!({})).await.report();
    assert!(braked.reason.as_deref().unwrap_or_default().contains("empty workEmail on 25"), "{braked:?}");
    let approved = world.invoke(json!({"approve": plan_of(&braked)})).await.report();
    assert_eq!((approved.status, approved.updated), (Status::Done, 5), "{approved:?}");
}

/// A batch that is killed while it writes has been counted: killed batches do not get past the brake either.
#[tokio::test]
async fn a_batch_that_is_killed_while_it_writes_has_been_counted() {
    let (world, ids) = linked(60).await;
    world.door.harm(Point::Every("genesys PATCH"), Harm::KillAfter);
    for id in &ids[..21] {
        world.salesforce.update(id, &json!({"Email": null}));
        tell(&world, std::slice::from_ref(id));
        world.deliver(CONTACT_SYNC, "contact-sync").await.expect("a message");
        world.desk.open().queues.get_mut(CONTACT_SYNC).unwrap().letters.clear(); // It does not come again.
        world.advance(Duration::from_secs(200)); // The lease of the killed one is over.
    }
    world.door.calm();
    assert_eq!(emptied(&world), 20);
}

/// What Genesys did not answer is not done: told of again, it counts once, and an outage makes nobody wait for an approval
/// of ordinary work.
#[tokio::test]
async fn what_an_outage_kept_from_being_written_counts_once_it_is() {
    let (world, ids) = linked(60).await;
    for operation in ["contacts_bulk_enrich", "contact_enrich", "contact_patch"] {
        let fault = json!({"fault": "busy", "vendor": "genesys", "operation": operation, "retry_after": 3600});
        world.genesys.fault(&fault);
    }
    for _ in 0..4 {
        assert_eq!(edit(&world, &ids[..10], &json!({"FirstName": "Depois"})).await, [0]);
        world.advance(Duration::from_secs(300));
        world.restart().await;
    }
    world.genesys.calm();
    assert_eq!(edit(&world, &ids[..10], &json!({"FirstName": "Depois"})).await, [10]);
    assert_eq!(edit(&world, &ids[10..20], &json!({"FirstName": "Depois"})).await, [10]);
}
