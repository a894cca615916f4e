//! Five hundred events of five groups in no order and some of them twice, while the groups change all the time and the
//! function is killed at every call it makes: the numbers end where the groups end, nothing is written that no size asked
//! for, and no two writes of one object meet.
//!
//! The events come from the world, the function is the real process. Before each batch every group comes to a size that it
//! never had before. The first batches are left alone, to learn how many calls one makes. Then call one of a batch is
//! harmed, call two of the next one, and so on, once so that the function dies before the call and once right after it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use scenarios::aws::sqs::{RECEIVES_MAX, SCALING};
use scenarios::door::{Harm, Point};
use scenarios::{Delivered, Entry, LambdaError, World};
use serde_json::json;

use crate::capacity_groups::{GROUPS, Number, assert_right, found, numbers, resize_all, world};
use crate::capacity_scene::{
    FUNCTION, LAUNCHED, TERMINATED, assert_quiet, deliver, event, group_reads, lengths, put, set_size, tick, writes,
};

/// Decides sizes, order and repeats. The same in every run, so that a red test stays red.
const SEED: u64 = 20_261_128;

/// Distinct events, and how many of them come twice.
const EVENTS: usize = 500;
const REPEATED: usize = 100;

/// Batches in which nothing is harmed at first.
const WATCHED: usize = 3;

/// Between two batches: the vendor's minute is over, and so is the lease of a run that was killed.
const BETWEEN: Duration = Duration::from_secs(70);

/// A message that was handed out so often is harmed no more: the queue would set it aside.
const RECEIVES_HARMED_MAX: u32 = RECEIVES_MAX - 2;

const HARMS: [Harm; 2] = [Harm::KillBefore, Harm::KillAfter];

/// Everything that comes, in the order in which it comes: indexes of [`GROUPS`].
fn storm(chance: &mut fastrand::Rng) -> VecDeque<(usize, usize)> {
    let mut order: Vec<_> = (0..EVENTS).map(|event| (event, event % GROUPS.len())).collect();
    let repeated: Vec<_> = (0..REPEATED).map(|_| order[chance.usize(..EVENTS)]).collect();
    order.extend(repeated);
    chance.shuffle(&mut order);
    order.into()
}

/// The function, where it was harmed, and how far the storm is.
struct Story {
    coming: VecDeque<(usize, usize)>,
    /// Sizes that each group has not had yet, by group.
    sizes: Vec<Vec<usize>>,
    /// Calls of the longest batch that was not harmed.
    calls_max: usize,
    met: BTreeMap<&'static str, BTreeSet<usize>>,
    kinds: BTreeSet<String>,
    batches: usize,
}

impl Story {
    fn new() -> Self {
        let mut chance = fastrand::Rng::with_seed(SEED);
        let coming = storm(&mut chance);
        let sizes = GROUPS.iter().map(|_| {
            let mut sizes: Vec<_> = (3..400).collect();
            chance.shuffle(&mut sizes);
            sizes
        });
        let sizes = sizes.collect();
        Self { coming, sizes, calls_max: 0, met: BTreeMap::new(), kinds: BTreeSet::new(), batches: 0 }
    }

    /// Every group comes to a size that it never had, and events come until each group is named on the queue.
    fn weather(&mut self, world: &World) {
        let sizes = self.sizes.iter_mut().map(|sizes| sizes.pop().expect("a size that it never had"));
        resize_all(world, sizes);
        while !self.coming.is_empty() && !all_are_named(world) {
            self.come(world);
        }
    }

    fn come(&mut self, world: &World) {
        let Some((number, group)) = self.coming.pop_front() else { return };
        let kind = if number % 3 == 0 { TERMINATED } else { LAUNCHED };
        let mut event = event(world, kind, GROUPS[group]);
        event["id"] = json!(format!("00000000-0000-4000-8000-{number:012}"));
        put(world, &event.to_string());
    }

    /// One batch, harmed at call `number` if it makes so many; whether it was.
    async fn batch(&mut self, world: &World, harm: Option<(usize, &Harm)>) -> bool {
        world.advance(BETWEEN);
        self.weather(world);
        world.door.forget();
        let harm = harm.filter(|_| !is_worn(world));
        if let Some((number, harm)) = harm {
            world.door.harm(Point::Number(number), harm.clone());
        }
        let before = world.door.harmed().len();
        let delivered = world.deliver(SCALING, FUNCTION).await.expect("a batch");
        world.door.calm();
        self.batches += 1;
        let harmed = world.door.harmed()[before..].to_vec();
        self.kinds.extend(harmed.iter().map(|call| call.kind.to_string()));
        self.judge(world, &delivered, !harmed.is_empty());
        !harmed.is_empty()
    }

    fn judge(&mut self, world: &World, delivered: &Delivered, is_harmed: bool) {
        let is_dead = delivered.error.as_ref().is_some_and(LambdaError::is_exit);
        assert_eq!(is_dead, is_harmed, "{:?}\n{}", delivered.error, delivered.log);
        if is_harmed {
            world.advance(scenarios::aws::sqs::SCALING_VISIBILITY);
        } else {
            assert_eq!(delivered.given_back, [""; 0], "{}", delivered.log);
            self.calls_max = self.calls_max.max(world.door.calls().len());
        }
    }

    /// Kills the function at each call number of a batch.
    async fn kill_everywhere(&mut self, world: &World, harm: &Harm) {
        let name = if *harm == Harm::KillBefore { "before" } else { "after" };
        world.restart().await; // Only a new process reads its configuration, and that is call one.
        let mut number = 1;
        let mut left_alone = 0;
        while left_alone < 3 && !self.coming.is_empty() {
            let may_be_harmed = !is_worn(world);
            if self.batch(world, Some((number, harm))).await {
                self.met.entry(name).or_default().insert(number);
                (number, left_alone) = (number + 1, 0);
            } else if may_be_harmed {
                left_alone += 1; // It made fewer calls; three times in a row: no batch makes so many.
            }
        }
    }
}

/// Whether the next batch holds an event of each group.
fn all_are_named(world: &World) -> bool {
    let now_ms = world.clock().now_ms();
    let drawers = world.desk.open();
    let batch = drawers.queues[SCALING].next_batch(now_ms);
    GROUPS.iter().all(|group| batch.iter().any(|letter| letter.body.contains(&format!("\"{group}\""))))
}

/// Whether the next batch holds a message that was handed out often enough.
fn is_worn(world: &World) -> bool {
    let now_ms = world.clock().now_ms();
    let drawers = world.desk.open();
    drawers.queues[SCALING].next_batch(now_ms).iter().any(|letter| letter.receives >= RECEIVES_HARMED_MAX)
}

/// Sizes that the function was told of a group; one that it was told twice in a row counts once.
fn sizes_observed(world: &World, group: &str) -> usize {
    let mut told = world.desk.open().scaling.told.get(group).cloned().unwrap_or_default();
    told.dedup();
    told.len()
}

fn writes_of<'a>(all: &'a [Entry], number: &'a Number) -> impl Iterator<Item = &'a Entry> {
    all.iter().filter(|entry| entry.path.contains(&number.path))
}

#[tokio::test]
async fn t39_five_hundred_events_and_a_death_at_every_call_end_at_the_sizes_of_the_groups() {
    println!("seed {SEED}");
    let world = world().await;
    let mut story = Story::new();
    story.batch(&world, None).await; // The very first one also logs in, which none after it has to.
    story.calls_max = 0;
    for _ in 0..WATCHED {
        story.batch(&world, None).await;
    }
    let calls = story.calls_max;
    for harm in &HARMS {
        story.kill_everywhere(&world, harm).await;
    }
    println!("{} batches, {calls} calls in a calm one, deaths at {:?}", story.batches, story.met);
    for (when, numbers) in &story.met {
        assert!(numbers.len() >= calls, "{when}: a calm batch makes {calls} calls, and only {numbers:?} were met");
    }
    assert_eq!(story.met.len(), HARMS.len(), "{} events are left", story.coming.len());
    for kind in
        ["ssm", "autoscaling", "genesys PUT flows", "genesys PUT routing/queues", "genesys PUT routing/users", "logs"]
    {
        assert!(story.kinds.iter().any(|met| met.starts_with(kind)), "no death at {kind}: {:?}", story.kinds);
    }
    calm(&world, &mut story).await;
    judge_writes(&world);
}

/// Nothing is harmed any more: what is left of the storm comes, and everything arrives.
async fn calm(world: &World, story: &mut Story) {
    while !story.coming.is_empty() {
        story.come(world);
    }
    world.advance(BETWEEN);
    assert!(deliver(world).await.iter().all(|delivered| delivered.given_back.is_empty()));
    assert_eq!(lengths(world), (0, 0), "nothing waits and nothing was set aside");
    assert_right(world);
    assert_eq!(tick(world).await.measures.get("drift").copied().unwrap_or(0), 0, "all of it is ours");
    assert_quiet(world).await;
}

/// No write without a size that asked for it, and none beside another one.
fn judge_writes(world: &World) {
    let all = writes(world);
    for number in numbers() {
        let (written, sizes) = (writes_of(&all, &number).count(), sizes_observed(world, number.group));
        println!(
            "  {}: {written} writes, {sizes} sizes observed in {} reads",
            number.path,
            group_reads(world, number.group)
        );
        assert!(written <= 1 + sizes, "{}: {written} writes for {sizes} sizes", number.path);
    }
    assert_eq!(world.genesys.overlaps(), [json!(null); 0]);
}

/// All of them at once and no harm: nothing is read or written more than once a batch.
#[tokio::test]
async fn t39_a_storm_of_five_hundred_events_at_once_costs_one_read_a_batch_and_one_write() {
    println!("seed {SEED}");
    let world = world().await;
    let mut story = Story::new();
    while !story.coming.is_empty() {
        story.come(&world);
    }
    GROUPS.iter().for_each(|group| set_size(&world, group, 7));
    let batches = deliver(&world).await.len();
    for group in GROUPS {
        assert_eq!(group_reads(&world, group), batches, "{group}");
    }
    let all = writes(&world);
    for number in numbers() {
        assert_eq!(writes_of(&all, &number).count(), 1, "{}", number.path);
        assert_eq!(found(&world, &number), json!(7 * number.factor), "{}", number.path);
    }
    assert_quiet(&world).await;
}
