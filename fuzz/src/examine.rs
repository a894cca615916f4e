//! What the fuzzer does with an input, and what must hold: shared with the test that replays its corpus.
//!
//! The first byte chooses; the rest are lines of headers, an empty line, and a body. As a stranger's delivery none may
//! ever be verified, because the keys are not in the input. Signed properly, every body has to be read or refused.

use std::sync::LazyLock;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platform::cloud_event::CloudEvent;
use platform::config::from_text;
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use webhook_receiver::NAME;
use webhook_receiver::config::Config;
use webhook_receiver::delivery::Delivery;
use webhook_receiver::event;
use webhook_receiver::publish::envelope;
use webhook_receiver::request::Request;
use webhook_receiver::source::Routes;

const NOW: &str = "2026-03-14T10:00:31Z";
const MOMENT: &str = "1773482431";
/// Nobody guesses it; as base64 it is a key of Standard Webhooks too.
const KEY: &str = "4SjLwbyAbX5Rj0nPqhC2T7zDqvN2b8cE";

const MORE: &str = "[webhook-receiver.sources.standard]\nscheme = \"standard_webhooks\"\ntype = [\"/type\"]\n\
                    [webhook-receiver.sources.standard.queues]\n\"*\" = \"conversations\"\n";

static ROUTES: LazyLock<Option<Routes>> =
    LazyLock::new(|| from_text::<Config>(NAME, MORE, "fuzz").ok()?.function.routes().ok());

/// Examines one input.
///
/// # Panics
/// When a promise does not hold: that is what the fuzzer looks for.
pub fn examine(input: &[u8]) {
    let Some((choice, rest)) = input.split_first() else { return };
    let paths = ["/webhooks/genesys", "/webhooks/open-messaging", "/webhooks/relay", "/webhooks/standard", "/webhook"];
    let path = paths[usize::from(*choice) % paths.len()];
    let (headers, body) = split(rest);
    // Also as the whole event, and as a message that a queue brings.
    let text = String::from_utf8_lossy(rest);
    let _ = (Request::decode(&text), CloudEvent::decode(&text));
    assert!(!is_verified(path, headers, body, false), "a delivery was verified without the key");
    let signed = signature(body);
    if !body.is_empty() && body.len() < 262_144 {
        assert!(is_verified("/webhook", signed, body, true), "a signed delivery was refused");
    }
}

fn split(rest: &[u8]) -> (Map<String, Value>, &[u8]) {
    let end = rest.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((rest, &[][..]), |end| (&rest[..end], &rest[end + 2..]));
    let head = String::from_utf8_lossy(head);
    let pairs = head.lines().filter_map(|line| line.split_once(": "));
    let mut headers: Map<String, Value> = pairs.map(|(name, value)| (name.to_owned(), value.into())).collect();
    headers.entry("content-type").or_insert_with(|| "application/json".into());
    (headers, body)
}

fn signature(body: &[u8]) -> Map<String, Value> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes());
    let signature = hmac::sign(&key, &[MOMENT.as_bytes(), b".", body].concat());
    let headers = json!({
        "content-type": "application/json",
        "x-genesys-webhook-signature": STANDARD.encode(signature),
        "x-genesys-webhook-timestamp": MOMENT,
    });
    headers.as_object().cloned().unwrap_or_default()
}

/// The way of a delivery without its clients. What is verified is read, and what is read survives its envelope.
fn is_verified(path: &str, headers: Map<String, Value>, body: &[u8], encoded: bool) -> bool {
    let text = if encoded { STANDARD.encode(body) } else { String::from_utf8_lossy(body).into_owned() };
    let event = json!({
        "rawPath": path, "headers": headers, "body": text, "isBase64Encoded": encoded,
        "requestContext": {"stage": "$default", "http": {"method": "POST"}},
    });
    let (Ok(request), Some(routes)) = (Request::decode(&event.to_string()), ROUTES.as_ref()) else { return false };
    let Some(route) = routes.find(&request.path) else { return false };
    let Ok(delivery) = Delivery::of(route.source, request) else { return false };
    let Ok(now) = NOW.parse() else { return false };
    let Ok(verified) = delivery.verify(&[SecretString::from(KEY)], now) else { return false };
    if let Ok(event) = event::read(&verified, route.event_type.as_deref(), now) {
        let sent = envelope(&verified, &event);
        assert_eq!(CloudEvent::decode(&sent.encode()).ok(), Some(sent), "an envelope did not survive");
    }
    true
}
