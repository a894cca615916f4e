//! A first load whose process is killed anywhere, and that runs again, ends where one ends that was never killed.
//!
//! One run is watched first, to learn which calls it makes. Then each chosen call gets a world of its own, in which
//! the function dies before the call, dies right after its effect, or lives on without the answer. Here it is the real process
//! that dies; what else the job does is killed in [`crate::whole_job`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use platform::report::Status;
use scenarios::door::{Call, Harm, Kind, Point};
use scenarios::people::{in_genesys, person};
use scenarios::{Sides, World};
use serde_json::{Value, json};

/// Small batches, so that every kind of call is made several times with 40 contacts.
const CONFIG: &str = "scan_above = 10\nscan_page_size = 10\nbulk_add_size = 10\nenrich_size = 10\nlease_seconds = 60";

/// Longer than the lease.
const PAST_THE_LEASE: Duration = Duration::from_secs(20 * 60);

/// Ticks until a job of 40 contacts is certainly done.
const TICKS_MAX: usize = 8;

pub(crate) const HARMS: [Harm; 3] = [Harm::KillBefore, Harm::KillAfter, Harm::LoseAnswer];

/// 40 contacts, of which 12 exist in Genesys, two share a candidate, and one is refused.
async fn world() -> World {
    let world = World::builder().page_size(10).config(CONFIG).config_from_parameter().start().await;
    let mut typed_in: Vec<_> = (0..12).map(in_genesys).collect();
    // As many external ids as the vendor takes: one more is refused, by whatever request it comes.
    let others: Vec<_> = (0..10).map(|number| json!({"source": "Billing", "value": format!("B-{number}")})).collect();
    typed_in[1].insert("externalIds".to_owned(), json!(others));
    world.genesys.insert(&typed_in);
    let mut people: Vec<_> = (0..40).map(person).collect();
    // Two who fit one free candidate, for a review row. The one above is refused, for a quarantine row.
    let shared = people[0]["Email"].clone();
    people[39].insert("Email".to_owned(), shared);
    world.salesforce.insert(&people);
    world.advance(PAST_THE_LEASE);
    world.forget();
    world
}

/// Where a job ends: both systems, and what the state table says about each contact.
#[derive(Debug, PartialEq)]
struct End {
    sides: Sides,
    ledger: Vec<String>,
}

/// Runs until the job is done, and once more over everything, which has nothing to do.
async fn run_to_the_end(world: &World) -> End {
    for _ in 0..TICKS_MAX {
        world.advance(PAST_THE_LEASE);
        let report = world.invoke(json!({})).await.result;
        if report.is_ok_and(|report| report.status == Status::Done) {
            let again = world.invoke(json!({"since": "2000-01-01T00:00:00Z"})).await.report();
            assert_eq!((again.created, again.updated, again.failed), (0, 0, 0), "{again:?}");
            return End { sides: world.both_sides(), ledger: ledger(world) };
        }
    }
    panic!("not done after {TICKS_MAX} runs");
}

/// Key and state of every row that is about one contact.
pub(crate) fn ledger(world: &World) -> Vec<String> {
    let text = |row: &Value, name: &str| row[name]["S"].as_str().unwrap_or_default().to_owned();
    let rows = world.state_rows();
    let state = |row: &Value| if row["gone"].is_object() { "gone".to_owned() } else { text(row, "state") };
    let line = |row: &Value| format!("{} {} {}", text(row, "pk"), text(row, "sk"), state(row));
    rows.iter()
        .map(line)
        .filter(|line| ["link#", "org#", "quarantine#", "review#"].iter().any(|family| line.starts_with(family)))
        .collect()
}

/// Every call to vendors, secrets and parameters; the first, a middle and the last state-table call of each kind.
fn points(calls: &[Call]) -> Vec<(Kind, usize)> {
    let mut counts: BTreeMap<&Kind, usize> = BTreeMap::new();
    for call in calls {
        *counts.entry(&call.kind).or_default() += 1;
    }
    let mut points = Vec::new();
    for (kind, count) in counts {
        let chosen: BTreeSet<usize> =
            if kind.service == "dynamodb" { [1, count.div_ceil(2), count].into() } else { (1..=count).collect() };
        points.extend(chosen.into_iter().map(|nth| (kind.clone(), nth)));
    }
    points
}

/// What one killed run came to; `Err` says what is wrong.
async fn killed_run((kind, nth): &(Kind, usize), harm: &Harm, expected: &End) -> Result<String, String> {
    let world = world().await;
    world.door.harm(Point::Nth(kind.clone(), *nth), harm.clone());
    let invocation = world.invoke(json!({})).await;
    let place = format!("{kind} #{nth} {harm:?}");
    if world.door.harmed().is_empty() {
        return Err(format!("{place}: the call was never made: {:?}", invocation.result));
    }
    let ended = match (&invocation.result, harm) {
        (Err(error), Harm::KillBefore | Harm::KillAfter) if error.is_exit() && error.message.contains("signal: 9") => {
            "killed".to_owned()
        }
        (Ok(report), Harm::LoseAnswer) => format!("{:?}", report.status),
        (Err(error), Harm::LoseAnswer) if !error.is_exit() => "Failed".to_owned(),
        (other, _) => return Err(format!("{place}: ended by itself: {other:?}\n{}", invocation.log)),
    };
    let end = run_to_the_end(&world).await;
    let doubled = end.sides.doubled();
    if !doubled.is_empty() {
        return Err(format!("{place}: doubled {doubled:?}"));
    }
    if end != *expected {
        let (sides, ledger) =
            (difference(&end.sides.genesys, &expected.sides.genesys), difference(&end.ledger, &expected.ledger));
        return Err(format!("{place}: another end: {sides}{ledger}"));
    }
    Ok(format!("{place}: {ended}"))
}

pub(crate) fn difference(found: &[String], expected: &[String]) -> String {
    let only = |left: &[String], right: &[String]| {
        left.iter().filter(|line| !right.contains(line)).cloned().collect::<Vec<_>>().join("\n    ")
    };
    format!("\n  only here:\n    {}\n  missing:\n    {}", only(found, expected), only(expected, found))
}

/// Runs `job` on a runtime of its own.
pub(crate) fn block_on<T>(job: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(job)
}

/// Kinds of calls that a first load makes.
const KINDS: [&str; 16] = [
    "ssm GetParameter",
    "secretsmanager GetSecretValue",
    "salesforce POST oauth2/token",
    "salesforce GET data",
    "genesys POST /oauth/token",
    "genesys GET organizations/me",
    "genesys GET externalsources",
    "genesys POST externalsources",
    "genesys GET scan/contacts",
    "genesys POST bulk/contacts/add",
    "genesys POST bulk/contacts/enrich",
    "logs CreateLogStream",
    "logs PutLogEvents",
    "dynamodb UpdateItem lock",
    "dynamodb TransactWriteItems lock+quarantine",
    "dynamodb TransactWriteItems",
];

/// A first load that is killed at any of its calls, before the call, after its effect or with its answer lost, and runs
/// again, ends in the same state of both systems and of the links as one that was never killed.
#[test]
fn a_first_load_killed_at_any_call_ends_as_one_never_killed() {
    let (calls, expected) = block_on(async {
        let world = world().await;
        world.invoke(json!({})).await.report();
        (world.door.calls(), run_to_the_end(&world).await)
    });
    for family in ["link#", "quarantine#", "review#"] {
        assert!(expected.ledger.iter().any(|line| line.starts_with(family)), "the unkilled run leaves no {family} row");
    }
    let points = points(&calls);
    for kind in KINDS {
        assert!(
            points.iter().any(|(made, _)| made.to_string().starts_with(kind)),
            "the unkilled run makes no {kind}: {points:?}"
        );
    }
    let jobs: Vec<_> =
        points.iter().flat_map(|point| Harm::of_losing(&point.0).iter().map(move |harm| (point, harm))).collect();
    println!("{} calls, {} points, {} killed runs", calls.len(), points.len(), jobs.len());
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some((point, harm)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // A world that breaks a promise panics when it is dropped; that is an outcome too.
                    let outcome = std::panic::catch_unwind(|| block_on(killed_run(point, harm, &expected)));
                    let outcome = outcome
                        .unwrap_or_else(|_| Err(format!("{} #{} {harm:?}: panicked, see above", point.0, point.1)));
                    outcomes.lock().unwrap().push(outcome);
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap();
    outcomes.sort();
    outcomes.iter().flatten().for_each(|line| println!("  {line}"));
    let wrong: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{} of {} killed runs went wrong:\n{}", wrong.len(), jobs.len(), wrong.join("\n"));
}
