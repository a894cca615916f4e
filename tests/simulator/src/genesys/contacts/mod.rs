//! External contacts: the records, and every way in and out of them.
//!
//! A contact is the JSON object that the vendor would return, without the fields the server adds. `fields` says what may
//! stand in it; each other file is one operation, most of them for organizations as well.

mod bulk;
pub(crate) mod bulk_add;
pub(crate) mod enrich;
pub(crate) mod fetch;
pub(crate) mod fields;
mod identifier;
pub(crate) mod identifiers;
pub(crate) mod lookup;
mod merge;
pub(crate) mod merge_contacts;
pub(crate) mod patch;
pub(crate) mod phone;
pub(crate) mod remove;
pub(crate) mod scan;
pub(crate) mod search;
pub(crate) mod single;

pub(crate) use identifier::Identifier;

/// A contact's fields by name.
pub(crate) type Fields = serde_json::Map<String, serde_json::Value>;
