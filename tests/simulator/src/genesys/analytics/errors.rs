//! What a query is refused with, in the vendor's codes.

use serde_json::{Value, json};

use crate::wire::Refusal;

pub(super) use crate::genesys::bad_request;

pub(super) fn unknown_member(name: &str) -> Refusal {
    bad_request(format!("The field '{name}' does not exist here.")).field(name, &Value::Null)
}

pub(super) fn invalid(name: &str, value: &Value) -> Refusal {
    Refusal::new(400, "invalid.value", format!("'{name}' cannot be {value}.")).field(name, value)
}

pub(super) fn invalid_interval(text: &str) -> Refusal {
    let sentence = format!("'{text}' is not an interval: begin/end, each with an offset, the end after the begin.");
    Refusal::new(400, "invalid.date", sentence).field("interval", &json!(text))
}

pub(super) fn too_long(days_max: i64) -> Refusal {
    let sentence = format!("An interval has at most {days_max} days.");
    Refusal::new(400, "invalid.value", sentence).field("interval", &Value::Null)
}

pub(super) fn too_many_rows(rows_max: usize) -> Refusal {
    let sentence = format!("The answer would have more than {rows_max} rows.");
    Refusal::new(400, "response.entity.too.large", sentence)
}

/// Something that the vendor knows.
pub(super) fn not_simulated(what: &str) -> Refusal {
    let sentence = format!("The simulator does not know '{what}' in a query of conversation aggregates.");
    Refusal::new(501, "not.simulated", sentence)
}
