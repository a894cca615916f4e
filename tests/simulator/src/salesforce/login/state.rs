//! Sessions. A session ends when it is not used for a while; each use extends it.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

struct Session {
    client: String,
    lifetime: SignedDuration,
    expires: Timestamp,
    uses: u64,
}

/// All sessions of the organisation.
#[derive(Default)]
pub(crate) struct Sessions {
    alive: HashMap<String, Session>,
}

impl Sessions {
    pub(crate) fn open(&mut self, token: String, client: &str, lifetime_s: i64, now: Timestamp) {
        let lifetime = SignedDuration::from_secs(lifetime_s);
        let expires = later(now, lifetime);
        self.alive.insert(token, Session { client: client.to_owned(), lifetime, expires, uses: 0 });
    }

    /// The client of a living session, which is extended.
    pub(crate) fn touch(&mut self, token: &str, now: Timestamp) -> Option<String> {
        let session = self.alive.get_mut(token).filter(|session| session.expires > now)?;
        session.expires = later(now, session.lifetime);
        session.uses += 1;
        Some(session.client.clone())
    }

    pub(crate) fn revoke(&mut self, token: &str) {
        self.alive.remove(token);
    }

    /// Ends the sessions of one client, or all; returns how many there were.
    pub(crate) fn revoke_of(&mut self, client: Option<&str>) -> usize {
        let before = self.alive.len();
        self.alive.retain(|_, session| client.is_some_and(|client| client != session.client));
        before - self.alive.len()
    }

    /// The tokens themselves, for a test that greps for them.
    pub(crate) fn describe(&self) -> Vec<Value> {
        let mut all: Vec<_> = self.alive.iter().collect();
        all.sort_by_key(|(token, _)| token.as_str());
        all.into_iter()
            .map(|(token, session)| {
                json!({"vendor": "salesforce", "token": token, "client": session.client, "expires": session.expires.to_string(), "uses": session.uses})
            })
            .collect()
    }
}

fn later(now: Timestamp, length: SignedDuration) -> Timestamp {
    now.saturating_add(length).unwrap_or(Timestamp::MAX)
}
