//! The shape of a function: `main.rs` wires and decides nothing, `plan.rs` and `check.rs` are pure.

use tidy::{File, Files, Finding};

use crate::{found, keep};

/// Wiring is short. Lines with at least one token of code count.
const MAIN_LINES_MAX: usize = 39;

/// What would let a plan see the time or the network.
const IMPURE: [(&str, &str); 5] = [
    ("async", "a plan waits for nothing; read before it, apply after it"),
    (". await", "a plan waits for nothing; read before it, apply after it"),
    ("Clock", "take `now` as an argument"),
    ("reqwest", "a plan knows no network; read before it, apply after it"),
    ("SystemTime", "take `now` as an argument"),
];

fn impure_plans(files: &Files) -> Vec<Finding> {
    files.product().filter(|file| is_pure_step(file)).flat_map(impure_lines).collect()
}

/// `plan.rs`, `check.rs`, and whatever stands in a folder `plan/` or `check/`.
fn is_pure_step(file: &File) -> bool {
    let mut parts = file.path.split('/').map(|part| part.trim_end_matches(".rs"));
    file.path.starts_with("functions/") && parts.any(|part| part == "plan" || part == "check")
}

fn impure_lines(file: &File) -> Vec<Finding> {
    let tokens = file.tokens().without_test_modules();
    let lines =
        IMPURE.iter().flat_map(|(pattern, advice)| tokens.find(pattern).into_iter().map(move |line| (line, advice)));
    lines.map(|(line, advice)| Finding::new(&file.path, line, *advice)).collect()
}

fn long_mains(files: &Files) -> Vec<Finding> {
    let mains =
        files.product().filter(|file| file.path.starts_with("functions/") && file.path.ends_with("/src/main.rs"));
    let long = mains.filter(|file| file.tokens().lines_of_code() > MAIN_LINES_MAX);
    let advice = "wire settings, clients and `run` in fewer than 40 lines; what decides belongs in lib.rs";
    long.map(|file| Finding::new(&file.path, 1, advice)).collect()
}

#[test]
fn a_plan_that_knows_time_or_network_is_found() {
    let plan = "// async\npub async fn plan(clock: &Clock) {\n    read().await;\n}\n#[cfg(test)]\nmod tests {\n    async fn t() {}\n}";
    let samples = [
        ("functions/x/src/plan.rs", plan),
        ("functions/x/src/check/sum.rs", "use reqwest::Client;"),
        ("functions/x/src/apply.rs", plan),
    ];
    let expected =
        ["plan.rs:2", "plan.rs:3", "plan.rs:2", "check/sum.rs:1"].map(|place| format!("functions/x/src/{place}"));
    assert_eq!(found(impure_plans, &samples), expected);
}

#[test]
fn a_main_that_does_more_than_wire_is_found() {
    let main = |lines: usize| format!("//! Wires.\n// why\n\nfn main() {{\n{}}}\n", "    f();\n".repeat(lines - 2));
    let (short, long) = (main(39), main(40));
    assert_eq!(
        found(long_mains, &[("functions/a/src/main.rs", &short), ("functions/b/src/main.rs", &long)]),
        ["functions/b/src/main.rs:1"]
    );
}

#[test]
fn plans_are_pure() {
    keep(impure_plans);
}

#[test]
fn mains_only_wire() {
    keep(long_mains);
}
