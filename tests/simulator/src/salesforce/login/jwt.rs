//! The JWT bearer flow: an assertion that the client signed with its private key.
//!
//! The client's entry in the settings holds the certificate (or the public key alone) and the users it may speak for.
//! The vendor checks who, with which signature, for whom, and for how long: at most three minutes, in seconds.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::routes::Refused;
use crate::settings::LoginRefusal;
use crate::wire::Call;
use crate::world::World;

/// Three minutes, and the second that a client loses by rounding.
const LIFETIME_S_MAX: i64 = 181;
/// The addresses an assertion may be meant for, beside the organisation's own.
const AUDIENCES: [&str; 2] = ["https://login.salesforce.com", "https://test.salesforce.com"];

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    #[serde(deserialize_with = "seconds")]
    exp: i64,
}

/// A number, or the text of one: clients in wide use send that, and the vendor takes it.
fn seconds<'de, D: Deserializer<'de>>(given: D) -> Result<i64, D::Error> {
    let given = Value::deserialize(given)?;
    let number = given.as_i64().or_else(|| given.as_str()?.parse().ok());
    number.ok_or_else(|| D::Error::custom("exp is not a number of seconds"))
}

const UNREADABLE: Refused = ("invalid_assertion", "the assertion cannot be read");

/// The client that an assertion proves.
pub(super) fn client(world: &World, call: &Call, assertion: &str) -> Result<String, Refused> {
    let (signed, signature) = assertion.rsplit_once('.').ok_or(UNREADABLE)?;
    let (header, claims) = signed.split_once('.').ok_or(UNREADABLE)?;
    let (header, claims): (Header, Claims) = (part(header)?, part(claims)?);
    if header.alg != "RS256" {
        return Err(("invalid_assertion", "alg must be RS256"));
    }
    let client = world.settings.salesforce.clients.get(&claims.iss);
    let client = client.ok_or(("invalid_client_id", "client identifier invalid"))?;
    let key = client.certificate.as_deref().and_then(public_key);
    let key = key.ok_or(("invalid_client", "the app has no certificate"))?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| UNREADABLE)?;
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key);
    key.verify(signed.as_bytes(), &signature).map_err(|_| ("invalid_assertion", "the signature does not fit"))?;
    let audience = claims.aud.trim_end_matches('/');
    if !AUDIENCES.contains(&audience) && audience != call.base {
        return Err(("invalid_grant", "audience is invalid"));
    }
    let left_s = claims.exp.saturating_sub(call.now.as_second());
    if left_s <= 0 {
        return Err(("invalid_grant", "the assertion is expired"));
    }
    if left_s > LIFETIME_S_MAX {
        return Err(("invalid_grant", "exp is more than three minutes ahead"));
    }
    match client.refused_users.get(&claims.sub) {
        Some(LoginRefusal::InvalidAppAccess) => return Err(("invalid_app_access", "user is not admitted to this app")),
        Some(LoginRefusal::InvalidRequest) => return Err(("invalid_request", "the app lacks the scope refresh_token")),
        None => {}
    }
    if !client.users.contains(&claims.sub) {
        return Err(("invalid_grant", "user hasn't approved this consumer"));
    }
    Ok(claims.iss)
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, Refused> {
    let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| UNREADABLE)?;
    serde_json::from_slice(&json).map_err(|_| UNREADABLE)
}

/// The key in a PEM text: that of a certificate, or a key alone.
fn public_key(pem: &str) -> Option<Vec<u8>> {
    let lines = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
    let der = STANDARD.decode(lines.collect::<String>()).ok()?;
    if pem.contains("BEGIN CERTIFICATE") { key_of_certificate(&der).map(<[u8]>::to_vec) } else { Some(der) }
}

/// The tag that only the first, optional element of a certificate has: its version.
const VERSION: u8 = 0xa0;
/// Serial number, algorithm, issuer, validity and subject stand before the key.
const BEFORE_KEY: usize = 5;

/// The key inside a certificate, found by its place.
fn key_of_certificate(der: &[u8]) -> Option<&[u8]> {
    let certificate = Element::first(der)?;
    let mut rest = Element::first(certificate.content)?.content;
    let mut before = 0;
    loop {
        let element = Element::first(rest)?;
        if before == BEFORE_KEY {
            return Some(element.whole);
        }
        before += usize::from(element.tag != VERSION);
        rest = element.rest;
    }
}

/// One DER element and what follows it.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Element<'a> {
    fn first(der: &'a [u8]) -> Option<Self> {
        let (tag, first) = (*der.first()?, usize::from(*der.get(1)?));
        let (head, length) = match first {
            0..=0x7f => (2, first),
            _ => {
                let bytes = der.get(2..2 + (first & 0x7f))?;
                (
                    2 + bytes.len(),
                    bytes
                        .iter()
                        .try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add(usize::from(*byte)))?,
                )
            }
        };
        let (whole, rest) = der.split_at_checked(head.checked_add(length)?)?;
        Some(Self { tag, content: &whole[head..], whole, rest })
    }
}
