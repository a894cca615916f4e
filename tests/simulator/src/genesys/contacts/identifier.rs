//! Identifiers: what contacts are found by.

use serde_json::Value;

use super::Fields;

/// One identifier in the form in which two are compared.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Identifier {
    /// A record id in a named system.
    ExternalId {
        /// Id of the external source.
        source: String,
        /// The record's id there.
        value: String,
    },
    /// An e-mail address in lower case.
    Email(String),
    /// A number in E.164.
    Phone(String),
}

pub(crate) const PHONE_FIELDS: [&str; 4] = ["workPhone", "cellPhone", "homePhone", "otherPhone"];
pub(crate) const EMAIL_FIELDS: [&str; 3] = ["workEmail", "personalEmail", "otherEmail"];

impl Identifier {
    /// The identifier an entry of `externalIds` stands for.
    pub(crate) fn of_external_id(entry: &Value) -> Option<Self> {
        Some(Self::ExternalId {
            source: entry["externalSource"]["id"].as_str()?.to_owned(),
            value: entry["value"].as_str()?.to_owned(),
        })
    }

    /// All identifiers in a contact's fields.
    pub(crate) fn of_fields(fields: &Fields) -> Vec<Self> {
        let entries = fields.get("externalIds").and_then(Value::as_array).into_iter().flatten();
        let external_ids = entries.filter_map(Self::of_external_id);
        let emails = EMAIL_FIELDS.iter().filter_map(|name| fields.get(*name)?.as_str());
        let emails = emails.map(|address| Self::Email(address.to_lowercase()));
        let phones = PHONE_FIELDS.iter().filter_map(|name| fields.get(*name)?.get("e164")?.as_str());
        let phones = phones.map(|number| Self::Phone(number.to_owned()));
        let mut all: Vec<_> = external_ids.chain(emails).chain(phones).collect();
        let mut seen = std::collections::HashSet::new();
        all.retain(|identifier| seen.insert(identifier.clone()));
        all
    }
}
