//! Record ids: fifteen characters that count by case, and three more that make them safe where case is lost.

use serde_json::Value;

/// Record id prefixes of the objects that exist here.
pub(crate) const CONTACT: &str = "003";
pub(crate) const ACCOUNT: &str = "001";

const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The 18-character form of an id; `None` for a text that is no id.
pub(crate) fn long(id: &str) -> Option<String> {
    let short = id.get(..15).filter(|_| id.len() == 15 || id.len() == 18)?;
    if !short.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let suffix = short.as_bytes().chunks(5).map(|chunk| {
        let upper = |(place, byte): (usize, &u8)| usize::from(byte.is_ascii_uppercase()) << place;
        char::from(SUFFIX[chunk.iter().enumerate().map(upper).sum::<usize>()])
    });
    let whole: String = short.chars().chain(suffix).collect();
    (id.len() == 15 || id.eq_ignore_ascii_case(&whole)).then_some(whole)
}

/// The id with a running number.
pub(crate) fn numbered(prefix: &str, mut number: u64) -> String {
    let mut tail = [b'0'; 6];
    for place in tail.iter_mut().rev() {
        *place = DIGITS[usize::try_from(number % 62).unwrap_or(0)];
        number /= 62;
    }
    let short = format!("{prefix}5e0000{}", String::from_utf8_lossy(&tail));
    long(&short).unwrap_or(short)
}

/// The id in a JSON value.
pub(crate) fn of_value(value: &Value) -> Option<String> {
    long(value.as_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_is_the_vendors() {
        assert_eq!(long("001D000000IRFma").as_deref(), Some("001D000000IRFmaIAH"));
        assert_eq!(long("001D000000IRFmaIAH").as_deref(), Some("001D000000IRFmaIAH"));
        assert_eq!(long("001D000000IRFmaIAX"), None);
        assert_eq!(long("short"), None);
    }

    #[test]
    fn numbers_sort_as_their_ids_do() {
        let ids: Vec<_> = [1, 9, 10, 35, 36, 61, 62, 4_000].map(|number| numbered(CONTACT, number)).into();
        assert!(ids.is_sorted(), "{ids:?}");
        assert!(ids.iter().all(|id| id.len() == 18 && id.starts_with("003")));
    }
}
