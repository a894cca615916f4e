//! Salesforce record ids. The same record has a 15-character id, in which case matters, and an 18-character one,
//! whose last three characters record the case. Only the long form is kept, so that equal ids are equal texts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The alphabet of the three check characters; the index is a five-bit number, one bit per upper-case letter.
const SUFFIX_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
/// Characters of an id without its check characters.
const SHORT_LENGTH: usize = 15;
/// Characters of an id with its check characters.
const LONG_LENGTH: usize = 18;

/// The id of a Salesforce record, always in the 18-character form. Not personal data: it prints as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SalesforceId(String);

/// Why a text is not a Salesforce id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdFault {
    /// Neither 15 nor 18 characters.
    #[error("a Salesforce id has 15 or 18 characters, this one has {0}")]
    Length(usize),
    /// Something other than ASCII letters and digits.
    #[error("a Salesforce id consists of letters and digits only")]
    Character,
    /// The last three characters do not fit the first fifteen: the id was cut, mistyped or changed in case.
    #[error("the last three characters of the Salesforce id do not fit the rest; copy the id again")]
    Suffix,
}

impl SalesforceId {
    /// Reads an id of 15 or 18 characters; of the latter the last three are checked.
    ///
    /// # Errors
    /// [`IdFault`], when the text cannot be an id.
    pub fn parse(text: &str) -> Result<Self, IdFault> {
        let text = text.trim();
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(IdFault::Character);
        }
        if text.len() != SHORT_LENGTH && text.len() != LONG_LENGTH {
            return Err(IdFault::Length(text.len()));
        }
        let (short, given_suffix) = text.split_at(SHORT_LENGTH);
        let suffix = suffix(short);
        if !given_suffix.is_empty() && given_suffix != suffix {
            return Err(IdFault::Suffix);
        }
        Ok(Self(format!("{short}{suffix}")))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The three check characters of a 15-character id.
fn suffix(short: &str) -> String {
    short.as_bytes().chunks(5).map(check_character).collect()
}

fn check_character(chunk: &[u8]) -> char {
    let index = chunk.iter().rev().fold(0, |bits, byte| bits << 1 | usize::from(byte.is_ascii_uppercase()));
    char::from(SUFFIX_ALPHABET[index % SUFFIX_ALPHABET.len()])
}

impl fmt::Display for SalesforceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::str::FromStr for SalesforceId {
    type Err = IdFault;

    fn from_str(text: &str) -> Result<Self, IdFault> {
        Self::parse(text)
    }
}

impl TryFrom<String> for SalesforceId {
    type Error = IdFault;

    fn try_from(text: String) -> Result<Self, IdFault> {
        Self::parse(&text)
    }
}

impl From<SalesforceId> for String {
    fn from(id: SalesforceId) -> Self {
        id.0
    }
}

impl AsRef<str> for SalesforceId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_an_id_become_the_long_form() {
        let long = SalesforceId::parse("0035e00000B4nDqAAJ").expect("an id");
        assert_eq!(SalesforceId::parse("0035e00000B4nDq").expect("an id"), long);
        assert_eq!(long.to_string(), "0035e00000B4nDqAAJ");
        assert_eq!(SalesforceId::parse("001000000000001").expect("an id").as_str(), "001000000000001AAA");
    }

    #[test]
    fn a_changed_case_is_found_by_the_suffix() {
        assert_eq!(SalesforceId::parse("0035E00000B4nDqAAJ"), Err(IdFault::Suffix));
    }

    #[test]
    fn other_lengths_and_characters_are_refused() {
        assert_eq!(SalesforceId::parse(""), Err(IdFault::Length(0)));
        assert_eq!(SalesforceId::parse("0035e00000B4nDqA"), Err(IdFault::Length(16)));
        assert_eq!(SalesforceId::parse("0035e00000B4nD'"), Err(IdFault::Character));
    }

    #[test]
    fn it_reads_and_writes_as_a_json_string() {
        let id: SalesforceId = serde_json::from_str("\"0035e00000B4nDq\"").expect("an id");
        assert_eq!(serde_json::to_string(&id).expect("json"), "\"0035e00000B4nDqAAJ\"");
        assert!(serde_json::from_str::<SalesforceId>("\"x\"").is_err());
    }
}
