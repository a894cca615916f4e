//! One request to a vendor, and its answer.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, Url};

use crate::lease::LeaseGuard;
use crate::retry::Repeat;

/// A request before it is sent. The bearer token is added by the sender.
#[derive(Clone)]
pub struct Request {
    /// What it asks, in a few words, for errors and logs: `enrich contacts`.
    pub operation: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Where to. Its host must be on the sender's host list.
    pub url: Url,
    /// What it carries.
    pub body: Body,
    /// Whether it may be sent twice.
    pub repeat: Repeat,
    /// Extra headers, never credentials.
    pub headers: Vec<(&'static str, String)>,
    /// For a write under a lock: the lease that has to outlive the call.
    pub lease: Option<LeaseGuard>,
}

/// A request's body.
#[derive(Clone)]
pub enum Body {
    /// None.
    Empty,
    /// JSON text.
    Json(Vec<u8>),
    /// A file, with the headers that its address asks for.
    Upload {
        /// The file.
        content: Vec<u8>,
        /// Names and values that can stand in a header.
        headers: Vec<(String, String)>,
    },
    /// A login form, with the client's id and secret in the Authorization header when given.
    Login {
        /// Form fields.
        form: Vec<(&'static str, String)>,
        /// Client id and secret for HTTP Basic.
        basic: Option<(String, secrecy::SecretString)>,
    },
}

impl Request {
    /// A read.
    pub fn get(operation: &'static str, url: Url) -> Self {
        Self {
            operation,
            method: Method::GET,
            url,
            body: Body::Empty,
            repeat: Repeat::Safe,
            headers: Vec::new(),
            lease: None,
        }
    }

    /// A request that carries JSON.
    pub fn json(
        operation: &'static str,
        method: Method,
        url: Url,
        body: &impl serde::Serialize,
        repeat: Repeat,
    ) -> Self {
        // Serialising our own structs cannot fail: no map with other keys than strings, no fallible Serialize.
        let body = Body::Json(serde_json::to_vec(body).unwrap_or_default());
        Self { operation, method, url, body, repeat, headers: Vec::new(), lease: None }
    }

    /// The same request, sent only while `lease` outlives it.
    pub fn under(mut self, lease: &LeaseGuard) -> Self {
        self.lease = Some(lease.clone());
        self
    }
}

/// A vendor's answer, whatever its status.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, at most [`BODY_BYTES_MAX`](super::BODY_BYTES_MAX).
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `Retry-After` in seconds, where given.
    pub fn retry_after(&self) -> Option<Duration> {
        self.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// The JSON error without the body's text, which may hold personal data.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, super::Failure> {
        serde_json::from_slice(&self.body).map_err(|error| {
            super::Failure::Unexpected(format!(
                "status {}, JSON {:?} error at column {}",
                self.status,
                error.classify(),
                error.column()
            ))
        })
    }
}
