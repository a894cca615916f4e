//! The full reconcile: what it finds on both sides, what it heals, and what it leaves to people.

use std::time::Duration;

use platform::report::{RunReport, Status};
use scenarios::World;
use scenarios::people::{in_genesys, people, person};
use serde_json::{Value, json};

/// Small slices, so that a run has several of each kind; no brake, because a dozen contacts are few.
const SLICES: &str = "slice_contacts = 10\nscan_page_size = 10\nscan_above = 5";

fn genesys_writes(world: &World) -> usize {
    world.journal().iter().filter(|entry| entry.is_genesys_write()).count()
}

fn operations(world: &World, operation: &str) -> usize {
    world.journal().iter().filter(|entry| entry.operation == operation).count()
}

fn link_rows(world: &World) -> Vec<Value> {
    let rows = world.state_rows().into_iter();
    rows.filter(|row| row["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with("link#"))).collect()
}

fn link_row(world: &World, id: &str) -> Value {
    let pk = format!("link#{id}");
    link_rows(world).into_iter().find(|row| row["pk"]["S"] == pk.as_str()).unwrap_or(Value::Null)
}

fn genesys_id(world: &World, id: &str) -> String {
    let contact = world.genesys.contact_of(id).expect("a Genesys contact");
    contact["id"].as_str().expect("an id").to_owned()
}

fn found(report: &RunReport, what: &str) -> u64 {
    report.warnings_by.get(what).copied().unwrap_or(0)
}

async fn full(world: &World) -> RunReport {
    world.advance(Duration::from_secs(30 * 60));
    world.invoke(json!({"mode": "full"})).await.report()
}

/// A second reconcile finds nothing and writes nothing.
async fn assert_nothing_left(world: &World) {
    let before = link_rows(world);
    world.forget();
    let report = full(world).await;
    assert_eq!((report.created, report.updated, report.failed, report.status), (0, 0, 0, Status::Done), "{report:?}");
    assert_eq!(
        (found(&report, "drift"), found(&report, "relinked"), found(&report, "remade")),
        (0, 0, 0),
        "{report:?}"
    );
    assert_eq!(genesys_writes(world), 0);
    assert_eq!(link_rows(world), before);
}

async fn linked(count: usize, config: &str) -> (World, Vec<String>) {
    let config = format!("{SLICES}\n{config}");
    let world = World::builder().config(&config).start().await;
    let ids = world.salesforce.insert(&people(count));
    world.ticks_until_idle().await;
    assert_eq!(world.genesys.contacts().len(), count);
    (world, ids)
}

/// A scan whose cursor Genesys no longer knows, because it lives for a day, begins again; what was repaired stays repaired.
#[tokio::test]
async fn a_reconcile_whose_cursor_is_gone_begins_its_scan_again() {
    let (world, ids) = linked(25, "").await;
    world.genesys.update(&genesys_id(&world, &ids[0]), &json!({"lastName": "Digitada-Errada"}));
    world.genesys.fault(&json!({
        "fault": "refused", "operation": "contacts_scan", "calls": [2], "status": 422, "code": "unprocessable.entity",
    }));
    world.forget();
    let report = full(&world).await;
    assert_eq!((report.status, report.updated, found(&report, "drift")), (Status::Done, 1, 1), "{report:?}");
    assert_eq!(operations(&world, "contacts_scan"), 1 + 1 + 3, "one page, the refusal, and three from the beginning");
    assert_nothing_left(&world).await;
}

/// Twenty-five contacts in order: the scan and the keyset find nothing, and nothing is written.
#[tokio::test]
async fn a_reconcile_of_two_equal_sides_writes_nothing() {
    let (world, _) = linked(25, "").await;
    assert_nothing_left(&world).await;
    assert_eq!(operations(&world, "contacts_scan"), 3, "one scan in pages of ten");
    assert_eq!(operations(&world, "contacts_bulk_fetch"), 0, "whoever the scan shows is not asked for again");
}

/// An agent's change in a field whose `conflict` is `salesforce` is repaired; one in a `last_write` field (the default for
/// e-mail and phone) is left and reported, and so is a value in a field that the sync never wrote.
#[tokio::test]
async fn hand_edits_are_repaired_or_left_as_the_map_says() {
    let (world, ids) = linked(12, "").await;
    world.genesys.update(&genesys_id(&world, &ids[0]), &json!({"lastName": "Digitada-Errada"}));
    world.genesys.update(&genesys_id(&world, &ids[1]), &json!({"lastName": null, "title": "Chefe-de-Tudo"}));
    world.genesys.update(&genesys_id(&world, &ids[2]), &json!({"workEmail": "agente@northwind.example"}));
    let report = full(&world).await;
    assert_eq!((found(&report, "drift"), found(&report, "drift_left")), (2, 1), "{report:?}");
    assert_eq!((report.updated, report.failed), (2, 0), "{report:?}");

    let contact = |number: usize| world.genesys.contact_of(&ids[number]).unwrap();
    assert_eq!((&contact(0)["lastName"], &contact(1)["lastName"]), (&person(0)["LastName"], &person(1)["LastName"]));
    assert_eq!(contact(1)["title"], "Chefe-de-Tudo");
    assert_eq!(contact(2)["workEmail"], "agente@northwind.example");
    assert_nothing_left(&world).await;
}

/// A linked contact that somebody deleted in Genesys is made again, with all its values.
#[tokio::test]
async fn contacts_deleted_by_hand_are_made_again() {
    let (world, ids) = linked(12, "").await;
    for id in [&ids[3], &ids[7]] {
        world.genesys.delete(&genesys_id(&world, id));
    }
    let report = full(&world).await;
    assert_eq!((found(&report, "remade"), report.created, report.failed), (2, 2, 0), "{report:?}");
    let contact = world.genesys.contact_of(&ids[7]).expect("made again");
    assert_eq!((&contact["lastName"], contact["workEmail"].is_string()), (&person(7)["LastName"], true));
    assert_eq!(world.genesys.contacts().len(), 12);
    assert_nothing_left(&world).await;
}

/// Our external id was taken off a contact: it is put back, on the same contact.
#[tokio::test]
async fn an_external_id_that_was_taken_away_is_put_back() {
    let (world, ids) = linked(12, "").await;
    let id = genesys_id(&world, &ids[4]);
    world.genesys.update(&id, &json!({"externalIds": null}));
    let report = full(&world).await;
    assert_eq!((report.created, report.updated, report.failed), (0, 1, 0), "{report:?}");
    assert_eq!((genesys_id(&world, &ids[4]), world.genesys.contacts().len()), (id, 12));
    assert_nothing_left(&world).await;
}

/// Link rows were lost (a table restored from yesterday): contacts of ours are recognised by the external id they carry,
/// without a twin for anybody.
#[tokio::test]
async fn lost_link_rows_are_found_again_by_the_external_ids() {
    let (world, ids) = linked(12, "").await;
    let before = world.both_sides();
    for id in &ids[2..10] {
        let genesys_id = genesys_id(&world, id);
        world.lose_state_row(&format!("link#{id}"), "link");
        world.lose_state_row(&format!("peer#{genesys_id}"), "link");
    }
    let report = full(&world).await;
    assert_eq!((found(&report, "relinked"), report.created, report.failed), (8, 0, 0), "{report:?}");
    assert_eq!((link_rows(&world).len(), world.both_sides()), (12, before));
    assert_nothing_left(&world).await;
}

/// A row that was left `sending` by a run outside the schedule's window is driven again by its key.
#[tokio::test]
async fn intents_left_behind_are_driven_again() {
    let (world, ids) = linked(12, "").await;
    let (mut add, mut update) = (link_row(&world, &ids[0]), link_row(&world, &ids[1]));
    for row in [&mut add, &mut update] {
        row["state"] = json!({"S": "sending"});
        row["digests"] = json!({"M": {"lastName": {"S": "?"}}});
    }
    add.as_object_mut().unwrap().remove("genesys_id");
    world.put_state_row(&add);
    world.put_state_row(&update);
    let before = world.both_sides();
    let report = full(&world).await;
    assert_eq!((report.created + report.updated, report.failed), (2, 0), "{report:?}");
    assert!(link_rows(&world).iter().all(|row| row["state"]["S"] == "settled"));
    assert_eq!(world.both_sides(), before);
    assert_nothing_left(&world).await;
}

/// A Genesys contact that carries an id which Salesforce does not show is named and left alone: it may be hidden by
/// sharing, or somebody's typing.
#[tokio::test]
async fn whom_salesforce_does_not_show_is_reported_missing_and_left_alone() {
    let (world, ids) = linked(12, "on_delete = \"delete\"").await;
    world.salesforce.share(&ids[5], false);
    let mut typed_in = in_genesys(90);
    typed_in.insert("externalIds".to_owned(), json!([{"source": "Salesforce", "value": "003000000000099AAA"}]));
    world.genesys.insert(&[typed_in]);
    let report = full(&world).await;
    assert_eq!((found(&report, "missing"), report.updated, report.failed), (2, 0, 0), "{report:?}");
    let names = |id: &str| report.decisions.iter().any(|line| line.contains(id) && line.contains("does not show"));
    assert!(names(&ids[5]), "{report:?}");
    assert_eq!(world.genesys.contacts().len(), 13);
    assert_eq!(link_row(&world, &ids[5])["state"]["S"], "settled");
}

/// A contact that was deleted, but whose deletion nobody saw (its link row was lost), is still in the bin: the reconcile
/// asks, and the policy is carried out.
#[tokio::test]
async fn a_deletion_that_no_tick_saw_is_found_in_the_bin() {
    let (world, ids) = linked(12, "on_delete = \"delete\"").await;
    let genesys_id = genesys_id(&world, &ids[6]);
    world.lose_state_row(&format!("link#{}", ids[6]), "link");
    world.lose_state_row(&format!("peer#{genesys_id}"), "link");
    world.salesforce.delete(&ids[6]);
    world.tick().await.report();
    assert!(world.genesys.contact_of(&ids[6]).is_some(), "not linked, not touched");
    let report = full(&world).await;
    assert_eq!((report.updated, found(&report, "missing")), (1, 0), "{report:?}");
    assert_eq!(world.genesys.contacts().len(), 11);
    assert_nothing_left(&world).await;
}

/// A merge in Genesys that nobody has written to since: the link follows to the new id.
#[tokio::test]
async fn t10_the_reconcile_follows_merges_in_genesys() {
    let (world, ids) = linked(12, "").await;
    let old = genesys_id(&world, &ids[8]);
    let other = world.genesys.contact("Duplicada").field("lastName", "Typed-In").insert();
    let merged = world.genesys.merge(&[&old, &other]);
    let report = full(&world).await;
    assert_eq!((found(&report, "relinked"), report.created, report.failed), (1, 0, 0), "{report:?}");
    assert_eq!(link_row(&world, &ids[8])["genesys_id"]["S"], merged.as_str());
    assert_nothing_left(&world).await;
}

/// Two linked contacts were merged in Genesys, and one of them has it by now: the reconcile says so, and never writes the
/// other one's values over it.
#[tokio::test]
async fn t10_the_reconcile_does_not_give_one_contact_to_two() {
    let (world, ids) = linked(12, "").await;
    let both = [0, 1].map(|n| genesys_id(&world, &ids[n]));
    world.genesys.merge(&[&both[0], &both[1]]);
    world.salesforce.update(&ids[0], &json!({"FirstName": "Renomeada"}));
    world.tick().await.report();
    let report = full(&world).await;
    assert!(found(&report, "doubled") > 0, "{report:?}");
    let contact = world.genesys.contact_of(&ids[0]).expect("the first one's");
    assert_eq!((&contact["firstName"], &contact["lastName"]), (&json!("Renomeada"), &person(0)["LastName"]));
    assert_eq!((report.updated, report.created), (0, 0), "{report:?}");
}

/// A reconcile with a `limit` carries at most so many contacts that need something, and no deletions.
#[tokio::test]
async fn a_reconcile_with_a_limit_carries_no_more_than_that() {
    let (world, ids) = linked(12, "").await;
    ids[..5].iter().for_each(|id| world.genesys.update(&genesys_id(&world, id), &json!({"lastName": "Digitada"})));
    world.salesforce.delete(&ids[8]);
    world.advance(Duration::from_secs(30 * 60));
    let report = world.invoke(json!({"mode": "full", "limit": 2})).await.report();
    assert_eq!((report.updated, report.created, report.failed), (2, 0, 0), "{report:?}");
    assert!(world.genesys.contact_of(&ids[8]).is_some());
}

/// The cursor of the scan lives for a day. One that is no longer known begins the scan again; what was repaired stays.
#[tokio::test]
async fn t03_an_expired_scan_cursor_begins_the_scan_again() {
    let (world, ids) = linked(25, "slices_per_invocation = 2").await;
    world.genesys.update(&genesys_id(&world, &ids[0]), &json!({"lastName": "Digitada-Errada"}));
    let report = full(&world).await;
    assert_eq!(report.status, Status::Continued, "{report:?}");
    world.advance(Duration::from_secs(25 * 3600));
    for _ in 0..12 {
        let report = world.tick().await.report();
        if report.status == Status::Done {
            assert_eq!(world.genesys.contact_of(&ids[0]).unwrap()["lastName"], person(0)["LastName"]);
            return;
        }
    }
    panic!("the reconcile does not end: {:?}", world.log());
}

/// A new process has not seen the scan of the one before it, and asks for each linked contact by id: slower, and right.
#[tokio::test]
async fn a_reconcile_that_goes_on_in_a_new_process_finds_what_was_deleted_there() {
    let (world, ids) = linked(25, "slices_per_invocation = 2").await;
    world.genesys.delete(&genesys_id(&world, &ids[24]));
    full(&world).await;
    for _ in 0..14 {
        world.restart().await;
        let report = world.tick().await.report();
        if report.status == Status::Done {
            assert!(world.genesys.contact_of(&ids[24]).is_some());
            return;
        }
    }
    panic!("the reconcile does not end: {:?}", world.log());
}
/// Who fails in a full reconcile, where no tick looks again, is tried by one more, in the next tick; who fails there too waits
/// for the next full reconcile.
#[tokio::test]
async fn who_fails_in_a_reconcile_is_tried_by_one_more() {
    let (world, ids) = linked(12, "").await;
    world.genesys.delete(&genesys_id(&world, &ids[3]));
    for operation in ["contacts_bulk_add", "contact_enrich"] {
        world.genesys.fault(&json!({
            "fault": "refused", "vendor": "genesys", "operation": operation, "status": 409, "code": "general.conflict",
        }));
    }
    let outcome = |report: &RunReport| (report.status, report.failed, report.reason.clone().unwrap_or_default());
    let first = full(&world).await;
    let and_then = "some contacts failed; the next run goes through everybody once more".to_owned();
    assert_eq!(outcome(&first), (Status::Partial, 1, and_then));
    let again = world.tick().await.report();
    let and_then = "some contacts failed; the next full reconcile tries them again".to_owned();
    assert_eq!(outcome(&again), (Status::Partial, 1, and_then));
    assert_eq!(outcome(&world.tick().await.report()), (Status::Done, 0, String::new()));
    world.genesys.calm();
    assert_eq!(full(&world).await.created, 1);
    assert_nothing_left(&world).await;
}
