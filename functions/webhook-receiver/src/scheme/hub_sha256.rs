//! `hub_sha256`: `X-Hub-Signature-256: sha256=<base64 of HMAC-SHA256 over the body>`, as Genesys Open Messaging signs.
//!
//! Base64, where others who use this header write hexadecimal. There is no moment in it, so an old delivery is only
//! recognised while the replay memory holds it (`genesys-api` 9.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::{Forged, HeaderNames, Presented, Signed, hmac_sha256, is_equal, name_of};

/// The signature's header.
pub(super) const SIGNATURE: &str = "x-hub-signature-256";
const PREFIX: &str = "sha256=";

pub(super) fn verify(names: &HeaderNames, presented: Presented<'_>, keys: &[SecretString]) -> Result<Signed, Forged> {
    let signature = presented.header(&names.signature)?.strip_prefix(PREFIX).ok_or(Forged::Unreadable)?;
    let signature = STANDARD.decode(signature).map_err(|_| Forged::Unreadable)?;
    let fits = |key: &SecretString| {
        is_equal(hmac_sha256(key.expose_secret().as_bytes(), &[presented.body]).as_ref(), &signature)
    };
    if !keys.iter().any(fits) {
        return Err(Forged::Different);
    }
    Ok(Signed { at: None, id: None, digest: name_of(&[presented.body]) })
}
