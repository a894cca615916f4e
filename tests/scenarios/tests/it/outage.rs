//! Genesys takes no writes for hours: nobody is set aside for that. And those whose own fault it is are.

use std::time::Duration;

use platform::report::{RunReport, Status};
use scenarios::World;
use scenarios::people::{people, person};
use serde_json::{Value, json};

use crate::organizations::{load, touch};

/// Whatever contact-sync writes contacts and organizations by.
const WRITES: [&str; 8] = [
    "contacts_bulk_add",
    "contacts_bulk_enrich",
    "contact_enrich",
    "contact_patch",
    "contacts_bulk_remove",
    "organizations_bulk_add",
    "organizations_bulk_enrich",
    "organization_patch",
];

fn take_no_writes(world: &World, status: u16) {
    for operation in WRITES {
        let fault = json!({"fault": "busy", "vendor": "genesys", "operation": operation, "status": status});
        world.genesys.fault(&fault);
    }
}

/// Genesys cannot write this contact.
fn fail_about(world: &World, id: &str) {
    let contact = world.genesys.contact_of(id).expect("it is in Genesys");
    let path = format!("/contacts/{}", contact["id"].as_str().unwrap());
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "method": "PATCH", "path": path, "status": 500}));
}

/// The same, in an answer that tells to come back after longer than an invocation takes: each try is one request, so the
/// breaker leaves room for others.
fn put_off_about(world: &World, id: &str) {
    let contact = world.genesys.contact_of(id).expect("it is in Genesys");
    let path = format!("/contacts/{}", contact["id"].as_str().unwrap());
    let fault = json!({"fault": "busy", "vendor": "genesys", "method": "PATCH", "path": path, "retry_after": 3600});
    world.genesys.fault(&fault);
}

/// The next tick, by a new process.
async fn fresh_tick(world: &World) -> RunReport {
    world.restart().await;
    half_an_hour_later(world).await
}

fn set_aside(world: &World) -> Vec<String> {
    let rows = world.state_rows();
    let quarantined = rows.iter().filter(|row| row["pk"]["S"] == "quarantine#contact-sync");
    quarantined.map(|row| row["sk"]["S"].as_str().unwrap().to_owned()).collect()
}

async fn linked(count: usize, config: &str) -> (World, Vec<String>) {
    let world = World::builder().config(config).start().await;
    let ids = world.salesforce.insert(&people(count));
    assert_eq!(world.tick().await.report().created, count as u64);
    world.advance(Duration::from_secs(1800));
    (world, ids)
}

fn empty(world: &World, id: &str) {
    world.salesforce.update(id, &json!({"Email": null}));
}

fn email(world: &World, id: &str) -> Value {
    world.genesys.contact_of(id).expect("it is in Genesys")["workEmail"].clone()
}

async fn half_an_hour_later(world: &World) -> RunReport {
    world.advance(Duration::from_secs(1800));
    world.tick().await.report()
}

/// Genesys takes no writes for six hours: however many ticks that is, nobody is set aside for it, neither contacts nor
/// accounts nor deletions, and when it is over everything arrives without anybody's doing.
#[tokio::test]
async fn an_outage_of_many_ticks_sets_nobody_aside() {
    for (status, with_deletion) in [(503, false), (500, false), (503, true)] {
        let (world, ids) = linked(6, "").await;
        let (accounts, of_account) = load(&world, 1, 1);
        world.tick().await.report();
        ids[..3].iter().for_each(|id| world.salesforce.update(id, &json!({"FirstName": "Depois"})));
        empty(&world, &ids[3]);
        world.salesforce.update_account(&accounts[0], &json!({"Name": "Nome Novo"}));
        touch(&world, &of_account[0]);
        let new = world.salesforce.insert(&[person(80)]).remove(0);
        if with_deletion {
            world.salesforce.delete(&ids[4]);
        }

        take_no_writes(&world, status);
        for _ in 0..12 {
            world.advance(Duration::from_secs(1800));
            // A run may fail as a whole, where what it reads is held back after so many writes in vain.
            if let Ok(report) = world.tick().await.result {
                assert_eq!((report.status, report.created, report.updated), (Status::Partial, 0, 0), "{report:?}");
            }
        }
        assert_eq!(set_aside(&world), Vec::<String>::new(), "{status}");
        world.genesys.calm();
        let report = half_an_hour_later(&world).await;
        assert_eq!((report.status, report.failed), (Status::Done, 0), "{report:?}");
        assert!(ids[..3].iter().all(|id| world.genesys.contact_of(id).unwrap()["firstName"] == "Depois"));
        assert!(email(&world, &ids[3]).is_null());
        assert_eq!(world.genesys.contact_of(&ids[4]).is_none(), with_deletion);
        assert!(world.genesys.contact_of(&new).is_some(), "{status}");
        assert_eq!(world.genesys.organization_of(&accounts[0]).unwrap()["name"], "Nome Novo");
        assert_eq!(told_of_set_aside(&world), 0);
    }
}

/// The same where only one contact waits, and nothing else tells that it is an outage.
#[tokio::test]
async fn an_outage_does_not_set_aside_the_only_contact_that_waits() {
    let (world, ids) = linked(2, "").await;
    empty(&world, &ids[0]);
    take_no_writes(&world, 503);
    for _ in 0..12 {
        let report = half_an_hour_later(&world).await;
        assert_eq!((report.failed, report.skipped_by.get("gave_up")), (1, None), "{report:?}");
    }
    world.genesys.calm();
    assert_eq!(half_an_hour_later(&world).await.updated, 1);
    assert!(email(&world, &ids[0]).is_null());
}

/// A contact at which Genesys fails while it writes others is set aside after ten ticks, also where there are two of them
/// in a row.
#[tokio::test]
async fn contacts_at_which_genesys_fails_are_set_aside_while_others_are_written() {
    for poisonous in [1, 2] {
        let (world, ids) = linked(3, "").await;
        let (bad, good) = (&ids[..poisonous], &ids[2]);
        bad.iter().for_each(|id| fail_about(&world, id));
        bad.iter().for_each(|id| empty(&world, id));
        for tick in 1..=10 {
            world.salesforce.update(good, &json!({"FirstName": format!("Vez{tick}")}));
            let report = half_an_hour_later(&world).await;
            let failed = if tick < 10 { poisonous as u64 } else { 0 };
            assert_eq!((report.failed, report.updated), (failed, 1), "tick {tick}: {report:?}");
        }
        let mut expected = bad.to_vec();
        expected.sort();
        assert_eq!(set_aside(&world), expected);
        assert_eq!(half_an_hour_later(&world).await.status, Status::Done);
    }
}

/// Another contact changes in each tick and is written, while those two fail, until they are set aside at the end of the
/// tenth tick, and people are told once.
async fn hold_nobody_up(world: &World, bad: &[String], good: &str, put_off: impl Fn()) {
    let rename = |tick: u32| world.salesforce.update(good, &json!({"FirstName": format!("Vez{tick}")}));
    rename(0);
    fresh_tick(world).await; // Two that are new to it are an outage.
    for tick in 1..=10 {
        assert_eq!((set_aside(world).len(), told_of_set_aside(world)), (0, 0), "before tick {tick}");
        rename(tick);
        put_off();
        let report = fresh_tick(world).await;
        assert_eq!((report.failed, report.updated), (2, 1), "tick {tick}: {report:?}");
    }
    let mut expected = bad.to_vec();
    expected.sort();
    assert_eq!((set_aside(world), told_of_set_aside(world)), (expected, 1));
    let report = fresh_tick(world).await;
    assert_eq!((report.status, report.failed, told_of_set_aside(world)), (Status::Done, 0, 1), "{report:?}");
}

/// How often people were told that contacts were set aside.
fn told_of_set_aside(world: &World) -> usize {
    let told = world.desk.open().messages.clone();
    told.iter().filter(|message| format!("{message:?}").contains("set contacts aside")).count()
}

/// Two deletions that Genesys never carries out hold nobody else up, and are set aside once others were written in ten
/// ticks.
#[tokio::test]
async fn deletions_that_genesys_never_answers_hold_nobody_up() {
    let (world, ids) = linked(3, "").await;
    for id in &ids[..2] {
        put_off_about(&world, id);
        world.salesforce.delete(id);
    }
    hold_nobody_up(&world, &ids[..2], &ids[2], || {}).await;
}

/// Two contacts that Genesys never answers for hold nobody up who comes in a later slice, and are set aside once others
/// were written in ten ticks.
#[tokio::test]
async fn contacts_that_genesys_never_answers_hold_no_later_slice_up() {
    let (world, ids) = linked(11, "slice_contacts = 10").await;
    for id in &ids[..2] {
        put_off_about(&world, id);
        empty(&world, id);
    }
    world.advance(Duration::from_secs(60));
    ids[2..10].iter().for_each(|id| touch(&world, id)); // They fill the slice, and nothing of them is written.
    world.advance(Duration::from_secs(60));
    // They are tried alone before the other one, whatever request that takes.
    let put_off = || {
        let busy = json!({"fault": "busy", "vendor": "genesys", "operation": "contact_enrich", "calls": [1, 2], "retry_after": 3600});
        world.genesys.fault(&busy);
    };
    hold_nobody_up(&world, &ids[..2], &ids[10], put_off).await;
}

/// Deletions that stand behind two which Genesys never carries out do not wait for those two to be set aside.
#[tokio::test]
async fn deletions_behind_two_that_genesys_never_answers_are_carried_out() {
    let (world, ids) = linked(12, "").await;
    ids[..2].iter().for_each(|id| put_off_about(&world, id));
    ids.iter().for_each(|id| world.salesforce.delete(id));
    let mut left = ids.len();
    for _ in 0..12 {
        fresh_tick(&world).await;
        left = ids[2..].iter().filter(|id| world.genesys.contact_of(id).is_some()).count();
    }
    assert_eq!((left, set_aside(&world)), (0, Vec::<String>::new()));
    world.genesys.calm();
    assert_eq!(fresh_tick(&world).await.status, Status::Done);
    assert!(ids.iter().all(|id| world.genesys.contact_of(id).is_none()));
}

/// A deletion that is owed keeps the mark before it, also where one that was released from quarantine and deleted after it
/// is done.
#[tokio::test]
async fn a_released_contact_that_is_deleted_moves_the_mark_over_nobody() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(2));
    world.genesys.fault(&json!({
        "fault": "partial_failure", "external_ids": [ids[0]], "status": 422, "code": "validation.failed", "retryable": false,
    }));
    assert_eq!(world.tick().await.report().created, 1);
    world.genesys.calm();
    world.advance(Duration::from_secs(1800));
    put_off_about(&world, &ids[1]);
    world.salesforce.delete(&ids[1]);
    for _ in 0..5 {
        assert_eq!(fresh_tick(&world).await.failed, 1);
    }
    let (answer, log) = world.function("contact-sync").ask(&json!({"release": ids[0]}).to_string()).await;
    assert!(answer.is_ok(), "{answer:?}\n{log}");
    world.salesforce.delete(&ids[0]);
    fresh_tick(&world).await;
    world.genesys.calm();
    fresh_tick(&world).await;
    assert!(world.genesys.contact_of(&ids[1]).is_none());
}

/// A deletion that is owed is given up after as many failed ticks as any, whatever full reconciles come between, and then no
/// reconcile tries it again.
#[tokio::test]
async fn a_deletion_that_is_owed_is_given_up_whatever_reconciles_come_between() {
    let (world, ids) = linked(3, "give_up_after_ticks = 4").await;
    put_off_about(&world, &ids[0]);
    world.salesforce.delete(&ids[0]);
    for run in 1..=4 {
        world.restart().await;
        world.advance(Duration::from_secs(1800));
        world.salesforce.update(&ids[1], &json!({"FirstName": format!("Vez{run}")}));
        world.advance(Duration::from_secs(120));
        let event = if run == 2 { json!({"mode": "full"}) } else { json!({}) };
        let report = world.invoke(event).await.report();
        assert_eq!((report.updated, set_aside(&world).len()), (1, usize::from(run == 4)), "run {run}: {report:?}");
    }
    world.advance(Duration::from_secs(1800));
    world.forget();
    let report = world.invoke(json!({"mode": "full"})).await.report();
    assert_eq!((report.status, report.failed), (Status::Done, 0), "{report:?}");
    assert!(world.journal().iter().all(|entry| entry.operation != "contact_patch"));
}

/// An account that Genesys never answers for, and whose contacts stand in several slices, fails once in a tick, keeps nobody
/// else from being written, and is given up after as many ticks as a contact.
#[tokio::test]
async fn an_account_of_contacts_in_several_slices_fails_once_in_a_tick() {
    let world = World::builder().config("slice_contacts = 10\ngive_up_after_ticks = 3").start().await;
    let (accounts, of_account) = load(&world, 1, 12);
    let good = world.salesforce.insert(&[person(80)]).remove(0);
    assert_eq!(world.tick().await.report().created, 13);
    world.advance(Duration::from_secs(1800));
    for operation in ["organizations_bulk_enrich", "organization_patch"] {
        let busy = json!({"fault": "busy", "vendor": "genesys", "operation": operation, "retry_after": 3600});
        world.genesys.fault(&busy);
    }
    world.salesforce.update_account(&accounts[0], &json!({"Name": "Nome Novo"}));
    of_account.iter().for_each(|id| touch(&world, id));
    for tick in 1..=3 {
        world.advance(Duration::from_secs(60));
        world.salesforce.update(&good, &json!({"FirstName": format!("Vez{tick}")}));
        let report = fresh_tick(&world).await;
        let expected = if tick < 3 { (Status::Partial, 12, 1) } else { (Status::Done, 0, 1) };
        assert_eq!((report.status, report.failed, report.updated), expected, "tick {tick}: {report:?}");
        assert_eq!(report.organizations.contains_key("refused"), tick == 3, "tick {tick}: {report:?}");
    }
    assert_eq!(fresh_tick(&world).await.status, Status::Done);
}

/// Contacts of a call that nobody answered travel alone in the next run, after all others.
#[tokio::test]
async fn contacts_that_were_not_answered_travel_alone_and_last() {
    let (world, ids) = linked(6, "").await;
    let rename =
        |ids: &[String]| ids.iter().for_each(|id| world.salesforce.update(id, &json!({"FirstName": "Depois"})));
    rename(&ids[..3]);
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "operation": "contacts_bulk_enrich"}));
    assert_eq!(half_an_hour_later(&world).await.failed, 3);
    world.genesys.calm();
    rename(&ids[3..]);
    world.forget();
    assert_eq!(half_an_hour_later(&world).await.updated, 6);
    let journal = world.journal();
    let writes: Vec<_> =
        journal.iter().filter(|entry| entry.is_genesys_write()).map(|entry| &entry.operation).collect();
    assert_eq!(writes, ["contacts_bulk_enrich", "contact_enrich", "contact_enrich", "contact_enrich"]);
}

/// A run over a list of ids is no tick: however often it fails at a contact, that contact is not set aside.
#[tokio::test]
async fn failures_of_lists_of_ids_are_no_ticks() {
    let (world, ids) = linked(2, "give_up_after_ticks = 2").await;
    fail_about(&world, &ids[0]);
    empty(&world, &ids[0]);
    for number in 0..4 {
        world.salesforce.update(&ids[1], &json!({"FirstName": format!("Vez{number}")}));
        world.advance(Duration::from_secs(120));
        let report = world.invoke(json!({"ids": ids})).await.report();
        assert_eq!((report.failed, report.updated), (1, 1), "{report:?}");
    }
    assert_eq!(set_aside(&world), Vec::<String>::new());
    world.genesys.calm();
    half_an_hour_later(&world).await;
    assert!(email(&world, &ids[0]).is_null());
}
