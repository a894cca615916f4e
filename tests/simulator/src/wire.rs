//! What goes in and out of an operation, without the HTTP library.
//!
//! Operations are plain functions from the world and a [`Call`] to an [`Answer`] or a [`Refusal`]. They are not
//! `async` and hold no socket, so what an operation did is finished when it returns; faults decide afterwards
//! whether the client hears of it. The error format is the vendor's, so a refusal is put into words by
//! `genesys::error` or `salesforce::error`.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::faults::Bends;

/// Query or form parameters, in the order sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs(pub(crate) Vec<(String, String)>);

impl Pairs {
    /// Reads `a=b&c=d`, percent-encoded; broken encoding stands as it is.
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|part| !part.is_empty());
        Self(
            pairs
                .map(|part| part.split_once('=').unwrap_or((part, "")))
                .map(|(name, value)| (decode(name), decode(value)))
                .collect(),
        )
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }
}

/// Percent-decoding of one form value, `+` meaning a space.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = hex.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &tail[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(first),
        }
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Percent-decoding of one segment of a path, where `+` is a plus.
pub(crate) fn decode_segment(text: &str) -> String {
    decode(&text.replace('+', "%2B"))
}

/// One request, read to its end.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Path and query as they came.
    pub(crate) uri: String,
    pub(crate) query: Pairs,
    /// Header names in lower case.
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
    /// What stood in the `{…}` places of the operation's path.
    pub(crate) parameters: Vec<String>,
    pub(crate) now: Timestamp,
    /// When it arrived, in microseconds of the machine since the simulator's start.
    pub(crate) began_us: u64,
    /// How much faster than the clock the clients wait.
    pub(crate) speed: f64,
    /// The address under which this simulator is reached.
    pub(crate) base: String,
    /// The id that stands in every answer, for the log of the caller.
    pub(crate) correlation: String,
    /// What active faults change inside the operation.
    pub(crate) bends: Bends,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn parameter(&self, position: usize) -> &str {
        self.parameters.get(position).map_or("", String::as_str)
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// The body as JSON of a shape; the error is the parser's sentence.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_str(&self.body).map_err(|error| error.to_string())
    }

    /// A whole number from the query, or the default when it is absent.
    pub(crate) fn number(&self, name: &str, default: usize) -> Result<usize, String> {
        let Some(text) = self.query.get(name) else {
            return Ok(default);
        };
        text.parse().map_err(|_| format!("{name} must be a whole number, not '{text}'"))
    }
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Json(Value),
    /// JSON that is written already: an answer too large for a tree of values.
    Text(String),
    Html(String),
}

/// An answer before it becomes HTTP.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
    /// How many contacts, queues or rows the call was about, for the journal.
    pub(crate) items: usize,
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: Body::Json(body), items: 0 }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    /// JSON that is written already.
    pub(crate) fn text(body: String) -> Self {
        Self { status: 200, headers: Vec::new(), body: Body::Text(body), items: 0 }
    }

    pub(crate) fn items(mut self, items: usize) -> Self {
        self.items = items;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

/// Why a vendor says no.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) details: Vec<Detail>,
    /// Seconds in `Retry-After`, where the vendor sends it.
    pub(crate) retry_after_s: Option<u64>,
}

/// The field at fault, and the value that was sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Detail {
    pub(crate) field: String,
    pub(crate) value: Value,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), details: Vec::new(), retry_after_s: None }
    }

    pub(crate) fn field(mut self, field: &str, value: &Value) -> Self {
        self.details.push(Detail { field: field.to_owned(), value: value.clone() });
        self
    }
}

/// What every operation returns.
pub(crate) type Reply = Result<Answer, Refusal>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_values_are_decoded() {
        let pairs = Pairs::parse("q=SELECT+Id%20FROM&x=%C3%A3&broken=%zz&flag");
        assert_eq!(pairs.get("q"), Some("SELECT Id FROM"));
        assert_eq!(pairs.get("x"), Some("ã"));
        assert_eq!(pairs.get("broken"), Some("%zz"));
        assert_eq!(pairs.get("flag"), Some(""));
        assert_eq!(decode_segment("a%2Fb+c%20%C3%A3"), "a/b+c ã");
    }
}
