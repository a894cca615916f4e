//! Sealing of tokens in the state table, so that the table alone is useless to a thief.
//!
//! The key is derived from the OAuth client secret (HKDF-SHA256): who has the secret could log in anyway, and a
//! rotated secret invalidates what was sealed under the old one by itself. The row's key and the version of the form
//! are authenticated with it (AES-256-GCM-SIV), so a sealed token that is copied to another row does not open. What
//! does not open is treated like a row that is not there, never like an error.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::key::Key;

const NONCE_BYTES: usize = 12;
const KEY_BYTES: usize = 32;
/// Separates this use of the client secret from any other.
const PURPOSE: &[u8] = b"cx-bridge sealed token";
/// The form of what is sealed. A new form gets a new version, and old rows become cache misses.
const VERSION: &str = "1";

/// Seals and opens what stands in one row.
pub(crate) struct Seal {
    key: RandomizedNonceKey,
    place: String,
}

struct KeyLength;

impl hkdf::KeyType for KeyLength {
    fn len(&self) -> usize {
        KEY_BYTES
    }
}

impl Seal {
    /// The seal of the row at `place` under `secret`.
    pub(crate) fn new(secret: &SecretString, place: Key<'_>) -> Result<Self, Unspecified> {
        let mut key = [0; KEY_BYTES];
        let derived = hkdf::Salt::new(hkdf::HKDF_SHA256, PURPOSE).extract(secret.expose_secret().as_bytes());
        derived.expand(&[VERSION.as_bytes()], KeyLength)?.fill(&mut key)?;
        Ok(Self { key: RandomizedNonceKey::new(&AES_256_GCM_SIV, &key)?, place: format!("{place}/{VERSION}") })
    }

    /// `plain`, sealed, as text: nonce, ciphertext and tag in base64.
    pub(crate) fn seal(&self, plain: &[u8]) -> Result<String, Unspecified> {
        let mut sealed = plain.to_vec();
        let nonce = self.key.seal_in_place_append_tag(self.aad(), &mut sealed)?;
        Ok(STANDARD.encode([nonce.as_ref().as_slice(), &sealed].concat()))
    }

    /// What was sealed; `None` under another secret, in another row, or when it was tampered with.
    pub(crate) fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        let bytes = STANDARD.decode(sealed).ok()?;
        let (nonce, ciphertext) = bytes.split_at_checked(NONCE_BYTES)?;
        let mut opened = ciphertext.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let length = self.key.open_in_place(nonce, self.aad(), &mut opened).ok()?.len();
        opened.truncate(length);
        Some(opened)
    }

    fn aad(&self) -> Aad<&str> {
        Aad::from(&self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(secret: &str, client_id: &str) -> Seal {
        Seal::new(&SecretString::from(secret), Key::Token { client_id }).unwrap()
    }

    #[test]
    fn opens_only_with_its_secret_in_its_row_and_untouched() {
        let sealed = seal("secret", "a").seal(b"bearer").unwrap();
        assert_eq!(seal("secret", "a").open(&sealed).as_deref(), Some(b"bearer".as_slice()));
        assert_eq!(seal("rotated", "a").open(&sealed), None);
        assert_eq!(seal("secret", "b").open(&sealed), None, "moved to another row");
        assert_eq!(seal("secret", "a").open(&sealed[..sealed.len() - 4]), None);
        assert_eq!(seal("secret", "a").open("not base64 at all!"), None);
        assert_eq!(seal("secret", "a").open(""), None);
    }

    #[test]
    fn the_same_token_never_looks_the_same_twice() {
        let seal = seal("secret", "a");
        assert_ne!(seal.seal(b"bearer").unwrap(), seal.seal(b"bearer").unwrap());
    }
}
