//! Whether each queue that a table follows is among those that the stack gets from the partner event bus.
//!
//! The queues of a table stand in the stage's configuration, those of the bus in the stack's parameters. A queue that is
//! in the one and not in the other never reports over the bus, and its table waits without an error. So both are compared
//! for a stage whose parameters speak of the bus; a stage that gets loads by webhook only says nothing there.

use platform::config::{Fault, from_text, nearest};
use table_capacity::config::Config;

use crate::stacks::Stacks;

/// The parameter that names the partner event source.
const SOURCE: &str = "PartnerEventSource";
/// The parameter that lists the queues, separated by commas.
const QUEUES: &str = "ObservedQueueIds";
/// How many letters a mistyped id may differ by, to be told apart from another queue's.
const EDITS_MAX: usize = 4;

impl Stacks {
    /// The queues that `stage` gets from the bus; `None` when its parameters do not speak of the bus.
    fn observed(&self, stage: &str) -> Option<Vec<String>> {
        let queues = self.value(stage, QUEUES).unwrap_or_default();
        let listed: Vec<_> = queues.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
        let speaks_of_it = !listed.is_empty() || self.value(stage, SOURCE).is_some_and(|source| !source.is_empty());
        speaks_of_it.then_some(listed)
    }

    /// Every queue in an enabled row of `stage`'s `text` that its stack does not get; `name` is what messages call the text.
    pub fn missing_queues(&self, stage: &str, text: &str, name: &str) -> Vec<Fault> {
        // A text that cannot be read is refused by the check before this one.
        let (Some(observed), Ok(loaded)) =
            (self.observed(stage), from_text::<Config>(table_capacity::NAME, text, name))
        else {
            return Vec::new();
        };
        let mut faults = Vec::new();
        for (row, table) in loaded.function.tables.iter().enumerate().filter(|(_, table)| table.enabled) {
            for (number, queue) in table.queues.iter().enumerate().filter(|(_, queue)| !observed.contains(queue)) {
                let path = format!("tables[{row}].queues[{number}]");
                faults.push(loaded.refuse(table_capacity::NAME, &path, &self.problem(stage, queue, &observed)));
            }
        }
        faults
    }

    fn problem(&self, stage: &str, queue: &str, observed: &[String]) -> String {
        let near = nearest(queue, observed.iter().map(String::as_str), EDITS_MAX);
        let hint = near.map_or_else(|| "add it there".to_owned(), |near| format!("the nearest is `{near}`"));
        format!("`{queue}` is not in {QUEUES} of [{stage}.deploy.parameters] in {}; {hint}", self.name)
    }
}
