//! `make bench-sync`: contact-sync beside a plain Python script, on the same simulator, in the same run.
//!
//! For each number of contacts both do a first load, a run with one contact in a hundred changed, and a run over
//! everything in which nothing has changed; contact-sync also a full reconcile, for which the script has nothing. Requests,
//! units of the state table and bytes are counted at the door, the processor and the memory by the kernel. The vendor's
//! limit per minute is lifted for both, because it would only measure the limit.
//!
//! The script does no more than 10,000 contacts, or `--peer-up-to` so many: that takes it minutes already. Between the
//! first number of contacts and the last, memory must not grow by more than is promised: then it ends with 1.

#![expect(clippy::expect_used, clippy::panic, reason = "a measurement that does not do what it measures ends")]
#![expect(clippy::print_stdout, reason = "the measurement's result")]
#![expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]

use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use platform::report::Status;
use scenarios::people::person;
use scenarios::{Cost, Environment, Used, World};
use serde::Deserialize;
use serde_json::{Value, json};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const PEER_UP_TO: usize = 10_000;
/// One contact in so many changes before the second run.
const CHANGED: usize = 100;
/// Invocations that a first load may take.
const INVOCATIONS_MAX: usize = 200;
const EVERYTHING: &str = "2000-01-01T00:00:00Z";
/// What contact-sync does; the script does the first three.
const RUNS: [&str; 4] = ["first load", "1 in 100 changed", "nothing changed", "full reconcile"];
/// Runs over contacts that are linked keep nothing of those behind them: so many times the memory at most, however many
/// more contacts there are.
const GROWTH_MAX: f64 = 1.3;

/// One run.
#[derive(Clone, Copy)]
struct Run {
    cost: Cost,
    used: Used,
    wall_s: f64,
}

/// What the script tells at its end.
#[derive(Deserialize)]
struct Told {
    cpu_s: f64,
    memory_mib: f64,
}

/// Where the programs are.
struct Programs {
    folder: PathBuf,
    python: String,
    script: PathBuf,
}

struct Arguments {
    programs: Programs,
    sizes: Vec<usize>,
    peer_up_to: usize,
}

fn arguments() -> Arguments {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let folder = std::env::current_exe().ok().and_then(|path| path.parent().map(PathBuf::from)).unwrap_or_default();
    let script = root.join("tests/bench/peers/sync_script.py");
    let mut programs = Programs { folder, python: "python3".to_owned(), script };
    let (mut sizes, mut peer_up_to) = (Vec::new(), PEER_UP_TO);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match (word.as_str(), word.parse()) {
            ("--python", _) => programs.python = words.next().expect("a path after --python"),
            ("--peer-up-to", _) => {
                let number = words.next().and_then(|word| word.parse().ok());
                peer_up_to = number.expect("a number of contacts after --peer-up-to");
            }
            (_, Ok(size)) => sizes.push(size),
            _ => panic!("usage: bench-sync [--python PATH] [--peer-up-to CONTACTS] [CONTACTS …]"),
        }
    }
    Arguments { programs, sizes: if sizes.is_empty() { SIZES.into() } else { sizes }, peer_up_to }
}

async fn world(programs: &Programs, size: usize) -> (World, Vec<String>) {
    let lifted = json!({
        "genesys": {"rate_allowed": 1_000_000_000, "rate_headers": false},
        "salesforce": {"api_allowed": 1_000_000_000}, "journal": {"bodies": false},
    });
    let program = programs.folder.join("contact-sync");
    let world = World::builder()
        .binary(&program.display().to_string())
        .simulator(lifted)
        .time_limit(Duration::from_secs(900))
        .start()
        .await;
    let mut ids = Vec::new();
    for first in (0..size).step_by(1_000) {
        let people: Vec<_> = (first..size.min(first + 1_000)).map(person).collect();
        ids.extend(world.salesforce.insert(&people));
    }
    world.advance(Duration::from_secs(600));
    world.forget();
    (world, ids)
}

fn change(world: &World, ids: &[String]) {
    for id in ids.iter().step_by(CHANGED) {
        world.salesforce.update(id, &json!({"FirstName": "Renomeada"}));
    }
    world.advance(Duration::from_secs(600));
}

/// What is unfinished goes on with the next tick; the same event once more would begin anew behind it.
async fn until_done(sync: &Environment, event: Value) {
    let events = std::iter::once(event).chain(std::iter::repeat(json!({})));
    for event in events.take(INVOCATIONS_MAX) {
        let report = sync.invoke(&event).await.report();
        assert_eq!(report.failed, 0, "{report:?}");
        if report.status == Status::Done {
            return;
        }
    }
    panic!("not done after {INVOCATIONS_MAX} invocations");
}

async fn measured(world: &World, sync: &Environment, event: Value) -> Run {
    let before = Used::by(sync.process_id());
    let began = Instant::now();
    until_done(sync, event).await;
    let after = Used::by(sync.process_id());
    let used = Used { cpu_s: after.cpu_s - before.cpu_s, ..after };
    Run { cost: world.cost(), used, wall_s: began.elapsed().as_secs_f64() }
}

/// The four [`RUNS`].
async fn ours(programs: &Programs, size: usize) -> [Run; 4] {
    let (world, ids) = world(programs, size).await;
    let sync = world.another_environment().await;
    let first = measured(&world, &sync, json!({})).await;
    assert_eq!(world.genesys.contacts().len(), size);
    world.advance(Duration::from_secs(1800));
    until_done(&sync, json!({})).await; // The first tick after a load still looks back over it.
    change(&world, &ids);
    world.forget();
    // A new process for each: its memory is that of this run.
    sync.kill().await;
    let sync = world.another_environment().await;
    let few = measured(&world, &sync, json!({})).await;
    sync.kill().await;
    let sync = world.another_environment().await;
    let none = measured(&world, &sync, json!({"since": EVERYTHING})).await;
    sync.kill().await;
    let sync = world.another_environment().await;
    world.forget();
    let reconcile = measured(&world, &sync, json!({"mode": "full"})).await;
    [first, few, none, reconcile]
}

/// The first three by the script, which tells what it used of the machine.
async fn theirs(programs: &Programs, size: usize) -> [Run; 3] {
    let (world, ids) = world(programs, size).await;
    let first = script(programs, &world, "watermark").await;
    assert_eq!(world.genesys.contacts().len(), size);
    change(&world, &ids);
    world.forget();
    let few = script(programs, &world, "watermark").await;
    let none = script(programs, &world, "everything").await;
    [first, few, none]
}

async fn script(programs: &Programs, world: &World, from: &str) -> Run {
    let began = Instant::now();
    let output = tokio::process::Command::new(&programs.python)
        .arg(&programs.script)
        .args([&world.door.url(), from])
        .envs([("AWS_ACCESS_KEY_ID", "bench"), ("AWS_SECRET_ACCESS_KEY", "bench"), ("AWS_DEFAULT_REGION", "us-east-1")])
        .stderr(Stdio::inherit())
        .output()
        .await
        .expect("Python starts");
    assert!(output.status.success(), "the script failed: {}", output.status);
    let Told { cpu_s, memory_mib } = serde_json::from_slice(&output.stdout).expect("the script tells what it used");
    Run { cost: world.cost(), used: Used { cpu_s, memory_mib }, wall_s: began.elapsed().as_secs_f64() }
}

/// What was seen of a run, with digits behind the point.
fn rows(run: &Run, size: usize) -> [(&'static str, f64, usize); 8] {
    [
        ("requests to Genesys", run.cost.genesys as f64, 0),
        ("requests to Salesforce", run.cost.salesforce as f64, 0),
        ("requests to DynamoDB", run.cost.state as f64, 0),
        ("units of DynamoDB", run.cost.units, 1),
        ("bytes, a contact", run.cost.bytes as f64 / size as f64, 0),
        ("processor, s", run.used.cpu_s, 2),
        ("from start to end, s", run.wall_s, 2),
        ("memory, peak, MiB", run.used.memory_mib, 1),
    ]
}

fn ratio(theirs: f64, ours: f64) -> String {
    if ours > 0.0 { format!("{:.1}", theirs / ours) } else { "-".to_owned() }
}

fn print(size: usize, ours: &[Run; 4], theirs: &[Run]) {
    println!("\n{size} contacts{:>31}{:>14}{:>10}", "contact-sync", "Python", "ratio");
    for (at, (name, run)) in RUNS.iter().zip(ours).enumerate() {
        println!("  {name}");
        let theirs = theirs.get(at).map(|run| rows(run, size));
        for (row, (name, ours, digits)) in rows(run, size).into_iter().enumerate() {
            let beside = theirs.map_or(String::new(), |theirs| {
                let theirs = theirs[row].1;
                format!("{theirs:>14.digits$}{:>10}", ratio(theirs, ours))
            });
            println!("    {name:<24}{ours:>14.digits$}{beside}");
        }
    }
}

/// Whether the memory of runs over linked contacts has stayed what it was.
fn memory_has_not_grown((few, least): &(usize, [Run; 4]), (many, most): &(usize, [Run; 4])) -> bool {
    let grown = |at: usize| most[at].used.memory_mib / least[at].used.memory_mib;
    println!("\nmemory, {many} contacts / {few} contacts (promised: at most {GROWTH_MAX} times)");
    (1..RUNS.len()).for_each(|at| println!("    {:<24}{:>14.2}", RUNS[at], grown(at)));
    (1..RUNS.len()).all(|at| grown(at) <= GROWTH_MAX)
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { programs, sizes, peer_up_to } = arguments();
    println!(
        "The Python script looks each contact up and then writes it, with requests and boto3. Ratio: Python / contact-sync."
    );
    let mut measured = Vec::new();
    for size in sizes {
        let ours = ours(&programs, size).await;
        let theirs = if size <= peer_up_to { theirs(&programs, size).await.to_vec() } else { Vec::new() };
        print(size, &ours, &theirs);
        measured.push((size, ours));
    }
    match measured.as_slice() {
        [first, .., last] if !memory_has_not_grown(first, last) => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}
