//! A sender of signed webhooks, and the HTTP API between it and the receiver.
//!
//! The signature is made here from nothing that the product uses. What the sender gets is what API Gateway would hand
//! it: the function's answer, or 500 when there is none.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::world::World;

/// The key of the source `genesys`, as the webhook secret of a world has it.
pub const KEY: &str = "a webhook key of nobody else";

/// The function behind the HTTP API.
const RECEIVER: &str = "webhook-receiver";

/// A request that is about to be sent.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its path.
    pub path: String,
    /// Its headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: Vec<u8>,
}

/// What a sender was answered.
#[derive(Debug)]
pub struct Posted {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: Value,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
}

impl Delivery {
    /// A POST to `/webhook`, signed with `key` at `moment`.
    pub fn signed(key: &str, moment: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
        let signature = STANDARD.encode(hmac::sign(&key, &[moment.as_bytes(), b".", &body].concat()));
        let headers = [
            ("content-type", "application/json"),
            ("x-genesys-webhook-signature", &signature),
            ("x-genesys-webhook-timestamp", moment),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { path: "/webhook".to_owned(), headers, body }
    }

    /// The event of an HTTP API (payload format 2.0), in which a body that is not text is base64.
    fn event(&self) -> Value {
        let (body, is_base64) = match std::str::from_utf8(&self.body) {
            Ok(text) => (text.to_owned(), false),
            Err(_) => (STANDARD.encode(&self.body), true),
        };
        json!({
            "version": "2.0", "routeKey": format!("POST {}", self.path), "rawPath": self.path, "rawQueryString": "",
            "headers": self.headers,
            "requestContext": {
                "accountId": "000000000000", "apiId": "api", "domainName": "api.execute-api.us-east-1.amazonaws.com",
                "http": {
                    "method": "POST", "path": self.path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1",
                    "userAgent": "sender",
                },
                "requestId": "id", "routeKey": "$default", "stage": "$default",
            },
            "body": body, "isBase64Encoded": is_base64,
        })
    }
}

impl Posted {
    /// The sender may forget the event.
    pub fn is_accepted(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl World {
    /// Sends a webhook and waits for the answer.
    pub async fn post(&self, delivery: &Delivery) -> Posted {
        let (answer, _) = self.function(RECEIVER).ask(&delivery.event().to_string()).await;
        let Ok(answer) = answer else {
            return Posted { status: 500, body: json!({"message": "Internal Server Error"}), retry_after: None };
        };
        let status = answer["statusCode"].as_u64().and_then(|status| status.try_into().ok());
        Posted {
            status: status.unwrap_or(500),
            body: serde_json::from_str(answer["body"].as_str().unwrap_or_default()).unwrap_or_default(),
            retry_after: answer["headers"]["retry-after"].as_str().map(str::to_owned),
        }
    }
}
