//! An import that meets faults ends where one ends that met nothing. Killed it is in [`crate::whole_job`].
//!
//! A life is what an operator does: asks for an import, asks again if that failed, approves what is shown, and lets the
//! schedule go on until there is nothing to do.

use std::time::Duration;

use platform::report::Status;
use scenarios::{Inside, Sides, World};
use serde_json::{Value, json};

use crate::brake::plan_of;
use crate::import::first_load;
use crate::kill::{difference, ledger};

/// Longer than the lease.
const PAST_THE_LEASE: Duration = Duration::from_secs(20 * 60);
/// More steps than any life here needs.
const STEPS_MAX: usize = 30;
/// Faults last for so many steps.
const FAULTY_STEPS: usize = 6;
const NEW: u64 = 31;

/// Where a life ends: both systems, and what the state table says about each contact.
#[derive(Debug, PartialEq)]
struct End {
    sides: Sides,
    ledger: Vec<String>,
}

async fn start() -> (World, Inside) {
    let (world, inside, _) = first_load(NEW).await;
    world.advance(PAST_THE_LEASE);
    world.forget();
    (world, inside)
}

async fn life(world: &World, inside: &Inside) -> End {
    let mut wish = json!({"mode": "import"});
    for step in 0..STEPS_MAX {
        if step == FAULTY_STEPS {
            world.genesys.calm();
        }
        world.advance(PAST_THE_LEASE);
        // Whoever asked for something that failed asks again.
        let Ok(report) = inside.invoke(wish.clone()).await.result else { continue };
        if report.status == Status::Done && wish == json!({}) && report.created + report.updated == 0 {
            let Ok(again) = inside.invoke(json!({"since": "2000-01-01T00:00:00Z"})).await.result else { continue };
            assert_eq!((again.created, again.updated, again.failed), (0, 0, 0), "{again:?}");
            return End { sides: world.both_sides(), ledger: ledger(world) };
        }
        wish = if report.status == Status::Braked { json!({ "approve": plan_of(&report) }) } else { json!({}) };
    }
    panic!("not done after {STEPS_MAX} steps");
}

fn compare(end: &End, expected: &End, place: &str) -> Result<(), String> {
    if !end.sides.doubled().is_empty() {
        return Err(format!("{place}: doubled {:?}", end.sides.doubled()));
    }
    if end == expected {
        return Ok(());
    }
    let sides = difference(&end.sides.genesys, &expected.sides.genesys);
    Err(format!("{place}: another end: {sides}{}", difference(&end.ledger, &expected.ledger)))
}

/// Refusals, lost answers, broken connections and pages of a proxy in an import, of whatever call: once they are over it
/// ends as one that met none, and nobody stands twice.
#[tokio::test]
async fn an_import_among_faults_ends_as_one_without() {
    let (world, inside) = start().await;
    let expected = life(&world, &inside).await;
    let mut wrong = Vec::new();
    for seed in 1..=4_u64 {
        let faults: [Value; 5] = ["answer_lost", "reset_before", "busy", "throttle", "html_gateway"].map(Value::from);
        for fault in faults {
            let (world, inside) = start().await;
            world.genesys.fault(&json!({"fault": fault, "probability": 0.2, "seed": seed}));
            let end = life(&world, &inside).await;
            wrong.extend(compare(&end, &expected, &format!("{fault}, seed {seed}")).err());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
