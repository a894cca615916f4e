//! What limits the queues, a line each: data table rows, queues with a capacity, agents' utilization.

use serde_json::{Value, json};

use crate::genesys::queues::state::CAPACITY;
use crate::world::World;

/// `{"kind", "name", "value"}`; the value is the text that changes.
pub(super) fn rows(world: &World) -> Vec<Value> {
    let genesys = &world.genesys;
    let tables = genesys.data_tables.0.iter().flat_map(|table| {
        let line = |(key, row): (&String, &serde_json::Map<String, Value>)| {
            let columns = row.iter().filter(|(name, _)| *name != "KEY");
            let text: Vec<String> = columns.map(|(name, value)| format!("{name} {value}")).collect();
            json!({"kind": "data table row", "name": format!("{} / {key}", table.name), "value": text.join(" · ")})
        };
        table.rows.iter().map(line).collect::<Vec<_>>()
    });
    let queues = genesys.queues.0.iter().map(|queue| {
        let capacity =
            queue.fields.get(CAPACITY).map_or_else(|| "no capacity".to_owned(), |value| format!("capacity {value}"));
        json!({"kind": "queue", "name": queue.name(), "value": capacity})
    });
    let all = genesys.utilizations.dump();
    let users = all["users"].as_object().into_iter().flatten();
    let agents = users.map(|(id, utilization)| json!({"kind": "agent", "name": id, "value": media(utilization)}));
    tables.chain(queues).chain(agents).collect()
}

fn media(utilization: &Value) -> String {
    let media = utilization["utilization"].as_object().into_iter().flatten();
    let media: Vec<String> = media.map(|(medium, entry)| format!("{medium} {}", entry["maximumCapacity"])).collect();
    let level = utilization["level"].as_str().unwrap_or("");
    format!("{} ({})", media.join(" · "), level.to_lowercase())
}
