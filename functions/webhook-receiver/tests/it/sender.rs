//! Whoever signs: builds deliveries of each scheme, as a sender would, from nothing that the product uses.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The key of every source in these tests.
pub const KEY: &str = "a key for the tests";

/// HMAC-SHA256 in base64.
pub fn hmac_base64(key: &[u8], text: &[u8]) -> String {
    STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text))
}

/// Headers of `timestamped_hmac`.
pub fn timestamped(key: &str, moment: &str, body: &[u8]) -> Vec<(String, String)> {
    let signature = hmac_base64(key.as_bytes(), &[moment.as_bytes(), b".", body].concat());
    headers(&[("x-genesys-webhook-signature", &signature), ("x-genesys-webhook-timestamp", moment)])
}

/// Headers of `hub_sha256`.
pub fn hub(key: &str, body: &[u8]) -> Vec<(String, String)> {
    headers(&[("x-hub-signature-256", &format!("sha256={}", hmac_base64(key.as_bytes(), body)))])
}

/// These and a content type.
pub fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = pairs.iter().chain(&[("content-type", "application/json")]);
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The event of an HTTP API for a POST.
pub fn event(path: &str, headers: &[(String, String)], body: &[u8]) -> Value {
    let text = String::from_utf8(body.to_vec());
    let (body, is_base64) = text.map_or_else(|error| (STANDARD.encode(error.as_bytes()), true), |text| (text, false));
    let headers: serde_json::Map<String, Value> =
        headers.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    json!({
        "version": "2.0", "rawPath": path, "headers": headers, "body": body, "isBase64Encoded": is_base64,
        "requestContext": {"stage": "$default", "http": {"method": "POST", "path": path}},
    })
}

/// A queue's load at `second`, as the brief's payload has it.
pub fn load(queue: &str, conversations: i64, at: jiff::Timestamp) -> Vec<u8> {
    json!({"timestamp": at.to_string(), "queue": {"id": queue}, "metrics": {"conversationCount": conversations}})
        .to_string()
        .into_bytes()
}
