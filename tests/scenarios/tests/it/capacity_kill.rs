//! A batch that is killed anywhere, and handed out again, ends where one ends that was never killed.
//!
//! One batch over two groups and every lever is watched first, to learn which calls it makes. Then each call gets a world
//! of its own, in which the function dies before the call, dies right after its effect, or lives on without the answer. So
//! does each call from the first note of a write to the last, with groups that have shrunk again by the next run.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use scenarios::World;
use scenarios::aws::sqs::SCALING;
use scenarios::door::{Harm, Kind, Point};
use serde_json::{Value, json};

use crate::capacity_scene::{
    AGENTS, FUNCTION, QUEUE, SALES, SUPPORT, audit, capacity, deliver, mapping, past_visibility, queue_field,
    reconcile, resize, row, rows, set_size, started, tick, utilization, writes,
};

/// Ticks after which everything has certainly arrived, also what waited for the hold-down.
const TICKS: usize = 4;

/// What an agent takes who has no utilization of their own.
const AN_AGENTS: i64 = 4;

/// What the groups do after the batch.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    /// They stay as they are.
    Stay,
    /// They come back to the size that they had before.
    ShrinkBack,
}

/// Both groups ask for what they have until the batch, in which both grow. Under `report` a number that the function
/// does not recognise as its own would be left as it is.
async fn world() -> World {
    let config = mapping(SUPPORT, "policy = \"report\"", &[row("Support", ""), queue_field("")])
        + &mapping(SALES, "policy = \"report\"", &[row("Sales", ""), utilization("")]);
    let settings = json!({"genesys": {"queue_capacity_field": "kept", "queue_etags": true}});
    let world = started(World::builder().config_from_parameter().simulator(settings), &config).await;
    world.genesys.change_queue(QUEUE, &json!({"capacity": 200}));
    tick(&world).await;
    world.restart().await; // Cold, so that secrets and configuration are read as well.
    world.forget();
    resize(&world, SUPPORT, 5);
    resize(&world, SALES, 6);
    world
}

/// What Genesys holds, and what is remembered of it.
#[derive(Debug, PartialEq)]
struct End {
    numbers: Vec<Value>,
    remembered: Vec<(String, String)>,
}

fn end(world: &World) -> End {
    let message = |agent: &str| world.genesys.utilization(agent)["utilization"]["message"]["maximumCapacity"].clone();
    let mut numbers = vec![capacity(world, "Support"), capacity(world, "Sales")];
    numbers.push(world.genesys.queue_of(QUEUE)["capacity"].clone());
    numbers.extend(AGENTS.map(message));
    let remembered = rows(world, "target#").into_iter().map(|row| {
        assert!(row["sending"].is_null() || row["sending"]["NULL"] == true, "a write is not recorded as done: {row}");
        (row["sk"]["S"].as_str().unwrap().to_owned(), row["settled"]["N"].as_str().unwrap().to_owned())
    });
    End { remembered: remembered.collect(), numbers }
}

/// What one harmed batch came to; `Err` says what is wrong.
async fn harmed_batch((kind, nth): &(Kind, usize), harm: &Harm, then: Then, expected: &End) -> Result<(), String> {
    let world = world().await;
    world.door.harm(Point::Nth(kind.clone(), *nth), harm.clone());
    let place = format!("{kind} #{nth} {harm:?}");
    let first = world.deliver(SCALING, FUNCTION).await.expect("a batch");
    if world.door.harmed().is_empty() {
        // Objects are served a few at once, so a call of this kind may be made once more or once less.
        let made = world.door.calls().iter().filter(|call| call.kind == *kind).count();
        return if made + 1 == *nth { Ok(()) } else { Err(format!("{place}: the call was never made")) };
    }
    let is_dead = first.error.as_ref().is_some_and(|error| error.is_exit() && error.message.contains("signal: 9"));
    if is_dead != (*harm != Harm::LoseAnswer) || (!is_dead && first.error.is_some()) {
        return Err(format!("{place}: ended as {:?}\n{}", first.error, first.log));
    }
    follow(&world, then).await;
    judge(&world, then, expected).map_err(|wrong| format!("{place}: {wrong}\n{}", world.log()))
}

/// The messages come again, and the schedule fires.
async fn follow(world: &World, then: Then) {
    if then == Then::ShrinkBack {
        [SUPPORT, SALES].iter().for_each(|group| set_size(world, group, 2));
    }
    past_visibility(world);
    deliver(world).await;
    for _ in 0..TICKS {
        let _ = reconcile(world).await; // Whatever it ends as: only the end counts.
    }
}

fn judge(world: &World, then: Then, expected: &End) -> Result<(), String> {
    let found = end(world);
    if found != *expected {
        return Err(format!("another end: {found:?}"));
    }
    let results = rows(world, "run#").into_iter().map(|row| row["result"]["S"].as_str().unwrap().to_owned());
    if let Some(run) = results.into_iter().find(|result| !result.contains("\"drift\":0")) {
        return Err(format!("our own write was called drift: {run}"));
    }
    if !world.genesys.overlaps().is_empty() {
        return Err(format!("writes overlap: {:?}", world.genesys.overlaps()));
    }
    judge_audit(world)?;
    if then == Then::ShrinkBack {
        return Ok(());
    }
    let mut paths: Vec<_> = writes(world).into_iter().map(|entry| entry.path).collect();
    paths.sort();
    let once = paths.len();
    paths.dedup();
    if (once, paths.len()) != (5, 5) {
        return Err(format!("{once} writes of {} objects", paths.len()));
    }
    Ok(())
}

/// Each write that took effect has a line with its object, the old number and the new one, whoever lived to write it.
fn judge_audit(world: &World) -> Result<(), String> {
    let lines = audit(world);
    let mut before: BTreeMap<String, i64> = BTreeMap::new();
    for entry in writes(world).iter().filter(|entry| entry.status < 300) {
        let parts: Vec<_> = entry.path.split('/').filter(|part| *part != "utilization").collect();
        let object = (*parts.last().expect("a path")).to_owned();
        let is_agent = AGENTS.contains(&object.as_str());
        let number = if is_agent {
            &entry.request["utilization"]["message"]["maximumCapacity"]
        } else {
            &entry.request["capacity"]
        };
        let new = number.as_i64().expect("a number");
        let old = before.insert(object.clone(), new).unwrap_or(if is_agent { AN_AGENTS } else { 200 });
        let change = format!("{old} became {new}");
        if !lines.iter().any(|line| line.contains(&object) && line.contains(&change)) {
            return Err(format!("no audit line says that {object} was changed, {change}: {lines:?}"));
        }
    }
    Ok(())
}

/// Runs `job` on a runtime of its own.
fn block_on<T>(job: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(job)
}

/// Every call of the batch, and where it leads.
async fn watched(then: Then) -> (Vec<(Kind, usize)>, End) {
    let world = world().await;
    world.door.forget();
    assert!(deliver(&world).await.iter().all(|delivered| delivered.given_back.is_empty()));
    let points = world.door.calls().into_iter().map(|call| (call.kind, call.nth)).collect();
    follow(&world, then).await;
    (points, end(&world))
}

fn kill_at(points: &[(Kind, usize)], then: Then, expected: &End) {
    let jobs: Vec<_> =
        points.iter().flat_map(|point| Harm::of_losing(&point.0).iter().map(move |harm| (point, harm))).collect();
    println!("{then:?}: {} calls, {} harmed batches", points.len(), jobs.len());
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some((point, harm)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // A world that breaks a promise panics when it is dropped; that is an outcome too.
                    let outcome = std::panic::catch_unwind(|| block_on(harmed_batch(point, harm, then, expected)));
                    let outcome = outcome
                        .unwrap_or_else(|_| Err(format!("{} #{} {harm:?}: panicked, see above", point.0, point.1)));
                    outcomes.lock().unwrap().push(outcome);
                }
            });
        }
    });
    let wrong: Vec<_> = outcomes.into_inner().unwrap().into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{} of {} harmed batches went wrong:\n{}", wrong.len(), jobs.len(), wrong.join("\n"));
}

#[test]
fn t39_a_batch_killed_at_any_call_ends_as_one_never_killed() {
    let (points, expected) = block_on(watched(Then::Stay));
    assert_eq!(expected.numbers, [json!(500), json!(600), json!(500), json!(6), json!(6)]);
    for kind in [
        "ssm GetParameter",
        "secretsmanager GetSecretValue",
        "autoscaling DescribeAutoScalingGroups",
        "genesys GET organizations/me",
        "genesys GET flows/datatables",
        "genesys PUT flows/datatables",
        "genesys PUT routing/queues",
        "genesys PUT routing/users",
        "logs PutLogEvents",
        "dynamodb UpdateItem lock",
        "dynamodb TransactWriteItems lock+target",
    ] {
        assert!(points.iter().any(|(made, _)| made.to_string().starts_with(kind)), "no {kind} in {points:?}");
    }
    kill_at(&points, Then::Stay, &expected);
}

/// Nobody recorded that it was us who wrote the larger number. Taken for a hand's, it would stay for ever.
#[test]
fn a_write_that_nobody_recorded_is_taken_back_when_the_group_shrinks_again() {
    let (mut points, expected) = block_on(watched(Then::ShrinkBack));
    assert_eq!(expected.numbers, [json!(200), json!(200), json!(200), json!(2), json!(2)]);
    points.retain(|(kind, _)| {
        let made = kind.to_string();
        kind.service == "logs" || made.contains(" PUT ") || made.starts_with("dynamodb TransactWriteItems lock+target")
    });
    kill_at(&points, Then::ShrinkBack, &expected);
}
