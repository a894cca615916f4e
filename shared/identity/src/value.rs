//! The value of one field of a contact, already validated: a name, a phone number, an e-mail address or an account.

use std::fmt;

use crate::{Email, Phone, SalesforceId, Text};

/// A validated value of a contact's field. Personal data: prints redacted.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// A name or title.
    Text(Text),
    /// A phone number with its extension.
    Phone(Phone),
    /// An e-mail address.
    Email(Email),
    /// The account of a company, by its Salesforce id.
    Account(SalesforceId),
}

impl Value {
    /// The one spelling of this value, for digests and for comparing what two systems hold: the text itself,
    /// `+15125550123` or `+15125550123;ext=45`, the lower-cased address, or the account's id.
    pub fn canonical(&self) -> String {
        match self {
            Self::Text(text) => text.reveal().to_owned(),
            Self::Phone(phone) => phone.canonical(),
            Self::Email(email) => email.canonical().to_owned(),
            Self::Account(id) => id.as_str().to_owned(),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(formatter),
            Self::Phone(phone) => phone.fmt(formatter),
            Self::Email(email) => email.fmt(formatter),
            Self::Account(id) => id.fmt(formatter),
        }
    }
}
