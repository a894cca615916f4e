//! A contact as both systems see it, and the keys by which it is found in the other one.

use std::collections::BTreeMap;
use std::fmt;

use crate::{E164, Email, Field, SalesforceId, Value};

/// A Salesforce contact in Genesys terms: what the field map made of one record. A field that is empty in
/// Salesforce is absent here. Prints with field names and redacted values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The Salesforce contact.
    pub id: SalesforceId,
    /// The validated values by Genesys field.
    pub fields: BTreeMap<Field, Value>,
}

/// What a contact is looked up by when it has no link yet. Personal data: prints redacted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKey {
    /// A canonical e-mail address.
    Email(String),
    /// An E.164 number, without the extension: that is how Genesys identifies a caller.
    Phone(String),
}

impl Contact {
    /// The e-mail addresses in field order; each canonical address once.
    pub fn emails(&self) -> Vec<&Email> {
        let mut emails: Vec<&Email> = Vec::new();
        for value in self.fields.values() {
            if let Value::Email(email) = value
                && !emails.iter().any(|known| known.canonical() == email.canonical())
            {
                emails.push(email);
            }
        }
        emails
    }

    /// The phone numbers in field order; each number once.
    pub fn phones(&self) -> Vec<&E164> {
        let mut phones: Vec<&E164> = Vec::new();
        for value in self.fields.values() {
            if let Value::Phone(phone) = value
                && !phones.contains(&&phone.e164)
            {
                phones.push(&phone.e164);
            }
        }
        phones
    }

    /// The keys to match by, in the order in which they are tried: e-mail addresses, then phone numbers.
    pub fn match_keys(&self) -> Vec<MatchKey> {
        let emails = self.emails().into_iter().map(MatchKey::from);
        let phones = self.phones().into_iter().map(MatchKey::from);
        emails.chain(phones).collect()
    }
}

impl MatchKey {
    /// The address or number itself, for the look-up and for digests.
    pub fn reveal(&self) -> &str {
        match self {
            Self::Email(key) | Self::Phone(key) => key,
        }
    }
}

impl From<&Email> for MatchKey {
    fn from(email: &Email) -> Self {
        Self::Email(email.canonical().to_owned())
    }
}

impl From<&E164> for MatchKey {
    fn from(number: &E164) -> Self {
        Self::Phone(number.as_str().to_owned())
    }
}

impl fmt::Debug for MatchKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Email(_) => "Email([redacted])",
            Self::Phone(_) => "Phone([redacted])",
        })
    }
}
