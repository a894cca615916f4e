//! Makes a contact of a Salesforce record: takes the mapped columns, validates each by the kind of its Genesys field.
//! A value that is no good costs its field and a warning, never the contact.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::{COUNTRY_COLUMNS, FieldMap, Target};
use crate::field::Kind;
use crate::{Contact, Country, Email, Field, Fit, Phone, SalesforceId, Text, Value};

/// What the map made of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// The contact with the fields that are good.
    pub contact: Contact,
    /// What was dropped or cut.
    pub warnings: Vec<Warning>,
    /// Fields that have a value in Salesforce, but none that Genesys could take. Not the same as cleared.
    pub dropped: BTreeSet<Field>,
}

/// Something about one field of one record that a person should know. Holds no value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Warning {
    /// The Salesforce column.
    pub field: String,
    /// A stable name for counting: `text_cut`, `not_text`, `column_missing`, or the code of a fault.
    pub code: &'static str,
}

/// What became of one value.
enum Read {
    /// Nothing there.
    Empty,
    /// A good value.
    Good(Value),
    /// A good value, of which something was cut off.
    Cut(Value),
    /// A value that the field cannot take, and why.
    Bad(&'static str),
}

impl FieldMap {
    /// Maps one record, in the form in which Salesforce sends it: `null` where a field is empty, a parent as a nested
    /// object.
    pub fn apply(&self, id: SalesforceId, record: &Map<String, Json>) -> Mapped {
        let country = country_of(record).unwrap_or(self.default_country());
        let contact = Contact { id, fields: BTreeMap::new() };
        let mut mapped = Mapped { contact, warnings: Vec::new(), dropped: BTreeSet::new() };
        for target in self.targets() {
            let read = read(record, target, country);
            mapped.take(target, read);
        }
        mapped
    }
}

impl Mapped {
    fn take(&mut self, target: &Target, read: Read) {
        match read {
            Read::Empty => {}
            Read::Good(value) => self.keep(target, value),
            Read::Cut(value) => {
                self.keep(target, value);
                self.warn(target, "text_cut");
            }
            Read::Bad(code) => {
                self.dropped.insert(target.field.clone());
                self.warn(target, code);
            }
        }
    }

    fn keep(&mut self, target: &Target, value: Value) {
        self.contact.fields.insert(target.field.clone(), value);
    }

    fn warn(&mut self, target: &Target, code: &'static str) {
        self.warnings.push(Warning { field: target.salesforce.clone(), code });
    }
}

fn read(record: &Map<String, Json>, target: &Target, country: Country) -> Read {
    match column(record, &target.salesforce) {
        None => Read::Bad("column_missing"),
        Some(Json::Null) => Read::Empty,
        Some(Json::String(text)) => validate(text, target.field.kind(), country),
        Some(number @ (Json::Number(_) | Json::Bool(_))) => validate(&number.to_string(), target.field.kind(), country),
        Some(Json::Array(_) | Json::Object(_)) => Read::Bad("not_text"),
    }
}

fn validate(text: &str, kind: Kind, country: Country) -> Read {
    if crate::text::trim(text).is_empty() {
        return Read::Empty;
    }
    match kind {
        Kind::Text => match Text::fit(text, Text::CHARS_MAX) {
            Some((text, Fit::Whole)) => Read::Good(Value::Text(text)),
            Some((text, Fit::Cut)) => Read::Cut(Value::Text(text)),
            None => Read::Empty,
        },
        Kind::Phone => match Phone::parse(text, country) {
            Ok(phone) => Read::Good(Value::Phone(phone)),
            Err(fault) => Read::Bad(fault.code()),
        },
        Kind::Email => match Email::parse(text) {
            Ok(email) => Read::Good(Value::Email(email)),
            Err(fault) => Read::Bad(fault.code()),
        },
        Kind::Custom => Read::Bad("custom_field"),
    }
}

/// The country of a record's phone numbers: the contact's, else the account's.
fn country_of(record: &Map<String, Json>) -> Option<Country> {
    COUNTRY_COLUMNS.into_iter().find_map(|name| Country::from_free_text(column(record, name)?.as_str()?))
}

/// The value of a column, through parents where the name has dots. A parent that is `null` (a contact without account)
/// has `null` columns.
fn column<'r>(record: &'r Map<String, Json>, name: &str) -> Option<&'r Json> {
    let mut names = name.split('.');
    let mut value = key(record, names.next()?)?;
    for name in names {
        value = match value {
            Json::Object(parent) => key(parent, name)?,
            Json::Null => return Some(&Json::Null),
            Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => return None,
        };
    }
    Some(value)
}

/// Column names have no case in Salesforce, but keys of its answers have: theirs.
fn key<'r>(object: &'r Map<String, Json>, name: &str) -> Option<&'r Json> {
    let any_case = || object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    object.get(name).or_else(any_case)
}
