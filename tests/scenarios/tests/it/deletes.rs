//! What the sync does when Salesforce deletes a contact, and when it only looks like it.

use std::time::Duration;

use platform::report::Status;
use scenarios::people::people;
use scenarios::{ContactDraft, World};
use serde_json::{Value, json};

const EMAIL: &str = "ana.silva@northwind.example";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn genesys_writes(world: &World) -> usize {
    world.journal().iter().filter(|entry| entry.is_genesys_write()).count()
}

fn salesforce_calls(world: &World) -> usize {
    let calls = world.journal();
    calls.iter().filter(|entry| entry.vendor == "salesforce" && entry.kind != "login").count()
}

/// The second run does nothing.
async fn assert_quiet(world: &World) {
    world.forget();
    let report = world.tick().await.report();
    assert_eq!((report.created, report.updated, report.failed), (0, 0, 0), "{report:?}");
    assert_eq!(genesys_writes(world), 0);
}

/// The link row of one contact.
fn link_row(world: &World, id: &str) -> Value {
    let pk = format!("link#{id}");
    world.state_rows().into_iter().find(|row| row["pk"]["S"] == pk.as_str()).unwrap_or(Value::Null)
}

async fn with_contacts(config: &str, count: usize) -> (World, Vec<String>) {
    let world = World::builder().config(config).start().await;
    let ids = world.salesforce.insert(&people(count));
    assert_eq!(world.tick().await.report().created, count as u64);
    (world, ids)
}

/// A contact deleted in Salesforce stays in Genesys with its conversations, and loses our external id and link: the
/// default of `on_delete`. Its link row becomes a tombstone for ninety days.
#[tokio::test]
async fn a_deleted_contact_is_unlinked_and_stays_in_genesys() {
    let (world, ids) = with_contacts("", 3).await;
    world.salesforce.delete(&ids[1]);
    let report = world.tick().await.report();
    assert_eq!((report.fetched, report.updated, report.status), (1, 1, Status::Done), "{report:?}");

    assert!(world.genesys.contact_of(&ids[1]).is_none());
    let contacts = world.genesys.contacts();
    let left = contacts.iter().find(|contact| contact["externalIds"].is_null()).expect("the contact that stays");
    assert!(left["externalSystemUrl"].is_null() && left["lastName"] == "Sobrenome00001", "{left}");
    assert_eq!(contacts.len(), 3);

    let row = link_row(&world, &ids[1]);
    assert!(row["gone"]["M"]["version"]["N"].is_string() && row["genesys_id"].is_null(), "{row}");
    let kept_for_s = row["ttl"]["N"].as_str().unwrap().parse::<i64>().unwrap() - world.clock().now().as_second();
    assert!((89 * 24 * 3600..=90 * 24 * 3600).contains(&kept_for_s), "{kept_for_s}");
    assert_quiet(&world).await;
}

/// With `on_delete = "delete"` the Genesys contacts are deleted, fifty in a request, and one that somebody deleted there
/// before is done.
#[tokio::test]
async fn with_the_delete_policy_deleted_contacts_are_removed_in_one_request() {
    let (world, ids) = with_contacts("on_delete = \"delete\"", 12).await;
    let by_hand = world.genesys.contact_of(&ids[3]).unwrap()["id"].as_str().unwrap().to_owned();
    world.genesys.delete(&by_hand);
    ids[..8].iter().for_each(|id| world.salesforce.delete(id));
    world.forget();
    let report = world.tick().await.report();

    assert_eq!((report.updated, report.failed), (8, 0), "{report:?}");
    assert_eq!(world.genesys.contacts().len(), 4);
    assert_eq!(genesys_writes(&world), 1);
    assert_quiet(&world).await;
}

/// Deletions of contacts that were never linked lead to nothing; a tick that finds nothing asks Salesforce twice: for
/// changes and for deletions.
#[tokio::test]
async fn an_idle_tick_asks_salesforce_twice_and_genesys_nothing() {
    let (world, _) = with_contacts("", 2).await;
    let stranger = world.salesforce.contact("Nobody").insert();
    world.salesforce.delete(&stranger);
    world.tick().await.report();
    world.forget();
    let report = world.tick().await.report();
    assert_eq!((report.fetched, salesforce_calls(&world)), (0, 2), "{report:?}");
    assert!(world.journal().iter().all(|entry| entry.vendor != "genesys"));
    assert!(report.state.writes <= 5, "{report:?}");
}

/// A row that was read or told late is older than the deletion and brings nobody back. A contact restored from the bin
/// is newer, and goes the ordinary way again: found by its e-mail address, linked, and written in full.
#[tokio::test]
async fn t09_a_late_row_brings_no_deleted_contact_back_and_a_restored_one_comes_back() {
    let world = World::start().await;
    let id = world.salesforce.contact("Antonieta").email(EMAIL).insert();
    world.tick().await.report();
    let before = world.clock().now();
    world.salesforce.delete(&id);
    world.tick().await.report();
    assert!(world.genesys.contact_of(&id).is_none());

    world.salesforce.undelete(&id);
    world.salesforce.update(&id, &json!({"SystemModstamp": before.to_string(), "FirstName": "Atrasada"}));
    let late = world.invoke(json!({"since": "2000-01-01T00:00:00Z"})).await.report();
    assert_eq!(late.skipped_by.get("deleted"), Some(&1), "{late:?}");
    assert!(world.genesys.contact_of(&id).is_none());

    world.salesforce.update(&id, &json!({"FirstName": "Restaurada"}));
    let report = world.tick().await.report();
    assert_eq!((report.created, report.updated), (0, 1), "{report:?}");
    let contact = world.genesys.contact_of(&id).expect("linked again");
    assert_eq!((&contact["firstName"], world.genesys.contacts().len()), (&json!("Restaurada"), 1));
    assert_quiet(&world).await;
}

/// With the delete policy there is nothing to find: a restored contact is made again, with all its values.
#[tokio::test]
async fn a_contact_restored_after_its_removal_is_made_again() {
    let (world, ids) = with_contacts("on_delete = \"delete\"", 1).await;
    world.salesforce.delete(&ids[0]);
    world.tick().await.report();
    assert!(world.genesys.contacts().is_empty());
    world.salesforce.undelete(&ids[0]);
    let report = world.tick().await.report();
    assert_eq!(report.created, 1, "{report:?}");
    let contact = world.genesys.contact_of(&ids[0]).expect("made again");
    assert_eq!((&contact["lastName"], contact["workEmail"].is_string()), (&json!("Sobrenome00000"), true));
    assert_quiet(&world).await;
}

/// A contact that sharing hides is not deleted: nothing happens to it, for as long as it stays hidden.
#[tokio::test]
async fn a_hidden_contact_is_left_alone() {
    let (world, ids) = with_contacts("on_delete = \"delete\"", 2).await;
    world.salesforce.share(&ids[0], false);
    assert_quiet(&world).await;
    assert!(world.genesys.contact_of(&ids[0]).is_some());
}

/// A contact that waits in review or quarantine and is deleted waits no longer.
#[tokio::test]
async fn a_deleted_contact_leaves_the_review_list() {
    let world = World::start().await;
    world.genesys.contact("A. N.").email(EMAIL).insert();
    let ids = [world.salesforce.contact("Antonieta").email(EMAIL), world.salesforce.contact("Bernadete").email(EMAIL)]
        .map(ContactDraft::insert);
    assert_eq!(world.tick().await.report().skipped_by.get("review"), Some(&2));
    ids.iter().for_each(|id| world.salesforce.delete(id));
    world.tick().await.report();
    assert!(world.state_rows().iter().all(|row| row["pk"]["S"] != "review#contact-sync"));
    assert_quiet(&world).await;
}

/// More than twenty deletions in one run are out of proportion: nothing is written, one message goes out, and the plan
/// waits until a person approves of exactly this one.
#[tokio::test]
async fn twenty_five_deletions_wait_for_approval() {
    let (world, ids) = with_contacts("on_delete = \"delete\"", 30).await;
    ids[..25].iter().for_each(|id| world.salesforce.delete(id));
    world.forget();
    for _ in 0..2 {
        let report = world.tick().await.report();
        assert_eq!((report.status, report.updated), (Status::Braked, 0), "{report:?}");
    }
    assert_eq!((genesys_writes(&world), world.genesys.contacts().len()), (0, 30));

    let report = world.tick().await.report();
    let reason = report.reason.expect("why it is braked");
    let plan = reason.split('"').find(|word| word.starts_with("plan-")).expect("the id of the plan");
    let approved = world.invoke(json!({"approve": plan})).await.report();
    assert_eq!((approved.updated, approved.failed), (25, 0), "{approved:?}");
    assert_eq!(world.genesys.contacts().len(), 5);
    assert_quiet(&world).await;
}

/// While Genesys refuses to answer, the deletion stays owed and the mark before it; after that it is done.
#[tokio::test]
async fn a_deletion_that_could_not_be_carried_out_is_not_forgotten() {
    let (world, ids) = with_contacts("", 2).await;
    world.salesforce.delete(&ids[0]);
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "operation": "contact_patch", "status": 503}));
    let report = world.tick().await.report();
    assert_eq!((report.updated, report.failed, report.status), (0, 1, Status::Partial), "{report:?}");
    world.genesys.calm();
    let report = world.tick().await.report();
    assert_eq!((report.updated, report.status), (1, Status::Done), "{report:?}");
    assert!(world.genesys.contact_of(&ids[0]).is_none());
    assert_quiet(&world).await;
}

/// A deletion that Genesys refused in ten runs is given up, so that it holds nobody up. Released by a person, it is carried
/// out.
#[tokio::test]
async fn a_deletion_that_was_given_up_is_carried_out_when_it_is_released() {
    let (world, ids) = with_contacts("give_up_after_ticks = 2", 2).await;
    for id in &ids {
        world.salesforce.delete(id);
        world.advance(Duration::from_secs(60));
    }
    let path = world.genesys.contact_of(&ids[1]).expect("it is linked")["id"].clone();
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "method": "PATCH", "path": path, "status": 503}));
    // The other one is taken away, so Genesys is not down.
    let report = world.tick().await.report();
    assert_eq!((report.failed, report.updated), (1, 1), "{report:?}");
    assert_eq!(world.tick().await.report().skipped_by.get("gave_up"), Some(&1));
    world.genesys.calm();
    assert_quiet(&world).await;
    world.invoke(json!({"release": ids[1]})).await;
    world.tick().await.report();
    assert!(world.genesys.contact_of(&ids[1]).is_none());
    assert!(world.state_rows().iter().all(|row| row["pk"]["S"] != "quarantine#contact-sync"));
}

/// After a pause longer than Salesforce keeps deletions, nobody can say what was deleted: a warning says so, and the next
/// run is a full reconcile.
#[tokio::test]
async fn after_a_pause_longer_than_the_bin_a_full_reconcile_is_asked_for() {
    let (world, ids) = with_contacts("", 3).await;
    world.salesforce.delete(&ids[0]);
    world.advance(20 * DAY);
    world.salesforce.empty_bin();
    world.advance(2 * DAY);
    let report = world.tick().await.report();
    let asks = |warning: &String| warning.contains("full reconcile");
    assert!(report.warnings.iter().any(asks), "{report:?}");
    let full = world.tick().await.report();
    assert_eq!(full.warnings_by.get("missing"), Some(&1), "{full:?}");
    assert!(world.genesys.contact_of(&ids[0]).is_some(), "not visible is not deleted");
    assert_quiet(&world).await;
}
