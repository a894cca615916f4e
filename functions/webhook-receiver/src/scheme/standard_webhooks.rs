//! `standard_webhooks`: the Standard Webhooks specification, with both of its kinds of signatures.
//!
//! Signed is `<id>.<seconds>.<body>`. The header lists signatures, separated by spaces: `v1,` is HMAC-SHA256 with a
//! key `whsec_<base64>`, `v1a,` is ed25519 with a public key `whpk_<base64>`. One that fits is enough; kinds that are not
//! known are passed over, as the specification wants it. See
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::{Forged, HeaderNames, Presented, Signed, hmac_sha256, is_equal, name_of};
use crate::stamp;

/// The id's header.
pub(super) const ID: &str = "webhook-id";
/// The moment's header.
pub(super) const TIMESTAMP: &str = "webhook-timestamp";
/// The signatures' header.
pub(super) const SIGNATURE: &str = "webhook-signature";

const SECRET_PREFIX: &str = "whsec_";
const PUBLIC_PREFIX: &str = "whpk_";
/// A sender that changes its key lists two or three. Each costs a hash of the body.
const SIGNATURES_MAX: usize = 8;

/// A key with what it can check.
enum Key {
    Secret(Vec<u8>),
    Public(Vec<u8>),
}

pub(super) fn verify(names: &HeaderNames, presented: Presented<'_>, keys: &[SecretString]) -> Result<Signed, Forged> {
    let id = presented.header(ID)?;
    let seconds = presented.header(&names.timestamp)?;
    let list = presented.header(&names.signature)?;
    // The specification has seconds only; a moment in another form would not be its own canonical text.
    let is_whole = seconds.bytes().all(|byte| byte.is_ascii_digit());
    let at = stamp::parse(seconds).filter(|_| is_whole).ok_or(Forged::Unreadable)?;
    let keys: Vec<Key> = keys.iter().filter_map(Key::read).collect();
    let signed = [id.as_bytes(), b".", seconds.as_bytes(), b".", presented.body];
    let fits = |signature: &str| keys.iter().any(|key| key.fits(signature, &signed));
    if list.split(' ').filter(|signature| !signature.is_empty()).take(SIGNATURES_MAX).any(fits) {
        return Ok(Signed { at: Some(at), id: Some(id.to_owned()), digest: name_of(&signed) });
    }
    Err(Forged::Different)
}

impl Key {
    /// `None` for a key of another form, which then verifies nothing.
    fn read(key: &SecretString) -> Option<Self> {
        let text = key.expose_secret();
        let (text, kind): (&str, fn(Vec<u8>) -> Self) = match text.strip_prefix(PUBLIC_PREFIX) {
            Some(public) => (public, Self::Public),
            None => (text.strip_prefix(SECRET_PREFIX).unwrap_or(text), Self::Secret),
        };
        STANDARD.decode(text).ok().filter(|bytes| !bytes.is_empty()).map(kind)
    }

    /// Whether `signature`, one entry of the list, is this key's.
    fn fits(&self, signature: &str, signed: &[&[u8]]) -> bool {
        let Some((version, signature)) = signature.split_once(',') else { return false };
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        match (self, version) {
            (Self::Secret(key), "v1") => is_equal(hmac_sha256(key, signed).as_ref(), &signature),
            (Self::Public(key), "v1a") => {
                UnparsedPublicKey::new(&ED25519, key).verify(&signed.concat(), &signature).is_ok()
            }
            _ => false,
        }
    }
}
