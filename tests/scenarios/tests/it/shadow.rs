//! Shadow runs: everything is read and planned, and nothing is written except how far they have seen.

use std::time::Duration;

use platform::report::Status;
use scenarios::World;
use scenarios::aws::ses::CONFIGURATION_SET;
use scenarios::people::{in_genesys, people};
use serde_json::{Value, json};

use crate::brake::deploy;

/// With `mode = "shadow"` everything runs for real except the writes: nothing is written to a vendor and no link row is
/// made; the run keeps a mark of its own and mails what it would have done.
#[tokio::test]
async fn a_shadow_run_writes_nothing_to_a_vendor_and_no_link() {
    let world = World::builder().config("mode = \"shadow\"\nslice_contacts = 10").start().await;
    world.genesys.insert(&(0..4).map(in_genesys).collect::<Vec<_>>());
    world.salesforce.insert(&people(25));
    let before = world.both_sides();
    let report = world.tick().await.report();
    assert_eq!((report.status, report.fetched), (Status::Done, 25), "{report:?}");
    assert_eq!(report.skipped_by.get("shadow"), Some(&25), "{report:?}");
    assert_eq!(world.both_sides(), before);
    assert!(world.journal().iter().all(|entry| !entry.is_genesys_write()));
    let rows = world.state_rows();
    let is_of = |family: &str| rows.iter().any(|row| row["pk"]["S"].as_str().unwrap().starts_with(family));
    assert!(!is_of("link#") && !is_of("peer#") && !is_of("review#"));
    let marks: Vec<_> = rows.iter().filter(|row| row["pk"]["S"] == "mark#contact-sync").collect();
    let names: Vec<_> = marks.iter().filter_map(|row| row["sk"]["S"].as_str()).collect();
    assert_eq!(names, ["shadow", "shadow_deleted"]);

    world.tick().await.report(); // It still looks back over the same contacts.
    let idle = world.tick().await.report();
    assert_eq!((idle.status, idle.fetched), (Status::Done, 0), "{idle:?}");
}

const SHADOW: &str = "mode = \"shadow\"\nnotify_to = [\"avisos@example.com\"]\nnotify_from = \"avisos@example.com\"";

/// The place of one of the marks.
fn mark(world: &World, name: &str) -> Value {
    let rows = world.state_rows();
    let row = rows.iter().find(|row| row["pk"]["S"] == "mark#contact-sync" && row["sk"]["S"] == name);
    row.map_or(Value::Null, |row| row["at_ms"].clone())
}

/// The lists that were mailed.
fn lists(world: &World) -> Vec<String> {
    let mails = world.desk.open().outbox.mails.clone();
    let files = mails.iter().flat_map(|mail| &mail.attachments);
    files.map(|(_, content)| String::from_utf8(content.clone()).unwrap()).collect()
}

/// Who was deleted stands in the list of a shadow run as well, with what would become of the Genesys contact, and once;
/// nothing is unlinked, and the run that is live again sees to it.
#[tokio::test]
async fn a_shadow_run_lists_deletions_once() {
    let world =
        World::builder().config_from_parameter().variable("MAIL_CONFIGURATION_SET", CONFIGURATION_SET).start().await;
    let ids = world.salesforce.insert(&people(3));
    assert_eq!(world.tick().await.report().created, 3);
    world.advance(Duration::from_secs(30 * 60));
    deploy(&world, SHADOW);
    world.restart().await;
    world.salesforce.delete(&ids[1]);
    world.tick().await.report();
    let told = lists(&world);
    assert!(told.len() == 1 && told[0].contains(&format!("{},unlink,", ids[1])), "{told:?}");
    assert!(world.genesys.contact_of(&ids[1]).is_some());

    for _ in 0..3 {
        world.tick().await.report();
    }
    assert_eq!(lists(&world).len(), 1, "told once");
    deploy(&world, "");
    world.restart().await;
    world.tick().await.report();
    assert!(world.genesys.contact_of(&ids[1]).is_none());
}

/// A shadow run with a `since` behind its mark leaves the mark before the gap, and one with an earlier `since` leaves it
/// where it is: whoever is in between is still listed.
#[tokio::test]
async fn a_shadow_run_leaves_its_mark_before_a_gap() {
    let world = World::builder().config(SHADOW).variable("MAIL_CONFIGURATION_SET", CONFIGURATION_SET).start().await;
    world.salesforce.insert(&people(1));
    world.tick().await.report();
    let first = mark(&world, "shadow");
    assert_ne!(first, Value::Null);
    let unseen = world.salesforce.contact("Antonieta").insert();
    world.advance(Duration::from_secs(3 * 3600));
    let since = world.clock().now() - jiff::SignedDuration::from_mins(5);
    world.salesforce.contact("Bernadete").insert();
    world.advance(Duration::from_secs(300));
    for since in [since.to_string(), "2000-01-01T00:00:00Z".to_owned()] {
        let report = world.invoke(json!({"since": since, "limit": 1})).await.report();
        assert_eq!((report.status, report.fetched), (Status::Done, 1), "{report:?}");
        assert_eq!(mark(&world, "shadow"), first, "{since}");
    }
    world.tick().await.report();
    assert!(lists(&world).last().unwrap().contains(&unseen));
    assert_ne!(mark(&world, "shadow"), first);
}

/// A shadow run with a `limit` leaves its mark behind the last contact that it has listed, also where the limit, a slice
/// and a page of Salesforce end with the same one: whoever comes behind them is still listed.
#[tokio::test]
async fn a_shadow_run_with_a_limit_lists_the_rest_afterwards() {
    let config = format!("{SHADOW}\nslice_contacts = 10");
    let pages = json!({"salesforce": {"page_size": 10}});
    let world = World::builder()
        .config(&config)
        .simulator(pages)
        .variable("MAIL_CONFIGURATION_SET", CONFIGURATION_SET)
        .start()
        .await;
    let ids = world.salesforce.insert(&people(25));
    world.advance(Duration::from_secs(3600));
    let report = world.invoke(json!({"limit": 10})).await.report();
    assert_eq!((report.status, report.fetched), (Status::Done, 10), "{report:?}");
    assert!(lists(&world).iter().all(|list| ids[10..].iter().all(|id| !list.contains(id))));
    // Far behind the look-back: nothing but the mark leads back to them.
    world.advance(Duration::from_secs(3600));
    world.tick().await.report();
    let listed = lists(&world).join("\n");
    let missing: Vec<_> = ids.iter().filter(|id| !listed.contains(*id)).collect();
    assert!(missing.is_empty(), "never listed: {missing:?}");
}

/// A list of a shadow run that the mail service does not take is not told: the marks stay where they are, and the next
/// run lists the same contacts again.
#[tokio::test]
async fn a_shadow_list_that_was_not_taken_is_listed_again_by_the_next_run() {
    let world = World::builder().config(SHADOW).variable("MAIL_CONFIGURATION_SET", CONFIGURATION_SET).start().await;
    let ids = world.salesforce.insert(&people(2));
    world.desk.open().outbox.refusal = Some((400, "AccountSuspendedException"));
    let report = world.tick().await.report();
    assert!(report.warnings.iter().any(|line| line.contains("shadow run was not taken")), "{report:?}");
    for name in ["shadow", "shadow_deleted"] {
        assert_eq!(mark(&world, name), Value::Null, "{name}");
    }
    world.desk.open().outbox.refusal = None;
    world.tick().await.report();
    let told = lists(&world);
    assert!(told.len() == 1 && ids.iter().all(|id| told[0].contains(id)), "{told:?}");
    world.tick().await.report();
    assert_eq!(lists(&world).len(), 1, "told once");
    assert_ne!(mark(&world, "shadow"), Value::Null);
}
