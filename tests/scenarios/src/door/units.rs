//! What a call to the state table costs. The function does not ask for it, because nothing would be done with the answer;
//! the door does, and so the emulator counts it by the vendor's rules: a unit for each 4 KB read and each 1 KB written, half
//! of it where an older state is good enough, twice as much in a transaction.

use axum::body::Bytes;
use serde::Deserialize;
use serde_json::Value;

const QUESTION: &str = r#"{"ReturnConsumedCapacity":"TOTAL","#;

/// The request with the question in it, where its operation knows it.
pub(super) fn asked(operation: &str, body: &Bytes) -> Bytes {
    let action = operation.split(' ').next().unwrap_or_default();
    let is_counted = ["Item", "Items", "Query", "Scan"].iter().any(|end| action.ends_with(end));
    match body.strip_prefix(b"{") {
        Some(rest) if is_counted && rest != b"}" => [QUESTION.as_bytes(), rest].concat().into(),
        _ => body.clone(),
    }
}

/// The units that an answer speaks of.
pub(super) fn told(answer: &[u8]) -> f64 {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "ConsumedCapacity", default)]
        consumed: Value,
    }
    let Ok(Answer { consumed }) = serde_json::from_slice(answer) else { return 0.0 };
    let tables = consumed.as_array().map_or(std::slice::from_ref(&consumed), Vec::as_slice);
    tables.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum()
}
