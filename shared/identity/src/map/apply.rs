//! Makes a contact of a Salesforce record: takes the mapped columns, validates each by the kind of its Genesys field.
//! A value that is no good costs its field and a warning, never the contact.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::{COUNTRY_COLUMNS, FieldMap, Target};
use crate::field::Kind;
use crate::{Account, Contact, Country, Email, Field, Fit, Phone, SalesforceId, Text, Value};

/// The parent of a contact that is its account, and the column of its country.
const ACCOUNT: &str = "Account";
const ACCOUNT_COUNTRY: &str = "Account.BillingCountry";

/// What the map made of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// The contact with the fields that are good.
    pub contact: Contact,
    /// What was dropped or cut.
    pub warnings: Vec<Warning>,
    /// Fields that have a value in Salesforce, but none that Genesys could take. Not the same as cleared.
    pub dropped: BTreeSet<Field>,
    /// The contact's account, where it has one and the map takes accounts over.
    pub account: Option<Account>,
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
        let mut mapped = Mapped { contact, warnings: Vec::new(), dropped: BTreeSet::new(), account: None };
        for target in self.targets() {
            let read = read(record, &target.salesforce, target.field.kind(), country);
            mapped.take(target, read);
        }
        if let Some(Value::Account(id)) = mapped.contact.fields.get(&Field::ExternalOrganization) {
            mapped.account = Some(self.account(id.clone(), record));
        }
        mapped
    }

    /// What the columns of the account come to. Its numbers are those of its own country.
    fn account(&self, id: SalesforceId, record: &Map<String, Json>) -> Account {
        let country = column(record, ACCOUNT_COUNTRY).and_then(Json::as_str).and_then(Country::from_free_text);
        let country = country.unwrap_or(self.default_country());
        let is_hidden = matches!(key(record, ACCOUNT), None | Some(Json::Null));
        let mut account =
            Account { id, fields: BTreeMap::new(), dropped: BTreeSet::new(), warnings: Vec::new(), is_hidden };
        for target in self.account_targets().iter().filter(|_| !is_hidden) {
            let warning = |code| Warning { field: target.salesforce.clone(), code };
            match read(record, &target.salesforce, target.field.kind(), country) {
                Read::Empty => {}
                Read::Good(value) => {
                    account.fields.insert(target.field, value);
                }
                Read::Cut(value) => {
                    account.fields.insert(target.field, value);
                    account.warnings.push(warning("text_cut"));
                }
                Read::Bad(code) => {
                    account.dropped.insert(target.field);
                    account.warnings.push(warning(code));
                }
            }
        }
        account
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

fn read(record: &Map<String, Json>, name: &str, kind: Kind, country: Country) -> Read {
    match column(record, name) {
        None => Read::Bad("column_missing"),
        Some(Json::Null) => Read::Empty,
        Some(Json::String(text)) => validate(text, kind, country),
        Some(number @ (Json::Number(_) | Json::Bool(_))) => validate(&number.to_string(), kind, country),
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
        Kind::Account => match SalesforceId::parse(text) {
            Ok(id) => Read::Good(Value::Account(id)),
            Err(_) => Read::Bad("not_an_id"),
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
