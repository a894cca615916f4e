//! What the utilization refuses, in the vendor's codes.

use serde_json::Value;

use crate::wire::Refusal;

pub(crate) fn user_not_found(id: &str) -> Refusal {
    Refusal::new(404, "not.found", format!("The user '{id}' was not found."))
}

pub(crate) fn invalid_capacity(field: &str, value: &Value) -> Refusal {
    Refusal::new(400, "invalid.media.capacity", "maximumCapacity must be 1 to 50.").field(field, value)
}

pub(crate) fn interrupts_itself(field: &str, value: &Value) -> Refusal {
    Refusal::new(400, "interrupt.same.media.type", "A medium cannot interrupt itself.").field(field, value)
}

/// A member that does not exist, or one of another type.
pub(crate) fn unknown(field: &str, value: &Value) -> Refusal {
    Refusal::new(400, "bad.request", format!("'{field}' does not exist here, or not with such a value."))
        .field(field, value)
}
