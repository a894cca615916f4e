//! The vendor's error body.

use serde_json::{Value, json};

use crate::wire::Refusal;

/// The body of a refused request.
pub(crate) fn body(refusal: &Refusal, correlation: &str) -> Value {
    let details: Vec<Value> =
        refusal.details.iter().map(|detail| json!({"errorCode": refusal.code, "fieldName": detail.field})).collect();
    json!({
        "message": refusal.message,
        "code": refusal.code,
        "status": refusal.status,
        "contextId": correlation,
        "details": details,
        "errors": [],
    })
}

/// The error of one item inside a bulk answer.
pub(crate) fn item(refusal: &Refusal, retryable: bool, entity: &Value) -> Value {
    let details: Vec<Value> = refusal
        .details
        .iter()
        .map(|detail| json!({"fieldName": detail.field, "value": detail.value, "message": refusal.message}))
        .collect();
    json!({
        "code": refusal.code,
        "message": refusal.message,
        "status": refusal.status,
        "retryable": retryable,
        "details": details,
        "entity": entity,
    })
}
