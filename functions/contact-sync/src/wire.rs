//! Our contact in Genesys' words: what goes into an add, an enrich or a patch.

use std::collections::BTreeSet;

use genesys::{Change, Enrich, EnrichAction, ExternalContact, ExternalId, Identifier, PhoneNumber};
use identity::{Field, MatchKey, Value};
use serde_json::json;

use crate::matching::FoundBy;
use crate::source::{Difference, Source};

/// What every written contact gets besides its fields.
#[derive(Clone, Debug)]
pub struct Marks {
    /// The Genesys external source that Salesforce ids belong to.
    pub external_source: String,
    /// Template of the link to the Salesforce record, with `{id}`.
    pub record_url: String,
}

impl Marks {
    /// The contact with `fields` of `source`, its external id and its record link.
    pub fn contact(&self, source: &Source, fields: &BTreeSet<Field>) -> ExternalContact {
        let mut contact = ExternalContact {
            external_ids: vec![ExternalId {
                source_id: self.external_source.clone(),
                value: source.id.as_str().to_owned(),
            }],
            external_system_url: Some(self.record_url.replace("{id}", source.id.as_str())),
            ..ExternalContact::default()
        };
        for (field, value) in source.contact.fields.iter().filter(|(field, _)| fields.contains(field)) {
            put(&mut contact, field, value);
        }
        contact
    }

    /// An upsert by our external id.
    pub fn redrive(&self, source: &Source) -> Enrich {
        self.enrich(
            source,
            &source.contact.fields.keys().cloned().collect(),
            self.external_id(source),
            EnrichAction::Upsert,
        )
    }

    /// An update of the contact found `by` this identifier, and by no other.
    pub fn update(&self, source: &Source, fields: &BTreeSet<Field>, by: &FoundBy) -> Enrich {
        let identifier = match by {
            FoundBy::ExternalId => self.external_id(source),
            FoundBy::Key(MatchKey::Email(email)) => Identifier::Email(email.clone()),
            FoundBy::Key(MatchKey::Phone(number)) => Identifier::Phone(number.clone()),
        };
        self.enrich(source, fields, identifier, EnrichAction::Update)
    }

    fn external_id(&self, source: &Source) -> Identifier {
        Identifier::external_id(&self.external_source, source.id.as_str())
    }

    fn enrich(
        &self,
        source: &Source,
        fields: &BTreeSet<Field>,
        identifier: Identifier,
        action: EnrichAction,
    ) -> Enrich {
        Enrich { identifier, action, contact: self.contact(source, fields), tracker: source.id.as_str().to_owned() }
    }
}

/// The changes that write and empty the fields of `difference`.
pub fn changes(source: &Source, difference: &Difference) -> Vec<Change> {
    let path = |field: &Field| format!("$.{}", field.as_str());
    let value_of = |field: &Field| source.contact.fields.get(field).map(json_value);
    let updates =
        difference.set.iter().filter_map(|field| Some(Change::Update { field: path(field), value: value_of(field)? }));
    let removals = difference.clear.iter().map(|field| Change::Remove { field: path(field) });
    updates.chain(removals).collect()
}

/// The changes that empty the fields of `difference` and write nothing.
pub fn removals(difference: &Difference) -> Vec<Change> {
    difference.clear.iter().map(|field| Change::Remove { field: format!("$.{}", field.as_str()) }).collect()
}

fn phone_number(phone: &identity::Phone) -> PhoneNumber {
    PhoneNumber::new(phone.e164.as_str(), phone.extension)
}

fn json_value(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => json!(text.reveal()),
        Value::Email(email) => json!(email.as_written()),
        Value::Phone(phone) => json!(phone_number(phone)),
    }
}

fn put(contact: &mut ExternalContact, field: &Field, value: &Value) {
    match value {
        Value::Phone(phone) => {
            let slot = match field {
                Field::WorkPhone => &mut contact.work_phone,
                Field::CellPhone => &mut contact.cell_phone,
                Field::HomePhone => &mut contact.home_phone,
                _ => &mut contact.other_phone,
            };
            *slot = Some(phone_number(phone));
        }
        Value::Email(email) => {
            let slot = match field {
                Field::WorkEmail => &mut contact.work_email,
                Field::PersonalEmail => &mut contact.personal_email,
                _ => &mut contact.other_email,
            };
            *slot = Some(email.as_written().to_owned());
        }
        Value::Text(text) => {
            let slot = match field {
                Field::FirstName => &mut contact.first_name,
                Field::MiddleName => &mut contact.middle_name,
                Field::LastName => &mut contact.last_name,
                Field::Salutation => &mut contact.salutation,
                _ => &mut contact.title,
            };
            *slot = Some(text.reveal().to_owned());
        }
    }
}
