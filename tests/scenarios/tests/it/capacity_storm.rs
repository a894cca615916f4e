//! Five hundred events of five groups in no order and some of them twice, while the groups change all the time and the
//! function is killed at every call it makes: the numbers end where the groups end, nothing is written that no size asked
//! for, and no two writes of one object meet.
//!
//! The events come from the world, the function is the real process. Before each batch every group comes to a size that it
//! never had before. The first batches are left alone, to learn how many calls one makes. Then call one of a batch is
//! harmed, call two of the next one, and so on, once so that the function dies before the call and once right after it. Just
//! before it dies the groups change once more and a second environment looks at all of them, while writes are slow: so the
//! two meet at one object wherever the lock does not keep them apart, which the twin in [`crate::capacity_writers`] shows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use scenarios::aws::sqs::{RECEIVES_MAX, SCALING};
use scenarios::door::{Harm, Point};
use scenarios::{Delivered, Entry, Environment, LambdaError, World};
use serde_json::json;
use tokio::sync::Notify;

use crate::capacity_groups::{GROUPS, Number, assert_right, found, numbers, resize_all, world};
use crate::capacity_scene::{
    FUNCTION, LAUNCHED, TERMINATED, assert_quiet, deliver, event, group_reads, lengths, put, set_size, tick, writes,
};

/// Decides sizes, order and repeats. The same in every run, so that a red test stays red.
const SEED: u64 = 20_261_128;

/// Distinct events, and how many of them come twice.
const EVENTS: usize = 500;
const REPEATED: usize = 250;

/// How many places an event may come too late.
const LATE_BY: usize = 20;

/// Batches in which nothing is harmed at first.
const WATCHED: usize = 3;

/// Between two batches: the vendor's minute is over, and so is the lease of a run that was killed.
const BETWEEN: Duration = Duration::from_secs(70);

/// A message that was handed out so often is harmed no more: the queue would set it aside.
const RECEIVES_HARMED_MAX: u32 = RECEIVES_MAX - 2;

const HARMS: [Harm; 2] = [Harm::KillBefore, Harm::KillAfter];

/// So many calls before its death the function gets company.
const CALLS_BEFORE: usize = 6;

/// How slow every second write is, in machine time.
const SLOW_MS: u64 = 15;

/// Everything that comes, in the order in which it comes: indexes of [`GROUPS`].
fn storm(chance: &mut fastrand::Rng) -> VecDeque<(usize, usize)> {
    let mut order: Vec<_> = (0..EVENTS).map(|event| (event, event % GROUPS.len())).collect();
    let repeated: Vec<_> = (0..REPEATED).map(|_| order[chance.usize(..EVENTS)]).collect();
    order.extend(repeated);
    order.sort_by_cached_key(|(event, _)| event + chance.usize(..LATE_BY));
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
    /// Batches in which the second environment wrote something.
    met_company: usize,
    batches: usize,
}

impl Story {
    fn new() -> Self {
        let mut chance = fastrand::Rng::with_seed(SEED);
        let coming = storm(&mut chance);
        let sizes = GROUPS.iter().map(|_| {
            let mut sizes: Vec<_> = (3..900).collect();
            chance.shuffle(&mut sizes);
            sizes
        });
        let sizes = sizes.collect();
        Self { coming, sizes, calls_max: 0, met: BTreeMap::new(), met_company: 0, batches: 0 }
    }

    /// Every group comes to a size that it never had.
    fn resize(&mut self, world: &World) {
        resize_all(world, self.sizes.iter_mut().map(|sizes| sizes.pop().expect("a size that it never had")));
    }

    /// The same, and events come until each group is named on the queue: repeats of old ones, once the storm is through.
    fn weather(&mut self, world: &World) {
        self.resize(world);
        if self.coming.is_empty() {
            self.coming.extend((0..GROUPS.len()).map(|event| (event, event)));
        }
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

    /// One batch, harmed at this call if it makes it; whether it was. The company comes a few calls before one of a number.
    async fn batch(&mut self, world: &World, harm: Option<(Point, &Harm)>, company: Option<&Environment>) -> bool {
        world.advance(BETWEEN);
        self.weather(world);
        world.door.forget();
        let harm = harm.filter(|_| !is_worn(world));
        let number = match &harm {
            Some((Point::Number(number), _)) => number.saturating_sub(CALLS_BEFORE).max(1),
            _ => 1,
        };
        if let Some((point, harm)) = harm {
            world.door.harm(point, harm.clone());
        }
        let before = world.door.harmed().len();
        let ended = Notify::new();
        let (delivered, ()) = tokio::join!(
            async {
                let delivered = world.deliver(SCALING, FUNCTION).await;
                ended.notify_one();
                delivered.expect("a batch")
            },
            async {
                let Some(company) = company else { return };
                tokio::select! {
                    () = world.door.reached(number) => {}
                    () = ended.notified() => {} // It made fewer calls.
                }
                self.resize(world);
                let report = company.invoke(&json!({})).await.report();
                self.met_company += usize::from(report.updated > 0);
            }
        );
        world.door.calm();
        self.batches += 1;
        let harmed = world.door.harmed()[before..].to_vec();
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

    /// Kills the function at the first call of each kind: which of them the numbers met depends on what the company did.
    async fn kill_at_each_kind(&mut self, world: &World) {
        world.restart().await; // Only a new process reads its configuration.
        for kind in KINDS {
            while !self.batch(world, Some((Point::Every(kind), &Harm::KillBefore)), None).await {}
        }
    }

    /// Kills the function at each call number of a batch: beside `company`, or alone where that took so much of the work
    /// that the call was not made.
    async fn kill_everywhere(&mut self, world: &World, harm: &Harm, company: &Environment) {
        let name = if *harm == Harm::KillBefore { "before" } else { "after" };
        world.restart().await; // Only a new process reads its configuration, and that is call one.
        let mut number = 1;
        let mut left_alone = 0;
        while left_alone < 3 {
            let may_be_harmed = !is_worn(world);
            let company = (left_alone == 0).then_some(company);
            if self.batch(world, Some((Point::Number(number), harm)), company).await {
                self.met.entry(name).or_default().insert(number);
                (number, left_alone) = (number + 1, 0);
            } else if may_be_harmed {
                left_alone += 1; // It made fewer calls; three times in a row: no batch makes so many.
            }
        }
    }
}

/// Kinds of calls at which a death has to be seen.
const KINDS: [&str; 6] =
    ["ssm", "autoscaling", "genesys PUT flows", "genesys PUT routing/queues", "genesys PUT routing/users", "logs"];

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

/// Distinct sizes that the function was told of a group. Agents have fifty numbers only, so there each change counts.
fn sizes_observed(world: &World, number: &Number) -> usize {
    let mut told = world.desk.open().scaling.told.get(number.group).cloned().unwrap_or_default();
    if number.factor > 1 {
        told.sort_unstable();
    }
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
    story.batch(&world, None, None).await; // The very first one also logs in, which none after it has to.
    story.calls_max = 0;
    for _ in 0..WATCHED {
        story.batch(&world, None, None).await;
    }
    let calls = story.calls_max;
    let company = world.neighbour().await;
    company.ready().await.expect("it starts");
    world.genesys.fault(&json!({
        "fault": "slow", "vendor": "genesys", "method": "PUT", "ms": SLOW_MS, "probability": 0.5, "seed": SEED,
    }));
    for harm in &HARMS {
        story.kill_everywhere(&world, harm, &company).await;
    }
    story.kill_at_each_kind(&world).await;
    let Story { batches, met_company, met, .. } = &story;
    println!(
        "{batches} batches, {calls} calls in a calm one, {met_company} with company that wrote, deaths at {met:?}"
    );
    assert!(*met_company >= calls, "the second environment found hardly anything to do");
    for (when, numbers) in &story.met {
        assert!(numbers.len() >= calls, "{when}: a calm batch makes {calls} calls, and only {numbers:?} were met");
    }
    println!("{} events are left", story.coming.len());
    assert_eq!(story.met.len(), HARMS.len());
    calm(&world, &mut story).await;
    judge_writes(&world);
}

/// Nothing is harmed any more: what is left of the storm comes, and everything arrives.
async fn calm(world: &World, story: &mut Story) {
    world.genesys.calm();
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
        let (written, sizes) = (writes_of(&all, &number).count(), sizes_observed(world, &number));
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
