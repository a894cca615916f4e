//! A batch that is killed anywhere, and handed out again, ends where one ends that was never killed.
//!
//! One batch over two groups and every lever is watched first, to learn which calls it makes. Then each call gets a world
//! of its own, in which the function dies before the call, dies right after its effect, or lives on without the answer.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use scenarios::World;
use scenarios::door::{Harm, Kind, Point};
use serde_json::{Value, json};

use crate::capacity_scene::{
    AGENTS, QUEUE, SALES, SUPPORT, capacity, deliver, mapping, past_visibility, queue_field, reconcile, resize, row,
    rows, started, tick, utilization, writes,
};

const HARMS: [Harm; 3] = [Harm::KillBefore, Harm::KillAfter, Harm::LoseAnswer];

/// Ticks until everything has certainly arrived.
const TICKS_MAX: usize = 4;

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
async fn harmed_batch((kind, nth): &(Kind, usize), harm: &Harm, expected: &End) -> Result<String, String> {
    let world = world().await;
    world.door.harm(Point::Nth(kind.clone(), *nth), harm.clone());
    let place = format!("{kind} #{nth} {harm:?}");
    let first = world.deliver(scenarios::aws::sqs::SCALING, crate::capacity_scene::FUNCTION).await.expect("a batch");
    if world.door.harmed().is_empty() {
        return Err(format!("{place}: the call was never made"));
    }
    let is_dead = first.error.as_ref().is_some_and(|error| error.is_exit() && error.message.contains("signal: 9"));
    if is_dead != (*harm != Harm::LoseAnswer) || (!is_dead && first.error.is_some()) {
        return Err(format!("{place}: ended as {:?}\n{}", first.error, first.log));
    }
    past_visibility(&world);
    deliver(&world).await;
    for _ in 0..TICKS_MAX {
        let _ = reconcile(&world).await; // Whatever it ends as: only the end counts.
    }
    let found = end(&world);
    if found != *expected {
        return Err(format!("{place}: another end: {found:?}\n{}", world.log()));
    }
    let mut paths: Vec<_> = writes(&world).into_iter().map(|entry| entry.path).collect();
    paths.sort();
    let once = paths.len();
    paths.dedup();
    if (once, paths.len()) != (5, 5) {
        return Err(format!("{place}: {once} writes of {} objects", paths.len()));
    }
    if !world.genesys.overlaps().is_empty() {
        return Err(format!("{place}: writes overlap: {:?}", world.genesys.overlaps()));
    }
    Ok(place)
}

/// Runs `job` on a runtime of its own.
fn block_on<T>(job: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(job)
}

/// Every call of the batch, and where it leads.
async fn watched() -> (Vec<(Kind, usize)>, End) {
    let world = world().await;
    world.door.forget();
    assert!(deliver(&world).await.iter().all(|delivered| delivered.given_back.is_empty()));
    let points = world.door.calls().into_iter().map(|call| (call.kind, call.nth)).collect();
    tick(&world).await;
    (points, end(&world))
}

#[test]
fn t39_a_batch_killed_at_any_call_ends_as_one_never_killed() {
    let (points, expected) = block_on(watched());
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
    let jobs: Vec<_> = points.iter().flat_map(|point| HARMS.iter().map(move |harm| (point, harm))).collect();
    println!("{} calls, {} harmed batches", points.len(), jobs.len());
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some((point, harm)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // A world that breaks a promise panics when it is dropped; that is an outcome too.
                    let outcome = std::panic::catch_unwind(|| block_on(harmed_batch(point, harm, &expected)));
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
