//! The assertion of the JWT bearer flow: who wants to act as whom, signed with the app's private key.
//!
//! Salesforce knows the certificate that belongs to the key, so nothing secret travels. The key comes as PEM in a JSON
//! secret, in which form line breaks get lost in several ways; all of them are read.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use platform::vendor::Failure;
use serde_json::{Value, json};

/// Salesforce takes at most three minutes. Two leave one for a clock that is ahead, and two for one that is behind.
const LIFETIME: SignedDuration = SignedDuration::from_mins(2);

/// Who asks, as whom, where.
pub(crate) struct Claims<'a> {
    /// The consumer key.
    pub(crate) client_id: &'a str,
    /// The user to act as.
    pub(crate) username: &'a str,
    /// The shared login host of the organisation's kind.
    pub(crate) audience: &'a str,
}

/// The assertion, good for two minutes from `now`.
///
/// # Errors
/// [`Failure::Misconfigured`] for a key that cannot be used, saying what to store in its place.
pub(crate) fn assertion(claims: &Claims<'_>, private_key: &str, now: Timestamp) -> Result<String, Failure> {
    let key = key_pair(private_key)?;
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let payload = json!({
        "iss": claims.client_id, "sub": claims.username, "aud": claims.audience,
        "exp": now.as_second().saturating_add(LIFETIME.as_secs()),
    });
    let unsigned = format!("{}.{}", part(&json!({ "alg": "RS256", "typ": "JWT" })), part(&payload));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), unsigned.as_bytes(), &mut signature).map_err(|_| unusable())?;
    Ok(format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn key_pair(private_key: &str) -> Result<KeyPair, Failure> {
    let (label, content) = pem(private_key).ok_or_else(|| {
        advice("is not PEM text (-----BEGIN PRIVATE KEY-----); store the whole file, its line breaks as \\n")
    })?;
    let der = STANDARD.decode(content).map_err(|_| advice("is damaged PEM text; store the whole file again"))?;
    match label.as_str() {
        "PRIVATE KEY" => KeyPair::from_pkcs8(&der).map_err(|_| unusable()),
        "RSA PRIVATE KEY" => KeyPair::from_der(&der).map_err(|_| unusable()),
        "ENCRYPTED PRIVATE KEY" => {
            Err(advice("has a passphrase; store it without one (openssl pkey -in key.pem -out plain.pem)"))
        }
        "CERTIFICATE" => {
            Err(advice("is the certificate, which belongs into the app; store the private key of it here"))
        }
        _ => Err(unusable()),
    }
}

/// The label and the base64 text of the first PEM block, whatever became of its line breaks.
fn pem(text: &str) -> Option<(String, String)> {
    let text = text.replace("\\r", "\n").replace("\\n", "\n");
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (content, _) = rest.split_once(&format!("-----END {label}-----"))?;
    Some((label.to_owned(), content.split_whitespace().collect()))
}

fn unusable() -> Failure {
    advice(
        "is no RSA key that can sign; store one of 2,048 bits or more (openssl genrsa 2048), its certificate in the app",
    )
}

fn advice(what: &str) -> Failure {
    Failure::Misconfigured(format!("`private_key` in the Salesforce secret {what}"))
}

#[cfg(test)]
pub(crate) mod tests {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    /// A new key, and its PEM text.
    pub(crate) fn generated() -> (KeyPair, String) {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
        let content = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> =
            (0..content.len()).step_by(64).map(|at| &content[at..content.len().min(at + 64)]).collect();
        (key, format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n")))
    }

    const CLAIMS: Claims<'static> =
        Claims { client_id: "3MVG9", username: "sync@acme.example", audience: "https://login.salesforce.com" };

    fn decoded(part: &str) -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn an_assertion_is_signed_and_good_for_less_than_three_minutes() {
        let (key, pem) = generated();
        let now = Timestamp::from_second(1_795_320_000).unwrap();
        let assertion = assertion(&CLAIMS, &pem, now).unwrap();
        let (unsigned, signature) = assertion.rsplit_once('.').unwrap();
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref());
        public.verify(unsigned.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        let (header, claims) = unsigned.split_once('.').unwrap();
        assert_eq!(decoded(header)["alg"], "RS256");
        let expected = json!({
            "iss": "3MVG9", "sub": "sync@acme.example", "aud": "https://login.salesforce.com", "exp": 1_795_320_120_i64,
        });
        assert_eq!(decoded(claims), expected);
    }

    #[test]
    fn a_key_is_read_whatever_became_of_its_line_breaks() {
        let (_, pem) = generated();
        for spelling in [
            pem.replace('\n', "\\n"),
            pem.replace('\n', "\r\n"),
            pem.replace('\n', " "),
            format!("Bag Attributes\n{pem}"),
            pem.replace('\n', "\\r\\n"),
        ] {
            assert!(assertion(&CLAIMS, &spelling, Timestamp::UNIX_EPOCH).is_ok());
        }
    }

    #[test]
    fn the_older_form_of_a_key_is_read_too() {
        // The content of PKCS#8 is PKCS#1 behind 26 bytes, for a key of this size.
        let (_, pem) = generated();
        let (_, content) = super::pem(&pem).unwrap();
        let older = STANDARD.encode(&STANDARD.decode(content).unwrap()[26..]);
        let older = format!("-----BEGIN RSA PRIVATE KEY-----\n{older}\n-----END RSA PRIVATE KEY-----");
        assert!(assertion(&CLAIMS, &older, Timestamp::UNIX_EPOCH).is_ok());
    }

    #[test]
    fn an_unusable_key_says_what_to_store_and_is_not_shown() {
        let block = |label: &str, content: &str| format!("-----BEGIN {label}-----\n{content}\n-----END {label}-----");
        for (key, advice) in [
            ("hunter2".to_owned(), "whole file"),
            (block("PRIVATE KEY", "hunter2!"), "damaged"),
            (block("PRIVATE KEY", "aHVudGVyMg=="), "2,048 bits"),
            (block("EC PRIVATE KEY", "aHVudGVyMg=="), "2,048 bits"),
            (block("ENCRYPTED PRIVATE KEY", "aHVudGVyMg=="), "passphrase"),
            (block("CERTIFICATE", "aHVudGVyMg=="), "certificate"),
        ] {
            let line = assertion(&CLAIMS, &key, Timestamp::UNIX_EPOCH).unwrap_err().to_string();
            assert!(line.contains("`private_key`") && line.contains(advice), "{line}");
            assert!(!line.contains("hunter2") && !line.contains("aHVu"), "{line}");
        }
    }
}
