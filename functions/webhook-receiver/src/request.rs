//! An HTTP request as an API Gateway HTTP API hands it over (payload format 2.0).
//!
//! Only what is needed is read, and nothing that a stranger can write makes the reading fail as a whole: a strange
//! path or header is a strange path or header, and ends in the documented answer. Names of headers are compared without
//! regard to case. A header that comes twice is joined with a comma, as API Gateway does it, so that two signatures are
//! one wrong signature.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::answer::Refusal;

/// A request before anything is known about it. Prints without headers and body.
pub struct Request {
    /// `POST`, …
    pub method: String,
    /// Without the stage's name.
    pub path: String,
    /// Headers.
    pub headers: Headers,
    body: EncodedBody,
}

/// Headers by their names in lower case.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(BTreeMap<String, String>);

struct EncodedBody {
    text: String,
    is_base64: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    #[serde(default, borrow)]
    raw_path: Cow<'a, str>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
    #[serde(borrow)]
    request_context: Context<'a>,
}

#[derive(Deserialize)]
struct Context<'a> {
    #[serde(default, borrow)]
    stage: Cow<'a, str>,
    #[serde(borrow)]
    http: Http<'a>,
}

#[derive(Deserialize)]
struct Http<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
}

impl Request {
    /// Reads an invocation's event.
    ///
    /// # Errors
    /// [`Refusal::Request`] when it does not come from an HTTP API.
    pub fn decode(event: &str) -> Result<Self, Refusal> {
        let event: Event<'_> =
            serde_json::from_str(event).map_err(|_| Refusal::Request("it does not come from an HTTP API"))?;
        let stage = event.request_context.stage;
        Ok(Self {
            method: event.request_context.http.method.into_owned(),
            path: without_stage(&event.raw_path, &stage).to_owned(),
            headers: event.headers.into_iter().collect(),
            body: EncodedBody { text: event.body.unwrap_or_default(), is_base64: event.is_base64_encoded },
        })
    }

    /// The bytes of the body, if there are at most `bytes_max`. A larger one is not even decoded.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`], or [`Refusal::Request`] when it is said to be base64 and is not.
    pub fn into_body(self, bytes_max: usize) -> Result<(Headers, Vec<u8>), Refusal> {
        let EncodedBody { text, is_base64 } = self.body;
        let too_large = Refusal::TooLarge { bytes_max };
        let text_max = if is_base64 { bytes_max.div_ceil(3) * 4 } else { bytes_max };
        if text.len() > text_max {
            return Err(too_large);
        }
        let body = match is_base64 {
            true => STANDARD.decode(text).map_err(|_| Refusal::Request("its body is not base64"))?,
            false => text.into_bytes(),
        };
        if body.len() > bytes_max { Err(too_large) } else { Ok((self.headers, body)) }
    }
}

impl Headers {
    /// The value of the header `name`, which is given in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether the body is plain JSON by its headers: `application/json` or `…+json`, with any parameters, not packed.
    pub fn announce_json(&self) -> bool {
        let media_type = self.get("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
        let media_type = media_type.trim().to_ascii_lowercase();
        let is_json = media_type == "application/json"
            || (media_type.starts_with("application/") && media_type.ends_with("+json"));
        let encoding = self.get("content-encoding").unwrap_or_default().trim().to_ascii_lowercase();
        is_json && (encoding.is_empty() || encoding == "identity")
    }
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in pairs {
            headers
                .entry(name.to_ascii_lowercase())
                .and_modify(|known| {
                    known.push(',');
                    known.push_str(&value);
                })
                .or_insert(value);
        }
        Self(headers)
    }
}

/// HTTP APIs put the name of every stage but `$default` before the path.
fn without_stage<'a>(path: &'a str, stage: &str) -> &'a str {
    let rest = path.strip_prefix('/').and_then(|path| path.strip_prefix(stage)).filter(|_| !stage.is_empty());
    match rest {
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("method", &self.method).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[expect(clippy::needless_pass_by_value, reason = "it takes JSON literals")]
    fn request(changes: serde_json::Value) -> Request {
        let mut event = json!({
            "version": "2.0", "rawPath": "/webhook", "headers": {}, "isBase64Encoded": false,
            "requestContext": {"stage": "$default", "http": {"method": "POST"}},
        });
        event.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        Request::decode(&event.to_string()).unwrap()
    }

    fn size_of(request: Request, bytes_max: usize) -> Result<usize, u16> {
        request.into_body(bytes_max).map(|(_, body)| body.len()).map_err(|refusal| refusal.status())
    }

    #[test]
    fn the_stage_is_no_part_of_the_path() {
        let context = |stage: &str| json!({"stage": stage, "http": {"method": "POST"}});
        let path = |raw: &str, stage: &str| request(json!({"rawPath": raw, "requestContext": context(stage)})).path;
        assert_eq!(path("/prod/webhooks/genesys", "prod"), "/webhooks/genesys");
        assert_eq!(path("/production/x", "prod"), "/production/x");
        assert_eq!(path("/webhook", "$default"), "/webhook");
    }

    #[test]
    fn s01_the_limit_is_of_the_decoded_bytes_and_is_exact() {
        for length in 0..20usize {
            let plain = request(json!({"body": "x".repeat(length)}));
            let encoded = request(json!({"body": STANDARD.encode("x".repeat(length)), "isBase64Encoded": true}));
            let expected = if length <= 10 { Ok(length) } else { Err(413) };
            assert_eq!((size_of(plain, 10), size_of(encoded, 10)), (expected, expected), "{length}");
        }
    }

    #[test]
    fn a_body_that_is_not_what_it_is_said_to_be_is_malformed() {
        assert_eq!(size_of(request(json!({"body": "*", "isBase64Encoded": true})), 10), Err(400));
        assert_eq!(size_of(request(json!({"body": null})), 10), Ok(0));
    }

    #[test]
    fn a_header_that_comes_twice_is_joined() {
        let headers: Headers =
            [("X-A", "1"), ("x-a", "2")].map(|(name, value)| (name.into(), value.into())).into_iter().collect();
        assert_eq!(headers.get("x-a"), Some("1,2"));
    }

    #[test]
    fn only_plain_json_is_taken() {
        let announce = |kind: &str, encoding: &str| {
            request(json!({"headers": {"Content-Type": kind, "Content-Encoding": encoding}})).headers.announce_json()
        };
        for kind in ["application/json", "Application/JSON; charset=utf-8", "application/cloudevents+json"] {
            assert!(announce(kind, "") && announce(kind, "identity") && !announce(kind, "gzip"), "{kind}");
        }
        for kind in ["", "text/plain", "text/json", "application/x-www-form-urlencoded", "application/json2"] {
            assert!(!announce(kind, ""), "{kind}");
        }
    }

    #[test]
    fn strange_text_in_path_and_headers_is_read_as_it_is() {
        let strange = request(json!({"rawPath": "/ü\u{0}?#[", "headers": {"x\n": "\u{7f}é", "": ""}}));
        assert_eq!((strange.path.as_str(), strange.headers.get("x\n")), ("/ü\u{0}?#[", Some("\u{7f}é")));
        assert!(Request::decode("{}").is_err() && Request::decode("[1]").is_err());
    }
}
