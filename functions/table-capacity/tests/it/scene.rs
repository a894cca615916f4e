//! Builds what is read about a table, in a line or two.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use platform::capacity::{Capacity, Dimension, Resource, Target, Throughput, Units};
use table_capacity::check::check;
use table_capacity::config::{Mode, TableConfig};
use table_capacity::load::{Known, QueueLoad};
use table_capacity::plan::{Decision, Reading, Rules, Throttled, plan};

pub const RULES: Rules =
    Rules { min_conversations: 100, stale_after: Duration::from_secs(15 * 60), settle: Duration::from_secs(30) };

pub fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

pub fn ago(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

/// The documented example.
pub fn table() -> TableConfig {
    TableConfig {
        name: "contacts".to_owned(),
        queues: vec!["a".to_owned()],
        read_per_conversation: 10.0,
        write_ratio: 0.5,
        min: 5,
        max: 4000,
        hysteresis: 0.1,
        indexes: Vec::new(),
        mode: Mode::Auto,
        enabled: true,
    }
}

pub fn load(queue: &str, conversations: i64, seconds_old: i64) -> QueueLoad {
    QueueLoad { queue: queue.to_owned(), known: Some(Known::whole(conversations, ago(seconds_old))) }
}

pub fn throughput(resource: Resource, read: i64, write: i64) -> Throughput {
    Throughput {
        resource,
        units: Units { read, write },
        is_active: true,
        decreases_today: 0,
        last_decrease: None,
        last_increase: None,
    }
}

pub fn target(dimension: Dimension, min: i64, max: i64) -> Target {
    Target { resource: Resource::Table, dimension, min, max, has_policy: true }
}

/// A table with these units, and one queue with this load, reported ten seconds ago.
pub fn reading(table: &TableConfig, conversations: i64, read: i64, write: i64) -> Reading<'_> {
    Reading {
        table,
        loads: vec![load("a", conversations, 10)],
        capacity: Capacity { is_on_demand: false, throughputs: vec![throughput(Resource::Table, read, write)] },
        targets: Vec::new(),
        throttled: Throttled::No,
        last_update: None,
    }
}

/// The checked decision.
pub fn decided(reading: &Reading<'_>) -> Decision {
    let decision = plan(reading, &RULES, now());
    check(&decision, reading.table).unwrap();
    decision
}

/// Its words without the loads.
pub fn planned(reading: &Reading<'_>) -> String {
    let line = decided(reading).explain();
    line.split_once("; ").map_or_else(|| line.clone(), |(_, rest)| rest.to_owned())
}
