//! The contact centre, a line for each queue: how many conversations, and what became of those of the last 24 hours.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::genesys::analytics::conversation::Outcome;
use crate::world::World;

#[derive(Default)]
struct Line {
    conversations: usize,
    offered: usize,
    answered: usize,
    abandoned: usize,
}

/// `{"name", "value"}` by queue.
pub(super) fn rows(world: &World) -> Vec<Value> {
    let conversations = &world.genesys.conversations;
    let mut lines: BTreeMap<&str, Line> = BTreeMap::new();
    let name = |number| match conversations.queues.name(number) {
        Some(id) => world.genesys.queues.get(id).map_or(id, |queue| queue.name()),
        None => "no queue",
    };
    for conversation in conversations.all() {
        lines.entry(name(conversation.queue)).or_default().conversations += 1;
    }
    for conversation in conversations.last_day() {
        let line = lines.entry(name(conversation.queue)).or_default();
        line.offered += 1;
        match conversation.outcome {
            Outcome::Answered => line.answered += 1,
            Outcome::Abandoned | Outcome::ShortAbandoned => line.abandoned += 1,
            Outcome::FlowedOut => {}
        }
    }
    let text = |line: &Line| {
        let Line { conversations, offered, answered, abandoned } = line;
        format!("{conversations} · in the last 24 hours {offered}, answered {answered}, abandoned {abandoned}")
    };
    lines.iter().map(|(name, line)| json!({"name": name, "value": text(line)})).collect()
}
