//! What a run costs, counted at the vendors and at the door, and kept as a table.

use std::fmt::Write;

use scenarios::World;
use scenarios::people::{in_genesys, people};
use serde_json::json;

/// One line of the table.
struct Cost {
    case: &'static str,
    genesys: usize,
    salesforce: usize,
    state_writes: usize,
}

/// What has been spent since the last time somebody asked.
fn cost(world: &World, case: &'static str) -> Cost {
    let journal = world.journal();
    let of = |vendor: &str| journal.iter().filter(|entry| entry.vendor == vendor).count();
    let state_writes = world.door.count(scenarios::door::Kind::is_state_write);
    let cost = Cost { case, genesys: of("genesys"), salesforce: of("salesforce"), state_writes };
    world.forget();
    cost
}

fn table(costs: &[Cost]) -> String {
    let mut text = format!("{:<52} {:>8} {:>10} {:>12}\n", "case", "genesys", "salesforce", "state writes");
    for cost in costs {
        writeln!(text, "{:<52} {:>8} {:>10} {:>12}", cost.case, cost.genesys, cost.salesforce, cost.state_writes)
            .unwrap();
    }
    text
}

#[tokio::test]
async fn a_thousand_contacts_cost_what_the_design_says() {
    let mut costs = Vec::new();

    let world = World::start().await;
    world.salesforce.insert(&people(1000));
    let report = world.tick().await.report();
    assert_eq!((report.fetched, report.created), (1000, 1000), "{report:?}");
    costs.push(cost(&world, "1,000 into an empty organisation"));
    assert!(costs[0].genesys <= 27);

    let report = world.invoke(json!({"since": "2000-01-01T00:00:00Z"})).await.report();
    assert_eq!((report.fetched, report.skipped_by.get("unchanged")), (1000, Some(&1000)), "{report:?}");
    costs.push(cost(&world, "the same 1,000 again"));
    assert_eq!(costs[1].genesys, 0);

    world.tick().await.report(); // The first tick after a load still looks back over it.
    world.forget();
    let report = world.tick().await.report();
    assert_eq!(report.fetched, 0, "{report:?}");
    costs.push(cost(&world, "an idle tick"));
    assert!(costs[2].genesys == 0 && costs[2].salesforce <= 2 && costs[2].state_writes <= 5, "{}", table(&costs));

    let world = World::start().await;
    world.genesys.insert(&(0..400).map(in_genesys).collect::<Vec<_>>());
    world.salesforce.insert(&people(1000));
    let report = world.tick().await.report();
    assert_eq!((report.created, report.updated, report.matched), (600, 400, 400), "{report:?}");
    assert_eq!(world.genesys.contacts().len(), 1000);
    costs.push(cost(&world, "1,000 of which 400 exist under e-mail or phone"));
    assert!(costs[3].genesys <= 66, "{}", table(&costs));

    let world = World::start().await;
    let (accounts, contacts) = crate::organizations::load(&world, 100, 10);
    let report = world.tick().await.report();
    assert_eq!((report.created, report.organizations.get("created")), (1000, Some(&100)), "{report:?}");
    costs.push(cost(&world, "1,000 of 100 accounts into an empty organisation"));
    assert!(costs[4].genesys <= costs[0].genesys + 2, "{}", table(&costs));

    let report = world.invoke(json!({"since": "2000-01-01T00:00:00Z"})).await.report();
    assert_eq!(report.skipped_by.get("unchanged"), Some(&1000), "{report:?}");
    costs.push(cost(&world, "the same 1,000 of 100 accounts again"));
    assert_eq!((costs[5].genesys, costs[5].state_writes), (0, costs[1].state_writes), "{}", table(&costs));

    for (account, contact) in accounts.iter().zip(&contacts).take(10) {
        world.salesforce.update_account(account, &json!({"Industry": "Retail"}));
        world.salesforce.update(contact, &json!({}));
    }
    let report = world.tick().await.report();
    assert_eq!(report.organizations.get("updated"), Some(&10), "{report:?}");
    costs.push(cost(&world, "10 accounts changed"));
    assert_eq!(costs[6].genesys, 1, "{}", table(&costs));

    insta::assert_snapshot!("request_counts", table(&costs));
}
