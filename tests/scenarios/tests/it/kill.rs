//! A run that is killed anywhere, and run again, ends where a run ends that was never killed.
//!
//! One run is watched first, to learn which calls it makes. Then each chosen call gets a world of its own, in which
//! the function dies before the call, dies right after its effect, or lives on without the answer.

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

/// What happens before the run that is killed.
#[derive(Clone, Copy, Debug)]
enum Story {
    /// 40 contacts, of which 12 exist in Genesys, two share a candidate, and one is refused.
    FirstLoad,
    /// All 40 are linked; 12 change, 6 of them by emptying a field.
    Changes,
    /// Eight are linked; two are deleted, one is merged into a contact without a link, one into another of the eight.
    Departures,
    /// The same two deletions where the policy is to delete.
    Removals,
    /// Twelve are linked, and on both sides somebody has been at work by hand.
    Reconcile,
    /// 25 contacts in slices of ten; two who fit one candidate stand in the first and in the last of them.
    Slices,
    /// Eight accounts are organizations; some change, one contact moves, four accounts come with their contacts.
    Companies,
}

impl Story {
    /// What the run that is killed is asked to do. The schedule goes on from there.
    fn event(self) -> Value {
        if matches!(self, Self::Reconcile) { json!({"mode": "full"}) } else { json!({}) }
    }

    /// Whether only the calls that tell it from the first load are killed.
    fn is_short(self) -> bool {
        matches!(self, Self::Departures | Self::Removals | Self::Reconcile | Self::Slices | Self::Companies)
    }

    /// Rows that the unkilled run leaves.
    fn families(self) -> &'static [&'static str] {
        match self {
            Self::FirstLoad | Self::Changes => &["link#", "quarantine#", "review#"],
            Self::Departures | Self::Removals | Self::Reconcile => &["link#"],
            Self::Slices => &["link#", "review#"],
            Self::Companies => &["link#", "org#"],
        }
    }
}

async fn world(story: Story) -> World {
    let world = match story {
        Story::FirstLoad | Story::Changes => load(story).await,
        Story::Departures => crate::merges::departures("").await,
        Story::Removals => crate::merges::departures("on_delete = \"delete\"").await,
        Story::Reconcile => crate::reconcile::by_hand_on_both_sides().await,
        Story::Slices => slices().await,
        Story::Companies => crate::organizations::eight_and_four().await,
    };
    world.advance(PAST_THE_LEASE);
    world.restart().await; // Cold, so that secrets and configuration are read as well.
    world.forget();
    world
}

async fn load(story: Story) -> World {
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
    let ids = world.salesforce.insert(&people);
    if matches!(story, Story::Changes) {
        world.tick().await.report();
        for (number, id) in ids.iter().enumerate().skip(24).take(12) {
            let change = if number % 2 == 0 { json!({"Phone": null}) } else { json!({"FirstName": "Renomeada"}) };
            world.salesforce.update(id, &change);
        }
    }
    world
}

async fn slices() -> World {
    let config = format!("{CONFIG}\nslice_contacts = 10");
    let world = World::builder().page_size(10).config(&config).start().await;
    world.genesys.insert(&[in_genesys(0)]);
    let mut people: Vec<_> = (0..25).map(person).collect();
    let shared = people[0]["Email"].clone();
    people[24].insert("Email".to_owned(), shared);
    for (number, mut row) in (0i64..).zip(people) {
        let at = world.clock().now() + jiff::SignedDuration::from_secs(number);
        row.insert("SystemModstamp".to_owned(), json!(at.to_string()));
        world.salesforce.insert(&[row]);
    }
    world
}

/// Where a job ends: both systems, and what the state table says about each contact.
#[derive(Debug, PartialEq)]
struct End {
    sides: Sides,
    ledger: Vec<String>,
}

/// Runs until the job is done, and once more over everything, which has nothing to do.
async fn run_to_the_end(world: &World, story: Story) -> End {
    for _ in 0..TICKS_MAX {
        world.advance(PAST_THE_LEASE);
        // Whoever asked for a run that was killed at its very beginning asks again.
        let report = world.invoke(story.event()).await.result;
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

/// The first and the last call of each of these kinds: for stories whose other calls are killed in the first load.
pub(crate) fn points_of(calls: &[Call], kinds: &[&str]) -> Vec<(Kind, usize)> {
    let mut counts: BTreeMap<&Kind, usize> = BTreeMap::new();
    for call in calls.iter().filter(|call| kinds.iter().any(|kind| call.kind.to_string().starts_with(kind))) {
        *counts.entry(&call.kind).or_default() += 1;
    }
    let both_ends = |(kind, count): (&Kind, usize)| [1, count].map(|nth| (kind.clone(), nth));
    let points: BTreeSet<(Kind, usize)> = counts.into_iter().flat_map(both_ends).collect();
    points.into_iter().collect()
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
async fn killed_run(story: Story, (kind, nth): &(Kind, usize), harm: &Harm, expected: &End) -> Result<String, String> {
    let world = world(story).await;
    world.door.harm(Point::Nth(kind.clone(), *nth), harm.clone());
    let invocation = world.invoke(story.event()).await;
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
    let end = run_to_the_end(&world, story).await;
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

fn kill_everywhere(story: Story, expected_kinds: &[&str]) {
    let (calls, expected) = block_on(async {
        let world = world(story).await;
        world.invoke(story.event()).await.report();
        (world.door.calls(), run_to_the_end(&world, story).await)
    });
    for family in story.families() {
        assert!(expected.ledger.iter().any(|line| line.starts_with(family)), "the unkilled run leaves no {family} row");
    }
    let (points, harms) =
        if story.is_short() { (points_of(&calls, expected_kinds), &HARMS[1..]) } else { (points(&calls), &HARMS[..]) };
    for kind in expected_kinds {
        assert!(
            points.iter().any(|(made, _)| made.to_string().starts_with(kind)),
            "the unkilled run makes no {kind}: {points:?}"
        );
    }
    let jobs: Vec<_> = points.iter().flat_map(|point| harms.iter().map(move |harm| (point, harm))).collect();
    println!("{story:?}: {} calls, {} points, {} killed runs", calls.len(), points.len(), jobs.len());
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some((point, harm)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // A world that breaks a promise panics when it is dropped; that is an outcome too.
                    let outcome = std::panic::catch_unwind(|| block_on(killed_run(story, point, harm, &expected)));
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

/// A first load that is killed at any of its calls, before the call, after its effect or with its answer lost, and runs
/// again, ends in the same state of both systems and of the links as one that was never killed.
#[test]
fn a_first_load_killed_at_any_call_ends_as_one_never_killed() {
    kill_everywhere(
        Story::FirstLoad,
        &[
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
        ],
    );
}

/// The same holds for a run of changes, those that empty a field among them.
#[test]
fn a_run_of_changes_killed_at_any_call_ends_as_one_never_killed() {
    kill_everywhere(Story::Changes, &["genesys PATCH contacts/{id}", "genesys POST bulk/contacts/enrich", "dynamodb"]);
}

#[test]
fn deletions_and_merges_killed_at_any_call_end_as_ones_never_killed() {
    kill_everywhere(
        Story::Departures,
        &[
            "genesys PATCH contacts/{id}",
            "genesys GET contacts/{id}",
            "logs PutLogEvents",
            "dynamodb TransactWriteItems",
        ],
    );
}

#[test]
fn removals_killed_at_any_call_end_as_ones_never_killed() {
    kill_everywhere(Story::Removals, &["genesys POST bulk/contacts/remove", "dynamodb TransactWriteItems"]);
}

#[test]
fn a_reconcile_killed_at_any_call_ends_as_one_never_killed() {
    kill_everywhere(
        Story::Reconcile,
        &[
            "genesys GET scan/contacts",
            "genesys POST bulk/contacts",
            "genesys PATCH contacts/{id}",
            "dynamodb TransactWriteItems",
        ],
    );
}

#[test]
fn a_run_of_three_slices_killed_at_any_call_ends_as_one_never_killed() {
    kill_everywhere(
        Story::Slices,
        &[
            "salesforce GET data",
            "genesys POST bulk/contacts/add",
            "logs PutLogEvents",
            "dynamodb GetItem mark",
            "dynamodb TransactWriteItems",
        ],
    );
}

/// Accounts that change, come, and are changed for others: killed at any call, the organizations and whoever belongs to
/// them end as if nothing had been.
#[test]
fn a_run_with_organizations_killed_at_any_call_ends_as_one_never_killed() {
    kill_everywhere(
        Story::Companies,
        &[
            "genesys POST bulk/organizations/add",
            "genesys POST bulk/organizations/enrich",
            "genesys PATCH organizations/{id}",
            "genesys POST bulk/contacts/add",
            "genesys POST bulk/contacts/enrich",
            "logs PutLogEvents",
            "dynamodb TransactWriteItems",
        ],
    );
}
