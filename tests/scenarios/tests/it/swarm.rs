//! Hundreds of bad weeks, each from one number.
//!
//! A seed decides who is there, what breaks, where the function is killed, who edits what meanwhile, and how far the
//! clock jumps. While things break, nothing may be wrong: nobody doubled, nothing lost, no value that nobody wrote. Then the
//! faults end, and everything has to arrive by the ordinary schedule; after that a run does nothing.
//!
//! `SEED=17 cargo test -p scenarios swarm` plays one seed again, `SEEDS=10000` plays so many.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::swarm_scene::{Scene, Tally};

const SEEDS: u64 = 300;
const THREADS: usize = 2;
/// Unoptimised, the futures of a whole job are large.
const STACK: usize = 16 << 20;
/// Seeds that one thread plays side by side: a run waits most of its time.
const SIDE_BY_SIDE: usize = 6;
/// Runs under faults.
const ROUNDS: usize = 3;
/// One seed in so many ends with a full reconcile.
const RECONCILED: u64 = 4;
/// Ticks after the faults until everything has arrived: a lease and the breaker have to end first.
const TICKS_MAX: usize = 6;

/// What hundreds of weeks have to hold often enough to mean anything.
const SEEN: [&str; 13] = [
    "killed",
    "edited meanwhile",
    "edited by hand meanwhile",
    "edited by hand in a mapped field",
    "had an agent's value to the end",
    "lease ended meanwhile",
    "answered 429",
    "answered 503",
    "answered beyond the time-out",
    "cut_before",
    "cut_after",
    "new",
    "emptied",
];

/// One bad week. `Err` says what was wrong.
async fn play(seed: u64) -> Result<Tally, String> {
    let mut scene = Scene::build(seed).await;
    for round in 0..ROUNDS {
        scene.people_work();
        scene.round().await;
        scene.nothing_is_wrong().map_err(|wrong| format!("round {round}: {wrong}"))?;
    }
    scene.calm();
    let last = scene.ticks_until_idle(TICKS_MAX).await?;
    scene.nothing_is_wrong()?;
    scene.everything_has_arrived().map_err(|wrong| format!("{wrong}\nafter {last:?}"))?;
    scene.another_run_does_nothing().await?;
    if seed.is_multiple_of(RECONCILED) {
        scene.reconcile().await?;
        scene.nothing_is_wrong()?;
        scene.everything_has_arrived().map_err(|wrong| format!("after a full reconcile: {wrong}"))?;
    }
    Ok(scene.tally)
}

/// Plays the seeds that `next` gives out, several side by side, and tells what became of each.
async fn play_many(next: &AtomicU64, last: u64) -> Vec<(u64, Result<Tally, String>)> {
    let mut playing = FuturesUnordered::new();
    let mut played = Vec::new();
    let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed <= last);
    let job = |seed| async move {
        // On a task of its own, so that a world which breaks a promise at its end fails its seed and not all.
        let played = tokio::task::LocalSet::new().run_until(async { tokio::task::spawn_local(play(seed)).await }).await;
        (seed, played.unwrap_or_else(|panicked| Err(format!("panicked, see above: {panicked}"))))
    };
    playing.extend((0..SIDE_BY_SIDE).filter_map(|_| take()).map(job));
    while let Some(done) = playing.next().await {
        played.push(done);
        playing.extend(take().map(job));
    }
    played
}

#[expect(clippy::disallowed_methods, reason = "a person plays a seed again")]
pub(crate) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Hundreds of bad weeks, each from one number: refusals, lost answers, broken connections, dead tokens, killed runs,
/// clock jumps and edits on both sides. While they last, nobody is doubled or lost and no field holds a value that
/// nobody wrote; once they are over, everything arrives by the ordinary schedule, and a further run does nothing.
#[test]
fn a_swarm_of_bad_weeks_loses_nothing_doubles_nothing_and_ends_in_order() {
    let (first, last) = match number("SEED") {
        Some(seed) => (seed, seed),
        None => (1, number("SEEDS").unwrap_or(SEEDS)),
    };
    let next = AtomicU64::new(first);
    let played: Vec<_> = std::thread::scope(|scope| {
        let thread = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(play_many(&next, last))
        };
        let start = || std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, thread).unwrap();
        let threads: Vec<_> = (0..THREADS).map(|_| start()).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for (seed, outcome) in played {
        match outcome {
            Ok(of_seed) => of_seed.into_iter().for_each(|(what, times)| *tally.entry(what).or_default() += times),
            Err(error) => wrong.push(format!("SEED={seed}: {error}")),
        }
    }
    println!("seeds {first} to {last}: {tally:#?}");
    assert!(wrong.is_empty(), "{} seeds went wrong:\n{}", wrong.len(), wrong.join("\n"));
    if last - first + 1 >= SEEDS {
        for what in SEEN {
            assert!(tally.get(what).is_some_and(|times| *times >= 20), "too little of {what}: {tally:#?}");
        }
    }
}
