//! Two runs at the same moment: with the lock one of them writes and hears the other's news; without it they harm each
//! other, which shows that these stories can fail.

use std::time::Duration;

use platform::report::Status;
use scenarios::aws::sqs::SCALING;
use scenarios::door::{Harm, Kind, Point};
use scenarios::{Environment, World};
use serde_json::json;

use crate::capacity_groups::{self, GROUPS, assert_right, resize_all};
use crate::capacity_scene::{
    FUNCTION, LAUNCHED, SUPPORT, assert_quiet, capacity, event, group_reads, put, row, set_size, tick, world_of, writes,
};

/// How long the first write is under way, in machine time. Long enough for another run from start to end.
const SLOW_MS: u64 = 1_500;

/// Decides the sizes, and which writes are slow.
const SEED: u64 = 39;

const PAST_THE_LEASE: Duration = Duration::from_secs(70);

async fn world() -> World {
    let world = world_of(&[row("Support", "hold_down_seconds = 0")]).await;
    tick(&world).await;
    world.forget();
    world
}

/// One run writes 500, slowly; meanwhile the group comes to three, and `other` hears of it.
async fn two_runs(world: &World, other: &Environment) -> Status {
    other.ready().await.expect("it starts");
    world.genesys.fault(&json!({"fault": "slow", "vendor": "genesys", "method": "PUT", "count": 1, "ms": SLOW_MS}));
    set_size(world, SUPPORT, 5);
    let (first, second) = tokio::join!(world.invoke(json!({})), async {
        world.door.seen("genesys PUT").await; // The first one is in the middle of its write.
        set_size(world, SUPPORT, 3);
        other.invoke(&json!({})).await
    });
    first.report();
    second.report().status
}

/// The one that finds the lock taken knocks and goes away; the one that holds it hears that, and looks again.
#[tokio::test]
async fn t39_news_that_come_during_a_write_are_decided_before_the_lock_is_given_back() {
    let world = world().await;
    let other = world.another_environment().await;
    two_runs(&world, &other).await;
    let values: Vec<_> = writes(&world).iter().map(|entry| entry.request["capacity"].clone()).collect();
    assert_eq!(values, [json!(500), json!(300)], "one after the other");
    assert_eq!(world.genesys.overlaps(), [json!(null); 0]);
    assert_eq!(capacity(&world, "Support"), json!(300), "without another event and before the next tick");
    assert_quiet(&world).await;
}

/// The twin without the lock: its own state table, so neither sees the other's lock.
#[tokio::test]
async fn two_writers_without_the_lock_overlap_and_the_older_size_stays() {
    let world = world().await;
    let stranger = world.stranger().await;
    two_runs(&world, &stranger).await;
    assert_eq!(world.genesys.overlaps().len(), 1, "{:?}", world.genesys.overlaps());
    assert_eq!(capacity(&world, "Support"), json!(500), "the size of the group is three");
    tick(&world).await; // The reconcile repairs also this.
    assert_eq!(capacity(&world, "Support"), json!(300));
}

/// Many knocks are one look.
#[tokio::test]
async fn a_run_that_is_knocked_at_many_times_looks_once_more() {
    let world = world().await;
    let mut others = Vec::new();
    for _ in 0..4 {
        let other = world.another_environment().await;
        other.ready().await.expect("it starts");
        others.push(other);
    }
    world.genesys.fault(&json!({"fault": "slow", "vendor": "genesys", "method": "PUT", "count": 1, "ms": SLOW_MS}));
    set_size(&world, SUPPORT, 5);
    let before = group_reads(&world, SUPPORT);
    let (first, ()) = tokio::join!(world.invoke(json!({})), async {
        world.door.seen("genesys PUT").await;
        for other in &others {
            let report = other.invoke(&json!({})).await.report();
            assert_eq!((report.updated, report.skipped_by["locked"]), (0, 1), "{report:?}");
        }
    });
    assert_eq!(first.report().updated, 1);
    assert_eq!(group_reads(&world, SUPPORT) - before, 2, "for itself, and for all who knocked");
    assert_quiet(&world).await;
}

/// A run that slept through its lease finds that another one has the lock by then, and writes nothing any more.
#[tokio::test]
async fn t39_a_run_that_slept_through_its_lease_writes_nothing_more() {
    let world = world().await;
    let other = world.another_environment().await;
    other.ready().await.expect("it starts");
    let read = Kind { service: "genesys".to_owned(), operation: "GET flows/datatables/{id}/rows/{id}".to_owned() };
    world.door.harm(Point::Nth(read, 1), Harm::Delay(Duration::from_millis(SLOW_MS)));
    set_size(&world, SUPPORT, 5);
    let (first, second) = tokio::join!(world.invoke(json!({})), async {
        world.door.seen("genesys GET flows/datatables").await; // The first one has read the group, and sleeps.
        set_size(&world, SUPPORT, 3);
        world.advance(PAST_THE_LEASE);
        other.invoke(&json!({})).await
    });
    assert_eq!(second.report().updated, 1);
    let first = first.error();
    assert!(first.message.contains("another run took the lock over"), "{first:?}");
    let values: Vec<_> = writes(&world).iter().map(|entry| entry.request["capacity"].clone()).collect();
    assert_eq!((values, capacity(&world, "Support")), (vec![json!(300)], json!(300)));
    assert_quiet(&world).await;
}

/// Rounds of two consumers at once.
const ROUNDS: usize = 20;

/// How slow every second write of those rounds is, in machine time.
const SLOWER_MS: u64 = 40;

/// The event source mapping hands out a batch while the schedule fires, again and again, and the groups change between
/// the rounds and in the middle of them.
async fn rounds_of_two(world: &World, other: &Environment, after_a_round: impl Fn(&World)) {
    let mut chance = fastrand::Rng::with_seed(SEED);
    println!("seed {SEED}");
    world.genesys.fault(&json!({
        "fault": "slow", "vendor": "genesys", "method": "PUT", "ms": SLOWER_MS, "probability": 0.5, "seed": SEED,
    }));
    other.ready().await.expect("it starts");
    for _ in 0..ROUNDS {
        world.advance(PAST_THE_LEASE);
        let mut sizes = || std::iter::repeat_with(|| chance.usize(3..400)).take(GROUPS.len()).collect::<Vec<_>>();
        let (first, second) = (sizes(), sizes());
        resize_all(world, first.into_iter());
        GROUPS.iter().for_each(|group| put(world, &event(world, LAUNCHED, group).to_string()));
        world.door.forget();
        let (delivered, _) = tokio::join!(world.deliver(SCALING, FUNCTION), async {
            world.door.seen("DescribeAutoScalingGroups").await; // The batch has read one size, and there is another one.
            resize_all(world, second.into_iter());
            other.invoke(&json!({})).await // Whatever it ends as.
        });
        assert_eq!(delivered.expect("a batch").given_back, [""; 0]);
        after_a_round(world);
    }
}

/// Every size that came during a round is there at its end, and no write met another one.
#[tokio::test]
async fn t39_two_consumers_at_once_never_write_one_object_together_and_lose_no_size() {
    let world = capacity_groups::world().await;
    let other = world.another_environment().await;
    rounds_of_two(&world, &other, assert_right).await;
    assert_eq!(world.genesys.overlaps(), [json!(null); 0]);
    println!("{} writes", writes(&world).len());
    assert_quiet(&world).await;
}

/// The twin without the lock.
#[tokio::test]
async fn two_consumers_without_the_lock_write_objects_together() {
    let world = capacity_groups::world().await;
    let stranger = world.stranger().await;
    rounds_of_two(&world, &stranger, |_| {}).await;
    let overlaps = world.genesys.overlaps();
    println!("{} overlaps", overlaps.len());
    assert!(!overlaps.is_empty());
}
