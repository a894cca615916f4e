//! Keyed digests: how the state table remembers values without holding them.
//!
//! A link row says what both systems agreed on, so that unchanged content costs no request. It says so by HMAC-SHA256
//! under a secret of its own: names and numbers cannot be read from the table, and short ones cannot be guessed
//! without the key. The key is never a vendor's client secret, because rotating that would make every contact look
//! changed.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

/// Half of the hash: two values collide once in 2^64 contacts, and the row stays small.
const DIGEST_BYTES: usize = 16;
/// Enough to tell two keys apart.
const ID_BYTES: usize = 6;

/// The key of all digests of a stage.
#[derive(Clone)]
pub struct DigestKey {
    key: hmac::Key,
    id: String,
}

impl DigestKey {
    /// The key in the digest secret, whose text is used as it is.
    pub fn from_secret(secret: &SecretString) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
        let id = short(&hmac::sign(&key, b"digest key id"), ID_BYTES);
        Self { key, id }
    }

    /// A short name of the key, stored beside the digests: digests of another key say nothing about change.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The digest of `field`'s normalised value.
    pub fn digest(&self, field: &str, normalised: &str) -> String {
        let mut context = hmac::Context::with_key(&self.key);
        // Lengths first: otherwise ("ab", "c") and ("a", "bc") would be the same text.
        for part in [field, normalised] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        short(&context.sign(), DIGEST_BYTES)
    }
}

impl std::fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DigestKey({})", self.id)
    }
}

/// A short name of a text by which a change is noticed. Without a key: for settings and other texts that are no secret
/// and about nobody.
pub fn fingerprint(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..DIGEST_BYTES])
}

fn short(tag: &hmac::Tag, bytes: usize) -> String {
    URL_SAFE_NO_PAD.encode(&tag.as_ref()[..bytes])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> DigestKey {
        DigestKey::from_secret(&SecretString::from(text))
    }

    #[test]
    fn a_digest_tells_field_value_and_key_apart() {
        let one = key("one");
        assert_eq!(one.digest("email", "a@b.c"), key("one").digest("email", "a@b.c"));
        assert_ne!(one.digest("email", "a@b.c"), one.digest("phone", "a@b.c"));
        assert_ne!(one.digest("ab", "c"), one.digest("a", "bc"));
        assert_ne!(one.digest("email", "a@b.c"), key("two").digest("email", "a@b.c"));
        assert_ne!(one.id(), key("two").id());
    }

    #[test]
    fn a_fingerprint_tells_texts_apart_and_stays_the_same() {
        assert_eq!(fingerprint(""), "47DEQpj8HBSa-_TImW-5JA", "the first half of SHA-256 of nothing");
        assert_ne!(fingerprint("a"), fingerprint("b"));
    }

    #[test]
    fn a_digest_is_sixteen_bytes_and_shows_neither_value_nor_key() {
        let key = key("very secret");
        let digest = key.digest("email", "ana@example.com");
        assert_eq!(URL_SAFE_NO_PAD.decode(&digest).unwrap().len(), DIGEST_BYTES);
        assert!(!format!("{key:?}{digest}").contains("secret"));
    }
}
