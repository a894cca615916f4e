//! `timestamped_hmac`: base64 of HMAC-SHA256 over `<moment>.<body>`, the moment in a header of its own.
//!
//! The moment is signed as it was received, so seconds, milliseconds and RFC 3339 are each right as long as they are
//! left alone on the way. The scheme is this bundle's own contract with whatever relays Genesys events to it: Genesys
//! Cloud has no such header.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::{Forged, HeaderNames, Presented, Signed, hmac_sha256, is_equal, name_of};
use crate::stamp;

/// The signature's header.
pub(super) const SIGNATURE: &str = "x-genesys-webhook-signature";
/// The moment's header.
pub(super) const TIMESTAMP: &str = "x-genesys-webhook-timestamp";

pub(super) fn verify(names: &HeaderNames, presented: Presented<'_>, keys: &[SecretString]) -> Result<Signed, Forged> {
    let signature = presented.header(&names.signature)?;
    let moment = presented.header(&names.timestamp)?;
    let signature = STANDARD.decode(signature).map_err(|_| Forged::Unreadable)?;
    let at = stamp::parse(moment).ok_or(Forged::Unreadable)?;
    let signed = [moment.as_bytes(), b".", presented.body];
    let fits = |key: &SecretString| is_equal(hmac_sha256(key.expose_secret().as_bytes(), &signed).as_ref(), &signature);
    if !keys.iter().any(fits) {
        return Err(Forged::Different);
    }
    Ok(Signed { at: Some(at), id: None, digest: name_of(&signed) })
}
