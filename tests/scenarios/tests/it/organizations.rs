//! Accounts become external organizations, each once, and before the contacts that belong to them.

use std::collections::BTreeMap;
use std::time::Duration;

use platform::report::{RunReport, Status};
use scenarios::World;
use scenarios::people::person;
use serde_json::{Map, Value, json};

/// An account whose values are nobody else's.
pub fn account(number: usize) -> Map<String, Value> {
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
        let mut person = person(2_000 + number); // Nobody whom another part of a test puts in.
        person.insert("AccountId".to_owned(), json!(account_ids[number % accounts]));
        person
    };
    let people: Vec<_> = (0..accounts * contacts_each).map(contact).collect();
    let contact_ids = world.salesforce.insert(&people);
    (account_ids, contact_ids)
}

fn counts(report: &RunReport) -> BTreeMap<&str, u64> {
    report.organizations.iter().map(|(word, count)| (word.as_str(), *count)).collect()
}

/// How often this operation was asked for.
fn asked(world: &World, operation: &str) -> usize {
    world.journal().iter().filter(|entry| entry.operation == operation).count()
}

/// The account of the organization that a contact belongs to in Genesys.
pub fn account_in_genesys(world: &World, contact_id: &str) -> Option<String> {
    let contact = world.genesys.contact_of(contact_id)?;
    let id = contact["externalOrganization"]["id"].as_str()?.to_owned();
    let own = world.genesys.organizations().into_iter().find(|organization| organization["id"] == id.as_str())?;
    own["externalIds"][0]["value"].as_str().map(str::to_owned)
}

/// Touches a contact, so that the next run reads it together with its account.
pub fn touch(world: &World, contact_id: &str) {
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

/// A dry run names the organizations that would be made or changed, and writes none.
#[tokio::test]
async fn a_dry_run_names_the_organizations_and_writes_none() {
    let world = World::start().await;
    let (accounts, contacts) = load(&world, 2, 2);
    world.advance(Duration::from_secs(600));
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

/// The story of a contact tells of its company, and an account can be asked for by its own id.
#[tokio::test]
async fn a_story_tells_of_the_company() {
    let world = World::start().await;
    let (accounts, contacts) = load(&world, 2, 1);
    world.genesys.fault(&json!({
        "fault": "partial_failure", "external_ids": [accounts[1]],
        "status": 422, "code": "validation.failed", "retryable": false
    }));
    world.tick().await.report();
    let made = world.genesys.organization_of(&accounts[0]).unwrap()["id"].as_str().unwrap().to_owned();
    let story = told(&world, &contacts[0]).await;
    assert!(story.contains(&format!("its account {} is organization {made} in Genesys", accounts[0])), "{story}");
    let story = told(&world, &accounts[0]).await;
    assert!(story.contains("create organization externalOrganization.name") && story.contains(": written"), "{story}");
    assert!(story.contains("now   settled; agreed fields: industry, name, phoneNumber, websites"), "{story}");
    let story = told(&world, &accounts[1]).await;
    assert!(story.contains("is no organization in Genesys") && story.contains("(validation.failed)"), "{story}");
    let story = told(&world, &contacts[1]).await;
    assert!(story.contains("correct the account in Salesforce"), "a tick leaves it alone: {story}");
}

async fn told(world: &World, id: &str) -> String {
    let (answer, log) = world.function("contact-sync").ask(&json!({"explain": id}).to_string()).await;
    let answer = answer.unwrap_or_else(|error| panic!("{error:?}\n{log}"));
    let lines = answer["text"].as_array().cloned().unwrap_or_default();
    lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
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
