//! What the queues refuse, in the vendor's codes.

use serde_json::{Value, json};

use crate::wire::Refusal;

pub(crate) fn not_found(id: &str) -> Refusal {
    Refusal::new(404, "resource.not.found", format!("The queue '{id}' was not found."))
}

pub(crate) fn invalid_name(name: &Value) -> Refusal {
    Refusal::new(400, "invalid.name", "A queue needs a name.").field("name", name)
}

pub(crate) fn duplicate_name(name: &str) -> Refusal {
    Refusal::new(400, "duplicate.name", format!("A queue with the name '{name}' exists.")).field("name", &json!(name))
}

/// A member of another JSON type than the vendor's model has.
pub(crate) fn invalid_value(name: &str, value: &Value, expected: &str) -> Refusal {
    Refusal::new(400, "invalid.value", format!("'{name}' must be {expected}.")).field(name, value)
}

/// A field that the server computes was sent, and this server does not take it back.
pub(crate) fn read_only(name: &str, value: &Value) -> Refusal {
    Refusal::new(400, "invalid.property", format!("'{name}' is read-only.")).field(name, value)
}

/// The entity tag is an older one.
pub(crate) fn changed() -> Refusal {
    Refusal::new(412, "precondition.failed", "The queue was changed since it was read.")
}
