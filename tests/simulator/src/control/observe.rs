//! Journal and tokens: what happened, and with which keys.

use serde_json::{Value, json};

use super::Done;
use crate::journal::{self, Entry};
use crate::wire::Pairs;
use crate::world::World;

pub(super) fn dispatch(world: &mut World, method: &str, parts: &[&str], query: &Pairs, body: &Value) -> Option<Done> {
    Some(match (method, parts) {
        ("GET", ["journal"]) => Ok(json!(chosen(world, query))),
        ("GET", ["journal", "counts"]) => Ok(world.journal.counts()),
        ("GET", ["journal", "overlaps"]) => Ok(json!(journal::overlaps(&chosen(world, query)))),
        ("DELETE", ["journal"]) => {
            world.journal.clear();
            Ok(json!({}))
        }
        ("GET", ["tokens"]) => {
            Ok([world.genesys.tokens.describe(), world.salesforce.sessions.describe()].concat().into())
        }
        ("POST", ["tokens", "revoke"]) => revoke(world, body),
        _ => return None,
    })
}

/// Entries by `after` (a number), `vendor`, `operation` and `kind`.
fn chosen<'a>(world: &'a World, query: &Pairs) -> Vec<&'a Entry> {
    let after: u64 = query.get("after").and_then(|text| text.parse().ok()).unwrap_or(0);
    let is = |name: &str, value: &Value| query.get(name).is_none_or(|wanted| value == wanted);
    let entries = world.journal.entries().iter().filter(|entry| entry.number > after);
    entries
        .filter(|entry| is("vendor", &json!(entry.vendor)))
        .filter(|entry| is("operation", &json!(entry.operation)) && is("kind", &json!(entry.kind)))
        .collect()
}

/// Revokes tokens by `vendor` and `client`; without them, all.
fn revoke(world: &mut World, body: &Value) -> Done {
    let client = body["client"].as_str();
    let (genesys, salesforce) = match body["vendor"].as_str() {
        None => (true, true),
        Some("genesys") => (true, false),
        Some("salesforce") => (false, true),
        Some(other) => return Err(format!("vendor is genesys or salesforce, not {other}")),
    };
    let mut revoked = 0;
    if genesys {
        revoked += world.genesys.tokens.revoke_of(client);
    }
    if salesforce {
        revoked += world.salesforce.sessions.revoke_of(client);
    }
    Ok(json!({"revoked": revoked}))
}
