//! The whole job, killed everywhere.
//!
//! A telling plays the story of [`crate::whole_job_story`] chapter by chapter, each on to where nothing is left to do. The
//! first one is left in peace: it shows which calls each chapter makes, to vendors, secrets, queue and state table, and where
//! each chapter ends. In every other telling the function dies in each chapter: before a call has an effect (the first door),
//! or after it and before the answer (the second); or it lives on without the answer. Each chapter has to end like the
//! undisturbed one, and only then the next one begins.
//!
//! Each kind of call of each chapter is tried at both doors, at one of its calls, chosen from a seed. So that this takes
//! seconds, a chapter of a telling is killed several times, each time at another place: what is done by one death is left
//! for the run that dies next. A call that is not made any more on such a way is tried once more in a telling of its own.
//!
//! `SEED=7 cargo test -p scenarios --test it whole_job` chooses others, `KILLS=all` takes every call, one in a chapter of
//! a telling; `DEATHS=1` takes one in a chapter as well.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fastrand::Rng;
use platform::report::{RunReport, Status};
use scenarios::aws::sqs::CONTACT_SYNC;
use scenarios::door::{Call, Harm, Kind, Point};
use serde_json::{Value, json};

use crate::brake::plan_of;
use crate::kill::{HARMS, block_on};
use crate::whole_job_end::{End, linked};
use crate::whole_job_story::{Chapter, Stage};

const SEED: u64 = 1;
/// Deaths in one chapter. With more, a message of the queue could be handed out too often and be set aside.
const DEATHS: usize = 5;
/// Longer than the lease, and than a message stays out of sight.
const PAST_THE_LEASE: Duration = Duration::from_secs(20 * 60);
/// More than any chapter needs.
const STEPS_MAX: usize = 40;
const THREADS: usize = 3;
/// Unoptimised, the futures of a whole job are large.
const STACK: usize = 16 << 20;

/// One death: at which call, and how.
#[derive(Clone, Debug)]
struct Death {
    kind: Kind,
    nth: usize,
    harm: Harm,
}

/// The deaths of one telling, by chapter.
type Deaths = [Vec<Death>; Chapter::ALL.len()];

/// What the undisturbed telling shows.
struct Model {
    chapters: Vec<(Vec<Call>, End)>,
    linked: Option<String>,
}

impl Stage {
    /// Goes on until the schedule finds nothing to do. Whoever asked for something that failed or was killed asks again.
    async fn play(&self, mut wishes: VecDeque<Value>) -> Result<(), String> {
        let mut told = Vec::new();
        for _ in 0..STEPS_MAX {
            self.world.advance(PAST_THE_LEASE);
            if let Some(delivered) = self.world.deliver_inside(CONTACT_SYNC, &self.sync).await {
                told.push(format!("queue: {:?}", delivered.error));
                continue;
            }
            let wish = wishes.front().cloned().unwrap_or_else(|| json!({}));
            let answer = self.sync.ask(wish.clone()).await;
            told.push(format!("{wish}: {answer:?}"));
            let Some(answer) = answer.ok().filter(|answer| answer["error"] != "busy") else { continue };
            let is_tick = wishes.pop_front().is_none();
            let Ok(report) = serde_json::from_value::<RunReport>(answer) else { continue };
            assert_eq!(report.invariant(), Ok(()), "{report:?}");
            if report.status == Status::Braked {
                wishes.push_front(json!({ "approve": plan_of(&report) }));
            } else if is_tick && report.status == Status::Done && report.created + report.updated == 0 {
                return Ok(());
            }
        }
        Err(format!("not done after {STEPS_MAX} steps: {told:#?}"))
    }

    /// Both sides are read again from end to end, and nothing is left to write.
    async fn assert_nothing_left(&self, model: Option<&Model>) -> Result<(), String> {
        self.world.forget();
        self.play([json!({"mode": "full"})].into()).await.map_err(|wrong| format!("after the end: {wrong}"))?;
        let journal = self.world.journal();
        let written: Vec<_> = journal.iter().filter(|entry| entry.is_genesys_write()).collect();
        if !written.is_empty() {
            let requests: Vec<_> = written.iter().map(|entry| (&entry.operation, &entry.request)).collect();
            return Err(format!("a full reconcile after the end wrote {requests:?}"));
        }
        match model.filter(|model| model.linked != linked(&self.world)) {
            Some(model) => Err(format!("{:?} are linked, not {:?}", model.linked, linked(&self.world))),
            None => Ok(()),
        }
    }
}

/// The telling in which nothing happens to the function.
async fn undisturbed() -> Model {
    let mut stage = Stage::set().await;
    let mut chapters = Vec::new();
    for chapter in Chapter::ALL {
        let wishes = stage.open(chapter).await;
        stage.world.forget();
        stage.play(wishes).await.unwrap_or_else(|wrong| panic!("{chapter:?}: {wrong}"));
        chapters.push((stage.world.door.calls(), End::of(&stage.world)));
    }
    stage.assert_nothing_left(None).await.unwrap_or_else(|wrong| panic!("{wrong}"));
    Model { chapters, linked: linked(&stage.world) }
}

/// A telling with these deaths; those whose call was not made any more. `Err` says what is wrong.
async fn disturbed(deaths: &Deaths, model: &Model) -> Result<Deaths, String> {
    let mut stage = Stage::set().await;
    let mut unmet = Deaths::default();
    for (number, chapter) in Chapter::ALL.into_iter().enumerate() {
        let of_chapter = &deaths[number];
        let names: Vec<String> = of_chapter.iter().map(Death::to_string).collect();
        let place = format!("{chapter:?}, killed at {}", names.join(", "));
        let wishes = stage.open(chapter).await;
        stage.world.forget();
        for Death { kind, nth, harm } in of_chapter.clone() {
            stage.world.door.harm(Point::Nth(kind, nth), harm);
        }
        let met_before = stage.world.door.harmed().len();
        stage.play(wishes).await.map_err(|wrong| format!("{place}: {wrong}"))?;
        stage.world.door.calm();
        let mut met = stage.world.door.harmed().split_off(met_before);
        for death in of_chapter {
            match met.iter().position(|call| (&call.kind, call.nth) == (&death.kind, death.nth)) {
                Some(place) => drop(met.swap_remove(place)),
                None => unmet[number].push(death.clone()),
            }
        }
        End::of(&stage.world).against(&model.chapters[number].1).map_err(|wrong| format!("{place}: {wrong}"))?;
    }
    stage.assert_nothing_left(Some(model)).await.map_err(|wrong| format!("{wrong}; killed at {deaths:?}"))?;
    Ok(unmet)
}

impl std::fmt::Display for Death {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} #{} {:?}", self.kind, self.nth, self.harm)
    }
}

/// Where a chapter's function dies: at every call, or at one of each kind at both doors.
fn deaths(calls: &[Call], takes_all: bool, chance: &mut Rng) -> Vec<Death> {
    let mut counts: BTreeMap<&Kind, usize> = BTreeMap::new();
    calls.iter().for_each(|call| *counts.entry(&call.kind).or_default() += 1);
    let mut deaths = Vec::new();
    for (kind, count) in counts {
        for harm in HARMS {
            let chosen: Vec<usize> = match (takes_all, &harm) {
                (true, _) => (1..=count).collect(),
                (false, Harm::LoseAnswer) if !writes_to_genesys(kind) => Vec::new(),
                (false, _) => vec![chance.usize(1..=count)],
            };
            deaths.extend(chosen.into_iter().map(|nth| Death { kind: kind.clone(), nth, harm: harm.clone() }));
        }
    }
    chance.shuffle(&mut deaths);
    deaths
}

/// Whose answer matters most: what was asked for may be done.
fn writes_to_genesys(kind: &Kind) -> bool {
    kind.service == "genesys" && !kind.operation.starts_with("GET") && !kind.operation.contains("oauth")
}

/// The deaths of each chapter dealt out to tellings, so many to a chapter of one.
fn deal(mut of_chapters: Vec<Vec<Death>>, at_once: usize) -> Vec<Deaths> {
    let mut tellings = Vec::new();
    while of_chapters.iter().any(|deaths| !deaths.is_empty()) {
        let mut telling = Deaths::default();
        for (hand, deaths) in telling.iter_mut().zip(&mut of_chapters) {
            *hand = deaths.split_off(deaths.len().saturating_sub(at_once));
        }
        tellings.push(telling);
    }
    tellings
}

/// Plays all of them; the deaths that did not come about, by chapter, and what is wrong.
fn play_all(tellings: &[Deaths], model: &Model) -> (Vec<Vec<Death>>, Vec<String>) {
    let (next, played) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(deaths) = tellings.get(next.fetch_add(1, Ordering::Relaxed)) {
            // A world that breaks a promise panics when it is dropped; that is an outcome too.
            let told = std::panic::catch_unwind(|| block_on(disturbed(deaths, model)));
            played.lock().unwrap().push(told.unwrap_or_else(|_| Err(format!("panicked, see above: {deaths:?}"))));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        }
    });
    let (mut unmet, mut wrong) = (vec![Vec::new(); Chapter::ALL.len()], Vec::new());
    for told in played.into_inner().unwrap() {
        match told {
            Ok(of_telling) => unmet.iter_mut().zip(of_telling).for_each(|(all, more)| all.extend(more)),
            Err(error) => wrong.push(error),
        }
    }
    (unmet, wrong)
}

#[expect(clippy::disallowed_methods, reason = "a person asks for other places, or for all")]
fn asked(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Runs `job` where its futures have room.
fn alone<T: Send>(job: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, job).unwrap().join().unwrap()
    })
}

/// An import, slices, changes, deletions, merges, decisions, a full reconcile and another map, with companies and with
/// contacts that the queue tells of: killed at any kind of call in any of it, before the call, after its effect or with its
/// answer lost, both systems and everything that is remembered end as if nothing had been, and nobody stands twice.
#[test]
fn the_whole_job_killed_at_any_call_ends_as_one_never_killed() {
    let model = alone(|| block_on(undisturbed()));
    let takes_all = asked("KILLS").is_some_and(|kills| kills == "all");
    let seed = asked("SEED").and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    let mut chance = Rng::with_seed(seed);
    let chosen = |(calls, _): &(Vec<Call>, End)| deaths(calls, takes_all, &mut chance);
    let of_chapters: Vec<_> = model.chapters.iter().map(chosen).collect();
    for (chapter, ((calls, _), deaths)) in Chapter::ALL.iter().zip(model.chapters.iter().zip(&of_chapters)) {
        println!("seed {seed}, {chapter:?}: {} calls, killed at {}", calls.len(), deaths.len());
    }
    let usual = if takes_all { 1 } else { DEATHS };
    let tellings = deal(of_chapters, asked("DEATHS").and_then(|deaths| deaths.parse().ok()).unwrap_or(usual));
    let (unmet, mut wrong) = play_all(&tellings, &model);
    let single = deal(unmet, 1);
    println!("{} tellings, and {} for calls that were not made any more", tellings.len(), single.len());
    let (unmet, more) = play_all(&single, &model);
    wrong.extend(more);
    wrong.extend(unmet.iter().flatten().map(|death| format!("{death}: the call was never made")));
    let first: Vec<String> = wrong.iter().map(|wrong| wrong.chars().take(3000).collect()).collect();
    assert!(wrong.is_empty(), "{} went wrong:\n{}", wrong.len(), first.join("\n"));
}
