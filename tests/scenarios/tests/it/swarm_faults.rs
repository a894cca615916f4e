//! What may break in a week of the swarm.

use std::collections::BTreeSet;
use std::time::Duration;

use fastrand::Rng;
use scenarios::World;
use scenarios::door::{Harm, Kind, Point};
use serde_json::{Value, json};

const README: &str = include_str!("../../../simulator/README.md");

/// Every kind of fault that a week may have.
const FAULTS: [&str; 24] = [
    "answer_lost",
    "bad_gateway_502",
    "busy",
    "clock_skew",
    "concurrent_limit",
    "connection_closed_midway",
    "duplicate_row_on_page",
    "empty_200",
    "expired_token",
    "gateway_timeout_504",
    "html_gateway",
    "late_commit",
    "partial_failure",
    "proxy_retry",
    "query_locator_gone",
    "quota_exhausted",
    "reordered_results",
    "reset_before",
    "slow",
    "slow_drip",
    "throttle",
    "throttle_without_retry_after",
    "token_revoked",
    "truncated_body",
];

/// The others, and why no week of the contacts has them.
const NOT_HERE: [(&str, &str); 5] = [
    ("foreign_write", "strikes the PUT of rows, queues and utilizations: capacity_levers.rs"),
    ("short_page", "strikes the list of queue names: the tests of shared/genesys"),
    ("stale_search_index", "strikes the keyword search, which no client of ours calls"),
    ("refused", "a refusal for good: such a contact waits for a person and does not arrive by itself; behaviour.rs"),
    ("wrong_id_answered", "such a contact waits for a person too: behaviour.rs"),
];

/// The time-out of a vendor's request where an answer comes too late for it. Shorter is not possible.
pub const TIMEOUT_S: u64 = 1;

/// The requests whose answer may come too late.
const LATE: [&str; 3] = ["POST bulk/contacts/add", "POST bulk/contacts/enrich", "GET scan/contacts"];

/// Lays the faults of a week.
pub fn lay(world: &World, chance: &mut Rng) {
    let mut kinds = FAULTS.to_vec();
    chance.shuffle(&mut kinds);
    for kind in kinds.into_iter().take(chance.usize(2..8)) {
        let mut fault = json!({"fault": kind, "probability": chance.f64() * 0.2, "seed": chance.u32(..)});
        settle(&mut fault, kind, chance);
        world.genesys.fault(&fault);
    }
    if chance.u8(..4) == 0 {
        // The most ordinary one is not left to the draw among so many.
        world.genesys.fault(&json!({"fault": "busy", "status": 503, "probability": 0.05, "seed": chance.u32(..)}));
    }
}

fn settle(fault: &mut Value, kind: &str, chance: &mut Rng) {
    match kind {
        "busy" => fault["status"] = json!(chance.choice([500, 502, 503, 504]).unwrap()),
        "throttle" => fault["retry_after"] = json!(chance.u32(1..30)),
        "slow" => fault["ms"] = json!(chance.u32(1..8)),
        "slow_drip" => (fault["bytes"], fault["ms"]) = (json!(1_000), json!(1)),
        "clock_skew" => fault["seconds"] = json!(chance.choice([-86_400, -3_600, -60, 60, 3_600, 86_400]).unwrap()),
        // As late as the look-back reaches, less what a run takes.
        "late_commit" => fault["seconds"] = json!(chance.u32(30..540)),
        "partial_failure" => fault["retryable"] = json!(true),
        // Salesforce does promise an order, where a query asks for one.
        "reordered_results" => fault["vendor"] = json!("genesys"),
        "quota_exhausted" => fault["count"] = json!(1),
        "bad_gateway_502" | "gateway_timeout_504" => fault["done"] = json!(chance.bool()),
        _ => {}
    }
}

/// One answer that comes when its caller has given up: what it asked for is done. (A vendor that does it only after that
/// is more than the sync promises for.)
pub fn lay_an_answer_beyond_the_timeout(world: &World, chance: &mut Rng) -> Kind {
    let operation = *chance.choice(&LATE).unwrap();
    let kind = Kind { service: "genesys".to_owned(), operation: operation.to_owned() };
    let delay = Duration::from_millis(TIMEOUT_S * 1_000 + 100);
    world.door.harm(Point::Nth(kind.clone(), 1), Harm::Delay(delay));
    kind
}

/// Everything works again.
pub fn calm(world: &World) {
    world.genesys.calm();
    world.door.calm();
    world.salesforce.use_up(0);
}

#[test]
fn every_kind_of_fault_is_in_the_swarm_or_elsewhere() {
    let table = README.split("| fault | what happens").nth(1).unwrap().split("\n\n").next().unwrap();
    let known: BTreeSet<&str> = table.lines().skip(2).filter_map(|row| row.split('`').nth(1)).collect();
    let named: BTreeSet<&str> = FAULTS.into_iter().chain(NOT_HERE.map(|(name, _)| name)).collect();
    assert_eq!(known, named);
}
