//! Our contact in Genesys' words: what goes into an add, an enrich or a patch.

use std::collections::BTreeSet;

use genesys::{Change, Enrich, EnrichAction, ExternalContact, ExternalId, Identifier, PhoneNumber, Reference};
use identity::{Country, E164, Email, Field, MatchKey, Phone, SalesforceId, Text, Value};
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
            external_ids: vec![self.external_id_of(source.id.as_str())],
            external_system_url: Some(self.url(source.id.as_str())),
            ..ExternalContact::default()
        };
        for (field, value) in source.contact.fields.iter().filter(|(field, _)| fields.contains(field)) {
            put(&mut contact, field, value);
        }
        if fields.contains(&Field::ExternalOrganization) {
            contact.external_organization = source.organization.as_ref().map(Reference::to);
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

    /// The changes that make `contact` the one of `salesforce_id`: its external id and link, and away with the external
    /// id of `leaving`. None, when it already is.
    pub fn relink(&self, contact: &ExternalContact, salesforce_id: &str, leaving: Option<&str>) -> Vec<Change> {
        let ours = |value: &str| {
            let is_it = |id: &&ExternalId| id.source_id == self.external_source && canonical(&id.value) == value;
            contact.external_ids.iter().find(is_it)
        };
        let list = "externalIds";
        let out =
            leaving.filter(|id| *id != salesforce_id).and_then(ours).map(|id| Change::take_out(list, [json!(id)]));
        let own = self.external_id_of(salesforce_id);
        let added = ours(salesforce_id).is_none().then(|| Change::append(list, json!([own])));
        let url = self.url(salesforce_id);
        let link = (contact.external_system_url.as_deref() != Some(url.as_str()))
            .then(|| Change::update("externalSystemUrl", url.clone()));
        out.into_iter().chain(added).chain(link).collect()
    }

    /// The changes that make a contact of nobody's the one of `source`, with the fields of `difference`.
    pub fn adoption(&self, source: &Source, difference: &Difference) -> Vec<Change> {
        let nobodys = ExternalContact::default();
        let mut all = self.relink(&nobodys, source.id.as_str(), None);
        all.extend(changes(source, difference));
        all
    }

    /// The link to the Salesforce record.
    fn url(&self, salesforce_id: &str) -> String {
        self.record_url.replace("{id}", salesforce_id)
    }

    /// What stands under our external source for this Salesforce id.
    pub fn external_id_of(&self, salesforce_id: &str) -> ExternalId {
        ExternalId { source_id: self.external_source.clone(), value: salesforce_id.to_owned() }
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

/// The Salesforce id that an external id of our source means: a 15-character one, written by hand or by another tool, is
/// the same contact as its 18-character form.
pub fn canonical(value: &str) -> String {
    SalesforceId::parse(value).map_or_else(|_| value.to_owned(), |id| id.as_str().to_owned())
}

/// What a Genesys contact holds in one field, in the spelling that digests are made of. `None`: nothing. A value that
/// could not have come from us is what it is, and equals nothing that was agreed.
pub fn held(contact: &ExternalContact, field: &Field, country: Country) -> Option<String> {
    match field {
        Field::WorkPhone => held_phone(contact.work_phone.as_ref(), country),
        Field::CellPhone => held_phone(contact.cell_phone.as_ref(), country),
        Field::HomePhone => held_phone(contact.home_phone.as_ref(), country),
        Field::OtherPhone => held_phone(contact.other_phone.as_ref(), country),
        Field::WorkEmail => held_email(contact.work_email.as_ref()),
        Field::PersonalEmail => held_email(contact.personal_email.as_ref()),
        Field::OtherEmail => held_email(contact.other_email.as_ref()),
        Field::FirstName => held_text(contact.first_name.as_ref()),
        Field::MiddleName => held_text(contact.middle_name.as_ref()),
        Field::LastName => held_text(contact.last_name.as_ref()),
        Field::Salutation => held_text(contact.salutation.as_ref()),
        Field::Title => held_text(contact.title.as_ref()),
        // The account that it was made of, where the caller has put that in its place.
        Field::ExternalOrganization => contact.external_organization.as_ref()?.id.clone(),
        Field::Custom(_) => None,
    }
}

fn held_text(text: Option<&String>) -> Option<String> {
    Text::fit(text?, Text::CHARS_MAX).map(|(text, _)| Value::Text(text).canonical())
}

fn held_email(address: Option<&String>) -> Option<String> {
    let address = address.filter(|address| !address.trim().is_empty())?;
    Some(Email::parse(address).map_or_else(|_| address.clone(), |email| Value::Email(email).canonical()))
}

/// The number as the server read it, or as we read it where the server could not.
fn held_phone(number: Option<&PhoneNumber>, country: Country) -> Option<String> {
    let number = number.filter(|number| !number.display.trim().is_empty() || number.e164.is_some())?;
    let by_server = number.e164.as_deref().and_then(|e164| E164::parse(e164).ok());
    let by_server = by_server.map(|e164| Phone { e164, extension: number.extension });
    let phone = by_server.or_else(|| Phone::parse(&number.display, country).ok());
    Some(phone.map_or_else(|| number.display.clone(), |phone| Value::Phone(phone).canonical()))
}

/// The changes that write and empty the fields of `difference`.
pub fn changes(source: &Source, difference: &Difference) -> Vec<Change> {
    let path = |field: &Field| format!("$.{}", field.as_str());
    let value_of = |field: &Field| json_value(source, source.contact.fields.get(field)?);
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

fn json_value(source: &Source, value: &Value) -> Option<serde_json::Value> {
    Some(match value {
        Value::Text(text) => json!(text.reveal()),
        Value::Email(email) => json!(email.as_written()),
        Value::Phone(phone) => json!(phone_number(phone)),
        Value::Account(_) => json!({ "id": source.organization.as_ref()? }),
    })
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
        // Only its source knows the organization.
        Value::Account(_) => {}
    }
}
