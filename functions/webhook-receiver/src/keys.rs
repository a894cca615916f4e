//! The keys of the senders, as the webhook secret holds them.
//!
//! A source has a list of keys and any of them verifies, so a key is changed without a gap: add the new one, let the
//! sender change, take the old one out. Keys are used for `key_cache_seconds` and then read again. A signature that no
//! known key explains makes that reading happen early, so that a new key works at once; not more often than every few
//! seconds, or forged requests would turn into calls to Secrets Manager. When the secret cannot be read again, the
//! known keys go on working.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use platform::clock::Clock;
use platform::secret::{SecretError, Secrets};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

/// Shorter keys can be guessed. Genesys, too, demands more than fifteen characters.
pub const KEY_CHARS_MIN: usize = 16;
/// At most so often is the secret read because of a signature that nothing explains.
const EARLY_READING_EVERY: Duration = Duration::from_secs(10);

/// All sources' keys. Prints nothing of them.
#[derive(Debug, Default)]
pub struct KeyRing(HashMap<String, Vec<SecretString>>);

/// The webhook secret with its cache.
#[derive(Debug)]
pub struct Keys {
    secrets: Secrets,
    secret_id: String,
    clock: Clock,
    cached_for: Duration,
    known: Mutex<Option<Known>>,
}

#[derive(Clone, Debug)]
struct Known {
    ring: Arc<KeyRing>,
    read_at_ms: i64,
}

impl KeyRing {
    /// The keys of a source; none where the secret has none.
    pub fn of(&self, source: &str) -> &[SecretString] {
        self.0.get(source).map_or(&[], Vec::as_slice)
    }
}

impl<'de> Deserialize<'de> for KeyRing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let lists = HashMap::<String, Vec<String>>::deserialize(deserializer)?;
        let usable = |(source, keys): (String, Vec<String>)| {
            let count = keys.len();
            let keys: Vec<SecretString> = keys
                .into_iter()
                .filter(|key| key.trim().chars().count() >= KEY_CHARS_MIN)
                .map(SecretString::from)
                .collect();
            if keys.len() < count {
                tracing::error!(
                    source,
                    "a key with fewer than {KEY_CHARS_MIN} characters is not used: replace it in the webhook secret"
                );
            }
            (source, keys)
        };
        Ok(Self(lists.into_iter().map(usable).collect()))
    }
}

impl Keys {
    /// The keys in the secret `secret_id`, read at the first use.
    pub fn new(secrets: Secrets, secret_id: &str, clock: Clock, cached_for: Duration) -> Self {
        Self { secrets, secret_id: secret_id.to_owned(), clock, cached_for, known: Mutex::default() }
    }

    /// The keys, at most `key_cache_seconds` old, or older while the secret cannot be read.
    ///
    /// # Errors
    /// [`SecretError`] when they were never read.
    pub async fn current(&self) -> Result<Arc<KeyRing>, SecretError> {
        match self.known() {
            Some(known) if self.age(&known) < self.cached_for => Ok(known.ring),
            Some(known) => Ok(self.read().await.unwrap_or_else(|error| {
                tracing::error!(%error, "the known webhook keys go on working");
                self.keep(known.ring.clone());
                known.ring
            })),
            None => self.read().await,
        }
    }

    /// The keys read anew because none of the known ones fits; `None` when that was done a moment ago, or fails.
    pub async fn read_early(&self) -> Option<Arc<KeyRing>> {
        if self.known().is_some_and(|known| self.age(&known) < EARLY_READING_EVERY) {
            return None;
        }
        self.read().await.ok()
    }

    async fn read(&self) -> Result<Arc<KeyRing>, SecretError> {
        self.secrets.forget(&self.secret_id);
        let ring = self.secrets.get::<KeyRing>(&self.secret_id).await?;
        self.keep(ring.clone());
        Ok(ring)
    }

    fn keep(&self, ring: Arc<KeyRing>) {
        let read_at_ms = self.clock.now_ms();
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Known { ring, read_at_ms });
    }

    fn known(&self) -> Option<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn age(&self, known: &Known) -> Duration {
        let age_ms = self.clock.now_ms().saturating_sub(known.read_at_ms);
        Duration::from_millis(u64::try_from(age_ms).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s01_blank_and_short_keys_are_no_keys() {
        let text = r#"{"a":["","   ","short","0123456789abcdef"],"b":[]}"#;
        let ring: KeyRing = serde_json::from_str(text).unwrap();
        assert_eq!((ring.of("a").len(), ring.of("b").len(), ring.of("c").len()), (1, 0, 0));
        assert!(!format!("{ring:?}").contains("0123456789abcdef"), "{ring:?}");
    }
}
