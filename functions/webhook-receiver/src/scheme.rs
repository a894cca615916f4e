//! How senders prove who they are: one file per scheme.
//!
//! Every scheme looks at the bytes that arrived and never at what they mean. A proof that does not hold ends as
//! [`Forged`], whose variants are for our own log: the sender hears one text for all of them.

mod hub_sha256;
mod shared_token;
mod standard_webhooks;
mod timestamped_hmac;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{digest, hmac};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;

use crate::request::Headers;

/// A way of proving who sent a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// HMAC over moment and body.
    TimestampedHmac,
    /// HMAC over the body: Genesys Open Messaging.
    HubSha256,
    /// The Standard Webhooks specification.
    StandardWebhooks,
    /// A token that is the same in every request.
    SharedToken,
}

/// The headers in which a source's proof stands, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderNames {
    /// Signature or token.
    pub signature: String,
    /// The signed moment, where the scheme has one.
    pub timestamp: String,
}

/// What is presented for verification.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    /// The request's headers.
    pub headers: &'a Headers,
    /// The request's body, byte for byte.
    pub body: &'a [u8],
}

/// What a proof that holds says about the delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// When it was signed, where that is signed too.
    pub at: Option<Timestamp>,
    /// Its id, where that is signed too.
    pub id: Option<String>,
    /// Digest of everything that was signed: the id of a delivery that has none.
    pub digest: String,
}

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// The webhook secret has no key for this source.
    #[error("there is no key for this source: add one with `make secrets`")]
    NoKey,
    /// A header of the scheme is not there.
    #[error("a header of the scheme is missing")]
    Missing,
    /// A header of the scheme does not have its form.
    #[error("a header of the scheme cannot be read")]
    Unreadable,
    /// No key explains the signature.
    #[error("the signature belongs to none of the keys")]
    Different,
    /// It was signed too long ago, or lies ahead of our clock.
    #[error("the signature is too old or lies in the future")]
    Stale,
}

/// Sixteen bytes in hexadecimal are enough to be one event's name.
const DIGEST_BYTES: usize = 16;

impl HeaderNames {
    /// The configured names, or the scheme's own where they are empty.
    pub fn of(scheme: Scheme, signature: &str, timestamp: &str) -> Self {
        let (own_signature, own_timestamp) = match scheme {
            Scheme::TimestampedHmac => (timestamped_hmac::SIGNATURE, timestamped_hmac::TIMESTAMP),
            Scheme::HubSha256 => (hub_sha256::SIGNATURE, ""),
            Scheme::StandardWebhooks => (standard_webhooks::SIGNATURE, standard_webhooks::TIMESTAMP),
            Scheme::SharedToken => (shared_token::TOKEN, ""),
        };
        let or = |given: &str, own: &str| if given.is_empty() { own.to_owned() } else { given.to_owned() };
        Self { signature: or(signature, own_signature), timestamp: or(timestamp, own_timestamp) }
    }
}

impl Scheme {
    /// Checks the proof against each of `keys`.
    ///
    /// # Errors
    /// [`Forged`]. No keys means that nothing is proven.
    pub fn verify(
        self,
        names: &HeaderNames,
        presented: Presented<'_>,
        keys: &[SecretString],
    ) -> Result<Signed, Forged> {
        if keys.is_empty() {
            return Err(Forged::NoKey);
        }
        match self {
            Self::TimestampedHmac => timestamped_hmac::verify(names, presented, keys),
            Self::HubSha256 => hub_sha256::verify(names, presented, keys),
            Self::StandardWebhooks => standard_webhooks::verify(names, presented, keys),
            Self::SharedToken => shared_token::verify(names, presented, keys),
        }
    }

    /// The headers that whoever reads the event later needs to check it again. A token is none of them: it is a key.
    pub fn kept_headers(self, names: &HeaderNames) -> Vec<&str> {
        match self {
            Self::TimestampedHmac => vec![&names.signature, &names.timestamp],
            Self::HubSha256 => vec![&names.signature],
            Self::StandardWebhooks => vec![standard_webhooks::ID, &names.timestamp, &names.signature],
            Self::SharedToken => Vec::new(),
        }
    }
}

impl<'a> Presented<'a> {
    fn header(&self, name: &str) -> Result<&'a str, Forged> {
        self.headers.get(name).filter(|value| !value.is_empty()).ok_or(Forged::Missing)
    }
}

/// HMAC-SHA256 of the parts one after another.
fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    parts.iter().for_each(|part| context.update(part));
    context.sign()
}

fn sha256(parts: &[&[u8]]) -> digest::Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    parts.iter().for_each(|part| context.update(part));
    context.finish()
}

/// The name of what was signed.
fn name_of(parts: &[&[u8]]) -> String {
    let hash = sha256(parts);
    hash.as_ref()[..DIGEST_BYTES].iter().fold("sha256-".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// Whether both are equal, in a time that depends on their lengths only.
fn is_equal(one: &[u8], other: &[u8]) -> bool {
    verify_slices_are_equal(one, other).is_ok()
}
