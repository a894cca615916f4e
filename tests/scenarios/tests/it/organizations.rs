//! Accounts become external organizations, each once, and before the contacts that belong to them.

use std::collections::BTreeMap;
use std::time::Duration;

use platform::report::{RunReport, Status};
use scenarios::World;
use scenarios::people::person;
use serde_json::{Map, Value, json};

/// An account whose values are nobody else's.
fn account(number: usize) -> Map<String, Value> {
    const NAMES: [&str; 4] = ["Açaí & Filhos", "Łódź Textil", "Northwind Traders", "Émile et Cie"];
    let record = json!({
        "Name": format!("{} {number:04}", NAMES[number % NAMES.len()]),
        "Phone": format!("+1512{:07}", 7_000_000 + number),
        "Website": format!("https://empresa{number:04}.example"),
        "Industry": "Agriculture",
        "BillingCountry": "US",
    });
    record.as_object().cloned().unwrap_or_default()
}

/// So many accounts with so many contacts each; their ids.
pub fn load(world: &World, accounts: usize, contacts_each: usize) -> (Vec<String>, Vec<String>) {
    let account_ids = world.salesforce.insert_accounts(&(0..accounts).map(account).collect::<Vec<_>>());
    let contact = |number: usize| {
        let mut person = person(number);
        person.insert("AccountId".to_owned(), json!(account_ids[number % accounts]));
        person
    };
    let people: Vec<_> = (0..accounts * contacts_each).map(contact).collect();
    let contact_ids = world.salesforce.insert(&people);
    (account_ids, contact_ids)
}

/// Eight accounts are organizations with two contacts each; three of them change, one by emptying a field, and four more
/// come with their contacts.
pub async fn eight_and_four() -> World {
    let config = "bulk_add_size = 10\nenrich_size = 10\nlease_seconds = 60\nbrake_changed = 1.0";
    let world = World::builder().config(config).start().await;
    let (accounts, contacts) = load(&world, 8, 2);
    world.tick().await.report();
    world.advance(Duration::from_secs(7200));
    for (number, change) in
        [json!({"Industry": "Mining"}), json!({"Website": null}), json!({"Name": "Novo Nome"})].iter().enumerate()
    {
        world.salesforce.update_account(&accounts[number], change);
        world.salesforce.update(&contacts[number], &json!({"FirstName": "Renomeada"}));
        touch(&world, &contacts[number + 8]);
    }
    world.salesforce.update(&contacts[7], &json!({"AccountId": accounts[6]}));
    let more = world.salesforce.insert_accounts(&(100..104).map(account).collect::<Vec<_>>());
    for (number, account) in more.iter().enumerate() {
        let mut person = person(100 + number);
        person.insert("AccountId".to_owned(), json!(account));
        world.salesforce.insert(&[person]);
    }
    world
}

fn counts(report: &RunReport) -> BTreeMap<&str, u64> {
    report.organizations.iter().map(|(word, count)| (word.as_str(), *count)).collect()
}

/// Genesys has no time for this account, in whatever request it comes.
fn busy_about(account_id: &str) -> Value {
    json!({
        "fault": "partial_failure", "external_ids": [account_id],
        "status": 503, "code": "service.unavailable", "retryable": true
    })
}

/// How often this operation was asked for.
fn asked(world: &World, operation: &str) -> usize {
    world.journal().iter().filter(|entry| entry.operation == operation).count()
}

/// The account of the organization that a contact belongs to in Genesys.
fn account_in_genesys(world: &World, contact_id: &str) -> Option<String> {
    let contact = world.genesys.contact_of(contact_id)?;
    let id = contact["externalOrganization"]["id"].as_str()?.to_owned();
    let own = world.genesys.organizations().into_iter().find(|organization| organization["id"] == id.as_str())?;
    own["externalIds"][0]["value"].as_str().map(str::to_owned)
}

/// Touches a contact, so that the next run reads it together with its account.
fn touch(world: &World, contact_id: &str) {
    world.salesforce.update(contact_id, &json!({}));
}

fn row(world: &World, account_id: &str) -> Option<Value> {
    world.state_rows().into_iter().find(|row| row["pk"]["S"] == format!("org#{account_id}"))
}

/// An account becomes one external organization, whatever number of contacts it has, under its Salesforce id, and before
/// its contacts, who belong to it from the start.
#[tokio::test]
async fn contacts_of_one_account_share_one_organization() {
    let world = World::start().await;
    let (accounts, contacts) = load(&world, 3, 20);
    let report = world.tick().await.report();
    assert_eq!((report.created, report.status), (60, Status::Done), "{report:?}");
    assert_eq!(counts(&report), BTreeMap::from([("created", 3), ("requests_add", 1), ("unchanged", 0)]));
    assert_eq!((asked(&world, "organizations_bulk_add"), world.genesys.organizations().len()), (1, 3));
    let made = world.genesys.organization_of(&accounts[0]).unwrap();
    assert_eq!((made["name"].as_str(), made["industry"].as_str()), (Some("Açaí & Filhos 0000"), Some("Agriculture")));
    assert_eq!(made["websites"], json!(["https://empresa0000.example"]));
    assert_eq!(made["phoneNumber"]["e164"], "+15127000000", "{made}");
    for (number, contact) in contacts.iter().enumerate() {
        assert_eq!(account_in_genesys(&world, contact).as_ref(), Some(&accounts[number % 3]));
    }
}

/// Accounts that did not change cost no Genesys request and no write.
#[tokio::test]
async fn unchanged_accounts_cost_no_request_and_no_write() {
    let world = World::start().await;
    load(&world, 5, 4);
    world.tick().await.report();
    world.forget();
    let report = world.invoke(json!({"since": "2000-01-01T00:00:00Z"})).await.report();
    assert_eq!((report.fetched, report.skipped_by.get("unchanged")), (20, Some(&20)), "{report:?}");
    assert_eq!(counts(&report), BTreeMap::from([("unchanged", 5)]));
    assert_eq!(report.requests["genesys"], 0, "{report:?}");
    let writes = world.door.calls().into_iter().filter(|call| call.kind.to_string().contains("TransactWriteItems"));
    let about_accounts: Vec<_> = writes.filter(|call| call.kind.to_string().contains("org")).collect();
    assert!(about_accounts.is_empty(), "{about_accounts:?}");
}

/// A changed account is written once, not once for each of its contacts, with the fields that differ. An account alone
/// is not seen: it is read with the next contact of it that changes, or by the full reconcile.
#[tokio::test]
async fn a_changed_account_is_written_once() {
    let world = World::start().await;
    let (accounts, contacts) = load(&world, 2, 10);
    world.tick().await.report();
    world.advance(Duration::from_secs(7200));
    world.tick().await.report();
    let before = world.genesys.organization_of(&accounts[0]).unwrap();
    world.salesforce.update_account(
        &accounts[0],
        &json!({"Name": "Açaí & Netos", "Phone": null, "Website": "https://netos.example"}),
    );
    touch(&world, &contacts[0]);
    touch(&world, &contacts[2]);
    world.forget();
    let report = world.tick().await.report();
    assert_eq!((report.fetched, report.updated, report.skipped), (2, 0, 2), "{report:?}");
    assert_eq!(counts(&report), BTreeMap::from([("requests_patch", 1), ("unchanged", 0), ("updated", 1)]));
    let after = world.genesys.organization_of(&accounts[0]).unwrap();
    assert_eq!((after["id"].clone(), after["name"].as_str()), (before["id"].clone(), Some("Açaí & Netos")));
    assert_eq!((&after["phoneNumber"], &after["websites"]), (&Value::Null, &json!(["https://netos.example"])));

    world.salesforce.update_account(&accounts[1], &json!({"Industry": "Retail", "Website": "https://w.example"}));
    let report = world.invoke(json!({"mode": "full"})).await.report();
    assert_eq!(report.organizations.get("updated"), Some(&1), "{report:?}");
    let after = world.genesys.organization_of(&accounts[1]).unwrap();
    assert_eq!((after["industry"].as_str(), &after["websites"]), (Some("Retail"), &json!(["https://w.example"])));
}

/// A contact that changes its account belongs to the other organization; one that loses its account belongs to none.
#[tokio::test]
async fn a_contact_follows_its_account_and_leaves_it() {
    let world = World::start().await;
    let (accounts, contacts) = load(&world, 2, 2);
    world.tick().await.report();
    world.salesforce.update(&contacts[0], &json!({"AccountId": accounts[1]}));
    world.salesforce.update(&contacts[1], &json!({"AccountId": null}));
    let report = world.tick().await.report();
    assert_eq!((report.updated, report.failed), (2, 0), "{report:?}");
    assert_eq!(account_in_genesys(&world, &contacts[0]).as_ref(), Some(&accounts[1]));
    assert_eq!(world.genesys.contact_of(&contacts[1]).unwrap()["externalOrganization"], Value::Null);
    assert_eq!(world.genesys.organizations().len(), 2, "an organization without contacts stays");
    let again = world.tick().await.report();
    assert_eq!((again.created, again.updated, again.failed), (0, 0, 0), "{again:?}");
}

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
    world.genesys.calm();
    world.advance(Duration::from_secs(7200));
    let report = world.tick().await.report();
    assert_eq!((report.fetched, report.organizations.len()), (0, 0), "the watermark has passed: {report:?}");
    let report = world.invoke(json!({"ids": contacts})).await.report();
    assert_eq!((report.updated, report.organizations.get("created")), (2, Some(&1)), "asked for by hand: {report:?}");
    assert_eq!(account_in_genesys(&world, &contacts[1]).as_ref(), Some(&accounts[0]));
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

/// Without the row `AccountId` in the field map accounts are left alone: nothing is read of them and nothing written.
#[tokio::test]
async fn without_the_row_accounts_are_left_alone() {
    let map = "[[contact-sync.fields]]\nsalesforce = \"Id\"\ngenesys = \"externalIds\"\n\
               [[contact-sync.fields]]\nsalesforce = \"LastName\"\ngenesys = \"lastName\"\n\
               [[contact-sync.fields]]\nsalesforce = \"Account.Name\"\ngenesys = \"externalOrganization.name\"\n";
    let world = World::builder().config(map).start().await;
    load(&world, 2, 2);
    let report = world.tick().await.report();
    assert_eq!((report.created, report.organizations.len()), (4, 0), "{report:?}");
    assert!(world.genesys.organizations().is_empty());
    let queries: Vec<String> = world.journal().iter().map(|entry| entry.path.clone()).collect();
    assert!(queries.iter().all(|path| !path.contains("Account")), "{queries:?}");
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

/// A dry run names the organizations that would be made or changed, and writes none.
#[tokio::test]
async fn a_dry_run_names_the_organizations_and_writes_none() {
    let world = World::start().await;
    let (accounts, contacts) = load(&world, 2, 2);
    world.advance(Duration::from_secs(60));
    let plan = world.invoke(json!({"dry_run": true})).await.report().plan.unwrap();
    let planned = plan["organizations"].as_array().unwrap();
    assert_eq!(planned.len(), 2, "{plan}");
    assert_eq!(
        (&planned[0]["account_id"], &planned[0]["action"]),
        (&json!(accounts[0]), &json!("create_organization"))
    );
    assert!(world.genesys.organizations().is_empty() && row(&world, &accounts[0]).is_none());
    world.tick().await.report();
    world.salesforce.update_account(&accounts[1], &json!({"Website": null}));
    touch(&world, &contacts[1]);
    let plan = world.invoke(json!({"dry_run": true, "since": "2000-01-01T00:00:00Z"})).await.report().plan.unwrap();
    let planned = plan["organizations"].as_array().unwrap();
    assert_eq!((planned.len(), &planned[0]["empty"]), (1, &json!(["externalOrganization.websites"])), "{plan}");
}

/// Organizations that exist count for the brake like contacts: a change of too many of them waits for approval.
#[tokio::test]
async fn a_change_of_too_many_organizations_is_braked() {
    let world = World::start().await;
    let (accounts, contacts) = load(&world, 25, 1);
    world.tick().await.report();
    world.advance(Duration::from_secs(7200));
    for (account, contact) in accounts.iter().zip(&contacts) {
        world.salesforce.update_account(account, &json!({"Industry": "Mining"}));
        touch(&world, contact);
    }
    world.forget();
    let report = world.tick().await.report();
    assert_eq!(report.status, Status::Braked, "{report:?}");
    assert_eq!(asked(&world, "organizations_bulk_enrich"), 0);
    let reason = report.reason.unwrap();
    let plan = reason.split('"').find(|part| part.starts_with("plan-")).unwrap();
    let report = world.invoke(json!({"approve": plan})).await.report();
    assert_eq!((report.status, report.organizations.get("updated")), (Status::Done, Some(&25)), "{report:?}");
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

/// A shadow run lists the organizations it would make, and makes none.
#[tokio::test]
async fn a_shadow_run_makes_no_organization() {
    let world = World::builder().config("mode = \"shadow\"").start().await;
    let (accounts, _) = load(&world, 2, 2);
    let report = world.tick().await.report();
    assert_eq!(report.skipped_by.get("shadow"), Some(&4), "{report:?}");
    assert!(world.genesys.organizations().is_empty() && row(&world, &accounts[0]).is_none());
}
