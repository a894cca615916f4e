//! Accounts that cannot be written, may not be written, or whose organization is gone: what their contacts have of it.

use std::time::Duration;

use platform::report::Status;
use scenarios::World;
use scenarios::people::person;
use serde_json::{Value, json};

use crate::brake::told;
use crate::organizations::{account_in_genesys, load, touch};

/// Genesys has no time for this account, in whatever request it comes.
fn busy_about(account_id: &str) -> Value {
    json!({
        "fault": "partial_failure", "external_ids": [account_id],
        "status": 503, "code": "service.unavailable", "retryable": true
    })
}

/// What the log says of an account that failed too often.
const GIVEN_UP: &str = "given up until the account changes";

/// While an account cannot be written, its contacts wait with it as `organization`, and the watermark stays before them;
/// the contacts of other accounts go on.
#[tokio::test]
async fn contacts_wait_for_an_organization_that_could_not_be_written() {
    let world = World::start().await;
    let (accounts, contacts) = load(&world, 1, 3);
    let free = world.salesforce.contact("Sem-Empresa").email("sem@empresa.example").insert();
    world.genesys.fault(&busy_about(&accounts[0]));
    let report = world.tick().await.report();
    assert_eq!((report.status, report.created, report.failed), (Status::Partial, 1, 3), "{report:?}");
    assert_eq!(report.failed_by.get("organization"), Some(&3), "{report:?}");
    assert!(world.genesys.contact_of(&free).is_some() && world.genesys.contact_of(&contacts[0]).is_none());
    world.genesys.calm();
    let report = world.tick().await.report();
    assert_eq!((report.status, report.created), (Status::Done, 3), "{report:?}");
    assert_eq!(account_in_genesys(&world, &contacts[2]).as_ref(), Some(&accounts[0]));
    assert_eq!(world.genesys.organizations().len(), 1);
}

/// An account that failed in ten runs in a row (`give_up_after_ticks`) is given up until it changes, so that it holds
/// nobody up: its contacts go on without that field, with the warning `organization_gave_up`.
#[tokio::test]
async fn an_account_that_keeps_failing_is_given_up() {
    let world = World::builder().config("give_up_after_ticks = 3").start().await;
    let (accounts, contacts) = load(&world, 1, 2);
    world.genesys.fault(&busy_about(&accounts[0]));
    for run in 1..3 {
        let report = world.tick().await.report();
        assert_eq!((report.failed, report.created), (2, 0), "run {run}: {report:?}");
    }
    let report = world.tick().await.report();
    assert_eq!((report.status, report.created), (Status::Done, 2), "{report:?}");
    assert_eq!(report.warnings_by.get("organization_gave_up"), Some(&2), "{report:?}");
    assert!(report.warnings.iter().any(|line| line.contains("accounts")), "{report:?}");
    assert_eq!(world.log().matches(GIVEN_UP).count(), 1, "said once");
    world.genesys.calm();
    world.advance(Duration::from_secs(7200));
    let report = world.tick().await.report();
    assert_eq!((report.fetched, report.organizations.len()), (0, 0), "the watermark has passed: {report:?}");
    let report = world.invoke(json!({"ids": contacts})).await.report();
    assert_eq!((report.updated, report.organizations.get("created")), (2, Some(&1)), "asked for by hand: {report:?}");
    assert_eq!(account_in_genesys(&world, &contacts[1]).as_ref(), Some(&accounts[0]));
}

/// An account that has failed in almost too many runs is not given up for an outage, however long, and the log does not
/// say so either.
#[tokio::test]
async fn in_an_outage_the_log_calls_no_account_given_up() {
    let world = World::builder().config("give_up_after_ticks = 3").start().await;
    let (accounts, contacts) = load(&world, 2, 1);
    accounts.iter().for_each(|account| world.genesys.fault(&busy_about(account)));
    for _ in 0..2 {
        assert_eq!(world.tick().await.report().failed, 2);
    }
    world.genesys.calm();
    for operation in ["organizations_bulk_add", "organizations_bulk_enrich"] {
        let fault = json!({"fault": "busy", "vendor": "genesys", "operation": operation, "retry_after": 3600});
        world.genesys.fault(&fault);
    }
    for _ in 0..4 {
        let _ = world.tick().await; // Whatever it ends as.
    }
    assert!(!world.log().contains(GIVEN_UP), "{}", world.log());
    world.genesys.calm();
    world.ticks_until_idle().await;
    for (account, contact) in accounts.iter().zip(&contacts) {
        assert_eq!(account_in_genesys(&world, contact).as_ref(), Some(account));
    }
}

/// An account that Genesys refuses costs its contacts that one field, with the warning `organization_refused`, and no
/// further request until the account changes; then they belong to it.
#[tokio::test]
async fn a_refused_account_costs_its_contacts_one_field() {
    let world = World::start().await;
    let (accounts, contacts) = load(&world, 2, 2);
    world.genesys.fault(&json!({
        "fault": "partial_failure", "external_ids": [accounts[0]],
        "status": 422, "code": "validation.failed", "retryable": false
    }));
    let report = world.tick().await.report();
    assert_eq!((report.status, report.created), (Status::Done, 4), "{report:?}");
    assert_eq!(report.warnings_by.get("organization_refused"), Some(&2), "{report:?}");
    assert_eq!(report.organizations.get("refused"), Some(&1), "{report:?}");
    assert_eq!(account_in_genesys(&world, &contacts[1]).as_ref(), Some(&accounts[1]));
    assert_eq!(account_in_genesys(&world, &contacts[0]), None);
    world.genesys.calm();
    world.forget();
    let report = world.invoke(json!({"since": "2000-01-01T00:00:00Z"})).await.report();
    assert_eq!((report.requests["genesys"], report.updated), (0, 0), "{report:?}");
    world.salesforce.update_account(&accounts[0], &json!({"Name": "Nome Melhor"}));
    touch(&world, &contacts[0]);
    touch(&world, &contacts[2]);
    let report = world.tick().await.report();
    assert_eq!((report.updated, report.organizations.get("created")), (2, Some(&1)), "{report:?}");
    assert_eq!(account_in_genesys(&world, &contacts[2]).as_ref(), Some(&accounts[0]));
}

/// An account that Salesforce names and does not show becomes no organization: its contacts are synced without that
/// field, with the warning `account_hidden`.
#[tokio::test]
async fn a_hidden_account_becomes_no_organization() {
    let world = World::start().await;
    let (accounts, contacts) = load(&world, 1, 1);
    let hidden = world.salesforce.contact("Escondida").field("AccountId", "0015e00000B4nDqAAJ").insert();
    let report = world.tick().await.report();
    assert_eq!((report.created, report.warnings_by.get("account_hidden")), (2, Some(&1)), "{report:?}");
    assert_eq!((world.genesys.organizations().len(), account_in_genesys(&world, &hidden)), (1, None));
    assert_eq!(account_in_genesys(&world, &contacts[0]).as_ref(), Some(&accounts[0]));
}

/// A column of the account that the user may not read fails the run before anything is written, by its name.
#[tokio::test]
async fn a_column_of_the_account_that_may_not_be_read_is_named() {
    let world = World::start().await;
    load(&world, 1, 1);
    world.genesys.settings(&json!({"salesforce": {"hidden_fields": ["Account.Industry"]}}));
    let invocation = world.tick().await;
    let failed = invocation.result.expect_err("a failed run");
    assert!(failed.message.contains("Account.Industry"), "{}", failed.message);
    assert!(world.genesys.organizations().is_empty() && world.genesys.contacts().is_empty());
}

/// An organization that somebody deleted in Genesys is made again when its account changes, and the full reconcile
/// brings its contacts back to it.
#[tokio::test]
async fn an_organization_that_was_deleted_by_hand_is_made_again() {
    let world = World::start().await;
    let (accounts, contacts) = load(&world, 1, 2);
    world.tick().await.report();
    let gone = world.genesys.organization_of(&accounts[0]).unwrap()["id"].as_str().unwrap().to_owned();
    world.genesys.delete_organization(&gone);
    world.salesforce.update_account(&accounts[0], &json!({"Industry": "Mining"}));
    touch(&world, &contacts[0]);
    let report = world.tick().await.report();
    assert_eq!((report.status, report.failed), (Status::Done, 0), "{report:?}");
    let made = world.genesys.organization_of(&accounts[0]).unwrap();
    assert!(made["id"] != gone.as_str() && made["websites"] == json!(["https://empresa0000.example"]), "{made}");
    let report = world.invoke(json!({"mode": "full"})).await.report();
    assert_eq!((report.updated, report.failed), (2, 0), "{report:?}");
    assert_eq!(account_in_genesys(&world, &contacts[1]).as_ref(), Some(&accounts[0]));
}

/// An organization that is gone when a contact comes to it is made again by the next run, and the contact follows; it is
/// not set aside for that.
#[tokio::test]
async fn a_contact_of_an_organization_that_is_gone_follows_when_it_is_made_again() {
    for status in [422, 404, 400] {
        let world = World::start().await;
        world.genesys.settings(&json!({"genesys": {"unknown_organization_status": status}}));
        let (accounts, contacts) = load(&world, 1, 1);
        world.tick().await.report();
        let gone = world.genesys.organization_of(&accounts[0]).unwrap()["id"].as_str().unwrap().to_owned();
        world.genesys.delete_organization(&gone);
        let mut late = person(50);
        late.insert("AccountId".to_owned(), json!(accounts[0]));
        let late = world.salesforce.insert(&[late]).remove(0);
        let report = world.tick().await.report();
        assert_eq!((report.failed, report.skipped_by.get("refused")), (1, None), "{status}: {report:?}");
        let report = world.tick().await.report();
        assert_eq!((report.status, report.created), (Status::Done, 1), "{status}: {report:?}");
        assert_eq!(account_in_genesys(&world, &late).as_ref(), Some(&accounts[0]), "{status}");
        assert!(world.genesys.contact_of(&contacts[0]).is_some());
    }
}

/// A permission for companies that the client lacks fails the run by its name, before any contact is written.
#[tokio::test]
async fn a_missing_permission_for_companies_is_named() {
    let permissions = [
        "externalContacts:contact:view",
        "externalContacts:contact:add",
        "externalContacts:contact:enrich",
        "externalContacts:externalSource:view",
        "externalContacts:externalSource:add",
    ];
    let client = json!({"secret": "demo-genesys-secret", "permissions": permissions});
    let settings = json!({"genesys": {"clients": {"demo-genesys-client": client}}});
    let world = World::builder().simulator(settings).start().await;
    load(&world, 1, 2);
    let failed = world.tick().await.error();
    assert!(failed.message.contains("externalContacts:externalOrganization:add"), "{}", failed.message);
    assert!(world.genesys.contacts().is_empty());
}
/// The queue may tell of a contact a hundred times an hour: the account that was given up is not tried again each time.
#[tokio::test]
async fn an_account_that_was_given_up_is_not_tried_when_the_queue_tells_of_its_contacts() {
    let world = World::builder().config("give_up_after_ticks = 2\nnear_real_time = true").start().await;
    let (accounts, contacts) = load(&world, 1, 2);
    world.genesys.fault(&busy_about(&accounts[0]));
    assert_eq!(world.tick().await.report().failed, 2);
    assert_eq!(world.tick().await.report().created, 2);
    world.advance(Duration::from_secs(7200));
    world.salesforce.update(&contacts[0], &json!({"FirstName": "Depois"}));
    world.forget();
    assert_eq!(told(&world, &contacts[..1]).await.iter().map(|report| report.updated).sum::<u64>(), 1);
    assert!(world.journal().iter().all(|entry| !entry.operation.starts_with("organization")));
    let report = world.tick().await.report();
    assert_eq!((report.status, report.failed), (Status::Done, 0), "{report:?}");
}
