//! Record ids: fifteen characters that count by case, and three more that make them safe where case is lost.

use std::borrow::Borrow;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// An id in its 18-character form, kept in place: a hundred thousand of them need no memory elsewhere.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Id([u8; 18]);

impl Id {
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Bytes and text have the same order, so a map of ids can be asked with a text.
impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl std::fmt::Debug for Id {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Record id prefixes of the objects that exist here.
pub(crate) const CONTACT: [u8; 3] = *b"003";
pub(crate) const ACCOUNT: [u8; 3] = *b"001";

const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The 18-character form of an id; `None` for a text that is no id.
pub(crate) fn long(id: &str) -> Option<Id> {
    let short = id.get(..15).filter(|_| id.len() == 15 || id.len() == 18)?;
    if !short.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let mut whole = [0; 18];
    whole[..15].copy_from_slice(short.as_bytes());
    for (place, chunk) in short.as_bytes().chunks(5).enumerate() {
        let upper = |(place, byte): (usize, &u8)| usize::from(byte.is_ascii_uppercase()) << place;
        whole[15 + place] = SUFFIX[chunk.iter().enumerate().map(upper).sum::<usize>()];
    }
    let whole = Id(whole);
    (id.len() == 15 || id.eq_ignore_ascii_case(whole.as_str())).then_some(whole)
}

/// The id with a running number.
pub(crate) fn numbered(prefix: [u8; 3], mut number: u64) -> Id {
    let mut short = *b"0035e0000000000";
    short[..3].copy_from_slice(&prefix);
    for place in short[9..].iter_mut().rev() {
        *place = DIGITS[usize::try_from(number % 62).unwrap_or(0)];
        number /= 62;
    }
    let mut whole = [b'A'; 18];
    whole[..15].copy_from_slice(&short);
    long(std::str::from_utf8(&short).unwrap_or_default()).unwrap_or(Id(whole))
}

/// The id in a JSON value.
pub(crate) fn of_value(value: &Value) -> Option<Id> {
    long(value.as_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_is_the_vendors() {
        assert_eq!(long("001D000000IRFma").as_ref().map(Id::as_str), Some("001D000000IRFmaIAH"));
        assert_eq!(long("001D000000IRFmaIAH").as_ref().map(Id::as_str), Some("001D000000IRFmaIAH"));
        assert_eq!(long("001D000000IRFmaIAX"), None);
        assert_eq!(long("short"), None);
    }

    #[test]
    fn numbers_sort_as_their_ids_do() {
        let ids: Vec<_> = [1, 9, 10, 35, 36, 61, 62, 4_000].map(|number| numbered(CONTACT, number)).into();
        assert!(ids.is_sorted(), "{ids:?}");
        assert!(ids.iter().all(|id| id.as_str().starts_with("003")));
    }
}
