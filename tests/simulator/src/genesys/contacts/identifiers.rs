//! Which identifiers a contact owns, and claiming and releasing one.

use serde::Deserialize;
use serde_json::{Value, json};

use super::fields::{EXTERNAL_IDS_MAX, Rules};
use super::identifier::{EMAIL_FIELDS, PHONE_FIELDS};
use super::lookup::ContactIdentifier;
use super::{Fields, Identifier, remove};
use crate::genesys::bad_request;
use crate::genesys::directory::{Entry, Kind};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::{World, iso};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimRequest {
    operation: Operation,
    identifier: ContactIdentifier,
}

#[derive(Clone, Copy, Deserialize)]
enum Operation {
    Claim,
    Release,
}

/// `GET /api/v2/externalcontacts/contacts/{contactId}/identifiers`.
pub(crate) fn list(world: &mut World, call: &Call) -> Reply {
    let id = remove::target(world, Kind::Contact, call.parameter(0))?;
    let directory = &world.genesys.contacts;
    let Some(contact) = directory.get(&id) else {
        return Ok(Answer::ok(json!({"entities": []})));
    };
    let own = |identifier: &Identifier| directory.conflict(Some(&id), identifier).is_none();
    let identifiers = Identifier::of_fields(&contact.fields()).into_iter().filter(own);
    let entities: Vec<Value> = identifiers.map(|identifier| rendered(&identifier, contact.created)).collect();
    let items = entities.len();
    Ok(Answer::ok(json!({"entities": entities})).items(items))
}

/// `PATCH /api/v2/externalcontacts/contacts/{contactId}/identifiers`.
pub(crate) fn claim_or_release(world: &mut World, call: &Call) -> Reply {
    let request: ClaimRequest = call.json().map_err(bad_request)?;
    let id = remove::target(world, Kind::Contact, call.parameter(0))?;
    let identifier = request.identifier.resolve()?;
    let identifier = identifier.ok_or_else(|| refused(422, "identifier.cannot.be.claimed", "has no field here"))?;
    let fields = world.genesys.contacts.get(&id).map(Entry::fields).unwrap_or_default();
    let changed = match request.operation {
        Operation::Claim => claimed(world, &id, fields, &identifier)?,
        Operation::Release => released(fields, &identifier)?,
    };
    let fields = Rules::of(world, Kind::Contact).whole(changed)?;
    world.genesys.contacts.replace(&id, &fields, call.now);
    Ok(Answer::ok(rendered(&identifier, call.now)).items(1))
}

fn claimed(world: &World, id: &str, mut fields: Fields, identifier: &Identifier) -> Result<Fields, Refusal> {
    if world.genesys.contacts.conflict(Some(id), identifier).is_some() {
        return Err(refused(409, "identifier.claim.conflict", "belongs to another contact"));
    }
    if Identifier::of_fields(&fields).contains(identifier) {
        return Ok(fields);
    }
    let full = || refused(422, "identifier.cannot.be.claimed", "has no free field");
    let (names, value): (&[&str], Value) = match identifier {
        Identifier::ExternalId { source, value } => {
            let entries = fields.entry("externalIds").or_insert_with(|| json!([]));
            let entries = entries.as_array_mut().filter(|entries| entries.len() < EXTERNAL_IDS_MAX).ok_or_else(full)?;
            entries.push(json!({"externalSource": {"id": source}, "value": value}));
            return Ok(fields);
        }
        Identifier::Email(text) => (&EMAIL_FIELDS, json!(text)),
        Identifier::Phone(text) => (&PHONE_FIELDS, json!({"display": text})),
    };
    let free = names.iter().find(|name| !fields.contains_key(**name)).ok_or_else(full)?;
    let sent = Fields::from_iter([((*free).to_owned(), value)]);
    fields.extend(Rules::of(world, Kind::Contact).normalized(&Value::Object(sent))?);
    Ok(fields)
}

fn released(mut fields: Fields, identifier: &Identifier) -> Result<Fields, Refusal> {
    if !Identifier::of_fields(&fields).contains(identifier) {
        return Err(refused(404, "identifier.cannot.be.released", "is not of this contact"));
    }
    if let Some(entries) = fields.get_mut("externalIds").and_then(Value::as_array_mut) {
        entries.retain(|entry| Identifier::of_external_id(entry).as_ref() != Some(identifier));
        if entries.is_empty() {
            fields.remove("externalIds");
        }
    }
    for name in EMAIL_FIELDS.iter().chain(&PHONE_FIELDS) {
        let alone = fields.get(*name).map(|value| Fields::from_iter([((*name).to_owned(), value.clone())]));
        if alone.is_some_and(|alone| Identifier::of_fields(&alone).contains(identifier)) {
            fields.remove(*name);
        }
    }
    Ok(fields)
}

fn refused(status: u16, code: &str, why: &str) -> Refusal {
    Refusal::new(status, code, format!("The identifier {why}."))
}

fn rendered(identifier: &Identifier, since: jiff::Timestamp) -> Value {
    let mut body = match identifier {
        Identifier::ExternalId { source, value } => {
            json!({"type": "ExternalId", "value": value, "externalSource": {"id": source}})
        }
        Identifier::Email(value) => json!({"type": "Email", "value": value}),
        Identifier::Phone(value) => json!({"type": "Phone", "value": value}),
    };
    body["dateCreated"] = json!(iso(since));
    body
}
