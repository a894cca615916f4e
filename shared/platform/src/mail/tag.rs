//! A mail's key in the few characters that a message tag may have.
//!
//! SES takes letters, digits, dashes and underscores of ASCII, 256 at most
//! (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html>). Every other byte, and the underscore
//! itself, becomes an underscore and two hexadecimal digits, so that no two keys have one tag.

use std::fmt::Write as _;

/// The tag under which events bring the key back.
pub const NAME: &str = "cx-bridge-key";
/// The most characters of a tag's value.
pub const CHARS_MAX: usize = 256;

/// The tag's value for `key`; `None` when the key is empty or too long to be one.
pub fn encode(key: &str) -> Option<String> {
    let mut tag = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            tag.push(char::from(byte));
        } else {
            write!(tag, "_{byte:02x}").ok()?;
        }
    }
    (1..=CHARS_MAX).contains(&tag.len()).then_some(tag)
}

/// The key whose tag this is; `None` for a tag that is not ours.
pub fn decode(tag: &str) -> Option<String> {
    let mut parts = tag.split('_');
    let mut key = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (byte, rest) = part.split_at_checked(2)?;
        key.push(u8::from_str_radix(byte, 16).ok()?);
        key.extend(rest.bytes());
    }
    let key = String::from_utf8(key).ok()?;
    (encode(&key)? == tag).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_stays_readable_and_no_two_are_one() {
        assert_eq!(encode("nightly-report/2026-03-14/ops").unwrap(), "nightly-report_2f2026-03-14_2fops");
        assert_eq!(encode("a_2f").unwrap(), "a_5f2f");
        assert_ne!(encode("a/"), encode("a_2f"));
    }

    #[test]
    fn what_is_no_tag_of_ours_has_no_key() {
        for tag in ["", "a_", "a_2", "a_zz", "a_+f", "a_2F", "a_41", "_ff", "a b", "é"] {
            assert_eq!(decode(tag), None, "{tag}");
        }
    }

    #[test]
    fn a_key_that_does_not_fit_has_no_tag() {
        assert_eq!(encode(""), None);
        assert!(encode(&"k".repeat(CHARS_MAX)).is_some());
        assert_eq!(encode(&"k".repeat(CHARS_MAX + 1)), None);
        assert_eq!(encode(&"/".repeat(CHARS_MAX / 3 + 1)), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_key_comes_back(key in ".{1,40}") {
            prop_assume!(encode(&key).is_some());
            let tag = encode(&key).unwrap();
            prop_assert!(tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
            prop_assert_eq!(decode(&tag), Some(key));
        }

        #[test]
        fn no_tag_makes_the_decoder_fail_otherwise_than_by_saying_so(tag in ".{0,40}") {
            let _ = decode(&tag);
        }
    }
}
