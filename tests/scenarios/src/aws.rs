//! A desk that answers for AWS: only the operations that a function calls, with what was put there.
//!
//! DynamoDB is not here; the state table is a real one, inside the test process. Each service's file knows one
//! wire format. What a service was told (audit events, alerts) is kept for the test to look at.

mod logs;
mod secretsmanager;
mod sns;
mod ssm;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

pub use logs::Group;
pub use secretsmanager::Secret;
pub use sns::Message;

/// Everything the desk holds.
#[derive(Debug, Default)]
pub struct Desk(Mutex<Drawers>);

/// The desk's contents, open to the test.
#[derive(Debug, Default)]
pub struct Drawers {
    /// Secrets by id.
    pub secrets: BTreeMap<String, Secret>,
    /// Parameters by name.
    pub parameters: BTreeMap<String, String>,
    /// Log groups by name; a group that is not here does not exist.
    pub groups: BTreeMap<String, Group>,
    /// Published messages.
    pub messages: Vec<Message>,
}

/// Status and body of an answer.
pub(crate) type Answered = (u16, String);

impl Desk {
    /// The contents, for reading and for changing.
    pub fn open(&self) -> MutexGuard<'_, Drawers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn answer(&self, service: &str, operation: &str, body: &[u8]) -> Answered {
        let drawers = &mut *self.open();
        let request = || serde_json::from_slice(body).unwrap_or(Value::Null);
        match (service, operation) {
            ("secretsmanager", "GetSecretValue") => secretsmanager::get_secret_value(drawers, &request()),
            ("ssm", "GetParameter") => ssm::get_parameter(drawers, &request()),
            ("logs", "CreateLogStream") => logs::create_log_stream(drawers, &request()),
            ("logs", "PutLogEvents") => logs::put_log_events(drawers, &request()),
            ("sns", "Publish") => sns::publish(drawers, body),
            _ => refusal(
                "UnknownOperationException",
                &format!("the desk has no {service} {operation}: a role would not allow it either"),
            ),
        }
    }
}

/// A refusal in the JSON protocols.
fn refusal(code: &str, message: &str) -> Answered {
    (400, json!({"__type": code, "message": message}).to_string())
}

fn text<'a>(request: &'a Value, name: &str) -> &'a str {
    request[name].as_str().unwrap_or_default()
}
