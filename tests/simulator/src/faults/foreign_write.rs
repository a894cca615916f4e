//! Foreign write: just before the PUT is carried out, somebody else changes another field of the same object.
//!
//! It strikes the PUT of a data table row, of a queue and of a utilization. Where queues have entity tags the PUT is
//! then refused with 412; everywhere else the last write wins, and the other one's change is lost.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::verdict::Effect;

/// Settings of the fault.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ForeignWrite {
    /// The changed field; absent: one that is not the capacity.
    field: Option<String>,
    /// Its new value; absent: another one of the same type.
    value: Option<Value>,
}

impl ForeignWrite {
    pub(super) fn effect(&self) -> Effect {
        Effect::ChangeBehind(self.clone())
    }

    pub(crate) fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    pub(crate) fn value(&self) -> Option<&Value> {
        self.value.as_ref()
    }
}

/// A value of the same type that differs.
pub(crate) fn another(old: &Value) -> Value {
    match old {
        Value::Bool(old) => json!(!old),
        Value::Number(old) => old.as_i64().map_or_else(|| json!(7.5), |old| json!(old.wrapping_add(7))),
        _ => json!("changed by somebody else"),
    }
}
