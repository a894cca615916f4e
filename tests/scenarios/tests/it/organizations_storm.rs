//! Accounts in bad weeks, and in great numbers.

use std::time::Duration;

use scenarios::World;
use scenarios::people::people;
use serde_json::{Value, json};

use crate::organizations::{account_in_genesys, load};

const FAULTS: [&str; 8] = [
    "answer_lost",
    "reset_before",
    "busy",
    "throttle",
    "gateway_timeout_504",
    "truncated_body",
    "connection_closed_midway",
    "partial_failure",
];

/// What the organization of an account has to hold: its name, and its industry if it has one.
fn is_as_in(account: &Value, organization: &Value) -> bool {
    organization["name"] == account["Name"] && organization["industry"] == account["Industry"]
}

/// Whatever fails in between, no account stands twice, and once the faults are over every organization is there with
/// the newest values and with everybody who belongs to it; a further run writes nothing.
#[tokio::test]
async fn accounts_in_bad_weeks_arrive_once_and_whole() {
    for seed in 1..=8_usize {
        println!("seed {seed}");
        let config = "bulk_add_size = 5\nenrich_size = 4\nbrake_changed = 1.0\ngive_up_after_ticks = 100";
        let world = World::builder().page_size(20).config(config).seed(seed as u64).start().await;
        let (accounts, contacts) = load(&world, 12, 2);
        for (number, fault) in FAULTS.into_iter().enumerate() {
            let seed = seed * 100 + number;
            world.genesys.fault(&json!({"fault": fault, "vendor": "genesys", "probability": 0.08, "seed": seed}));
        }
        let sync = world.inside();
        for week in 0..4_usize {
            world.advance(Duration::from_secs(1800));
            let _ = sync.invoke(json!({})).await; // Whatever it ends as.
            assert_eq!(world.both_sides().doubled(), Vec::<String>::new(), "seed {seed}");
            let changed = (week * 5 + seed) % 12;
            let change =
                if week % 2 == 0 { json!({"Industry": null}) } else { json!({"Name": format!("Nome {week}")}) };
            world.salesforce.update_account(&accounts[changed], &change);
            world.salesforce.update(&contacts[changed], &json!({}));
            let moved = json!({"AccountId": accounts[(changed + 1) % 12]});
            world.salesforce.update(&contacts[(changed + 2) % 12 + 12], &moved);
        }
        world.genesys.calm();
        world.ticks_until_idle().await;
        assert_eq!(world.genesys.organizations().len(), 12, "seed {seed}");
        for account in world.salesforce.accounts() {
            let organization = world.genesys.organization_of(account["Id"].as_str().unwrap()).unwrap();
            assert!(is_as_in(&account, &organization), "seed {seed}: {account} {organization}");
        }
        for contact in world.salesforce.contacts() {
            let (id, account) = (contact["Id"].as_str().unwrap(), contact["AccountId"].as_str());
            assert_eq!(account_in_genesys(&world, id).as_deref(), account, "seed {seed}: {id}");
        }
        world.forget();
        let report = world.invoke(json!({"since": "2000-01-01T00:00:00Z"})).await.report();
        assert_eq!((report.updated + report.failed, report.requests["genesys"]), (0, 0), "seed {seed}: {report:?}");
    }
}

/// Ten times as many accounts cost ten times as many requests of organizations, and no more.
#[tokio::test]
async fn ten_times_as_many_accounts_cost_ten_times_the_requests() {
    let mut requests = Vec::new();
    for accounts in [50, 500] {
        let world = World::start().await;
        load(&world, accounts, 1);
        let report = world.tick().await.report();
        assert_eq!(report.organizations["created"], accounts as u64, "{report:?}");
        requests.push(report.organizations["requests_add"]);
    }
    assert_eq!(requests, [1, 10]);
}

/// Contacts without an account cost no state read for accounts.
#[tokio::test]
async fn contacts_without_accounts_read_no_rows_of_accounts() {
    let world = World::start().await;
    world.salesforce.insert(&people(10));
    let report = world.tick().await.report();
    assert_eq!((report.created, report.organizations.len()), (10, 0), "{report:?}");
    let about_accounts = world.door.count(|kind| kind.service == "dynamodb" && kind.operation.contains("org"));
    assert_eq!(about_accounts, 0);
}
