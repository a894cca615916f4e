//! Many slices of contacts cost, contact by contact, what few cost.
//!
//! What 1,000, 10,000 and 100,000 cost in a release build, memory included, `make bench-sync` prints.

use std::time::Duration;

use platform::report::Status;
use scenarios::people::person;
use scenarios::{Cost, World};
use serde_json::{Value, json};

/// Slices of 1,000 are the default, and a window of one alone needs no look ahead: this is four of them.
const FEW: usize = 4_000;
const MANY: usize = 10_000;
/// Invocations that a first load may take.
const INVOCATIONS_MAX: usize = 40;

/// What a run costs.
#[derive(Debug)]
struct Run {
    cost: Cost,
    state_items: u64,
}

/// Runs until there is nothing left to do.
async fn run(world: &World, event: Value) -> Run {
    world.forget();
    let mut state_items = 0;
    for _ in 0..INVOCATIONS_MAX {
        let report = world.invoke(event.clone()).await.report();
        assert_eq!(report.failed, 0, "{report:?}");
        state_items += report.state.reads + report.state.writes;
        if report.status == Status::Done {
            return Run { cost: world.cost(), state_items };
        }
    }
    panic!("not done after {INVOCATIONS_MAX} invocations");
}

/// A first load, and then a run over everything in which nothing has changed.
async fn loaded(size: usize) -> [Run; 2] {
    let lifted = json!({"genesys": {"rate_allowed": 1_000_000, "rate_headers": false}, "journal": {"bodies": false}});
    let world = World::builder().simulator(lifted).start().await;
    let people: Vec<_> = (0..size).map(person).collect();
    world.salesforce.insert(&people);
    world.advance(Duration::from_secs(600));
    let first = run(&world, json!({})).await;
    assert_eq!(world.genesys.contacts().len(), size);
    let unchanged = run(&world, json!({"since": "2000-01-01T00:00:00Z"})).await;
    assert_eq!(unchanged.cost.genesys, 0, "{unchanged:?}");
    [first, unchanged]
}

/// In proportion, and a few for what does not divide evenly. A tenth more, because a first load looks through its window
/// once ahead, from the second slice on: of four slices that is three quarters, of ten more.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn is_in_proportion(few: f64, many: f64) -> bool {
    many <= few * (MANY as f64 / FEW as f64) * 1.1 + 20.0
}

/// What a contact costs in requests, units and rows of the state table and bytes does not grow with the number of contacts.
#[tokio::test]
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
async fn a_contact_costs_the_same_among_many_as_among_few() {
    let (few, many) = (loaded(FEW).await, loaded(MANY).await);
    for (few, many) in few.iter().zip(&many) {
        println!("{few:?}\n{many:?}");
        assert!(few.cost.units >= 1.0, "{few:?}");
        for (what, few, many) in [
            ("requests to Genesys", few.cost.genesys as f64, many.cost.genesys as f64),
            ("requests to Salesforce", few.cost.salesforce as f64, many.cost.salesforce as f64),
            ("requests to the state table", few.cost.state as f64, many.cost.state as f64),
            ("units of the state table", few.cost.units, many.cost.units),
            ("rows of the state table", few.state_items as f64, many.state_items as f64),
            ("bytes", few.cost.bytes as f64, many.cost.bytes as f64),
        ] {
            assert!(is_in_proportion(few, many), "{what}: {few} and {many}");
        }
    }
}
