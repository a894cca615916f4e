//! The lives that the switches of the simulator are lived with, each from a first load to a run that does nothing.

use std::time::Duration;

use platform::report::Status;
use scenarios::people::{in_genesys, people};
use scenarios::{World, WorldBuilder};
use serde_json::{Value, json};

const TICK: Duration = Duration::from_secs(30 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Two people of the life of sharing have it.
pub const SHARED_NUMBER: &str = "+15125559876";

/// Vendors in whose log of deletions a pause longer than the recycle bin can be looked up.
pub fn builder() -> WorldBuilder {
    World::builder().simulator(json!({"salesforce": {"deleted_log_days": 30}}))
}

async fn tick(world: &World, event: Value, case: &str) {
    world.advance(TICK);
    let report = world.inside().invoke(event).await.report();
    assert_eq!((report.status, report.failed), (Status::Done, 0), "{case}: {report:?}");
}

/// The last name that Genesys has for a Salesforce contact.
fn name_of(world: &World, id: &str) -> Option<String> {
    Some(world.genesys.contact_of(id)?["lastName"].as_str()?.to_owned())
}

fn genesys_id(world: &World, id: &str) -> String {
    world.genesys.contact_of(id).unwrap()["id"].as_str().unwrap().to_owned()
}

/// An agent merges a linked contact with one that somebody typed in.
fn merge_in_genesys(world: &World, id: &str) {
    let typed_in = world.genesys.contact("Duplicada").last_name("Duplicada-Sobrenome").insert();
    world.genesys.merge(&[&genesys_id(world, id), &typed_in]);
}

/// The token dies and the secret was changed in Genesys alone: a run fails, and the next one with the right secret works.
async fn refused_login(world: &World, case: &str) {
    let secret = |secret: &str| {
        let clients = json!({"demo-genesys-client": {"secret": secret, "permissions": ["*"]}});
        world.genesys.settings(&json!({"genesys": {"clients": clients}}));
    };
    secret("another-secret");
    world.genesys.revoke_tokens("genesys");
    world.advance(TICK);
    let error = world.inside().invoke(json!({})).await.error().message;
    assert!(error.contains("invalid_client") || error.contains("secret"), "{case}: {error}");
    secret("demo-genesys-secret");
}

/// People, an account, typed-in contacts; a lost add; a change, a field emptied, deletions, merges on both sides, a refused
/// login, a full reconcile.
pub async fn changes(world: WorldBuilder, case: &str) -> World {
    let world = world.config("on_delete = \"delete\"\nbulk_add_size = 5\nlease_seconds = 60").start().await;
    let ids = world.salesforce.insert(&people(9));
    let (accounts, of_account) = crate::organizations::load(&world, 1, 2);
    world.genesys.insert(&[in_genesys(0), in_genesys(1)]);
    world.genesys.fault(&json!({"fault": "reset_before", "operation": "contacts_bulk_add", "calls": [1]}));
    tick(&world, json!({}), case).await;

    world.salesforce.update(&ids[2], &json!({"LastName": "Changed-Sobrenome"}));
    world.salesforce.delete(&ids[3]);
    world.salesforce.merge(&ids[4], &[&ids[5]], &json!({"LastName": "Merged-Sobrenome"}));
    world.salesforce.delete(&ids[6]);
    world.genesys.delete(&genesys_id(&world, &ids[6]));
    merge_in_genesys(&world, &ids[7]);
    world.salesforce.update(&ids[7], &json!({"Phone": null}));
    merge_in_genesys(&world, &ids[8]);
    world.salesforce.update_account(&accounts[0], &json!({"Industry": "Mining"}));
    world.salesforce.update(&of_account[0], &json!({}));
    refused_login(&world, case).await;
    tick(&world, json!({}), case).await;
    tick(&world, json!({"mode": "full"}), case).await;
    tick(&world, json!({}), case).await;
    is_as_it_should_be(&world, &ids, &of_account, case);
    assert_eq!(world.genesys.organization_of(&accounts[0]).unwrap()["industry"], "Mining", "{case}");
    world
}

fn is_as_it_should_be(world: &World, ids: &[String], of_account: &[String], case: &str) {
    assert_eq!(name_of(world, &ids[2]).as_deref(), Some("Changed-Sobrenome"), "{case}");
    assert_eq!(name_of(world, &ids[4]).as_deref(), Some("Merged-Sobrenome"), "{case}");
    for gone in [&ids[3], &ids[5], &ids[6]] {
        assert_eq!(name_of(world, gone), None, "{case}");
    }
    for living in [0, 1, 7, 8] {
        assert_eq!(name_of(world, &ids[living]), Some(format!("Sobrenome{living:05}")), "{case}");
    }
    assert!(world.genesys.contact_of(&ids[7]).unwrap()["workPhone"].is_null(), "{case}");
    for id in of_account {
        assert!(world.genesys.contact_of(id).unwrap()["externalOrganization"]["id"].is_string(), "{case}");
    }
    assert_eq!((world.genesys.contacts().len(), world.both_sides().doubled()), (8, vec![]), "{case}");
}

/// A pause of nineteen days, in which people were deleted: long ago, lately, and out of the bin for good. In the end the
/// sync has unlinked whom the vendor still knows to be deleted, touched nobody else, and says where it cannot know.
pub async fn absence(world: WorldBuilder, case: &str) -> World {
    let world = world.start().await;
    let ids = world.salesforce.insert(&people(4));
    tick(&world, json!({}), case).await;
    world.advance(10 * DAY);
    world.salesforce.delete(&ids[0]);
    world.advance(9 * DAY);
    world.salesforce.empty_bin();
    world.salesforce.delete(&ids[1]);
    world.advance(DAY / 24);
    tick(&world, json!({}), case).await;
    tick(&world, json!({}), case).await;
    tick(&world, json!({}), case).await;
    let knows_of_the_purged = ["purged_readable_s", "deleted_forgets_purged"].iter().any(|name| case.contains(name));
    assert_eq!(name_of(&world, &ids[0]).is_none(), knows_of_the_purged, "{case}");
    assert_eq!(name_of(&world, &ids[1]), None, "{case}");
    for living in [2, 3] {
        assert_eq!(name_of(&world, &ids[living]), Some(format!("Sobrenome{living:05}")), "{case}");
    }
    assert_eq!((world.genesys.contacts().len(), world.both_sides().doubled()), (4, vec![]), "{case}");
    world
}

/// Two people with one number, and a third one. Where the vendor refuses a second contact with that number, one of the two
/// fails until it is set aside for a person; nobody else waits for that, and nobody stands twice.
pub async fn sharing(world: WorldBuilder, case: &str) -> World {
    const TICKS: u32 = 3;
    let world = world.config(&format!("give_up_after_ticks = {TICKS}\nlease_seconds = 60")).start().await;
    let ids = world.salesforce.insert(&people(3));
    for id in &ids[1..] {
        world.salesforce.update(id, &json!({"MobilePhone": SHARED_NUMBER}));
    }
    let mut last = None;
    for _ in 0..=TICKS {
        world.advance(TICK);
        last = Some(world.inside().invoke(json!({})).await.report());
    }
    let last = last.unwrap();
    assert_eq!((last.status, last.failed), (Status::Done, 0), "{case}: {last:?}");
    let arrived: Vec<bool> = ids.iter().map(|id| name_of(&world, id).is_some()).collect();
    let is_refused = case.contains("409");
    assert!(
        arrived[0] && (arrived[1] || arrived[2]) && (is_refused || (arrived[1] && arrived[2])),
        "{case}: {arrived:?}"
    );
    assert_eq!(world.genesys.contacts().len(), if is_refused { 2 } else { 3 }, "{case}");
    world
}
