//! The brake: a run out of proportion stops, and goes on when a person approves of exactly that; so does another map.

use std::time::Duration;

use platform::report::{RunReport, Status};
use scenarios::World;
use scenarios::aws::sqs::CONTACT_SYNC;
use scenarios::door::{Harm, Kind, Point};
use scenarios::people::{people, person};
use serde_json::{Value, json};

/// 120 linked contacts: a fifth of them is 24.
const LINKED: usize = 120;

async fn linked(config: &str) -> (World, Vec<String>) {
    let world = World::builder().config(config).config_from_parameter().start().await;
    let ids = world.salesforce.insert(&people(LINKED));
    let report = world.tick().await.report();
    assert_eq!(report.created, LINKED as u64, "{report:?}");
    world.advance(Duration::from_secs(1800));
    (world, ids)
}

fn change(world: &World, ids: &[String], fields: &Value) {
    for id in ids {
        world.salesforce.update(id, fields);
    }
    world.advance(Duration::from_secs(300));
}

fn genesys_writes(world: &World) -> usize {
    world.journal().iter().filter(|entry| entry.is_genesys_write()).count()
}

/// The id that a braked result asks to approve.
pub(crate) fn plan_of(report: &RunReport) -> String {
    assert_eq!(report.status, Status::Braked, "{report:?}");
    let reason = report.reason.as_deref().unwrap();
    named_plan(reason).unwrap_or_else(|| panic!("{reason}"))
}

/// The plan that a text asks to approve.
fn named_plan(text: &str) -> Option<String> {
    text.split_once("{\"approve\":\"")?.1.split('"').next().map(str::to_owned)
}

async fn run(world: &World, event: Value) -> RunReport {
    world.invoke(event).await.report()
}

/// A run that would delete more than 20 contacts, change more than a fifth of the linked ones (and more than 20), or
/// empty a field on more than a twentieth (and more than 20), stops as `braked` before it writes, names the plan's id,
/// and tells people once. `{"approve":"<plan id>"}` lets exactly that plan pass.
#[tokio::test]
async fn a_fifth_of_the_contacts_may_change_and_one_more_may_not() {
    let (world, ids) = linked("").await;
    change(&world, &ids[..24], &json!({"FirstName": "Renomeada"}));
    assert_eq!(run(&world, json!({})).await.updated, 24);

    change(&world, &ids[..25], &json!({"FirstName": "Outra"}));
    world.forget();
    let braked = run(&world, json!({})).await;
    let plan = plan_of(&braked);
    assert!(braked.reason.as_deref().unwrap().contains("25 linked contacts"), "{braked:?}");
    assert_eq!((plan_of(&run(&world, json!({})).await), genesys_writes(&world)), (plan.clone(), 0));
    assert_eq!(world.desk.open().messages.len(), 1, "one alert, not one a tick");

    let mistyped = run(&world, json!({"approve": "plan-of-others"})).await;
    assert!(mistyped.reason.as_deref().unwrap().starts_with("that is not the plan that waits"), "{mistyped:?}");
    assert_eq!(plan_of(&mistyped), plan);
    let approved = run(&world, json!({"approve": plan})).await;
    assert_eq!((approved.status, approved.updated), (Status::Done, 25), "{approved:?}");
    assert_eq!(run(&world, json!({"approve": plan})).await.status, Status::Skipped);
    assert_eq!(run(&world, json!({})).await.updated, 0);
}

/// A plan that has changed since is another plan: the approval of the old one does not let it pass.
#[tokio::test]
async fn a_plan_that_changed_since_is_another_plan() {
    let (world, ids) = linked("").await;
    change(&world, &ids[..40], &json!({"FirstName": "Renomeada"}));
    let plan = plan_of(&run(&world, json!({})).await);
    change(&world, &ids[..1], &json!({"FirstName": "Corrigida"}));
    let again = run(&world, json!({"approve": plan})).await;
    assert_ne!(plan_of(&again), plan);
    assert!(again.reason.as_deref().unwrap().contains("changed since"), "{again:?}");
    assert_eq!(run(&world, json!({"approve": plan_of(&again)})).await.updated, 39);
    assert_eq!(run(&world, json!({})).await.updated, 1);
}

/// People are told once about each plan: not again by ticks that find it waiting or by an approval of another one, but
/// again when it has become another plan, because only the newest one can be approved.
#[tokio::test]
async fn people_are_told_once_about_each_plan() {
    let (world, ids) = linked("").await;
    change(&world, &ids[..40], &json!({"FirstName": "Renomeada"}));
    let plan = plan_of(&run(&world, json!({})).await);
    for event in [json!({}), json!({"approve": "plan-of-others"}), json!({})] {
        assert_eq!(plan_of(&run(&world, event).await), plan);
    }
    assert_eq!(told_plans(&world), [plan.as_str()]);

    change(&world, &ids[..1], &json!({"FirstName": "Corrigida"}));
    let other = plan_of(&run(&world, json!({})).await);
    assert_eq!(plan_of(&run(&world, json!({})).await), other);
    assert_eq!(told_plans(&world), [plan, other.clone()]);
    assert_eq!(run(&world, json!({"approve": other})).await.updated, 39);
    assert_eq!(told_plans(&world).len(), 2);
}

/// A run that is killed before it has told people of a plan has not told them: the next one does.
#[tokio::test]
async fn a_plan_whose_alert_was_killed_is_told_by_the_next_run() {
    let (world, ids) = linked("lease_seconds = 60").await;
    change(&world, &ids[..40], &json!({"FirstName": "Renomeada"}));
    world.door.harm(Point::Every("sns"), Harm::KillBefore);
    assert!(world.invoke(json!({})).await.result.is_err(), "killed when it was about to tell");
    world.door.calm();
    assert_eq!(told_plans(&world).len(), 0);
    world.advance(Duration::from_secs(61));
    let plan = plan_of(&run(&world, json!({})).await);
    assert_eq!(plan_of(&run(&world, json!({})).await), plan);
    assert_eq!(told_plans(&world), [plan]);
}

/// The plans that people were told of, in order.
fn told_plans(world: &World) -> Vec<String> {
    let desk = world.desk.open();
    desk.messages.iter().filter_map(|message| named_plan(&message.text)).collect()
}

/// A field that would be emptied on too many contacts at once brakes the run, also when few contacts change otherwise.
#[tokio::test]
async fn a_field_emptied_on_too_many_contacts_is_braked() {
    let (world, ids) = linked("brake_changed = 1.0\nbrake_emptied = 0.2").await;
    change(&world, &ids[..24], &json!({"Email": null}));
    assert_eq!(run(&world, json!({})).await.updated, 24);
    change(&world, &ids[24..49], &json!({"Email": null}));
    let braked = run(&world, json!({})).await;
    assert!(braked.reason.as_deref().unwrap().contains("empty workEmail on 25"), "{braked:?}");
    assert_eq!(run(&world, json!({"approve": plan_of(&braked)})).await.updated, 25);
}

/// However small the slices, the proportion is that of the whole run, and one approval is for all that is left of it.
#[tokio::test]
async fn slices_are_counted_together_and_approved_together() {
    let (world, ids) = linked("slice_contacts = 10").await;
    change(&world, &ids[..60], &json!({"FirstName": "Renomeada"}));
    let braked = run(&world, json!({})).await;
    let plan = plan_of(&braked);
    assert!(braked.reason.as_deref().unwrap().contains("60 linked contacts"), "{braked:?}");
    assert_eq!(braked.updated, 20, "two slices are in proportion");
    let approved = run(&world, json!({"approve": plan})).await;
    assert_eq!((approved.status, approved.updated), (Status::Done, 40), "{approved:?}");
}

/// Another configuration, which the next environment reads.
pub fn deploy(world: &World, config: &str) {
    let text = format!("[contact-sync]\n{config}");
    world.desk.open().parameters.insert("/cx-bridge/dev/contact-sync".to_owned(), text);
}

/// Puts a message about these contacts into the queue.
pub(crate) fn tell(world: &World, ids: &[String]) {
    let event = json!({
        "specversion": "1.0", "id": "e", "source": "cx-bridge/webhooks/salesforce", "type": "contacts.changed",
        "time": world.clock().now().to_string(), "data": {"id": "e", "ids": ids},
    });
    let now_ms = world.clock().now_ms();
    world.desk.open().queues.get_mut(CONTACT_SYNC).unwrap().send(&event.to_string(), None, None, now_ms).unwrap();
}

/// Contacts that were told of, and the runs that the queue leads to.
pub(crate) async fn told(world: &World, ids: &[String]) -> Vec<RunReport> {
    tell(world, ids);
    let known = runs(world).len();
    let delivered = world.deliver(CONTACT_SYNC, "contact-sync").await.expect("a message");
    assert!(delivered.error.is_none() && delivered.given_back.is_empty(), "{delivered:?}");
    runs(world).split_off(known)
}

/// The run history, oldest first.
fn runs(world: &World) -> Vec<RunReport> {
    let rows = world.state_rows();
    let of_runs = rows.iter().filter(|row| row["pk"]["S"] == "run#contact-sync");
    of_runs.map(|row| serde_json::from_str(row["result"]["S"].as_str().unwrap()).unwrap()).collect()
}

/// While a plan waits for approval, what the queue tells of waits with it: nothing is surveyed again, nothing gets past
/// the brake in small pieces, and nobody is told twice.
#[tokio::test]
async fn a_braked_plan_is_not_written_piece_by_piece_through_the_queue() {
    let (world, ids) = linked("near_real_time = true").await;
    change(&world, &ids[..30], &json!({"FirstName": "Renomeada"}));
    let plan = plan_of(&run(&world, json!({})).await);
    world.forget();
    for piece in ids[..30].chunks(10) {
        assert_eq!(told(&world, piece).await.len(), 0);
    }
    assert!(world.journal().is_empty(), "{:?}", world.journal());
    assert_eq!(world.desk.open().messages.len(), 1, "one alert");
    assert_eq!(run(&world, json!({"approve": plan})).await.updated, 30);
    change(&world, &ids[..3], &json!({"FirstName": "Corrigida"}));
    assert_eq!(told(&world, &ids[..3]).await[0].updated, 3);
}

/// So many contacts told of at once that they are out of proportion are left to the schedule, which asks once for all.
#[tokio::test]
async fn a_list_of_ids_out_of_proportion_is_left_to_the_schedule() {
    let (world, ids) = linked("near_real_time = true").await;
    change(&world, &ids[..30], &json!({"FirstName": "Renomeada"}));
    world.forget();
    for _ in 0..2 {
        let reports = told(&world, &ids[..30]).await;
        assert_eq!(reports.iter().map(|report| report.status).collect::<Vec<_>>(), [Status::Braked]);
        assert!(reports[0].reason.as_deref().unwrap().contains("schedule"), "{reports:?}");
    }
    assert_eq!((genesys_writes(&world), world.desk.open().messages.len()), (0, 0));
    let plan = plan_of(&run(&world, json!({})).await);
    assert_eq!(world.desk.open().messages.len(), 1);
    assert_eq!(run(&world, json!({"approve": plan})).await.updated, 30);
}

/// Whoever takes over the Genesys contact of a merged one is changed, and counts like everybody who is: a run of merges
/// out of proportion stops before the first of them.
#[tokio::test]
async fn merges_out_of_proportion_are_braked_before_anything_is_written() {
    let (world, ids) = linked("").await;
    let heirs = world.salesforce.insert(&(600..625).map(person).collect::<Vec<_>>());
    for (heir, loser) in heirs.iter().zip(&ids) {
        world.salesforce.merge(heir, &[loser], &json!({}));
    }
    world.advance(Duration::from_secs(300));
    world.forget();
    let braked = run(&world, json!({})).await;
    let plan = plan_of(&braked);
    assert!(braked.reason.as_deref().unwrap().contains("25 linked contacts"), "{braked:?}");
    assert_eq!((genesys_writes(&world), world.desk.open().messages.len()), (0, 1));
    let approved = run(&world, json!({"approve": plan})).await;
    assert_eq!((approved.status, approved.created), (Status::Done, 0), "{approved:?}");
    assert!(heirs.iter().all(|heir| world.genesys.contact_of(heir).is_some()));
    assert_eq!(world.genesys.contacts().len(), LINKED);
    let again = run(&world, json!({})).await;
    assert_eq!((again.status, again.updated, again.created), (Status::Done, 0, 0), "{again:?}");
}

/// A run that was stopped in the middle of a slice, and goes on later, counts what it had done there: pieces of a plan
/// are in proportion only together.
#[tokio::test]
async fn what_was_done_before_the_time_was_up_counts_when_the_run_goes_on() {
    let small = "slice_contacts = 20\nscan_page_size = 20\nenrich_size = 2";
    let world = World::builder().config(small).time_limit(Duration::from_secs(13)).start().await;
    world.salesforce.insert(&people(LINKED));
    world.ticks_until_idle().await;
    world.advance(Duration::from_secs(1800));
    // The scan goes by the order in which contacts were made, and the first slice has nothing to write.
    let made: Vec<Value> = world.genesys.contacts();
    let drift = |from: usize, count: usize| {
        for contact in &made[from..from + count] {
            world.genesys.update(contact["id"].as_str().unwrap(), &json!({"lastName": "Digitada-Errada"}));
        }
    };
    drift(20, 20);
    world.genesys.fault(&json!({"fault": "slow", "operation": "contacts_bulk_enrich", "ms": 3500}));
    let cut = run(&world, json!({"mode": "full"})).await;
    let done = usize::try_from(cut.updated).unwrap();
    assert_eq!(cut.status, Status::Continued, "{cut:?}");
    assert!((1..20).contains(&done), "{cut:?}");

    world.genesys.calm();
    drift(40, 4 + done); // With the rest of the slice before: a fifth, which may change, without what is done already.
    let braked = run(&world, json!({})).await;
    assert!(braked.reason.as_deref().unwrap_or_default().contains(&format!("{} linked", 24 + done)), "{braked:?}");
    assert_eq!(braked.status, Status::Braked, "{braked:?}");
}

/// Another field map, filter or default country is a change of the map: nothing is sent before somebody approves it by
/// `{"approve":"map-<version>"}`, and then every contact is gone through once. A full dry run shows the effect.
#[tokio::test]
async fn another_map_is_never_sent_unannounced() {
    let world = World::builder().config_from_parameter().start().await;
    let id = world.salesforce.contact("Antonieta").phone("(512) 555-0142").insert();
    world.salesforce.insert(&people(30));
    assert_eq!(world.tick().await.report().created, 31);

    deploy(&world, "default_country = \"BR\"");
    world.restart().await;
    world.forget();
    let braked = world.tick().await.report();
    let plan = plan_of(&braked);
    assert!(plan.starts_with("map-"), "{plan}");
    for event in
        [json!({}), json!({"ids": [id]}), json!({"since": "2000-01-01T00:00:00Z"}), json!({"approve": "map-other"})]
    {
        assert_eq!(plan_of(&run(&world, event).await), plan);
    }
    assert_eq!((genesys_writes(&world), world.desk.open().messages.len()), (0, 1));
    let shown = run(&world, json!({"dry_run": true, "since": "2000-01-01T00:00:00Z"})).await;
    assert_eq!((shown.fetched, genesys_writes(&world)), (31, 0), "{shown:?}");

    let approved = run(&world, json!({"approve": plan})).await;
    assert_eq!((approved.status, approved.fetched), (Status::Done, 31), "{approved:?}");
    assert_eq!(world.tick().await.report().status, Status::Done);
    assert_eq!(run(&world, json!({"approve": plan})).await.status, Status::Skipped);

    deploy(&world, "");
    world.restart().await;
    assert!(plan_of(&world.tick().await.report()).starts_with("map-"), "going back is a change as well");
}

/// Thirty linked contacts and another map, which waits for an approval; its plan.
async fn with_another_map() -> (World, String) {
    let world = World::builder().config_from_parameter().start().await;
    world.salesforce.insert(&people(30));
    world.tick().await.report();
    deploy(&world, "default_country = \"BR\"");
    world.restart().await;
    let plan = plan_of(&world.tick().await.report());
    (world, plan)
}

/// A change of the map that was approved goes on also when days have passed before it could: nothing else would be sent
/// in its place.
#[tokio::test]
async fn an_approved_change_of_the_map_goes_on_after_days() {
    let (world, plan) = with_another_map().await;
    world.genesys.fault(&json!({"fault": "busy", "vendor": "salesforce", "operation": "query", "status": 503}));
    assert!(world.invoke(json!({"approve": plan})).await.result.is_err());
    world.genesys.calm();
    world.advance(Duration::from_secs(4 * 24 * 60 * 60));
    let report = world.tick().await.report();
    assert_eq!(report.status, Status::Done, "{report:?}");
    let given_up = |warning: &String| warning.contains("given up");
    assert!(report.fetched >= 30 && !report.warnings.iter().any(given_up), "{report:?}");
    assert_eq!(run(&world, json!({"approve": plan})).await.status, Status::Skipped, "it is agreed");
}

/// An approval of another map that is killed is either carried out by the next run, or asked for again by a message.
#[tokio::test]
async fn a_killed_approval_of_another_map_is_carried_out_or_asked_for_again() {
    for write in 1..=3 {
        let (world, plan) = with_another_map().await;
        assert_eq!(world.desk.open().messages.len(), 1);
        world.door.forget();
        let kind = Kind { service: "dynamodb".to_owned(), operation: "TransactWriteItems lock+mark".to_owned() };
        world.door.harm(Point::Nth(kind, write), Harm::KillAfter);
        assert!(world.invoke(json!({"approve": plan})).await.error().is_exit());
        let report = world.tick().await.report();
        let told = world.desk.open().messages.len();
        match report.status {
            Status::Braked => assert_eq!((plan_of(&report), told), (plan, 2), "write {write}"),
            _ => assert_eq!((report.status, told), (Status::Done, 1), "write {write}: {report:?}"),
        }
    }
}

/// A configuration that is put back before anybody approved is as if nothing had been.
#[tokio::test]
async fn a_map_that_is_put_back_needs_no_approval() {
    let world = World::builder().config_from_parameter().start().await;
    world.salesforce.insert(&people(3));
    world.tick().await.report();
    deploy(&world, "filter = \"LastName != null\"");
    world.restart().await;
    assert_eq!(world.tick().await.report().status, Status::Braked);
    deploy(&world, "");
    world.restart().await;
    assert_eq!(world.tick().await.report().status, Status::Done);
}
