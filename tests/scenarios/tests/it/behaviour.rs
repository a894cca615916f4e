//! What the job does with ordinary days: dry runs, pilots, cleared fields, shared keys, and answers that get lost.

use std::time::Duration;

use platform::report::Status;
use scenarios::World;
use scenarios::door::{Harm, Kind, Point};
use scenarios::people::people;
use serde_json::{Value, json};

const NUMBER: &str = "+15125550142";
const EMAIL: &str = "ana.silva@northwind.example";
const EVERYTHING: &str = "2000-01-01T00:00:00Z";

fn genesys_requests(world: &World) -> usize {
    world.journal().iter().filter(|entry| entry.vendor == "genesys").count()
}

fn genesys_kind(operation: &str) -> Kind {
    Kind { service: "genesys".to_owned(), operation: operation.to_owned() }
}

#[tokio::test]
async fn a_contact_arrives_with_its_id_its_fields_and_its_link() {
    let world = World::start().await;
    let id = world.salesforce.contact("Antonieta").email(EMAIL).phone(NUMBER).mobile("+1 (512) 555-0143").insert();
    let report = world.tick().await.report();
    assert_eq!((report.fetched, report.created, report.status), (1, 1, Status::Done), "{report:?}");

    let contact = world.genesys.contact_of(&id).expect("the new contact");
    assert_eq!(contact["firstName"], "Antonieta");
    assert_eq!(contact["workEmail"], EMAIL);
    assert_eq!(contact["workPhone"]["e164"], NUMBER);
    assert_eq!(contact["cellPhone"]["e164"], "+15125550143");
    assert!(contact["externalSystemUrl"].as_str().is_some_and(|url| url.ends_with(&id)), "{contact}");
}

/// One run holds the lock; a second one says `skipped` at once and never waits. Dry runs take no lock.
#[tokio::test]
async fn a_second_run_while_one_works_says_skipped() {
    let world = World::start().await;
    world.salesforce.insert(&people(3));
    world.advance(Duration::from_secs(300));
    world.door.harm(Point::Nth(genesys_kind("GET organizations/me"), 1), Harm::Delay(Duration::from_millis(700)));
    let other = world.another_environment().await;
    let (first, second) = tokio::join!(world.invoke(json!({})), async {
        other.ready().await.expect("it starts");
        world.door.seen("organizations/me").await; // The first one is in the middle of its work.
        other.invoke(&json!({})).await
    });
    assert_eq!(second.report().status, Status::Skipped);
    assert_eq!(first.report().created, 3);
}

#[tokio::test]
async fn a_dry_run_lists_the_plan_and_writes_nothing() {
    let world = World::start().await;
    world.salesforce.insert(&people(3));
    world.advance(Duration::from_secs(300));
    let before = world.state_rows();
    let report = world.invoke(json!({"dry_run": true})).await.report();

    let plan = report.plan.expect("a plan");
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(3), "{plan}");
    assert!(plan["table"].as_array().is_some_and(|table| table.len() == 4), "{plan}");
    assert_eq!((report.fetched, report.created), (3, 0));
    assert!(world.journal().iter().all(|entry| entry.kind != "write"));
    let kept = |rows: Vec<Value>| {
        rows.into_iter().filter(|row| !row["pk"]["S"].as_str().unwrap().starts_with("token#")).collect::<Vec<_>>()
    };
    assert_eq!(kept(world.state_rows()), kept(before));

    assert_eq!(world.invoke(json!({})).await.report().created, 3); // The same plan, carried out.
}

#[tokio::test]
async fn a_limit_makes_a_pilot_and_the_rest_follows() {
    let world = World::start().await;
    world.salesforce.insert(&people(30));
    world.advance(Duration::from_secs(300));
    let report = world.invoke(json!({"limit": 10})).await.report();
    assert_eq!(report.created, 10, "{report:?}");
    assert_eq!(world.tick().await.report().created, 20);
    assert_eq!(world.tick().await.report().created, 0);
}

#[tokio::test]
async fn since_reads_again_from_an_earlier_moment() {
    let world = World::start().await;
    world.salesforce.insert(&people(5));
    world.tick().await.report();
    world.tick().await.report();
    let report = world.invoke(json!({"since": EVERYTHING})).await.report();
    assert_eq!((report.fetched, report.skipped_by.get("unchanged")), (5, Some(&5)), "{report:?}");
}

/// A field emptied in Salesforce is emptied in Genesys, if this sync had written it before. A field taken out of the
/// map is left alone.
#[tokio::test]
async fn a_field_cleared_in_salesforce_is_cleared_in_genesys() {
    let world = World::start().await;
    let id = world.salesforce.contact("Antonieta").email(EMAIL).phone(NUMBER).insert();
    world.tick().await.report();
    world.salesforce.update(&id, &json!({"Phone": null}));
    let report = world.tick().await.report();
    assert_eq!(report.updated, 1, "{report:?}");

    let contact = world.genesys.contact_of(&id).expect("the contact");
    assert!(contact["workPhone"]["display"].is_null(), "{contact}");
    assert_eq!(contact["workEmail"], EMAIL);
    assert_eq!(world.tick().await.report().updated, 0);
}

/// A number or address that cannot be used costs that field, never the contact: the field is left out, the result
/// counts a warning, and the log names the contact, the field and the reason, but not the value.
#[tokio::test]
async fn a_bad_number_drops_that_field_and_nothing_else() {
    let world = World::start().await;
    let id = world.salesforce.contact("Antonieta").email(EMAIL).phone("call reception").insert();
    let report = world.tick().await.report();
    assert_eq!(report.created, 1, "{report:?}");
    assert!(report.warnings_by.keys().any(|code| code.contains("phone")), "{report:?}");
    let contact = world.genesys.contact_of(&id).expect("the contact");
    assert!(contact["workPhone"].is_null(), "{contact}");
    assert_eq!(contact["workEmail"], EMAIL);
    assert_eq!(world.tick().await.report().updated, 0);
}

/// Two Salesforce contacts that share a number, with no free candidate in Genesys, are two people: both are created,
/// with the warning `shared_key`. A switchboard number must not block a company.
#[tokio::test]
async fn two_people_with_one_number_and_no_candidate_are_two_contacts() {
    let world = World::start().await;
    world.salesforce.contact("Antonieta").phone(NUMBER).insert();
    world.salesforce.contact("Bernadete").phone(NUMBER).insert();
    let report = world.tick().await.report();
    assert_eq!((report.created, report.warnings_by.get("shared_key")), (2, Some(&2)), "{report:?}");
    assert_eq!(world.genesys.contacts().len(), 2);
    assert_eq!(world.tick().await.report().created, 0);
}

/// A contact in review costs no request until its mapped content changes in Salesforce or a person decides.
#[tokio::test]
async fn a_contact_in_review_costs_no_request_until_it_changes() {
    let world = World::start().await;
    world.genesys.contact("A. N.").phone(NUMBER).insert();
    let ids: Vec<_> =
        ["Antonieta", "Bernadete"].map(|name| world.salesforce.contact(name).phone(NUMBER).insert()).into();
    world.tick().await.report();

    world.forget();
    let report = world.invoke(json!({"since": EVERYTHING})).await.report();
    assert_eq!(report.skipped_by.get("review"), Some(&2), "{report:?}");
    assert_eq!(genesys_requests(&world), 0);

    // The decision: she has another number. Both questions are answered by it, one run later at most.
    world.salesforce.update(&ids[1], &json!({"Phone": "+15125550177"}));
    let report = world.tick().await.report();
    assert_eq!(report.created, 1, "{report:?}");
    assert!(world.genesys.contact_of(&ids[1]).is_some());
}

/// If Genesys answers an update with another contact's id, nothing is linked and the contact goes to review.
#[tokio::test]
async fn an_answer_about_another_contact_links_nothing_and_goes_to_review() {
    let world = World::start().await;
    world.genesys.contact("Outra").field("lastName", "Pessoa").email("outra.pessoa@northwind.example").insert();
    world.genesys.contact("Ana").field("lastName", "Typed-In").email(EMAIL).insert();
    let id = world.salesforce.contact("Ana").email(EMAIL).insert();
    world.genesys.fault(&json!({"fault": "wrong_id_answered", "vendor": "genesys"}));
    let report = world.tick().await.report();
    assert_eq!((report.updated, report.skipped_by.get("review")), (0, Some(&1)), "{report:?}");
    assert!(!report.warnings.is_empty());
    let rows = world.state_rows();
    assert!(!rows.iter().any(|row| row["pk"]["S"].as_str().unwrap().starts_with("peer#")), "{rows:?}");
    assert!(rows.iter().any(|row| row["pk"]["S"].as_str().unwrap().starts_with("review#") && row["sk"]["S"] == id));
}

/// An add whose answer was lost is never sent as an add again: it is repeated as an upsert by external id, so nobody
/// stands twice.
#[tokio::test]
async fn an_add_whose_answer_was_lost_is_not_added_again() {
    let world = World::start().await;
    world.salesforce.insert(&people(20));
    world.door.harm(Point::Nth(genesys_kind("POST bulk/contacts/add"), 1), Harm::LoseAnswer);
    world.tick().await;
    assert_eq!(world.door.harmed().len(), 1);
    world.ticks_until_idle().await;
    assert_eq!(world.genesys.contacts().len(), 20);
    assert_eq!(world.both_sides().doubled(), Vec::<String>::new());
    let adds = world.journal().iter().filter(|entry| entry.operation == "contacts_bulk_add").count();
    assert_eq!(adds, 1);
}

/// The watermark moves only forward, only under the lock's fence, and only after the link rows and audit lines behind
/// it are written. It stays before the oldest contact that failed. A contact that failed in ten runs in a row
/// (`give_up_after_ticks`) goes to quarantine as `gave_up`, one message goes to the alerts topic, and the watermark
/// passes.
#[tokio::test]
async fn a_contact_that_keeps_failing_holds_the_watermark_and_is_given_up_after_ten_runs() {
    let world = World::start().await;
    let bad = world.salesforce.contact("Antonieta").email(EMAIL).insert();
    world.advance(Duration::from_secs(5));
    let ids = world.salesforce.insert(&people(3));
    // Its add fails, and so does the upsert by which a failed add is re-driven.
    world.genesys.fault(&json!({"fault": "partial_failure", "external_ids": [bad]}));
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "operation": "contact_enrich", "status": 500}));

    let report = world.tick().await.report();
    assert_eq!((report.created, report.failed, report.status), (3, 1, Status::Partial), "{report:?}");
    for run in 2..10 {
        let report = world.tick().await.report();
        assert_eq!((report.failed, report.created), (1, 0), "run {run}: {report:?}");
    }
    let report = world.tick().await.report();
    assert_eq!((report.failed, report.skipped_by.get("gave_up")), (0, Some(&1)), "{report:?}");
    assert_eq!(world.desk.open().messages.len(), 1);

    world.forget();
    let report = world.tick().await.report();
    assert_eq!((report.failed, genesys_requests(&world)), (0, 0), "{report:?}");
    assert!(ids.iter().all(|id| world.genesys.contact_of(id).is_some()));
}

#[tokio::test]
async fn the_schedulers_default_envelope_is_a_plain_run() {
    let world = World::start().await;
    world.salesforce.insert(&people(2));
    world.advance(Duration::from_secs(300));
    let envelope = json!({
        "version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.scheduler", "account": "000000000000",
        "time": "2026-11-24T10:00:00Z", "region": "us-east-1", "resources": [], "detail": "{}",
    });
    assert_eq!(world.invoke(envelope).await.report().created, 2);
}

#[tokio::test]
async fn every_run_leaves_one_history_row_and_one_audit_line_for_each_contact_touched() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(4));
    let report = world.tick().await.report();
    let rows = world.state_rows();
    let history: Vec<_> = rows.iter().filter(|row| row["pk"]["S"] == "run#contact-sync").collect();
    assert_eq!(history.len(), 1);
    assert_eq!(history[0]["sk"]["S"], report.run_id);
    let audit = world.desk.open().groups["/cx-bridge/dev/audit"].messages();
    assert!(ids.iter().all(|id| audit.iter().any(|line| line.contains(id))), "{audit:?}");
}

/// Audit lines are written after a batch is answered and before its contacts count as settled. If that fails, the run
/// fails and those contacts are sent again by key: an audit line may be there twice, never not at all.
#[tokio::test]
async fn a_run_whose_audit_cannot_be_written_fails_and_is_repeated() {
    let world = World::start().await;
    world.salesforce.insert(&people(4));
    world.door.harm(
        Point::Every("logs PutLogEvents"),
        Harm::Answer(400, json!({"__type": "AccessDeniedException"}).to_string()),
    );
    let error = world.tick().await.error();
    assert!(error.message.contains("audit"), "{error:?}");
    assert!(
        !world.state_rows().iter().any(|row| row["pk"]["S"] == "mark#contact-sync" && row["sk"]["S"] == "salesforce")
    );

    world.door.calm();
    world.ticks_until_idle().await;
    assert_eq!(world.genesys.contacts().len(), 4);
}

/// Whatever fails in between, nobody is doubled, and once the faults are over everything has arrived.
#[tokio::test]
async fn faults_then_calm_nothing_lost_nothing_doubled() {
    for seed in 1..=6 {
        println!("seed {seed}");
        let world = World::builder().page_size(20).config("bulk_add_size = 10").seed(seed).start().await;
        world.salesforce.insert(&people(80));
        world.genesys.insert(&(0..20).map(scenarios::people::in_genesys).collect::<Vec<_>>());
        for (number, fault) in
            ["answer_lost", "reset_before", "busy", "throttle", "html_gateway"].into_iter().enumerate()
        {
            world.genesys.fault(&json!({"fault": fault, "probability": 0.12, "seed": seed * 10 + number as u64}));
        }
        for _ in 0..4 {
            world.tick().await; // Whatever it ends as.
            assert_eq!(world.both_sides().doubled(), Vec::<String>::new(), "seed {seed}");
        }
        world.genesys.calm();
        world.ticks_until_idle().await;
        assert_eq!(world.genesys.contacts().len(), 80, "seed {seed}");
    }
}

/// A run that was killed keeps the lock until its lease ends (`lease_seconds`, 120); until then other runs say
/// `skipped`.
#[tokio::test]
async fn a_killed_run_keeps_the_lock_until_its_lease_ends() {
    let world = World::start().await;
    world.salesforce.insert(&people(3));
    world.advance(Duration::from_secs(300));
    world.door.harm(Point::Nth(genesys_kind("POST bulk/contacts/add"), 1), Harm::KillAfter);
    assert!(world.invoke(json!({})).await.error().is_exit());
    assert_eq!(world.invoke(json!({})).await.report().status, Status::Skipped);
    world.ticks_until_idle().await;
    assert_eq!(world.genesys.contacts().len(), 3);
}
