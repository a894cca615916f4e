//! Long runs: slice by slice, over as many invocations as it takes, and never in a circle.

use std::time::Duration;

use platform::report::Status;
use scenarios::World;
use scenarios::aws::sqs::CONTACT_SYNC;
use scenarios::door::{Harm, Point};
use scenarios::people::{in_genesys, people, person};
use serde_json::{Value, json};

/// An invocation does one slice of ten.
const ONE_SLICE: &str = "slice_contacts = 10\nslices_per_invocation = 1";
const NUMBER: &str = "+15125550142";
/// More deliveries than any run here needs: only two invocations that call each other for ever get here.
const DELIVERIES_MAX: usize = 60;

/// Delivers messages until none is left; how many batches there were.
async fn deliver_all(world: &World) -> usize {
    for batches in 0..DELIVERIES_MAX {
        let Some(delivered) = world.deliver(CONTACT_SYNC, "contact-sync").await else { return batches };
        assert!(delivered.error.is_none() && delivered.given_back.is_empty(), "{delivered:?}");
        assert!(!delivered.log.contains("\"status\":\"failed\""), "{}", delivered.log);
    }
    panic!("still messages after {DELIVERIES_MAX} batches");
}

fn links(world: &World) -> Vec<String> {
    let text = |row: &Value, name: &str| row[name]["S"].as_str().unwrap_or_default().to_owned();
    let rows = world.state_rows();
    let rows = rows.iter().filter(|row| text(row, "pk").starts_with("link#"));
    rows.map(|row| format!("{} {}", text(row, "pk"), text(row, "state"))).collect()
}

/// Whether a run is unfinished.
fn is_unfinished(world: &World) -> bool {
    world.state_rows().iter().any(|row| row["pk"]["S"] == "mark#contact-sync" && row.get("run_id").is_some())
}

fn waiting(world: &World) -> usize {
    world.desk.open().queues[CONTACT_SYNC].letters.len()
}

/// A run works in slices of at most `slice_contacts` (1,000). After each it leaves a checkpoint, and the watermark
/// moves; where its time is up, it hands over to a next invocation by a message that names run and slice. Twenty slices
/// over twenty invocations end as one long run.
#[tokio::test]
async fn t19_twenty_slices_over_twenty_invocations_end_as_one_long_run() {
    // By scan, which here is a page: looking up whoever is left in each invocation would use the minute's limit up.
    let world = World::builder().config(&format!("{ONE_SLICE}\nscan_above = 0")).start().await;
    world.salesforce.insert(&people(200));
    let first = world.tick().await.report();
    assert_eq!((first.status, first.created), (Status::Continued, 10), "{first:?}");
    assert_eq!(deliver_all(&world).await, 19);
    assert!(!is_unfinished(&world));

    let other = World::start().await;
    other.salesforce.insert(&people(200));
    assert_eq!(other.tick().await.report().created, 200);
    assert_eq!(world.both_sides(), other.both_sides());
    assert_eq!(links(&world), links(&other));
    let report = world.tick().await.report();
    assert_eq!((report.status, report.created, report.updated), (Status::Done, 0, 0), "{report:?}");
}

/// Without a message, or with one that is lost, the next tick goes on with the unfinished run.
#[tokio::test]
async fn a_tick_goes_on_with_an_unfinished_run() {
    let world = World::builder().config("slice_contacts = 10\nslices_per_invocation = 2").start().await;
    world.salesforce.insert(&people(45));
    let reports: Vec<_> =
        [world.tick().await.report(), world.tick().await.report(), world.tick().await.report()].into();
    assert_eq!(reports.iter().map(|report| report.created).collect::<Vec<_>>(), [20, 20, 5]);
    assert_eq!(reports[2].status, Status::Done, "{:?}", reports[2]);
    assert!(!is_unfinished(&world));
}

/// A message of a slice that is done, or of another run, is settled and does nothing.
#[tokio::test]
async fn a_stale_message_does_nothing() {
    let world = World::builder().config(ONE_SLICE).start().await;
    world.salesforce.insert(&people(25));
    world.tick().await.report();
    let stale = world.desk.open().queues[CONTACT_SYNC].letters[0].body.clone();
    assert_eq!(deliver_all(&world).await, 2);
    world.forget();
    let now_ms = world.clock().now_ms();
    world.desk.open().queues.get_mut(CONTACT_SYNC).unwrap().send(&stale, None, None, now_ms).unwrap();
    assert_eq!(deliver_all(&world).await, 1);
    assert!(world.journal().is_empty(), "{:?}", world.journal());
    assert_eq!(world.genesys.contacts().len(), 25);
}

/// An invocation that achieves nothing sends no message, so that two can never call each other for ever; it ends
/// `partial`, and people are told once.
#[tokio::test]
async fn an_invocation_without_progress_sends_no_message_and_tells_people() {
    let world = World::builder().config(ONE_SLICE).time_limit(Duration::from_secs(9)).start().await;
    world.salesforce.insert(&people(25));
    let report = world.tick().await.report();
    assert_eq!((report.status, report.created), (Status::Partial, 0), "{report:?}");
    assert_eq!(waiting(&world), 0);
    assert_eq!(world.desk.open().messages.len(), 1);
}

/// Two contacts that fit one candidate both go to review, also when they stand in different slices, far from each
/// other.
#[tokio::test]
async fn t07_two_who_fit_one_candidate_in_different_slices_both_go_to_review() {
    for scan_above in [0, 100] {
        let world = World::builder().config(&format!("{ONE_SLICE}\nscan_above = {scan_above}")).start().await;
        world.genesys.contact("A. N.").phone(NUMBER).insert();
        let mut rows: Vec<_> = (0..25).map(person).collect();
        for twin in [2, 23] {
            rows[twin].insert("Phone".to_owned(), json!(NUMBER));
            rows[twin].remove("Email");
        }
        for (number, row) in rows.into_iter().enumerate() {
            let at = world.clock().now() + jiff::SignedDuration::from_secs(i64::try_from(number).unwrap());
            world.salesforce.insert(&[with(row, "SystemModstamp", &at.to_string())]);
        }
        world.tick().await.report();
        deliver_all(&world).await;
        let rows = world.state_rows();
        let reviews = rows.iter().filter(|row| row["pk"]["S"].as_str().unwrap().starts_with("review#")).count();
        assert_eq!((reviews, world.genesys.contacts().len()), (2, 24), "scan above {scan_above}");
    }
}

fn with(mut row: serde_json::Map<String, Value>, name: &str, value: &str) -> serde_json::Map<String, Value> {
    row.insert(name.to_owned(), json!(value));
    row
}

/// A list of ids goes the same way as a window, and moves no watermark.
#[tokio::test]
async fn named_contacts_are_synced_at_once_and_again_nothing_happens() {
    let world = World::builder().config("near_real_time = true").start().await;
    let ids = world.salesforce.insert(&people(3));
    let report = world.invoke(json!({"ids": [ids[1]]})).await.report();
    assert_eq!((report.fetched, report.created), (1, 1), "{report:?}");
    tell(&world, &[&ids[2], &ids[1]]);
    assert_eq!(deliver_all(&world).await, 1);
    assert_eq!(world.genesys.contacts().len(), 2);
    assert!(!world.state_rows().iter().any(|row| row["sk"]["S"] == "salesforce"));
    assert_eq!(world.tick().await.report().created, 1);
}

/// A webhook tells of these contacts.
fn tell(world: &World, ids: &[&String]) {
    let told = json!({
        "specversion": "1.0", "id": "e", "source": "cx-bridge/webhooks/salesforce", "type": "contacts.changed",
        "time": world.clock().now().to_string(), "data": {"id": "e", "ids": ids},
    });
    let now_ms = world.clock().now_ms();
    world.desk.open().queues.get_mut(CONTACT_SYNC).unwrap().send(&told.to_string(), None, None, now_ms).unwrap();
}

/// A run that is killed, and whose lock is held until its lease is over.
async fn die_with_the_lock(world: &World) {
    world.door.harm(Point::Every("genesys POST bulk/contacts/add"), Harm::KillBefore);
    assert!(world.invoke(json!({})).await.result.is_err(), "killed while it held the lock");
    world.door.calm();
}

/// Contacts that are told of while a run holds the lock come again by themselves: after 15 seconds, and each further time
/// after twice as long. What several messages tell of comes in one.
#[tokio::test]
async fn contacts_told_of_while_a_run_is_at_work_come_again_soon() {
    let world = World::builder().config("near_real_time = true\nlease_seconds = 60").start().await;
    world.salesforce.insert(&people(2));
    world.advance(Duration::from_secs(300));
    die_with_the_lock(&world).await;
    let late = [person(2), person(3)].map(|person| world.salesforce.insert(&[person]).remove(0));
    late.iter().for_each(|id| tell(&world, &[id]));
    for wait in [15, 30, 60] {
        assert_eq!((deliver_all(&world).await, waiting(&world)), (1, 1), "before the wait of {wait} s");
        assert!(late.iter().all(|id| world.genesys.contact_of(id).is_none()));
        world.advance(Duration::from_secs(wait - 5));
        assert_eq!(deliver_all(&world).await, 0, "within the wait of {wait} s");
        world.advance(Duration::from_secs(5));
    }
    assert_eq!((deliver_all(&world).await, waiting(&world)), (1, 0));
    assert!(late.iter().all(|id| world.genesys.contact_of(id).is_some()));
    assert_eq!(world.tick().await.report().created, 2, "those of the killed run");
}

/// A lock that stays taken does not keep the queue busy: after seven times in a quarter of an hour nobody asks any more,
/// and the next tick reads what changed.
#[tokio::test]
async fn contacts_that_never_find_the_lock_free_are_left_to_the_schedule() {
    let world = World::builder().config("near_real_time = true\nlease_seconds = 900").start().await;
    world.salesforce.insert(&people(2));
    world.advance(Duration::from_secs(300));
    die_with_the_lock(&world).await;
    let late = world.salesforce.insert(&[person(2)]).remove(0);
    tell(&world, &[&late]);
    for wait in [15, 30, 60, 120, 240] {
        assert_eq!((deliver_all(&world).await, waiting(&world)), (1, 1), "before the wait of {wait} s");
        world.advance(Duration::from_secs(wait));
    }
    assert_eq!((deliver_all(&world).await, waiting(&world)), (1, 1), "before the last wait");
    world.advance(Duration::from_secs(440)); // The lease is over; another run dies the same way.
    die_with_the_lock(&world).await;
    world.advance(Duration::from_secs(40));
    assert_eq!((deliver_all(&world).await, waiting(&world)), (1, 0), "nobody asks any more");
    assert!(world.genesys.contact_of(&late).is_none());
    assert_eq!(world.tick().await.report().created, 3);
}
/// Whoever is new to a run that somebody asked for while another one was unfinished is matched like anybody else.
#[tokio::test]
async fn a_run_behind_an_unfinished_one_matches_whom_it_finds() {
    let world = World::builder().config("slice_contacts = 10\nslices_per_invocation = 3").start().await;
    world.salesforce.insert(&people(45));
    let first = world.tick().await.report();
    assert_eq!((first.status, first.created), (Status::Continued, 30), "{first:?}");
    world.genesys.insert(&[in_genesys(80)]);
    let newcomer = world.salesforce.insert(&[person(80)]).remove(0);
    world.advance(Duration::from_secs(1800));
    let report = world.invoke(json!({"limit": 10})).await.report();
    assert_eq!((report.created, report.updated), (15, 1), "{report:?}");
    assert!(world.genesys.contact_of(&newcomer).is_some());
    assert_eq!(world.genesys.contacts().len(), 46, "one contact each");
}
