//! The traps that other people's integrations fell into, each with its number.

use std::collections::BTreeMap;
use std::time::Duration;

use platform::report::Status;
use scenarios::World;
use scenarios::people::{people, person};
use serde_json::{Value, json};

/// The e-mail address and number that a test's contacts share.
const EMAIL: &str = "ana.silva@northwind.example";
const NUMBER: &str = "+15125550142";

fn genesys_writes(world: &World) -> usize {
    world.journal().iter().filter(|entry| entry.is_genesys_write()).count()
}

fn operations(world: &World, operation: &str) -> usize {
    world.journal().iter().filter(|entry| entry.operation == operation).count()
}

/// The second run does nothing.
async fn assert_quiet(world: &World) {
    world.forget();
    let report = world.tick().await.report();
    assert_eq!((report.created, report.updated, report.failed), (0, 0, 0), "{report:?}");
    assert_eq!(genesys_writes(world), 0);
}

/// Salesforce shows a row only when its transaction commits, under the time at which it was written. Each run therefore
/// reads again from `look_back_minutes` (10) before the watermark, and a contact that appears late under an older time
/// is still carried over, once.
#[tokio::test]
async fn t01_a_row_committed_late_under_an_older_time_is_still_read() {
    let world = World::start().await;
    world.salesforce.contact("Antonieta").email(EMAIL).insert();
    assert_eq!(world.tick().await.report().created, 1);

    let written_before_the_mark = world.clock().now() - jiff::SignedDuration::from_mins(4);
    let late =
        world.salesforce.contact("Bernadete").field("SystemModstamp", written_before_the_mark.to_string()).insert();
    world.advance(Duration::from_secs(120));
    let report = world.invoke(json!({})).await.report();

    assert_eq!(report.created, 1, "{report:?}");
    assert!(world.genesys.contact_of(&late).is_some());
    assert_quiet(&world).await;
}

/// Times in Salesforce are whole seconds. Contacts are read in the order of (time, id), so many rows of one second
/// survive the edges of pages and limits: nobody is skipped and nobody is read for ever.
#[tokio::test]
async fn t02_many_rows_of_one_second_survive_page_edges_and_limits() {
    let world = World::builder().page_size(10).start().await;
    let moment = world.clock().now().to_string();
    let rows: Vec<_> = people(35)
        .into_iter()
        .map(|mut row| {
            row.insert("SystemModstamp".to_owned(), json!(moment));
            row
        })
        .collect();
    world.salesforce.insert(&rows);
    world.advance(Duration::from_secs(300));

    let first = world.invoke(json!({"limit": 15})).await.report();
    assert_eq!(first.created, 15, "{first:?}");
    let second = world.invoke(json!({"limit": 15})).await.report();
    assert_eq!(second.created, 15, "{second:?}");
    assert_eq!(world.invoke(json!({})).await.report().created, 5);

    assert_eq!(world.genesys.contacts().len(), 35);
    assert_quiet(&world).await;
}

/// A failed read is an error and never an empty list. A run that could not read its window to the end writes nothing,
/// the watermark stays, and the next run reads the same window.
#[tokio::test]
async fn t03_a_failed_run_does_not_lose_its_window() {
    let world = World::builder().page_size(10).start().await;
    world.salesforce.insert(&people(25));
    world.genesys.fault(&json!({"fault": "busy", "vendor": "salesforce", "operation": "query_more", "skip": 1}));
    let failed = world.tick().await;
    assert!(
        failed.result.is_err() || failed.result.as_ref().is_ok_and(|report| report.status == Status::Partial),
        "{failed:?}"
    );
    assert_eq!(genesys_writes(&world), 0);

    world.genesys.calm();
    let report = world.tick().await.report();
    assert_eq!(report.created, 25, "{report:?}");
    assert_quiet(&world).await;
}

/// A contact without a link is recognised by its Salesforce id under our external source, then by e-mail address, then
/// by number; letter case and spaces do not hide a match.
#[tokio::test]
async fn t05_letter_case_and_spaces_do_not_hide_a_match_by_email() {
    let world = World::start().await;
    world.genesys.contact("Ana").field("lastName", "Typed-In").email(EMAIL).insert();
    world.salesforce.contact("Ana").email("  Ana.SILVA@Northwind.EXAMPLE ").insert();
    let report = world.tick().await.report();
    assert_eq!((report.created, report.updated, report.matched), (0, 1, 1), "{report:?}");
    assert_eq!(world.genesys.contacts().len(), 1);
    assert_quiet(&world).await;
}

/// External ids of other systems stay on a Genesys contact that is linked; ours is added beside them.
#[tokio::test]
async fn t06_a_contact_with_another_systems_external_id_is_found_by_email_and_keeps_that_id() {
    let world = World::start().await;
    world
        .genesys
        .contact("Ana")
        .field("lastName", "Typed-In")
        .email(EMAIL)
        .field("externalIds", json!([{"source": "Billing", "value": "B-1"}]))
        .insert();
    let id = world.salesforce.contact("Ana").email(EMAIL).insert();

    let report = world.tick().await.report();

    assert_eq!((report.created, report.updated), (0, 1), "{report:?}");
    let contact = world.genesys.contact_of(&id).expect("the linked contact");
    let values: Vec<_> =
        contact["externalIds"].as_array().unwrap().iter().map(|id| id["value"].as_str().unwrap()).collect();
    assert!(values.contains(&"B-1") && values.len() == 2, "{values:?}");
    assert_quiet(&world).await;
}

/// One free candidate that fits several contacts, or several that fit one, are a question for a person: all of them go
/// to review, none of them is written, and the first hit never wins.
#[tokio::test]
async fn t07_an_ambiguous_match_goes_to_review() {
    let world = World::start().await;
    world.genesys.contact("A. N.").phone(NUMBER).insert();
    world.salesforce.contact("Antonieta").phone(NUMBER).insert();
    world.salesforce.contact("Bernadete").phone(NUMBER).insert();

    let report = world.tick().await.report();

    assert_eq!((report.created, report.updated, report.skipped_by.get("review")), (0, 0, Some(&2)), "{report:?}");
    let writes: Vec<_> = world
        .journal()
        .into_iter()
        .filter(|entry| entry.is_genesys_write() && entry.operation.contains("contact"))
        .collect();
    assert!(writes.is_empty(), "{writes:?}");
    assert_quiet(&world).await;
}

/// Each contact's answer is found by its own id, in whatever order the vendor returns them.
#[tokio::test]
async fn t12_bulk_results_out_of_order_are_joined_by_id() {
    let reversed = json!({"genesys": {"bulk_order": "reversed"}});
    let world = World::builder().simulator(reversed).config("brake_changed = 1.0").start().await;
    let ids = world.salesforce.insert(&people(30));
    assert_eq!(world.tick().await.report().created, 30);

    for (number, id) in ids.iter().enumerate() {
        world.salesforce.update(id, &json!({"FirstName": format!("Renomeada{number:02}")}));
    }
    let report = world.tick().await.report();

    assert_eq!(report.updated, 30, "{report:?}");
    for (number, id) in ids.iter().enumerate() {
        let contact = world.genesys.contact_of(id).expect("each contact is there");
        assert_eq!(contact["firstName"], format!("Renomeada{number:02}"));
        assert_eq!(contact["lastName"], person(number)["LastName"]);
    }
    assert_quiet(&world).await;
}

/// A bulk request can succeed and fail inside. The contact that failed is owed and tried again by key in the next run;
/// the others of its batch are settled.
#[tokio::test]
async fn t13_a_failure_inside_a_200_concerns_that_contact_only() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(20));
    world.genesys.fault(&json!({"fault": "partial_failure", "external_ids": [ids[7]]}));
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "operation": "contact_enrich", "status": 500}));
    let report = world.tick().await.report();
    assert_eq!((report.created, report.failed, report.status), (19, 1, Status::Partial), "{report:?}");
    assert!(world.genesys.contact_of(&ids[7]).is_none());

    world.genesys.calm();
    let report = world.tick().await.report();
    assert_eq!((report.created, report.failed), (1, 0), "{report:?}");
    assert_eq!(world.genesys.contacts().len(), 20);
    assert_quiet(&world).await;
}

/// Only the failed item is sent again, and as an upsert: it may have been done.
#[tokio::test]
async fn t13_a_retryable_item_is_sent_again_alone() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(20));
    world.genesys.fault(
        &json!({"fault": "partial_failure", "operation": "contacts_bulk_add", "external_ids": [ids[7]], "count": 1}),
    );
    let report = world.tick().await.report();
    assert_eq!((report.created, report.failed, report.status), (20, 0, Status::Done), "{report:?}");
    assert_eq!((operations(&world, "contacts_bulk_add"), operations(&world, "contact_enrich")), (1, 1));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t14_matching_goes_beyond_the_search_window_of_a_thousand() {
    let world = World::start().await;
    let typed_in: Vec<_> = (0..1100).map(scenarios::people::in_genesys).collect();
    world.genesys.insert(&typed_in);
    world.salesforce.insert(&(1030..1090).map(person).collect::<Vec<_>>());
    let report = world.tick().await.report();
    assert_eq!((report.matched, report.updated, report.created), (60, 60, 0), "{report:?}");
    assert_eq!(operations(&world, "contacts_search"), 0);
    assert_quiet(&world).await;
}

/// A look-up that Genesys refused is not the answer "nobody": without an answer nothing is created.
#[tokio::test]
async fn t16_a_429_is_not_no_data() {
    let world = World::start().await;
    world.genesys.contact("Ana").field("lastName", "Typed-In").email(EMAIL).insert();
    world.salesforce.contact("Ana").email(EMAIL).insert();
    world.genesys.fault(&json!({"fault": "throttle", "vendor": "genesys", "operation": "contact_lookup"}));
    world.tick().await;
    assert_eq!(world.genesys.contacts().len(), 1);

    world.genesys.calm();
    world.ticks_until_idle().await;
    assert_eq!(world.genesys.contacts().len(), 1);
}

#[tokio::test]
async fn t16_one_429_is_waited_out_within_the_run() {
    let world = World::start().await;
    world.salesforce.insert(&people(60));
    world.genesys.fault(&json!({"fault": "throttle", "vendor": "genesys", "operation": "contacts_bulk_add", "count": 1, "retry_after": 7}));
    let report = world.tick().await.report();
    assert_eq!((report.created, report.status), (60, Status::Done), "{report:?}");
    assert_quiet(&world).await;
}

/// A token that dies in the middle of a run is fetched anew, once, and the request is repeated with it; nothing is lost
/// or doubled.
#[tokio::test]
async fn t17_a_token_that_dies_in_mid_batch_loses_nothing() {
    let world = World::builder().config("bulk_add_size = 10").start().await;
    world.salesforce.insert(&people(60));
    world
        .genesys
        .fault(&json!({"fault": "token_revoked", "vendor": "genesys", "operation": "contacts_bulk_add", "calls": [3]}));
    let report = world.tick().await.report();
    assert_eq!((report.created, report.status), (60, Status::Done), "{report:?}");
    assert_eq!(world.journal().iter().filter(|entry| entry.vendor == "genesys" && entry.kind == "login").count(), 2);
    assert_eq!(world.genesys.contacts().len(), 60);
    assert_quiet(&world).await;
}

/// Several functions share one client and what Genesys lets it ask in a minute: the sync keeps to its share, so that the
/// others find room also while it has many contacts to look up, and nobody is refused.
#[tokio::test]
async fn t18_the_sync_leaves_other_functions_their_share_of_each_minute() {
    const MINUTE_MS: i64 = 200;
    const ALLOWED: usize = 40;
    let limit = json!({"genesys": {"minute_ms": MINUTE_MS, "rate_allowed": ALLOWED}});
    let world = World::builder().config("scan_above = 1000").simulator(limit).start().await;
    world.salesforce.insert(&people(100));
    let report = world.tick().await.report();
    assert_eq!((report.created, report.status), (100, Status::Done), "{report:?}");
    let mut minutes: BTreeMap<i64, usize> = BTreeMap::new();
    for entry in world.journal().iter().filter(|entry| entry.vendor == "genesys" && entry.kind != "login") {
        assert_ne!(entry.status, 429, "{entry:?}");
        *minutes.entry(entry.at.as_millisecond().div_euclid(MINUTE_MS)).or_default() += 1;
    }
    let share = ALLOWED * 7 / 10;
    assert!(minutes.len() >= 3 && minutes.values().all(|count| *count <= share), "more than {share}: {minutes:?}");
}

/// Before the invocation's end a run stops sending, records what is done and answers `continued`; the rest follows
/// without anybody's doing.
#[tokio::test]
async fn t19_a_run_that_runs_out_of_time_continues() {
    let world = World::builder().config("bulk_add_size = 10").time_limit(Duration::from_millis(13_000)).start().await;
    world.salesforce.insert(&people(100));
    world.genesys.fault(&json!({"fault": "slow", "vendor": "genesys", "operation": "contacts_bulk_add", "ms": 2500}));
    let report = world.tick().await.report();
    assert_eq!(report.status, Status::Continued, "{report:?}");
    assert!(report.created > 0 && report.created < 100, "{report:?}");

    world.genesys.calm();
    world.ticks_until_idle().await;
    assert_eq!(world.genesys.contacts().len(), 100);
}

/// A contact that Genesys refuses (400, 422) is set aside in quarantine with the vendor's code. It costs no request
/// until its mapped content changes; then it takes the ordinary way.
#[tokio::test]
async fn t23_a_refused_contact_is_set_aside_and_not_retried() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(5));
    let refused = json!({"fault": "partial_failure", "external_ids": [ids[2]], "status": 422, "code": "validation.failed", "retryable": false});
    world.genesys.fault(&refused);
    let report = world.tick().await.report();
    assert_eq!((report.created, report.failed, report.status), (4, 0, Status::Done), "{report:?}");
    assert_eq!(report.skipped, 1);

    world.forget();
    let report = world.invoke(json!({"since": "2000-01-01T00:00:00Z"})).await.report();
    assert_eq!(report.skipped_by.get("quarantined"), Some(&1), "{report:?}");
    assert_eq!(world.journal().iter().filter(|entry| entry.vendor == "genesys").count(), 0);

    world.genesys.calm();
    world.salesforce.update(&ids[2], &json!({"FirstName": "Corrigida"}));
    assert_eq!(world.tick().await.report().created, 1);
    assert_quiet(&world).await;
}

/// A refusal that nobody knows stops the run as `failed` and is told; what was settled before stays settled.
#[tokio::test]
async fn t23_an_unknown_refusal_fails_the_run_and_keeps_the_work() {
    let world = World::start().await;
    world.salesforce.insert(&people(5));
    world.genesys.fault(&json!({"fault": "refused", "vendor": "genesys", "operation": "contacts_bulk_add", "status": 418, "code": "teapot"}));
    let error = world.tick().await.error();
    assert!(error.message.contains("418"), "{error:?}");

    world.genesys.calm();
    world.ticks_until_idle().await;
    assert_eq!(world.genesys.contacts().len(), 5);
}

/// One number, written as people write it.
#[tokio::test]
async fn t30_spellings_of_one_number_are_one_number() {
    for spelling in ["(11) 91234-5678", "+55 11 91234-5678", "011 91234 5678", "11912345678"] {
        let world = World::start().await;
        world.genesys.contact("João").field("lastName", "Typed-In").phone("+5511912345678").insert();
        let id = world.salesforce.contact("João").phone(spelling).country("BR").insert();
        let report = world.tick().await.report();
        assert_eq!((report.created, report.updated), (0, 1), "{spelling}: {report:?}");
        let contact = world.genesys.contact_of(&id).expect("the linked contact");
        assert_eq!(contact["workPhone"]["e164"], "+5511912345678", "{spelling}");
        assert_quiet(&world).await;
    }
}

/// Valid numbers that a careless parser refuses: a new Brazilian mobile, a Mexican mobile, an Argentine mobile.
#[tokio::test]
async fn t31_valid_numbers_are_not_dropped() {
    let world = World::start().await;
    let cases = [
        ("BR", "+55 11 96123-4567", "+5511961234567"),
        ("MX", "+52 55 1234 5678", "+525512345678"),
        ("CA", "(437) 555-0199", "+14375550199"),
    ];
    for (country, number, e164) in cases {
        let id = world
            .salesforce
            .contact("Numerosa")
            .last_name(&format!("De {country}"))
            .phone(number)
            .country(country)
            .insert();
        world.tick().await.report();
        let contact = world.genesys.contact_of(&id).unwrap_or(Value::Null);
        assert_eq!(contact["workPhone"]["e164"], e164);
    }
    assert_quiet(&world).await;
}

/// What comes from outside never becomes part of a query.
#[tokio::test]
async fn t32_an_event_cannot_smuggle_a_condition_into_a_query() {
    let world = World::start().await;
    let error = world.invoke(json!({"since": "2026-01-01T00:00:00Z OR Name != ''"})).await.error();
    assert!(error.message.contains("since"), "{error:?}");
    assert_eq!(operations(&world, "query"), 0);
}
