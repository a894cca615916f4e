//! Names and ids on their way into a URL's path.
//!
//! Ids come from a configuration, row keys are free text. Neither may lead to another path than the one that is meant:
//! what cannot stand in one segment is refused before anything is sent.

use std::fmt::Write;

use platform::vendor::Failure;

/// Whether this can be an id that Genesys gave: letters, digits and dashes. For whoever checks a configuration.
pub fn is_id(text: &str) -> bool {
    id(text, "").is_ok()
}

/// Whether this can be the key of a row of a data table.
pub fn is_row_key(text: &str) -> bool {
    segment(text, "").is_ok()
}

/// An id that Genesys gave: letters, digits and dashes.
pub(crate) fn id<'a>(id: &'a str, what: &'static str) -> Result<&'a str, Failure> {
    let is_plain =
        !id.is_empty() && id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_plain { Ok(id) } else { Err(Failure::Unexpected(format!("a {what} id that is none"))) }
}

/// Free text as one segment of a path, percent-encoded.
pub(crate) fn segment(text: &str, what: &'static str) -> Result<String, Failure> {
    // URLs know these two as "here" and "one up", also when they are percent-encoded.
    if matches!(text, "" | "." | "..") {
        return Err(Failure::Unexpected(format!("a {what} that cannot stand in a URL")));
    }
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    Ok(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_to_another_path() {
        assert_eq!(id("2f1d-4c", "queue").unwrap(), "2f1d-4c");
        let long = "a".repeat(65);
        for text in ["", "..", "a/b", "a?b", "a%2Fb", "é", &long] {
            assert!(id(text, "queue").is_err(), "{text}");
        }
    }

    #[test]
    fn free_text_stays_in_its_segment() {
        assert_eq!(segment("Support", "row").unwrap(), "Support");
        assert_eq!(segment("a/../b?c#d %é", "row").unwrap(), "a%2F..%2Fb%3Fc%23d%20%25%C3%A9");
        for text in ["", ".", ".."] {
            assert!(segment(text, "row").is_err(), "{text}");
        }
        let url = reqwest::Url::parse("https://api.mypurecloud.com").unwrap();
        let url = crate::vendor::below(&url, &format!("/rows/{}", segment("a/../../b", "row").unwrap()));
        assert_eq!(url.as_str(), "https://api.mypurecloud.com/rows/a%2F..%2F..%2Fb");
    }
}
