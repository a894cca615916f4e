//! Salesforce tells of contacts by a queue, which brings a message once, twice, late, or among others that nobody can read.

use std::time::Duration;

use scenarios::aws::sqs::CONTACT_SYNC;
use scenarios::people::people;
use scenarios::{Inside, World};
use serde_json::{Value, json};

const DAYS: Duration = Duration::from_secs(3 * 24 * 60 * 60);

async fn linked(count: usize) -> (World, Inside, Vec<String>) {
    let world = World::builder().config("near_real_time = true").start().await;
    let ids = world.salesforce.insert(&people(count));
    let sync = world.inside();
    world.advance(Duration::from_secs(1800));
    assert_eq!(sync.invoke(json!({})).await.report().created, count as u64);
    (world, sync, ids)
}

/// A webhook's message about these contacts.
fn message(world: &World, ids: &[&String]) -> String {
    let event = json!({
        "specversion": "1.0", "id": "e-1", "source": "cx-bridge/webhooks/salesforce", "type": "contacts.changed",
        "time": world.clock().now().to_string(), "data": {"id": "e-1", "ids": ids},
    });
    event.to_string()
}

fn put(world: &World, body: &str) {
    let now_ms = world.clock().now_ms();
    world.desk.open().queues.get_mut(CONTACT_SYNC).unwrap().send(body, None, None, now_ms).unwrap();
}

/// Delivers the next batch; how many messages come again, and how many writes to Genesys it led to.
async fn deliver(world: &World, sync: &Inside) -> (usize, usize) {
    world.forget();
    let delivered = world.deliver_inside(CONTACT_SYNC, sync).await.expect("a message");
    assert!(delivered.error.is_none(), "{delivered:?}");
    let writes = world.journal().iter().filter(|entry| entry.is_genesys_write()).count();
    (delivered.given_back.len(), writes)
}

fn first_name(world: &World, id: &str) -> Value {
    world.genesys.contact_of(id).expect("it is in Genesys")["firstName"].clone()
}

/// The queue brings a message again, in the same batch or in a later one: the contact is written once.
#[tokio::test]
async fn t20_contacts_that_were_told_of_twice_are_written_once() {
    let (world, sync, ids) = linked(3).await;
    world.salesforce.update(&ids[1], &json!({"FirstName": "Avisada"}));
    let told = message(&world, &[&ids[1]]);
    [&told, &told].into_iter().for_each(|told| put(&world, told));
    assert_eq!(deliver(&world, &sync).await, (0, 1));
    put(&world, &told);
    assert_eq!(deliver(&world, &sync).await, (0, 0));
    assert_eq!((first_name(&world, &ids[1]), world.genesys.contacts().len()), (json!("Avisada"), 3));
}

/// A message that nobody can read comes back alone, until the queue sets it aside; whom the others of its batch tell of is
/// written.
#[tokio::test]
async fn t21_a_message_that_cannot_be_read_comes_back_alone() {
    let (world, sync, ids) = linked(3).await;
    world.salesforce.update(&ids[2], &json!({"FirstName": "Avisada"}));
    put(&world, "{\"no\": \"event\"}");
    put(&world, &message(&world, &[&ids[2]]));
    assert_eq!(deliver(&world, &sync).await, (1, 1));
    assert_eq!(first_name(&world, &ids[2]), "Avisada");
    let left = world.desk.open().queues[CONTACT_SYNC].letters.clone();
    assert!(left.len() == 1 && left[0].body.contains("no"), "{left:?}");
}

/// A message that comes days late says nothing of what a contact was then: what is written is what Salesforce shows now,
/// which is nothing new, and it brings nobody back who was deleted meanwhile.
#[tokio::test]
async fn t24_a_message_that_comes_days_late_changes_nothing() {
    let (world, sync, ids) = linked(3).await;
    world.salesforce.update(&ids[0], &json!({"FirstName": "Antiga"}));
    let late = message(&world, &[&ids[0], &ids[1]]);
    world.salesforce.update(&ids[0], &json!({"FirstName": "Nova"}));
    world.salesforce.delete(&ids[1]);
    world.advance(DAYS);
    assert_eq!(sync.invoke(json!({})).await.report().updated, 2);
    put(&world, &late);
    assert_eq!(deliver(&world, &sync).await, (0, 0));
    assert_eq!(first_name(&world, &ids[0]), "Nova");
    assert!(world.genesys.contact_of(&ids[1]).is_none());
}
