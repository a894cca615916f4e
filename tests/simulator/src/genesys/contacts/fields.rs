//! What may stand in a contact, and the form in which it is kept.
//!
//! Two kinds of refusal: a field that does not exist or has the wrong JSON type makes the whole request
//! unreadable (400), a value that breaks a rule of its field is a validation failure of this contact (422, with the
//! field's name, and the value in the message as the vendor does it).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Fields, Identifier, phone};
use crate::genesys::bad_request;
use crate::genesys::directory::{Directory, Kind};
use crate::genesys::external_sources::state::ExternalSources;
use crate::wire::Refusal;
use crate::world::World;

/// The rule a field follows.
#[derive(Clone, Copy)]
enum Rule {
    Text(usize),
    Phone,
    Email,
    Url,
    Flag,
    Address,
    ExternalIds,
    /// The id of an organization that exists.
    Organization,
    Whole,
    Texts,
    /// Kept as sent.
    List,
    /// Kept as sent.
    Object,
    /// Sent back by clients, never taken from them.
    ServerSet,
}

const CONTACT: &[(&str, Rule)] = &[
    ("firstName", Rule::Text(1_000)),
    ("middleName", Rule::Text(1_000)),
    ("lastName", Rule::Text(1_000)),
    ("salutation", Rule::Text(1_000)),
    ("title", Rule::Text(1_000)),
    ("workPhone", Rule::Phone),
    ("cellPhone", Rule::Phone),
    ("homePhone", Rule::Phone),
    ("otherPhone", Rule::Phone),
    ("workEmail", Rule::Email),
    ("personalEmail", Rule::Email),
    ("otherEmail", Rule::Email),
    ("address", Rule::Address),
    ("externalIds", Rule::ExternalIds),
    ("externalSystemUrl", Rule::Url),
    ("surveyOptOut", Rule::Flag),
    ("externalOrganization", Rule::Organization),
    ("twitterId", Rule::Object),
    ("lineId", Rule::Object),
    ("whatsAppId", Rule::Object),
    ("facebookId", Rule::Object),
    ("instagramId", Rule::Object),
    ("schema", Rule::Object),
    ("customFields", Rule::Object),
    ("division", Rule::Object),
    ("id", Rule::ServerSet),
    ("type", Rule::ServerSet),
    ("createDate", Rule::ServerSet),
    ("modifyDate", Rule::ServerSet),
    ("selfUri", Rule::ServerSet),
    ("identifiers", Rule::ServerSet),
    ("externalDataSources", Rule::ServerSet),
    ("canonicalContact", Rule::ServerSet),
    ("mergeSet", Rule::ServerSet),
    ("mergedFrom", Rule::ServerSet),
    ("mergedTo", Rule::ServerSet),
];

const ORGANIZATION: &[(&str, Rule)] = &[
    ("name", Rule::Text(1_000)),
    ("companyType", Rule::Text(1_000)),
    ("industry", Rule::Text(1_000)),
    ("address", Rule::Address),
    ("phoneNumber", Rule::Phone),
    ("faxNumber", Rule::Phone),
    ("employeeCount", Rule::Whole),
    ("revenue", Rule::Whole),
    ("tags", Rule::Texts),
    ("websites", Rule::Texts),
    ("tickers", Rule::List),
    ("twitterId", Rule::Object),
    ("externalIds", Rule::ExternalIds),
    ("externalSystemUrl", Rule::Url),
    ("schema", Rule::Object),
    ("customFields", Rule::Object),
    ("division", Rule::Object),
    ("id", Rule::ServerSet),
    ("createDate", Rule::ServerSet),
    ("modifyDate", Rule::ServerSet),
    ("selfUri", Rule::ServerSet),
    ("trustor", Rule::ServerSet),
    ("identifiers", Rule::ServerSet),
    ("externalDataSources", Rule::ServerSet),
];

const ADDRESS: [(&str, usize); 6] =
    [("address1", 200), ("address2", 200), ("city", 100), ("state", 50), ("postalCode", 25), ("countryCode", 25)];

pub(crate) const EXTERNAL_IDS_MAX: usize = 10;
const EXTERNAL_ID_LENGTH_MAX: usize = 255;
const EMAIL_LENGTH_MAX: usize = 256;
const URL_LENGTH_MAX: usize = 1_000;

/// How one text becomes a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// It is the field.
    Whole,
    /// It is what a phone number displays.
    Phone,
    /// It is a part of the field.
    Part,
}

/// What the rules need to know of the organisation.
pub(crate) struct Rules<'a> {
    sources: &'a ExternalSources,
    schemas: &'a BTreeMap<String, Vec<String>>,
    organizations: &'a Directory,
    refuse_nameless: bool,
    unknown_organization_status: u16,
    kind: Kind,
}

impl<'a> Rules<'a> {
    pub(crate) fn of(world: &'a World, kind: Kind) -> Self {
        let settings = &world.settings.genesys;
        Self {
            sources: &world.genesys.sources,
            schemas: &settings.schemas,
            organizations: &world.genesys.organizations.0,
            refuse_nameless: settings.refuse_nameless,
            unknown_organization_status: settings.unknown_organization_status,
            kind,
        }
    }

    fn table(&self) -> &'static [(&'static str, Rule)] {
        match self.kind {
            Kind::Contact => CONTACT,
            Kind::Organization => ORGANIZATION,
        }
    }

    /// How one text becomes a contact's field; `None` when it cannot.
    pub(crate) fn shape_of(name: &str) -> Option<Shape> {
        let (_, rule) = CONTACT.iter().find(|(known, _)| *known == name)?;
        match rule {
            Rule::Text(_) | Rule::Email | Rule::Url => Some(Shape::Whole),
            Rule::Phone => Some(Shape::Phone),
            Rule::Address => Some(Shape::Part),
            Rule::Object if name == "customFields" => Some(Shape::Part),
            _ => None,
        }
    }

    /// The stored form of the fields that were sent. Fields sent empty come out as `null`.
    pub(crate) fn normalized(&self, sent: &Value) -> Result<Fields, Refusal> {
        let Value::Object(sent) = sent else {
            return Err(bad_request("a contact must be an object"));
        };
        let mut stored = Fields::new();
        for (name, value) in sent {
            let Some((_, rule)) = self.table().iter().find(|(known, _)| known == name) else {
                return Err(bad_request(format!("Unrecognized field \"{name}\"")));
            };
            if !matches!(rule, Rule::ServerSet) {
                stored.insert(name.clone(), self.field(name, *rule, value)?);
            }
        }
        Ok(stored)
    }

    fn field(&self, name: &str, rule: Rule, value: &Value) -> Result<Value, Refusal> {
        match (rule, value) {
            (_, Value::Null) => Ok(Value::Null),
            (Rule::Text(max), Value::String(text)) => bounded(name, text, max),
            (Rule::Email, Value::String(text)) => email(name, text),
            (Rule::Url, Value::String(text)) => url(name, text),
            (Rule::Flag, Value::Bool(_)) | (Rule::Object, Value::Object(_)) | (Rule::List, Value::Array(_)) => {
                Ok(value.clone())
            }
            (Rule::Whole, Value::Number(number)) if number.is_i64() => Ok(value.clone()),
            (Rule::Texts, Value::Array(texts)) if texts.iter().all(Value::is_string) => Ok(value.clone()),
            (Rule::Organization, Value::Object(organization)) => {
                self.organization(name, organization.get("id").unwrap_or(&Value::Null))
            }
            (Rule::Phone, value) => phone::normalized(name, value),
            (Rule::Address, Value::Object(parts)) => address(name, parts),
            (Rule::ExternalIds, Value::Array(entries)) => self.external_ids(name, entries),
            _ => Err(bad_request(format!("{name} has the wrong type"))),
        }
    }

    /// The reference to an organization, as it is kept.
    fn organization(&self, name: &str, id: &Value) -> Result<Value, Refusal> {
        if id.as_str().is_some_and(|id| self.organizations.get(id).is_some()) {
            return Ok(json!({"id": id}));
        }
        let code = match self.unknown_organization_status {
            404 => "entity.not.found",
            400 => "bad.request",
            _ => "validation.failed",
        };
        let sentence = format!("{name}: the external organization {id} does not exist");
        Err(Refusal::new(self.unknown_organization_status, code, sentence).field(name, id))
    }

    fn external_ids(&self, name: &str, entries: &[Value]) -> Result<Value, Refusal> {
        let mut kept: Vec<Value> = Vec::new();
        for entry in entries {
            let Some(Identifier::ExternalId { source, value }) = Identifier::of_external_id(entry) else {
                return Err(bad_request(format!("{name} entries need externalSource.id and value")));
            };
            if value.is_empty() || value.chars().count() > EXTERNAL_ID_LENGTH_MAX {
                let sentence = format!("{name} value '{value}' must have 1 to {EXTERNAL_ID_LENGTH_MAX} characters");
                return Err(invalid(name, &json!(value), sentence));
            }
            if !self.sources.has(&source) {
                let sentence = format!("{name}: the external source '{source}' does not exist");
                return Err(invalid(name, &json!(source), sentence));
            }
            let entry = json!({"externalSource": {"id": source}, "value": value});
            if kept.contains(&entry) {
                return Err(invalid(name, &entry, format!("{name} has the value '{value}' twice")));
            }
            kept.push(entry);
        }
        Ok(if kept.is_empty() { Value::Null } else { Value::Array(kept) })
    }

    /// The rules about a contact as a whole; empty fields are taken out.
    pub(crate) fn whole(&self, mut fields: Fields) -> Result<Fields, Refusal> {
        fields.retain(|_, value| !value.is_null());
        let external_ids = fields.get("externalIds").and_then(Value::as_array).map_or(0, Vec::len);
        if external_ids > EXTERNAL_IDS_MAX {
            let sentence = format!("externalIds has {external_ids} entries, the most is {EXTERNAL_IDS_MAX}");
            return Err(invalid("externalIds", &json!(external_ids), sentence));
        }
        self.custom_fields(&fields)?;
        if self.kind == Kind::Organization {
            if self.refuse_nameless && !fields.contains_key("name") {
                return Err(invalid("name", &Value::Null, "an organization needs a name".to_owned()));
            }
            return Ok(fields);
        }
        let named = ["firstName", "lastName"].iter().any(|name| fields.contains_key(*name));
        if self.refuse_nameless && !named && Identifier::of_fields(&fields).is_empty() {
            let sentence = "a contact needs a name or an identifier".to_owned();
            return Err(invalid("lastName", &Value::Null, sentence));
        }
        Ok(fields)
    }

    fn custom_fields(&self, fields: &Fields) -> Result<(), Refusal> {
        let Some(Value::Object(custom)) = fields.get("customFields") else {
            return Ok(());
        };
        let refuse = |field: &str, value: &Value, sentence: String| {
            Refusal::new(422, "custom.fields.validation.failed", sentence).field(field, value)
        };
        let id = fields.get("schema").and_then(|schema| schema["id"].as_str()).unwrap_or("");
        let Some(names) = self.schemas.get(id) else {
            return Err(refuse("schema", &json!(id), format!("the schema '{id}' does not exist")));
        };
        match custom.iter().find(|(name, _)| !names.contains(name)) {
            Some((name, value)) => {
                Err(refuse(&format!("customFields.{name}"), value, format!("the schema has no field '{name}'")))
            }
            None => Ok(()),
        }
    }
}

fn bounded(name: &str, text: &str, max: usize) -> Result<Value, Refusal> {
    let text = text.trim();
    if text.chars().count() > max {
        return Err(invalid(name, &json!(text), format!("{name} '{text}' is longer than {max} characters")));
    }
    Ok(if text.is_empty() { Value::Null } else { json!(text) })
}

fn email(name: &str, text: &str) -> Result<Value, Refusal> {
    let value = bounded(name, text, EMAIL_LENGTH_MAX)?;
    match value.as_str() {
        Some(text) if !is_email(text) => {
            Err(invalid(name, &value, format!("{name} '{text}' is not a valid e-mail address")))
        }
        _ => Ok(value),
    }
}

/// One `@`, something plain before it, at least two labels after it.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"@,;:<>()[]\\\"".contains(c);
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let dots_in_place = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    !local.is_empty()
        && local.len() <= 64
        && dots_in_place
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(label)
}

fn url(name: &str, text: &str) -> Result<Value, Refusal> {
    let value = bounded(name, text, URL_LENGTH_MAX)?;
    let absolute = |text: &str| {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    };
    match value.as_str() {
        Some(text) if !absolute(text) => {
            Err(invalid(name, &value, format!("{name} '{text}' is not an absolute http or https address")))
        }
        _ => Ok(value),
    }
}

fn address(name: &str, parts: &Fields) -> Result<Value, Refusal> {
    let mut kept = Fields::new();
    for (part, value) in parts {
        let Some((_, max)) = ADDRESS.iter().find(|(known, _)| known == part) else {
            return Err(bad_request(format!("Unrecognized field \"{name}.{part}\"")));
        };
        let path = format!("{name}.{part}");
        let text = match value {
            Value::Null => Value::Null,
            Value::String(text) => bounded(&path, text, *max)?,
            _ => return Err(bad_request(format!("{path} must be a string"))),
        };
        kept.insert(part.clone(), text);
    }
    kept.retain(|_, value| !value.is_null());
    Ok(if kept.is_empty() { Value::Null } else { Value::Object(kept) })
}

pub(crate) fn invalid(field: &str, value: &Value, sentence: String) -> Refusal {
    Refusal::new(422, "validation.failed", sentence).field(field, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_people_really_have_are_valid() {
        for good in ["a@b.co", "ana.maria+crm@exemplo.com.br", "o'neil@x-y.ie", "josé@exämple.de"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["a", "a@b", "a@@b.c", "a b@c.de", "a@b..c", "a.@b.c", "@b.c", "a@-b.c"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
