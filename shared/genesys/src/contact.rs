//! An external contact, in the names that Genesys gives its fields.
//!
//! Reading is tolerant: unknown fields are passed over, `null` is absent. Writing leaves out what is absent, because
//! for Genesys an absent field is "leave as it is". Printing names the fields and no value.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lenient::{id_in, null_as_default, small_number, text};

/// A contact as Genesys keeps it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExternalContact {
    /// The id Genesys gave it; absent in a contact that is to be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// At most 1,000 characters, like the four names below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Middle name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Form of address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salutation: Option<String>,
    /// Position in a company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Work phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_phone: Option<PhoneNumber>,
    /// Mobile phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell_phone: Option<PhoneNumber>,
    /// Home phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_phone: Option<PhoneNumber>,
    /// Another phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_phone: Option<PhoneNumber>,
    /// Work e-mail address, at most 256 characters, like the two below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_email: Option<String>,
    /// Personal e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_email: Option<String>,
    /// Another e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_email: Option<String>,
    /// Postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Who this contact is in other systems; at most 10.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub external_ids: Vec<ExternalId>,
    /// Link to the record in the other system; absolute, at most 1,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_system_url: Option<String>,
    /// The schema of `custom_fields`; the two go together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaVersion>,
    /// Fields of the organisation's own schema.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_as_default")]
    pub custom_fields: BTreeMap<String, Value>,
    /// The [`ExternalOrganization`](crate::ExternalOrganization) it belongs to; of the organisation only its id is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_organization: Option<Reference>,
    /// After a merge: the contact that represents this one. Never sent.
    #[serde(skip_serializing)]
    pub canonical_contact: Option<Reference>,
    /// After a merge: the contact this one went into. Never sent.
    #[serde(skip_serializing)]
    pub merged_to: Option<Reference>,
    /// When Genesys made it, RFC 3339. Never sent.
    #[serde(skip_serializing, deserialize_with = "text")]
    pub create_date: Option<String>,
    /// `Ephemeral`, `Identified` or `Curated`. Never sent.
    #[serde(rename = "type", skip_serializing)]
    pub kind: Option<String>,
}

/// A phone number. Written in `display`, compared by `e164`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PhoneNumber {
    /// What we write, in E.164; Genesys rewrites it to its own spelling.
    #[serde(deserialize_with = "null_as_default")]
    pub display: String,
    /// Extension behind the number.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "small_number")]
    pub extension: Option<u32>,
    /// What Genesys made of `display`, where it could. Never sent.
    #[serde(skip_serializing)]
    pub e164: Option<String>,
}

/// A postal address.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Address {
    /// First line, at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1: Option<String>,
    /// Second line, at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address2: Option<String>,
    /// City, at most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, at most 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Postal code, at most 25 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country, at most 25 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
}

/// Who a contact is in another system.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "WireExternalId", into = "WireExternalId")]
pub struct ExternalId {
    /// The [`ExternalSource`](crate::ExternalSource)'s id.
    pub source_id: String,
    /// The id in that system, at most 255 characters.
    pub value: String,
}

/// A schema of custom fields, in one of its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaVersion {
    /// Schema id.
    pub id: String,
    /// Version of the schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// The id of another contact or of an organisation. Events give the id alone, the API an object around it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Value")]
pub struct Reference {
    /// The id, where there is one.
    pub id: Option<String>,
}

impl ExternalContact {
    /// The id to store: after a merge, that of the record which represents this one.
    pub fn current_id(&self) -> Option<&str> {
        let elsewhere = [&self.canonical_contact, &self.merged_to]
            .into_iter()
            .flatten()
            .find_map(|reference| reference.id.as_deref());
        elsewhere.or(self.id.as_deref()).filter(|id| !id.is_empty())
    }

    /// The value of the external id of one source.
    pub fn external_id(&self, source_id: &str) -> Option<&str> {
        self.external_ids.iter().find(|id| id.source_id == source_id).map(|id| id.value.as_str())
    }

    /// All e-mail addresses, as Genesys spells them.
    pub fn emails(&self) -> impl Iterator<Item = &str> {
        [&self.work_email, &self.personal_email, &self.other_email].into_iter().flatten().map(String::as_str)
    }

    /// All phone numbers.
    pub fn phones(&self) -> impl Iterator<Item = &PhoneNumber> {
        [&self.work_phone, &self.cell_phone, &self.home_phone, &self.other_phone].into_iter().flatten()
    }

    /// The JSON names of the fields that are set and would be sent.
    pub fn field_names(&self) -> Vec<String> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields.into_iter().map(|(name, _)| name).collect(),
            _ => Vec::new(),
        }
    }

    /// This contact without what only Genesys sets.
    pub(crate) fn to_send(&self) -> Self {
        Self { id: None, ..self.clone() }
    }
}

impl Reference {
    /// A reference to write.
    pub fn to(id: impl Into<String>) -> Self {
        Self { id: Some(id.into()) }
    }
}

impl PhoneNumber {
    /// A number to write.
    pub fn new(e164: impl Into<String>, extension: Option<u32>) -> Self {
        Self { display: e164.into(), extension, e164: None }
    }
}

impl fmt::Debug for ExternalContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalContact").field("id", &self.id).field("fields", &self.field_names()).finish()
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber([redacted])")
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address([redacted])")
    }
}

impl fmt::Debug for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalId").field("source_id", &self.source_id).finish_non_exhaustive()
    }
}

/// An external id as it stands in JSON.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireExternalId {
    external_source: Value,
    #[serde(deserialize_with = "null_as_default")]
    value: String,
}

impl From<WireExternalId> for ExternalId {
    fn from(wire: WireExternalId) -> Self {
        Self { source_id: id_in(&wire.external_source).unwrap_or_default().to_owned(), value: wire.value }
    }
}

impl From<ExternalId> for WireExternalId {
    fn from(id: ExternalId) -> Self {
        Self { external_source: serde_json::json!({ "id": id.source_id }), value: id.value }
    }
}

impl From<Value> for Reference {
    fn from(value: Value) -> Self {
        Self { id: id_in(&value).map(str::to_owned) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample() -> ExternalContact {
        ExternalContact {
            first_name: Some("Ana".to_owned()),
            work_phone: Some(PhoneNumber::new("+15125550100", Some(42))),
            work_email: Some("ana@example.com".to_owned()),
            external_ids: vec![ExternalId { source_id: "s-1".to_owned(), value: "003A".to_owned() }],
            ..Default::default()
        }
    }

    #[test]
    fn absent_fields_are_not_sent() {
        let expected = json!({
            "firstName": "Ana",
            "workPhone": { "display": "+15125550100", "extension": 42 },
            "workEmail": "ana@example.com",
            "externalIds": [{ "externalSource": { "id": "s-1" }, "value": "003A" }],
        });
        assert_eq!(serde_json::to_value(sample()).unwrap(), expected);
    }

    #[test]
    fn what_genesys_adds_is_read_or_passed_over() {
        let stored = json!({
            "id": "c-1", "version": 3, "selfUri": "/x", "type": "Curated", "firstName": null, "externalIds": null, "customFields": null,
            "workPhone": { "display": "+1 512-555-0100", "extension": "42", "e164": "+15125550100", "countryCode": "US", "acceptsSMS": true },
            "cellPhone": { "display": null, "extension": -1 },
            "canonicalContact": { "id": "c-9", "selfUri": "/y" }, "mergedTo": null, "mergeSet": [{ "id": "c-1" }],
        });
        let contact: ExternalContact = serde_json::from_value(stored).unwrap();
        let phone = contact.work_phone.as_ref().unwrap();
        assert_eq!((phone.e164.as_deref(), phone.extension), (Some("+15125550100"), Some(42)));
        assert_eq!(contact.cell_phone, Some(PhoneNumber::default()));
        assert_eq!(contact.current_id(), Some("c-9"));
    }

    #[test]
    fn a_reference_is_an_object_or_the_id_itself() {
        let contact: ExternalContact = serde_json::from_value(json!({ "id": "c-1", "mergedTo": "c-2" })).unwrap();
        assert_eq!(contact.current_id(), Some("c-2"));
        let contact: ExternalContact = serde_json::from_value(json!({ "id": "" })).unwrap();
        assert_eq!(contact.current_id(), None);
    }

    #[test]
    fn printing_a_contact_names_its_fields_and_no_value() {
        let printed = format!("{:?} {:?} {:?}", sample(), sample().work_phone, sample().external_ids);
        assert!(printed.contains("workEmail"), "{printed}");
        for value in ["Ana", "ana@", "5125550100", "003A"] {
            assert!(!printed.contains(value), "{printed}");
        }
    }
}
