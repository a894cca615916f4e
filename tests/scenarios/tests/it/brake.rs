//! The brake: a run out of proportion stops, and goes on when a person approves of exactly that; so does another map.

use std::time::Duration;

use platform::report::{RunReport, Status};
use scenarios::World;
use scenarios::people::people;
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
    let (_, rest) = reason.split_once("{\"approve\":\"").unwrap_or_else(|| panic!("{reason}"));
    rest.split('"').next().unwrap().to_owned()
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

    assert_ne!(plan_of(&run(&world, json!({"approve": "plan-of-others"})).await), "plan-of-others");
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

fn deploy(world: &World, config: &str) {
    let text = format!("[contact-sync]\n{config}");
    world.desk.open().parameters.insert("/cx-bridge/dev/contact-sync".to_owned(), text);
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
