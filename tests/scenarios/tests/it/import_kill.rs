//! An import that is killed anywhere, or meets faults, ends where one ends that met nothing.
//!
//! A life is what an operator does: asks for an import, asks again if the function died, approves what is shown, and lets
//! the schedule go on until there is nothing to do. Each chosen call of the undisturbed life then gets a world of its own.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use platform::report::Status;
use scenarios::door::{Harm, Kind, Point};
use scenarios::{Inside, Sides, World};
use serde_json::{Value, json};

use crate::brake::plan_of;
use crate::import::first_load;
use crate::kill::{HARMS, block_on, difference, ledger, points_of};

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
        // Whoever asked for something that failed or was killed asks again.
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

async fn killed_life((kind, nth): &(Kind, usize), harm: &Harm, expected: &End) -> Result<(), String> {
    let (world, inside) = start().await;
    let place = format!("{kind} #{nth} {harm:?}");
    world.door.harm(Point::Nth(kind.clone(), *nth), harm.clone());
    let end = life(&world, &inside).await;
    if world.door.harmed().is_empty() {
        return Err(format!("{place}: the call was never made"));
    }
    compare(&end, expected, &place)
}

/// Kinds of calls of which each life has some.
const KINDS: [&str; 12] = [
    "genesys POST import/settings",
    "genesys POST import/csv/settings",
    "genesys POST import/csv/uploads",
    "genesys PUT /uploads/",
    "genesys GET import/csv/uploads/{id}/details",
    "genesys POST import/csv/jobs",
    "genesys GET import/jobs/{id}",
    "genesys PUT import/jobs/{id}",
    "genesys GET scan/contacts",
    "salesforce GET data",
    "logs PutLogEvents",
    "dynamodb TransactWriteItems",
];

/// An import that is killed at any kind of call, before the call, after its effect or with its answer lost, ends by an
/// operator who asks again and a schedule that goes on in the same state of both systems and of the links as one that was
/// never killed.
#[test]
fn an_import_killed_at_any_call_ends_as_one_never_killed() {
    let (calls, expected) = block_on(async {
        let (world, inside) = start().await;
        let end = life(&world, &inside).await;
        (world.door.calls(), end)
    });
    let points = points_of(&calls, &[""]);
    for kind in KINDS {
        assert!(points.iter().any(|(made, _)| made.to_string().starts_with(kind)), "no {kind}: {points:?}");
    }
    // What an import has in common with other runs is killed in every way there: here once.
    let is_own = |(kind, _): &(Kind, usize)| ["import/", "/uploads/"].iter().any(|part| kind.operation.contains(part));
    let is_wanted = |point, harm: &Harm| is_own(point) || *harm == Harm::KillAfter;
    let harmed = |point| HARMS.iter().filter(move |harm| is_wanted(point, harm)).map(move |harm| (point, harm));
    let jobs: Vec<_> = points.iter().flat_map(harmed).collect();
    println!("{} calls, {} points, {} killed lives", calls.len(), points.len(), jobs.len());
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some((point, harm)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // A world that breaks a promise panics when it is dropped; that is an outcome too.
                    let lived = std::panic::catch_unwind(|| block_on(killed_life(point, harm, &expected)));
                    let lived = lived.unwrap_or_else(|_| Err(format!("{} #{} {harm:?}: panicked", point.0, point.1)));
                    wrong.lock().unwrap().extend(lived.err());
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} killed lives went wrong:\n{}", wrong.len(), jobs.len(), wrong.join("\n"));
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
