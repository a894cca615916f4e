//! What a back end's size may be written to: a data table, queues and users, under ids that never change.
//!
//! It is a scenario of its own, so that contacts and their counts stay as they are; it may be added to any other one.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::genesys::data_tables::state::{ColumnType, DataTable};
use crate::genesys::queues::state::Queue;
use crate::world::World;

const TABLE: &str = "7ab1e000-0000-4000-8000-000000000001";
const QUEUES: [(&str, &str); 2] =
    [("90e0e000-0000-4000-8000-000000000001", "Support"), ("90e0e000-0000-4000-8000-000000000002", "Sales")];
const USERS: [&str; 3] = [
    "05e70000-0000-4000-8000-000000000001",
    "05e70000-0000-4000-8000-000000000002",
    "05e70000-0000-4000-8000-000000000003",
];

/// Makes them and answers their ids.
pub(super) fn seed(world: &mut World, now: Timestamp) -> Result<Value, String> {
    if world.genesys.data_tables.get(TABLE).is_some()
        || QUEUES.iter().any(|(id, _)| world.genesys.queues.get(id).is_some())
    {
        return Err("the scenario capacity is there already".to_owned());
    }
    world.genesys.data_tables.0.push(table()?);
    for (id, name) in QUEUES {
        let fields = queue(name);
        world.genesys.queues.0.push(Queue::new(id, fields.as_object().cloned().unwrap_or_default(), now));
    }
    for user in USERS {
        world.genesys.utilizations.add_user(user);
    }
    Ok(json!({
        "table": TABLE, "rows": ["Support", "Sales"], "queues": QUEUES.map(|(id, _)| id), "users": USERS,
    }))
}

fn table() -> Result<DataTable, String> {
    let columns = [
        ("capacity", ColumnType::Integer),
        ("closed", ColumnType::Boolean),
        ("greeting", ColumnType::String),
        ("overflow_share", ColumnType::Number),
    ];
    let columns = columns.map(|(name, kind)| (name.to_owned(), kind)).into();
    let mut table =
        DataTable { id: TABLE.to_owned(), name: "Queue limits".to_owned(), columns, rows: Default::default() };
    let rows = [
        json!({"KEY": "Support", "capacity": 200, "closed": false, "greeting": "Olá! Welcome / Bienvenue", "overflow_share": 0.25}),
        json!({"KEY": "Sales", "capacity": 200, "closed": true, "greeting": "", "overflow_share": 1.0}),
    ];
    for row in rows {
        let (key, row) = table.checked(&row).map_err(|refusal| refusal.message)?;
        table.rows.insert(key, row);
    }
    Ok(table)
}

/// A queue with a part of each kind.
fn queue(name: &str) -> Value {
    let medium = json!({"enableAutoAnswer": false, "alertingTimeoutSeconds": 8,
        "serviceLevel": {"percentage": 0.8, "durationMs": 20_000}});
    json!({
        "name": name, "description": format!("{name} in Austin, Toronto and São Paulo"), "memberCount": 50,
        "mediaSettings": {"call": medium, "callback": medium, "chat": medium, "email": medium, "message": medium},
        "routingRules": [], "scoringMethod": "TimestampAndPriority", "lastAgentRoutingMode": "QueueMembersOnly",
        "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 30_000}, "skillEvaluationMethod": "BEST",
        "memberGroups": [], "autoAnswerOnly": true, "enableTranscription": false, "enableManualAssignment": false,
        "callingPartyName": "", "callingPartyNumber": "", "defaultScripts": {}, "suppressInQueueCallRecording": true,
    })
}
