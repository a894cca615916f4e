//! What the sync does when Salesforce, or an agent in Genesys, merges contacts.

use std::time::Duration;

use platform::report::Status;
use scenarios::World;
use scenarios::people::person;
use serde_json::{Value, json};

use crate::organizations::{account, account_in_genesys};

const NUMBER: &str = "+15125550142";
const HOUR: Duration = Duration::from_secs(3600);

fn genesys_writes(world: &World) -> usize {
    world.journal().iter().filter(|entry| entry.is_genesys_write()).count()
}

/// The second run does nothing.
async fn assert_quiet(world: &World) {
    world.forget();
    let report = world.tick().await.report();
    assert_eq!((report.created, report.updated, report.failed), (0, 0, 0), "{report:?}");
    assert_eq!(genesys_writes(world), 0);
}

fn genesys_id(contact: &Value) -> String {
    contact["id"].as_str().expect("an id").to_owned()
}

fn external_ids(contact: &Value) -> Vec<&str> {
    contact["externalIds"].as_array().into_iter().flatten().filter_map(|id| id["value"].as_str()).collect()
}

/// The Genesys id in the link row of one contact.
fn linked_to(world: &World, id: &str) -> String {
    let pk = format!("link#{id}");
    let rows = world.state_rows();
    let row = rows.iter().find(|row| row["pk"]["S"] == pk.as_str()).expect("a link row");
    row["genesys_id"]["S"].as_str().unwrap_or_default().to_owned()
}

/// Everybody linked.
async fn linked(count: usize, config: &str) -> (World, Vec<String>) {
    let world = World::builder().config(config).start().await;
    let ids = world.salesforce.insert(&(0..count).map(person).collect::<Vec<_>>());
    assert_eq!(world.tick().await.report().created, count as u64);
    (world, ids)
}

/// The surviving contact has no Genesys contact yet: it takes over the loser's, with its conversations, under its own id
/// and with its own values.
#[tokio::test]
async fn a_merge_into_an_unlinked_contact_hands_the_genesys_contact_over() {
    let (world, ids) = linked(1, "").await;
    let before = genesys_id(&world.genesys.contact_of(&ids[0]).unwrap());
    let master = world.salesforce.contact("Mestra").phone(NUMBER).insert();
    world.salesforce.merge(&master, &[&ids[0]], &json!({}));
    let report = world.tick().await.report();
    assert_eq!((report.created, report.failed, report.status), (0, 0, Status::Done), "{report:?}");

    let contacts = world.genesys.contacts();
    assert_eq!(contacts.len(), 1);
    assert_eq!((genesys_id(&contacts[0]), external_ids(&contacts[0])), (before.clone(), vec![master.as_str()]));
    assert_eq!((&contacts[0]["firstName"], &contacts[0]["workPhone"]["e164"]), (&json!("Mestra"), &json!(NUMBER)));
    assert!(contacts[0]["externalSystemUrl"].as_str().unwrap().ends_with(&master));
    assert!(
        contacts[0]["workEmail"].is_null(),
        "the loser's address, which the surviving contact has not: {}",
        contacts[0]
    );
    assert_eq!(linked_to(&world, &master), before);
    assert_quiet(&world).await;
}

/// The surviving contact has a Genesys contact of its own: the loser's goes the way of a deleted one, and that is said.
#[tokio::test]
async fn a_merge_into_a_linked_contact_unlinks_the_losers() {
    let (world, ids) = linked(3, "").await;
    world.salesforce.merge(&ids[0], &[&ids[1], &ids[2]], &json!({"FirstName": "Unida"}));
    let report = world.tick().await.report();
    assert_eq!((report.created, report.failed), (0, 0), "{report:?}");
    assert_eq!(report.warnings_by.get("merged_twin"), Some(&2), "{report:?}");

    assert_eq!(world.genesys.contact_of(&ids[0]).unwrap()["firstName"], "Unida");
    assert!(world.genesys.contact_of(&ids[1]).is_none() && world.genesys.contact_of(&ids[2]).is_none());
    assert_eq!(world.genesys.contacts().len(), 3);
    assert_quiet(&world).await;
}

/// The winner of a merge may be merged away itself: the chain is followed to whoever is still there.
#[tokio::test]
async fn a_chain_of_merges_is_followed_to_its_end() {
    let (world, ids) = linked(1, "on_delete = \"delete\"").await;
    let before = genesys_id(&world.genesys.contact_of(&ids[0]).unwrap());
    let (middle, last) = (world.salesforce.contact("Meio").insert(), world.salesforce.contact("Fim").insert());
    world.salesforce.merge(&middle, &[&ids[0]], &json!({}));
    world.salesforce.merge(&last, &[&middle], &json!({}));
    world.tick().await.report();
    let contact = world.genesys.contact_of(&last).expect("handed over");
    assert_eq!((genesys_id(&contact), world.genesys.contacts().len()), (before, 1));
    assert_eq!(contact["firstName"], "Fim");
    assert_quiet(&world).await;
}

/// A merge into a contact that was deleted afterwards is a deletion.
#[tokio::test]
async fn a_merge_whose_winner_was_deleted_is_a_deletion() {
    let (world, ids) = linked(2, "on_delete = \"delete\"").await;
    world.salesforce.merge(&ids[1], &[&ids[0]], &json!({}));
    world.salesforce.delete(&ids[1]);
    let report = world.tick().await.report();
    assert_eq!((report.updated, report.failed), (2, 0), "{report:?}");
    assert!(world.genesys.contacts().is_empty());
    assert_quiet(&world).await;
}

/// The person may live on under a record that our user may not see: the contact is never removed, only unlinked.
#[tokio::test]
async fn a_merge_into_a_hidden_contact_removes_nothing() {
    let (world, ids) = linked(1, "on_delete = \"delete\"").await;
    let master = world.salesforce.contact("Oculta").insert();
    world.salesforce.share(&master, false);
    world.salesforce.merge(&master, &[&ids[0]], &json!({}));
    world.tick().await.report();
    let contacts = world.genesys.contacts();
    assert_eq!((contacts.len(), external_ids(&contacts[0]).len()), (1, 0));
    assert_quiet(&world).await;
}

/// An agent merges a linked contact with another one: Genesys answers under a new id, and the link follows.
#[tokio::test]
async fn t10_a_merge_in_genesys_takes_the_link_along() {
    let (world, ids) = linked(1, "").await;
    let old = genesys_id(&world.genesys.contact_of(&ids[0]).unwrap());
    let other = world.genesys.contact("Duplicada").field("lastName", "Typed-In").phone(NUMBER).insert();
    let merged = world.genesys.merge(&[&old, &other]);
    world.salesforce.update(&ids[0], &json!({"FirstName": "Renomeada"}));
    let report = world.tick().await.report();
    assert_eq!((report.updated, report.failed, report.skipped_by.get("review")), (1, 0, None), "{report:?}");
    assert_eq!(linked_to(&world, &ids[0]), merged);
    assert_eq!(world.genesys.contact_of(&ids[0]).unwrap()["firstName"], "Renomeada");
    assert_quiet(&world).await;
}

/// An agent merges two linked contacts. One Genesys contact cannot be both: the first to change keeps it, and the other one
/// waits for a person. What the other one wrote there before that was known is written over again by the next full
/// reconcile.
#[tokio::test]
async fn t10_two_linked_contacts_merged_in_genesys_do_not_share_the_contact() {
    let (world, ids) = linked(2, "").await;
    let both = [0, 1].map(|n| genesys_id(&world.genesys.contact_of(&ids[n]).unwrap()));
    let merged = world.genesys.merge(&[&both[0], &both[1]]);
    let names = ["Primeira", "Segunda"];
    ids.iter().zip(names).for_each(|(id, name)| world.salesforce.update(id, &json!({"FirstName": name})));
    let report = world.tick().await.report();
    assert_eq!((report.updated, report.skipped_by.get("review"), report.failed), (1, Some(&1), 0), "{report:?}");
    let owners: Vec<usize> = (0..2).filter(|number| linked_to(&world, &ids[*number]) == merged).collect();
    assert_eq!(owners.len(), 1);
    assert_quiet(&world).await;
    world.invoke(json!({"mode": "full"})).await.report();
    assert_eq!(world.genesys.contact_of(&ids[owners[0]]).unwrap()["firstName"], names[owners[0]]);
}

/// An agent merged two linked contacts, and one of them is deleted in Salesforce: the Genesys contact is still the other
/// one's, so it stays, whatever the policy, and only the deleted one's external id goes.
#[tokio::test]
async fn t10_a_contact_that_is_somebody_elses_too_is_never_removed() {
    let (world, ids) = linked(2, "on_delete = \"delete\"").await;
    let both = [0, 1].map(|n| genesys_id(&world.genesys.contact_of(&ids[n]).unwrap()));
    let merged = world.genesys.merge(&[&both[0], &both[1]]);
    world.salesforce.delete(&ids[1]);
    let report = world.tick().await.report();
    assert_eq!((report.updated, report.failed), (1, 0), "{report:?}");
    let contact = world.genesys.contact_of(&ids[0]).expect("the other one's contact");
    assert_eq!((genesys_id(&contact), external_ids(&contact)), (merged, vec![ids[0].as_str()]));
    assert_quiet(&world).await;
}

/// An agent takes our external id off a linked contact: its next change puts it back instead of making a twin.
#[tokio::test]
async fn a_linked_contact_without_its_external_id_gets_it_back() {
    let (world, ids) = linked(1, "").await;
    let id = genesys_id(&world.genesys.contact_of(&ids[0]).unwrap());
    world.genesys.update(&id, &json!({"externalIds": null}));
    world.salesforce.update(&ids[0], &json!({"FirstName": "Renomeada"}));
    let report = world.tick().await.report();
    assert_eq!((report.created, report.updated), (0, 1), "{report:?}");
    let contact = world.genesys.contact_of(&ids[0]).expect("carries our external id");
    assert_eq!((genesys_id(&contact), &contact["firstName"]), (id, &json!("Renomeada")));
    assert_eq!(world.genesys.contacts().len(), 1);
    assert_quiet(&world).await;
}

/// Somebody takes over a Genesys contact and cannot be written, because the account cannot: the contact waits with its
/// account, and everybody else's changes are carried over in the same run.
#[tokio::test]
async fn a_surviving_contact_that_cannot_be_written_holds_nobody_else_up() {
    let (world, ids) = linked(2, "").await;
    let accounts = world.salesforce.insert_accounts(&[account(1)]);
    let master = world.salesforce.contact("Mestra").phone(NUMBER).field("AccountId", accounts[0].as_str()).insert();
    world.salesforce.merge(&master, &[&ids[0]], &json!({}));
    world.salesforce.update(&ids[1], &json!({"FirstName": "Outra"}));
    world.genesys.fault(&json!({
        "fault": "partial_failure", "external_ids": [accounts[0]],
        "status": 503, "code": "service.unavailable", "retryable": true
    }));
    for _ in 0..3 {
        let report = world.tick().await.report();
        assert_eq!(
            (report.status, report.failed_by.contains_key("organization")),
            (Status::Partial, true),
            "{report:?}"
        );
        assert_eq!(world.genesys.contact_of(&ids[1]).unwrap()["firstName"], "Outra", "{report:?}");
        assert_ne!(world.genesys.contact_of(&master).unwrap()["firstName"], "Mestra");
    }
    world.genesys.calm();
    let report = world.tick().await.report();
    assert_eq!((report.status, report.failed), (Status::Done, 0), "{report:?}");
    assert_eq!(world.genesys.contact_of(&master).unwrap()["firstName"], "Mestra");
    assert_eq!(account_in_genesys(&world, &master).as_ref(), Some(&accounts[0]));
    assert_eq!(world.genesys.contacts().len(), 2);
    assert_quiet(&world).await;
}

/// A surviving contact whose write failed is owed until it is written, also where no change of its own leads
/// back to it.
#[tokio::test]
async fn a_surviving_contact_whose_write_failed_is_owed_until_it_is_written() {
    let (world, ids) = linked(2, "").await;
    let before = world.clock().now();
    world.advance(HOUR);
    world.salesforce.update(&ids[1], &json!({"FirstName": "Outra"}));
    world.advance(HOUR);
    assert_eq!(world.tick().await.report().updated, 1, "the watermark is behind that moment");
    let mut heir = person(0);
    heir.insert("FirstName".to_owned(), json!("Mestra"));
    let master = world.salesforce.insert(&[heir]).remove(0);
    world.salesforce.merge(&master, &[&ids[0]], &json!({}));
    world.salesforce.update(&master, &json!({"SystemModstamp": before.to_string()}));
    world.genesys.fault(&json!({
        "fault": "refused", "vendor": "genesys", "operation": "contact_enrich", "status": 409, "code": "general.conflict",
    }));
    world.salesforce.update(&ids[1], &json!({"Email": null}));
    for _ in 0..2 {
        let report = world.tick().await.report();
        assert_eq!((report.status, report.failed), (Status::Partial, 1), "{report:?}");
        assert!(world.genesys.contact_of(&ids[1]).unwrap()["workEmail"].is_null(), "{report:?}");
    }
    world.genesys.calm();
    let report = world.tick().await.report();
    assert_eq!((report.status, report.failed), (Status::Done, 0), "{report:?}");
    assert_eq!(world.genesys.contact_of(&master).unwrap()["firstName"], "Mestra");
    assert_quiet(&world).await;
}
/// Whoever took over a Genesys contact counts once for the brake, also where Genesys takes no writes for a while before the
/// values follow.
#[tokio::test]
async fn surviving_contacts_of_an_outage_count_once() {
    let (world, ids) = linked(60, "").await;
    for (number, loser) in ids.iter().enumerate().take(15) {
        let master = world.salesforce.insert(&[person(100 + number)]).remove(0);
        world.salesforce.merge(&master, &[loser], &json!({}));
    }
    for operation in ["contacts_bulk_enrich", "contact_enrich"] {
        world
            .genesys
            .fault(&json!({"fault": "busy", "vendor": "genesys", "operation": operation, "retry_after": 3600}));
    }
    world.advance(HOUR);
    assert_eq!(world.invoke(json!({"mode": "full"})).await.report().status, Status::Partial);
    world.genesys.calm();
    world.restart().await;
    let report = world.tick().await.report();
    assert_eq!((report.status, report.failed), (Status::Done, 0), "{report:?}");
    assert_eq!(world.genesys.contacts().len(), 60);
    assert_quiet(&world).await;
}
