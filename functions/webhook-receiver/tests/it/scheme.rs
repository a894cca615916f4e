//! Signatures: published vectors, and every way in which one can be wrong.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use secrecy::SecretString;
use webhook_receiver::request::Headers;
use webhook_receiver::scheme::{Forged, HeaderNames, Presented, Scheme, Signed};

use crate::sender::{KEY, headers, hub, timestamped};

const BODY: &[u8] = br#"{"test": 2432232314}"#;
const MOMENT: &str = "1614265330";

fn check(scheme: Scheme, pairs: &[(String, String)], body: &[u8], keys: &[&str]) -> Result<Signed, Forged> {
    let keys: Vec<SecretString> = keys.iter().map(|key| SecretString::from(*key)).collect();
    let headers: Headers = pairs.iter().cloned().collect();
    scheme.verify(&HeaderNames::of(scheme, "", ""), Presented { headers: &headers, body }, &keys)
}

fn standard(signatures: &str) -> Vec<(String, String)> {
    headers(&[("webhook-id", ID), ("webhook-timestamp", MOMENT), ("webhook-signature", signatures)])
}

const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const STANDARD_KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const STANDARD_SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

/// A scheme, headers that are right by it, and the key.
type Valid = (Scheme, Vec<(String, String)>, String);

/// A valid delivery of each scheme with its key.
fn valid() -> Vec<Valid> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let signed = [ID.as_bytes(), b".", MOMENT.as_bytes(), b".", BODY].concat();
    let v1a = format!("v1a,{}", STANDARD.encode(pair.sign(&signed)));
    let public = format!("whpk_{}", STANDARD.encode(pair.public_key()));
    vec![
        (Scheme::TimestampedHmac, timestamped(KEY, MOMENT, BODY), KEY.to_owned()),
        (Scheme::HubSha256, hub(KEY, BODY), KEY.to_owned()),
        (Scheme::StandardWebhooks, standard(STANDARD_SIGNATURE), STANDARD_KEY.to_owned()),
        (Scheme::StandardWebhooks, standard(&v1a), public),
        (Scheme::SharedToken, headers(&[("x-cx-bridge-token", KEY)]), KEY.to_owned()),
    ]
}

#[test]
fn what_is_signed_rightly_is_verified_by_any_of_the_keys() {
    for (scheme, pairs, key) in valid() {
        for keys in
            [vec![key.as_str()], vec!["another key of the source", &key], vec![&key, "another key of the source"]]
        {
            assert!(check(scheme, &pairs, BODY, &keys).is_ok(), "{scheme:?}");
        }
        assert_eq!(check(scheme, &pairs, BODY, &["another key of the source"]), Err(Forged::Different), "{scheme:?}");
    }
}

#[test]
fn s01_an_empty_list_of_keys_refuses_all() {
    for (scheme, pairs, _) in valid() {
        assert_eq!(check(scheme, &pairs, BODY, &[]), Err(Forged::NoKey), "{scheme:?}");
    }
}

#[test]
fn t49_one_bit_flipped_anywhere_in_the_body_is_found() {
    for (scheme, pairs, key) in valid() {
        for bit in 0..BODY.len() * 8 {
            let mut body = BODY.to_vec();
            body[bit / 8] ^= 1 << (bit % 8);
            let verified = check(scheme, &pairs, &body, &[&key]).is_ok();
            // A token proves the sender only; its file says so.
            assert_eq!(verified, scheme == Scheme::SharedToken, "{scheme:?}: bit {bit}");
        }
    }
}

#[test]
fn t49_one_bit_flipped_anywhere_in_a_signed_header_is_found() {
    for (scheme, pairs, key) in valid() {
        for (index, (name, value)) in pairs.iter().enumerate().filter(|(_, (name, _))| name != "content-type") {
            for bit in 0..value.len() * 8 {
                let mut bytes = value.clone().into_bytes();
                bytes[bit / 8] ^= 1 << (bit % 8);
                let Ok(flipped) = String::from_utf8(bytes) else { continue };
                let mut forged = pairs.clone();
                forged[index].1 = flipped.clone();
                assert!(check(scheme, &forged, BODY, &[&key]).is_err(), "{scheme:?}: {name}: {flipped}");
            }
        }
    }
}

#[test]
fn s01_a_header_that_is_missing_empty_or_sent_twice_is_no_proof() {
    for (scheme, pairs, key) in valid() {
        for (index, (name, _)) in pairs.iter().enumerate().filter(|(_, (name, _))| name != "content-type") {
            let (mut without, mut empty, mut twice) = (pairs.clone(), pairs.clone(), pairs.clone());
            without.remove(index);
            empty[index].1.clear();
            twice.push(pairs[index].clone());
            for (kind, forged) in [("missing", &without), ("empty", &empty), ("twice", &twice)] {
                assert!(check(scheme, forged, BODY, &[&key]).is_err(), "{scheme:?}: {name} {kind}");
            }
        }
    }
}

#[test]
fn the_moment_is_signed_as_it_was_received() {
    for moment in ["1614265330", "1614265330000", "2021-02-25T15:02:10Z", "2021-02-25T12:02:10-03:00"] {
        let signed = check(Scheme::TimestampedHmac, &timestamped(KEY, moment, BODY), BODY, &[KEY]).unwrap();
        assert_eq!(signed.at.unwrap().as_second(), 1_614_265_330, "{moment}");
    }
    let mut rewritten = timestamped(KEY, "1614265330", BODY);
    rewritten[1].1 = "1614265330000".to_owned();
    assert_eq!(check(Scheme::TimestampedHmac, &rewritten, BODY, &[KEY]), Err(Forged::Different));
    assert_eq!(check(Scheme::TimestampedHmac, &timestamped(KEY, "hello", BODY), BODY, &[KEY]), Err(Forged::Unreadable));
}

#[test]
fn hub_signatures_are_base64_and_have_their_prefix() {
    let signature = hub(KEY, BODY)[0].1.clone();
    let with = |value: &str| check(Scheme::HubSha256, &headers(&[("x-hub-signature-256", value)]), BODY, &[KEY]);
    assert!(with(&signature).is_ok());
    let bytes = STANDARD.decode(signature.trim_start_matches("sha256=")).unwrap();
    let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    for value in
        [signature.replace("sha256=", ""), signature.replace("sha256=", "sha1="), format!("sha256={hexadecimal}")]
    {
        assert!(with(&value).is_err(), "{value}");
    }
}

#[test]
fn the_vectors_of_the_standard_webhooks_libraries_hold() {
    let second = (
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        "1649367553",
        r#"{"email":"test@example.com","username":"test_user"}"#,
        "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
    );
    let first = (STANDARD_KEY, ID, MOMENT, r#"{"test": 2432232314}"#, STANDARD_SIGNATURE);
    for (key, id, moment, body, signature) in [first, second] {
        let pairs = headers(&[("webhook-id", id), ("webhook-timestamp", moment), ("webhook-signature", signature)]);
        for key in [key, key.trim_start_matches("whsec_")] {
            let signed = check(Scheme::StandardWebhooks, &pairs, body.as_bytes(), &[key]).unwrap();
            assert_eq!(
                (signed.id.as_deref(), signed.at.unwrap().as_second().to_string()),
                (Some(id), moment.to_owned())
            );
        }
    }
    let wrong = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=";
    assert_eq!(check(Scheme::StandardWebhooks, &standard(wrong), BODY, &[STANDARD_KEY]), Err(Forged::Different));
}

#[test]
fn one_signature_of_a_list_is_enough_and_unknown_kinds_are_passed_over() {
    let other = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";
    let with = |list: &str| check(Scheme::StandardWebhooks, &standard(list), BODY, &[STANDARD_KEY]);
    assert!(with(&format!("{other} {} {STANDARD_SIGNATURE} {other}", other.replace("v1", "v2"))).is_ok());
    assert_eq!(with(other), Err(Forged::Different));
    assert_eq!(with(&STANDARD_SIGNATURE.replace("v1,", "v1a,")), Err(Forged::Different), "a kind has its own keys");
    let many = format!("{}{STANDARD_SIGNATURE}", format!("{other} ").repeat(50));
    assert_eq!(with(&many), Err(Forged::Different), "nobody may make us hash for ever");
}

#[test]
fn a_moment_of_standard_webhooks_is_whole_seconds() {
    let pairs =
        |moment: &str| headers(&[("webhook-id", ID), ("webhook-timestamp", moment), ("webhook-signature", "v1,")]);
    for moment in ["hello", "2021-02-25T15:02:10Z", "-5", "1e9"] {
        assert_eq!(
            check(Scheme::StandardWebhooks, &pairs(moment), BODY, &[STANDARD_KEY]),
            Err(Forged::Unreadable),
            "{moment}"
        );
    }
}

#[test]
fn a_token_is_never_kept_with_the_event() {
    let names = HeaderNames::of(Scheme::SharedToken, "authorization", "");
    assert!(Scheme::SharedToken.kept_headers(&names).is_empty());
    let headers: Headers = headers(&[("authorization", &format!("Bearer {KEY}"))]).into_iter().collect();
    let keys = [SecretString::from(KEY)];
    assert!(Scheme::SharedToken.verify(&names, Presented { headers: &headers, body: b"" }, &keys).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_header_and_no_body_verifies_by_chance(values in proptest::collection::vec(".{0,60}", 3), body in proptest::collection::vec(any::<u8>(), 0..60)) {
        for (scheme, pairs, key) in valid() {
            let forged: Vec<_> = pairs.iter().zip(&values).map(|((name, _), value)| (name.clone(), value.clone())).collect();
            prop_assert!(check(scheme, &forged, &body, &[&key]).is_err());
        }
    }

    #[test]
    fn every_body_that_is_signed_is_verified(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(check(Scheme::TimestampedHmac, &timestamped(KEY, MOMENT, &body), &body, &[KEY]).is_ok());
        prop_assert!(check(Scheme::HubSha256, &hub(KEY, &body), &body, &[KEY]).is_ok());
    }
}
