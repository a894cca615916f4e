//! What holds at the end of every test, unless the test says why not.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use serde_json::Value;

use crate::aws::sqs;
use crate::builder::AUDIT_GROUP;
use crate::world::World;

/// A standing promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// No lock is held.
    NoLockHeld,
    /// Nothing personal or secret is in logs, state rows, audit streams or alerts.
    NothingPrivate,
    /// No Salesforce contact stands twice in Genesys.
    NothingDoubled,
    /// Queues that have a consumer are empty, and so are the queues of dead letters.
    QueuesEmpty,
    /// Every request was one that its vendor knows, and every answer one that it gives: the simulator broke no schema of
    /// its table, and answered nothing with 501.
    WithinTheContract,
}

/// The promises that do not hold, one line each.
pub(crate) fn broken(world: &World, excused: &[Promise]) -> Vec<String> {
    let mut broken = Vec::new();
    if !excused.contains(&Promise::NoLockHeld) {
        broken.extend(held_locks(world).into_iter().map(|lock| format!("the lock {lock} is held")));
    }
    if !excused.contains(&Promise::NothingPrivate) {
        broken.extend(
            world.leaks().into_iter().map(|(place, value)| format!("{place} holds the private value {value:?}")),
        );
    }
    if !excused.contains(&Promise::NothingDoubled) {
        broken.extend(world.both_sides().doubled().into_iter().map(|id| format!("{id} stands twice in Genesys")));
    }
    if !excused.contains(&Promise::QueuesEmpty) {
        broken.extend(left_on_queues(world));
    }
    if !excused.contains(&Promise::WithinTheContract) {
        broken.extend(world.genesys.failings());
    }
    broken
}

fn left_on_queues(world: &World) -> Vec<String> {
    let drawers = world.desk.open();
    let left = drawers.queues.iter().map(|(name, queue)| {
        // The one has no consumer yet; of the other a tick does what its messages ask for.
        let is_free = [sqs::CONVERSATIONS, sqs::CONTACT_SYNC].contains(&name.as_str());
        let waiting = if is_free { 0 } else { queue.letters.len() };
        (name, waiting, queue.dead.len())
    });
    left.filter(|(_, waiting, dead)| waiting + dead > 0)
        .map(|(name, waiting, dead)| format!("{waiting} messages wait on {name}, and {dead} were set aside"))
        .collect()
}

/// Lock rows whose lease has not ended.
fn held_locks(world: &World) -> Vec<String> {
    let now = world.clock().now_ms();
    let mut held = Vec::new();
    for row in world.state_rows() {
        let key = row["pk"]["S"].as_str().unwrap_or_default();
        if key.starts_with("lock#") && lease_end_ms(&row) > now {
            held.push(key.to_owned());
        }
    }
    held
}

fn lease_end_ms(row: &Value) -> i64 {
    let end = row.as_object().into_iter().flatten().find(|(name, _)| name.starts_with("expires"));
    end.and_then(|(_, value)| value["N"].as_str()?.parse().ok()).unwrap_or(0)
}

/// Every place where one of `values` is found, letter case aside.
pub(crate) fn leaks(world: &World, values: &[String]) -> Vec<(String, String)> {
    let rows: Vec<_> = world.state_rows().iter().map(Value::to_string).collect();
    let (audit, alerts) = {
        let drawers = world.desk.open();
        let audit = drawers.groups.get(AUDIT_GROUP).map(|group| group.messages().join("\n")).unwrap_or_default();
        let alerts: Vec<_> =
            drawers.messages.iter().map(|message| format!("{}\n{}", message.subject, message.text)).collect();
        (audit, alerts.join("\n"))
    };
    let places = [
        ("the log", world.log()),
        ("the state table", rows.join("\n")),
        ("the audit stream", audit),
        ("an alert", alerts),
    ];
    // All values at once: a world has thousands, and a log has megabytes.
    let sought = AhoCorasick::new(values.iter().map(|value| value.to_lowercase())).expect("few enough values");
    let mut found = Vec::new();
    for (place, text) in places {
        let text = text.to_lowercase();
        let hits: BTreeSet<_> = sought.find_overlapping_iter(&text).map(|hit| hit.pattern().as_usize()).collect();
        found.extend(hits.into_iter().filter_map(|at| Some((place.to_owned(), values.get(at)?.clone()))));
    }
    found
}
