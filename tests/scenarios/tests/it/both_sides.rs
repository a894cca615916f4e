//! People work on both sides: whose value stays, and that nothing comes back as an echo.

use std::time::Duration;

use scenarios::World;
use scenarios::door::{Harm, Point};
use scenarios::people::{people, person};
use serde_json::{Value, json};

fn genesys_writes(world: &World) -> usize {
    world.journal().iter().filter(|entry| entry.is_genesys_write()).count()
}

/// A world in which one contact is linked; its Salesforce id and its Genesys id.
async fn linked() -> (World, String, String) {
    let world = World::start().await;
    let id = world.salesforce.insert(&[person(0)]).remove(0);
    assert_eq!(world.tick().await.report().created, 1);
    let contact = world.genesys.contact_of(&id).expect("the linked contact");
    let genesys_id = contact["id"].as_str().expect("its id").to_owned();
    (world, id, genesys_id)
}

fn contact(world: &World, id: &str) -> Value {
    world.genesys.contact_of(id).expect("the linked contact")
}

/// Only fields that differ from what was last agreed are sent. A value that an agent changed in Genesys stays until the
/// same field changes in Salesforce; what becomes of it in a full reconcile, the field's `conflict` decides.
#[tokio::test]
async fn a_value_that_an_agent_wrote_stays_until_the_same_field_changes_in_salesforce() {
    let (world, id, genesys_id) = linked().await;
    world.genesys.update(&genesys_id, &json!({"firstName": "Apelido"}));
    world.salesforce.update(&id, &json!({"Phone": "+15125550177"}));
    assert_eq!(world.tick().await.report().updated, 1);
    let both = contact(&world, &id);
    assert_eq!((&both["firstName"], &both["workPhone"]["e164"]), (&json!("Apelido"), &json!("+15125550177")));

    world.salesforce.update(&id, &json!({"FirstName": "Renomeada"}));
    assert_eq!(world.tick().await.report().updated, 1);
    assert_eq!(contact(&world, &id)["firstName"], "Renomeada");
    assert_eq!(world.tick().await.report().updated, 0);
}

/// Changes of different fields survive, also when they were made on both sides in the same second.
#[tokio::test]
async fn t11_changes_of_different_fields_on_both_sides_survive() {
    let (world, id, genesys_id) = linked().await;
    world.salesforce.update(&id, &json!({"FirstName": "Renomeada", "MobilePhone": "+15125550188"}));
    world.genesys.update(&genesys_id, &json!({"title": "Diretora", "workEmail": "outro.lugar@northwind.example"}));
    assert_eq!(world.tick().await.report().updated, 1);
    let both = contact(&world, &id);
    assert_eq!((&both["firstName"], &both["cellPhone"]["e164"]), (&json!("Renomeada"), &json!("+15125550188")));
    assert_eq!((&both["title"], &both["workEmail"]), (&json!("Diretora"), &json!("outro.lugar@northwind.example")));
    assert_eq!(world.tick().await.report().updated, 0);
}

/// What the sync wrote does not come back to it as a change: one round after a change nothing is written any more.
#[tokio::test]
async fn t08_own_writes_are_no_changes() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(20));
    assert_eq!(world.tick().await.report().created, 20);
    for id in &ids[..7] {
        world.salesforce.update(id, &json!({"FirstName": "Renomeada", "Phone": null}));
    }
    assert_eq!(world.tick().await.report().updated, 7);
    for _ in 0..3 {
        world.forget();
        let report = world.tick().await.report();
        assert_eq!((report.created + report.updated, genesys_writes(&world)), (0, 0), "{report:?}");
    }
}

/// A contact that Genesys refuses is sent once, not once in each run, as long as nobody corrects it.
#[tokio::test]
async fn t04_a_refused_contact_is_not_sent_again_in_each_run() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(3));
    world.genesys.fault(&json!({
        "fault": "partial_failure", "external_ids": [ids[1]], "status": 422, "code": "validation.failed", "retryable": false,
    }));
    assert_eq!(world.tick().await.report().created, 2);
    world.forget();
    for _ in 0..4 {
        world.salesforce.update(&ids[0], &json!({"FirstName": format!("Renomeada{}", world.journal().len())}));
        assert_eq!(world.tick().await.report().updated, 1);
    }
    let about_it = world.journal().into_iter().filter(|entry| entry.request.to_string().contains(&ids[1])).count();
    assert_eq!(about_it, 0);
}

/// Somebody changes a contact while Salesforce's pages are read: it shows its new time at its old place, and everybody
/// behind it is read all the same. The contact itself follows with the next run.
#[tokio::test]
async fn a_contact_changed_while_its_pages_are_read_hides_nobody_behind_it() {
    let world = World::builder().page_size(10).start().await;
    let ids = world.salesforce.insert(&people(30));
    world.advance(Duration::from_secs(1800));
    world.door.harm(Point::Every("salesforce GET data"), Harm::Delay(Duration::from_millis(200)));
    let (report, ()) = tokio::join!(world.invoke(json!({})), async {
        while !world.journal().iter().any(|entry| entry.operation == "query") {
            tokio::task::yield_now().await;
        }
        world.salesforce.update(&ids[12], &json!({"FirstName": "Renomeada"}));
    });
    let first = report.report().created;
    assert!(first >= 29, "{first}");
    world.door.calm();
    world.tick().await.report();
    assert_eq!(contact(&world, &ids[12])["firstName"], "Renomeada");
    assert_eq!(world.genesys.contacts().len(), 30);
}
