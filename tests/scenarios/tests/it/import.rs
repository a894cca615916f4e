//! A first load by Genesys' own import of a file: shown before it is written, and nobody made twice whatever happens.

use std::time::Duration;

use platform::report::{RunReport, Status};
use scenarios::people::{in_genesys, people};
use scenarios::{Inside, Sides, World};
use serde_json::{Value, json};

use crate::brake::plan_of;

/// Small pages and batches.
pub(crate) const CONFIG: &str = "scan_above = 10\nscan_page_size = 10\nbulk_add_size = 10\nlease_seconds = 60";
pub(crate) const TICK: Duration = Duration::from_secs(30 * 60);

/// Seven of the forty are in Genesys already, two more share a candidate there.
pub(crate) const NEW: u64 = 31;

/// Forty people, of whom eight were typed into Genesys.
pub(crate) async fn first_load(import_above: u64) -> (World, Inside, Vec<String>) {
    let world =
        World::builder().page_size(10).config(&format!("{CONFIG}\nimport_above = {import_above}")).start().await;
    world.genesys.insert(&(0..8).map(in_genesys).collect::<Vec<_>>());
    let mut people = people(40);
    let shared = people[0]["Email"].clone();
    people[39].insert("Email".to_owned(), shared);
    let ids = world.salesforce.insert(&people);
    let inside = world.inside();
    (world, inside, ids)
}

pub(crate) async fn run(world: &World, inside: &Inside, event: Value) -> RunReport {
    world.advance(TICK);
    inside.invoke(event).await.report()
}

/// Asks for an import and looks on until it waits for approval; its plan.
pub(crate) async fn checked(world: &World, inside: &Inside) -> String {
    let begun = run(world, inside, json!({"mode": "import"})).await;
    assert_eq!(begun.status, Status::Continued, "{begun:?}");
    plan_of(&run(world, inside, json!({})).await)
}

pub(crate) async fn approve(world: &World, inside: &Inside, plan: &str) -> RunReport {
    run(world, inside, json!({ "approve": plan })).await
}

/// A tick that finds nothing to do, and a look at everything that finds nothing either.
pub(crate) async fn assert_quiet(world: &World, inside: &Inside) {
    for event in [json!({}), json!({"since": "2000-01-01T00:00:00Z"}), json!({"mode": "full"})] {
        let report = run(world, inside, event).await;
        let written = (report.created, report.updated, report.failed);
        assert_eq!((report.status, written), (Status::Done, (0, 0, 0)), "{report:?}");
    }
}

/// How often the vendor was told this word about an import.
pub(crate) fn told(world: &World, word: &str) -> usize {
    world
        .journal()
        .iter()
        .filter(|entry| entry.operation == "import_job_put" && entry.request["status"] == word)
        .count()
}

pub(crate) fn adds(world: &World) -> usize {
    world.journal().iter().filter(|entry| entry.operation == "contacts_bulk_add").count()
}

/// What an ordinary first load of the same people ends as.
pub(crate) async fn ordinary_end() -> Sides {
    let (world, inside, _) = first_load(NEW).await;
    run(&world, &inside, json!({})).await;
    run(&world, &inside, json!({})).await;
    world.both_sides()
}

/// `{"mode":"import"}` puts the contacts that the ordinary run would create into a file and lets Genesys check it. What
/// Genesys would take and refuse is shown with a plan id, in the result and in one mail, and nothing is written before
/// `{"approve":"import-…"}`. Then Genesys imports, the contacts are linked by a scan, and the ordinary window follows:
/// both systems and all links end as after an ordinary first load, without a bulk add.
#[tokio::test]
async fn an_import_is_shown_first_and_written_when_somebody_approves() {
    let (world, inside, _) = first_load(NEW).await;
    let plan = checked(&world, &inside).await;
    assert!(plan.starts_with("import-"), "{plan}");
    let shown = run(&world, &inside, json!({})).await;
    let reason = shown.reason.as_deref().unwrap();
    assert!(reason.contains(&format!("{NEW} new contacts")), "{reason}");
    assert!(reason.contains(&format!("take {NEW} and refuse 0")), "{reason}");
    assert_eq!(plan_of(&approve(&world, &inside, "import-of-others").await), plan);
    assert_eq!((world.genesys.contacts().len(), world.desk.open().messages.len()), (8, 1), "shown, told once");

    let approved = approve(&world, &inside, &plan).await;
    assert_eq!(approved.status, Status::Continued, "{approved:?}");
    let linked = run(&world, &inside, json!({})).await;
    assert_eq!((linked.status, linked.created, linked.updated), (Status::Done, NEW, 7), "{linked:?}");
    assert_eq!((adds(&world), told(&world, "Continue")), (0, 1));
    let is_one =
        |entry: &scenarios::Entry| entry.operation.starts_with("import_") && entry.operation != "import_job_get";
    assert_eq!(world.journal().iter().filter(|entry| is_one(entry)).count(), 8, "and a look at the job in each run");
    assert_quiet(&world, &inside).await;
    assert_eq!(world.both_sides(), ordinary_end().await);
}

/// While an import is under way nothing else is written, whatever asks for it: the schedule, contacts by their ids, a full
/// reconcile. What came meanwhile follows when it is over, and nobody stands twice.
#[tokio::test]
async fn nothing_else_is_written_while_an_import_is_under_way() {
    let (world, inside, ids) = first_load(NEW).await;
    let plan = checked(&world, &inside).await;
    let late = world.salesforce.contact("Retardataria").email("late@northwind.example").insert();
    let events = [json!({}), json!({"ids": [&late, &ids[20]]}), json!({"mode": "full"}), json!({"mode": "import"})];
    for event in &events {
        assert_eq!(plan_of(&run(&world, &inside, event.clone()).await), plan);
    }
    assert_eq!(world.genesys.contacts().len(), 8);
    world.genesys.settings(&json!({"genesys": {"import_step_s": 36000}}));
    approve(&world, &inside, &plan).await;
    for event in &events {
        let report = run(&world, &inside, event.clone()).await;
        assert_eq!((report.status, world.genesys.contacts().len()), (Status::Continued, 8), "{report:?}");
    }
    world.genesys.settings(&json!({"genesys": {"import_step_s": 0}}));
    run(&world, &inside, json!({})).await;
    run(&world, &inside, json!({})).await;
    assert_eq!(
        (world.genesys.contacts().len(), adds(&world)),
        (40, 1),
        "39 people and the late one; two are in review"
    );
    assert_quiet(&world, &inside).await;
}

/// An import that nobody approves of for a day is cancelled in Genesys and told about; the ordinary run creates the
/// contacts, and an approval that comes later finds nothing.
#[tokio::test]
async fn an_import_that_nobody_approves_is_cancelled_after_a_day() {
    let (world, inside, _) = first_load(NEW).await;
    let plan = checked(&world, &inside).await;
    world.advance(Duration::from_secs(24 * 60 * 60));
    let given_up = run(&world, &inside, json!({})).await;
    assert_eq!(given_up.status, Status::Skipped, "{given_up:?}");
    assert!(given_up.reason.as_deref().unwrap().contains("nobody approved"), "{given_up:?}");
    assert_eq!((told(&world, "Cancel"), world.genesys.contacts().len(), world.desk.open().messages.len()), (1, 8, 2));
    assert_eq!(approve(&world, &inside, &plan).await.status, Status::Skipped);
    assert_eq!(run(&world, &inside, json!({})).await.created, NEW);
    assert_quiet(&world, &inside).await;
    assert_eq!(told(&world, "Continue"), 0);
}

/// Somebody is typed into Genesys between the check and the approval, and may be one of the file: the approval does not let
/// that file pass. It is made anew without that contact, shown and approved again, and nobody stands twice.
#[tokio::test]
async fn somebody_typed_in_before_the_approval_makes_another_plan() {
    let (world, inside, ids) = first_load(20).await;
    let plan = checked(&world, &inside).await;
    world.genesys.insert(&[in_genesys(20)]);
    let again = approve(&world, &inside, &plan).await;
    assert_eq!(
        (again.status, told(&world, "Continue"), told(&world, "Cancel")),
        (Status::Continued, 0, 1),
        "{again:?}"
    );
    let shown = run(&world, &inside, json!({})).await;
    let other = plan_of(&shown);
    assert!(other != plan && shown.reason.as_deref().unwrap().contains("30 new contacts"), "{shown:?}");
    approve(&world, &inside, &other).await;
    let linked = run(&world, &inside, json!({})).await;
    assert_eq!((linked.created, linked.updated, world.genesys.contacts().len()), (30, 8, 39), "{linked:?}");
    assert_eq!(world.genesys.contact_of(&ids[20]).unwrap()["firstName"], scenarios::people::person(20)["FirstName"]);
    assert_quiet(&world, &inside).await;
}

/// Two people approve: the second one finds the import under way, and Genesys is told once.
#[tokio::test]
async fn an_import_that_two_people_approve_is_written_once() {
    let (world, inside, _) = first_load(NEW).await;
    let plan = checked(&world, &inside).await;
    for _ in 0..2 {
        let report = inside.invoke(json!({ "approve": &plan })).await.report();
        assert_eq!(report.status, Status::Continued, "{report:?}");
    }
    assert_eq!(run(&world, &inside, json!({ "approve": &plan })).await.created, NEW);
    assert_eq!(run(&world, &inside, json!({ "approve": &plan })).await.status, Status::Skipped);
    assert_eq!(told(&world, "Continue"), 1);
    assert_quiet(&world, &inside).await;
}

/// Somebody in Genesys looks at the job, or cancels it. The simulator's jobs catch up with the clock by it.
async fn by_hand(world: &World, method: reqwest::Method, body: Option<Value>) {
    let made = world.journal().into_iter().rfind(|entry| entry.operation == "import_job_create").unwrap();
    let id = made.response["job"]["id"].as_str().unwrap().to_owned();
    let url = format!("{}/api/v2/externalcontacts/import/jobs/{id}", world.door.url());
    for token in world.genesys.live_tokens() {
        let request = reqwest::Client::new().request(method.clone(), &url).bearer_auth(token);
        let request = if let Some(body) = &body { request.json(body) } else { request };
        if request.send().await.unwrap().status() == 200 {
            return;
        }
    }
    panic!("nobody may see the job {id}");
}

async fn look_by_hand(world: &World) {
    by_hand(world, reqwest::Method::GET, None).await;
}

async fn cancel_by_hand(world: &World) {
    by_hand(world, reqwest::Method::PUT, Some(json!({"status": "Cancel"}))).await;
}

/// Somebody cancels the import in Genesys before anybody approves: people are told, and the ordinary run creates the
/// contacts.
#[tokio::test]
async fn an_import_cancelled_in_genesys_before_it_began_is_left_to_the_ordinary_run() {
    let (world, inside, _) = first_load(NEW).await;
    let plan = checked(&world, &inside).await;
    cancel_by_hand(&world).await;
    let given_up = approve(&world, &inside, &plan).await;
    assert_eq!(given_up.status, Status::Skipped, "{given_up:?}");
    assert!(given_up.reason.as_deref().unwrap().contains("cancelled"), "{given_up:?}");
    assert_eq!(run(&world, &inside, json!({})).await.created, NEW);
    assert_quiet(&world, &inside).await;
}

/// An import that ends half way, because somebody cancels it or Genesys gives up: who arrived is linked, the ordinary run
/// creates the rest, and nobody stands twice.
#[tokio::test]
async fn an_import_that_ends_half_way_is_finished_by_the_ordinary_run() {
    let (world, inside, _) = first_load(NEW).await;
    let plan = checked(&world, &inside).await;
    world.genesys.settings(&json!({"genesys": {"import_rows_per_s": 1}}));
    inside.invoke(json!({ "approve": plan })).await.report();
    world.advance(Duration::from_secs(16));
    cancel_by_hand(&world).await;
    let arrived = world.genesys.contacts().len() as u64 - 8;
    assert!(arrived > 0 && arrived < NEW, "{arrived}");
    let finished = run(&world, &inside, json!({})).await;
    assert_eq!((finished.status, finished.created, finished.updated), (Status::Done, NEW, 7), "{finished:?}");
    assert!(
        finished.decisions.iter().any(|line| line.contains(&format!("{arrived} contacts are linked"))),
        "{finished:?}"
    );
    assert_quiet(&world, &inside).await;
    assert_eq!(world.both_sides(), ordinary_end().await);
}

/// A row that Genesys refuses in an import goes the ordinary way afterwards, and is set aside with the reason there.
#[tokio::test]
async fn a_row_that_an_import_refuses_is_set_aside_with_its_reason() {
    let (world, inside, ids) = first_load(NEW).await;
    let plan = checked(&world, &inside).await;
    // For as long as the import lasts, somebody else carries that contact's id.
    let there = json!({"lastName": "Homonimo", "externalIds": [{"source": "Salesforce", "value": ids[20]}]});
    let other = world.genesys.insert(&[there.as_object().unwrap().clone()]).remove(0);
    inside.invoke(json!({ "approve": plan })).await.report();
    world.advance(Duration::from_secs(60));
    look_by_hand(&world).await;
    world.genesys.delete(&other);
    let refused = json!({"fault": "partial_failure", "external_ids": [ids[20]], "status": 422, "code": "validation.failed", "retryable": false});
    world.genesys.fault(&refused);
    let imported = run(&world, &inside, json!({})).await;
    assert_eq!(imported.skipped_by.get("refused"), Some(&1), "{imported:?}");
    assert!(imported.decisions.iter().any(|line| line.contains("refused 1")), "{imported:?}");
    let row = world.state_rows().into_iter().find(|row| row["pk"]["S"] == "quarantine#contact-sync").unwrap();
    assert_eq!((&row["sk"]["S"], &row["code"]["S"]), (&json!(ids[20]), &json!("validation.failed")), "{row}");
    world.genesys.calm();
}

/// Genesys says that it imported contacts, and fewer than half are found by their Salesforce id: nothing more is written,
/// and people are told, because the ordinary run would not recognise them. Approved once more, it creates whoever is not
/// there.
#[tokio::test]
async fn an_import_whose_contacts_are_not_found_stops_everything() {
    let (world, inside, _) = first_load(NEW).await;
    let plan = checked(&world, &inside).await;
    let before: Vec<String> = ids_in_genesys(&world);
    approve(&world, &inside, &plan).await;
    world.advance(TICK);
    look_by_hand(&world).await;
    ids_in_genesys(&world).iter().filter(|id| !before.contains(id)).for_each(|id| world.genesys.delete(id));
    let stopped = run(&world, &inside, json!({})).await;
    assert_eq!(plan_of(&stopped), plan);
    assert!(stopped.reason.as_deref().unwrap().contains("31 contacts, and 0 of them carry"), "{stopped:?}");
    assert_eq!(plan_of(&run(&world, &inside, json!({"mode": "full"})).await), plan);
    assert_eq!((world.genesys.contacts().len(), world.desk.open().messages.len()), (8, 2));
    let made = approve(&world, &inside, &plan).await;
    assert_eq!((made.status, made.created), (Status::Done, NEW), "{made:?}");
    run(&world, &inside, json!({})).await;
    assert_quiet(&world, &inside).await;
}

fn ids_in_genesys(world: &World) -> Vec<String> {
    world.genesys.contacts().iter().filter_map(|contact| contact["id"].as_str().map(str::to_owned)).collect()
}

/// What people do in Salesforce while an import is under way counts: a changed or emptied field, a deletion and a new
/// contact end in Genesys as they are in Salesforce.
#[tokio::test]
async fn changes_in_salesforce_during_an_import_win() {
    let (world, inside, ids) = first_load(NEW).await;
    let plan = checked(&world, &inside).await;
    world.salesforce.update(&ids[10], &json!({"FirstName": "Antesdaprova"}));
    approve(&world, &inside, &plan).await;
    world.salesforce.update(&ids[11], &json!({"FirstName": "Duranteaimportacao"}));
    world.salesforce.update(&ids[12], &json!({"Phone": null}));
    world.salesforce.delete(&ids[13]);
    let late = world.salesforce.contact("Retardataria").email("late@northwind.example").insert();
    run(&world, &inside, json!({})).await;
    run(&world, &inside, json!({})).await;
    let of = |id: &String| world.genesys.contact_of(id);
    assert_eq!(of(&ids[10]).unwrap()["firstName"], "Antesdaprova");
    assert_eq!(of(&ids[11]).unwrap()["firstName"], "Duranteaimportacao");
    assert!(of(&ids[12]).unwrap()["workPhone"].is_null());
    assert!(of(&ids[13]).is_none(), "unlinked, as the policy is");
    assert_eq!(of(&late).unwrap()["firstName"], "Retardataria");
    assert_quiet(&world, &inside).await;
}
