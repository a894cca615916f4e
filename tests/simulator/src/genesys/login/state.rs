//! Tokens that were issued and are alive.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::genesys::rate::Window;

struct Token {
    client: String,
    expires: Timestamp,
    window: Window,
    uses: u64,
}

/// All tokens of the organisation.
#[derive(Default)]
pub(crate) struct Tokens {
    alive: HashMap<String, Token>,
}

impl Tokens {
    /// Makes a token for a client.
    pub(crate) fn issue(
        &mut self,
        client: &str,
        expires_in_s: i64,
        now: Timestamp,
        chance: &mut fastrand::Rng,
    ) -> String {
        let name: String = std::iter::repeat_with(|| chance.alphanumeric()).take(86).collect();
        let expires = now.saturating_add(SignedDuration::from_secs(expires_in_s)).unwrap_or(Timestamp::MAX);
        let token = Token { client: client.to_owned(), expires, window: Window::default(), uses: 0 };
        self.alive.insert(name.clone(), token);
        name
    }

    pub(crate) fn client_of(&self, token: &str, now: Timestamp) -> Option<String> {
        let token = self.alive.get(token).filter(|token| token.expires > now)?;
        Some(token.client.clone())
    }

    /// The rate window of a token, to count a use.
    pub(crate) fn window(&mut self, token: &str) -> Option<&mut Window> {
        let token = self.alive.get_mut(token)?;
        token.uses += 1;
        Some(&mut token.window)
    }

    pub(crate) fn used(&self, token: &str) -> Option<Window> {
        Some(self.alive.get(token)?.window)
    }

    pub(crate) fn revoke(&mut self, token: &str) {
        self.alive.remove(token);
    }

    /// Revokes the tokens of one client, or all; returns how many there were.
    pub(crate) fn revoke_of(&mut self, client: Option<&str>) -> usize {
        let before = self.alive.len();
        self.alive.retain(|_, token| client.is_some_and(|client| client != token.client));
        before - self.alive.len()
    }

    /// The tokens themselves, for a test that greps for them.
    pub(crate) fn describe(&self) -> Vec<Value> {
        let mut all: Vec<_> = self.alive.iter().collect();
        all.sort_by_key(|(name, _)| name.as_str());
        all.into_iter()
            .map(|(name, token)| {
                json!({"vendor": "genesys", "token": name, "client": token.client, "expires": token.expires.to_string(), "uses": token.uses})
            })
            .collect()
    }
}
