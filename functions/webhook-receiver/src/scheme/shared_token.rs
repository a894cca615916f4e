//! `shared_token`: the same secret text in a header of every request.
//!
//! The weakest of the schemes: it proves who sends and not what was sent, and whoever sees one request can send more.
//! It is here because a Genesys data action can add a fixed header and cannot sign. Both sides are hashed before they
//! are compared, so that the time says nothing about the token, not even its length.

use secrecy::{ExposeSecret, SecretString};

use super::{Forged, HeaderNames, Presented, Signed, is_equal, name_of, sha256};

/// The token's header. `authorization` can be configured; a leading `Bearer ` is then no part of the token.
pub(super) const TOKEN: &str = "x-cx-bridge-token";

pub(super) fn verify(names: &HeaderNames, presented: Presented<'_>, keys: &[SecretString]) -> Result<Signed, Forged> {
    let value = presented.header(&names.signature)?;
    let token = value.strip_prefix("Bearer ").unwrap_or(value);
    let given = sha256(&[token.as_bytes()]);
    let fits = |key: &SecretString| is_equal(sha256(&[key.expose_secret().as_bytes()]).as_ref(), given.as_ref());
    if !keys.iter().any(fits) {
        return Err(Forged::Different);
    }
    Ok(Signed { at: None, id: None, digest: name_of(&[presented.body]) })
}
