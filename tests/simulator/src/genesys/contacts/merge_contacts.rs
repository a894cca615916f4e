//! Merging: two to twenty-five contacts become one new one, and their ids lead to it.
//!
//! A field comes from the override, else from the contact that was changed last, else from the next. An address or number
//! that loses its place moves to a free field of its kind; external ids are put together.

use serde::Deserialize;
use serde_json::{Value, json};

use super::fetch::unknown;
use super::fields::{EXTERNAL_IDS_MAX, Rules, invalid};
use super::identifier::{EMAIL_FIELDS, PHONE_FIELDS};
use super::{Fields, Identifier};
use crate::genesys::bad_request;
use crate::genesys::directory::{Entry, Kind};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

const CONTACTS_MAX: usize = 25;
/// Everybody who was ever merged into one, itself included.
const MERGE_SET_MAX: usize = 52;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct MergeRequest {
    #[serde(default)]
    contact_ids: Vec<String>,
    #[serde(default)]
    value_override: Value,
}

/// `POST /api/v2/externalcontacts/contacts/merge`.
pub(crate) fn merge(world: &mut World, call: &Call) -> Reply {
    let request = call.json().map_err(bad_request)?;
    Ok(Answer::ok(merged(world, &request, call.now)?).items(1))
}

/// The same as somebody does it in the vendor's page, from a control request.
///
/// # Errors
/// The vendor's sentence.
pub(crate) fn by_hand(world: &mut World, body: &Value, now: jiff::Timestamp) -> Result<Value, String> {
    let request = serde_json::from_value(body.clone()).map_err(|error| error.to_string())?;
    merged(world, &request, now).map_err(|refusal| refusal.message)
}

fn merged(world: &mut World, request: &MergeRequest, now: jiff::Timestamp) -> Result<Value, Refusal> {
    let contacts = contacts(world, &request.contact_ids)?;
    let ids: Vec<String> = contacts.iter().map(|contact| contact.id.clone()).collect();
    if contacts.iter().map(|contact| contact.merge_set().len()).sum::<usize>() >= MERGE_SET_MAX {
        let sentence = format!("more than {MERGE_SET_MAX} contacts would be merged into one");
        return Err(Refusal::new(409, "mergeset.max.size", sentence));
    }
    let mut sources: Vec<Fields> = contacts.iter().map(|contact| contact.fields()).collect();
    let division = |fields: &Fields| fields.get("division").map(|division| division["id"].clone());
    if sources.iter().any(|fields| division(fields) != division(&sources[0])) {
        let sentence = "contacts of different divisions cannot be merged";
        return Err(Refusal::new(422, "merge.across.divisions.disallowed", sentence));
    }
    let rules = Rules::of(world, Kind::Contact);
    let override_ =
        if request.value_override.is_null() { Fields::new() } else { rules.normalized(&request.value_override)? };
    sources.insert(0, override_);
    let fields = rules.whole(united(&sources)?)?;
    let id = world.new_uuid();
    let merged = world.genesys.contacts.merge(&id, &ids, &fields, now);
    Ok(merged.map_or(Value::Null, Entry::render))
}

/// The contacts meant, each once, the last changed first.
fn contacts<'a>(world: &'a World, ids: &[String]) -> Result<Vec<&'a Entry>, Refusal> {
    let mut found: Vec<&Entry> = Vec::new();
    for id in ids {
        let contact = world.genesys.contacts.get(id).ok_or_else(|| unknown(Kind::Contact, id))?;
        if found.iter().all(|other| other.id != contact.id) {
            found.push(contact);
        }
    }
    if !(2..=CONTACTS_MAX).contains(&found.len()) {
        let sentence = format!("contactIds must be 2 to {CONTACTS_MAX} different contacts, not {}", found.len());
        return Err(invalid("contactIds", &json!(ids.len()), sentence));
    }
    found.sort_by_key(|contact| std::cmp::Reverse(contact.modified));
    Ok(found)
}

fn united(sources: &[Fields]) -> Result<Fields, Refusal> {
    let mut fields = Fields::new();
    for source in sources {
        for (name, value) in source.iter().filter(|(name, value)| !value.is_null() && *name != "externalIds") {
            if !fields.contains_key(name) {
                fields.insert(name.clone(), value.clone());
            } else if fields.get(name) != Some(value) {
                find_room(&mut fields, name, value);
            }
        }
    }
    let mut external_ids: Vec<Value> = Vec::new();
    for entry in sources.iter().filter_map(|source| source.get("externalIds")?.as_array()).flatten() {
        if !external_ids.contains(entry) {
            external_ids.push(entry.clone());
        }
    }
    if external_ids.len() > EXTERNAL_IDS_MAX {
        return Err(Refusal::new(409, "too.many.identifiers", "The merged contact would have too many identifiers."));
    }
    if !external_ids.is_empty() {
        fields.insert("externalIds".to_owned(), Value::Array(external_ids));
    }
    Ok(fields)
}

/// Keeps an address or number in a free field of its kind, unless it is there already.
fn find_room(fields: &mut Fields, name: &str, value: &Value) {
    let kind: &[&str] = if PHONE_FIELDS.contains(&name) {
        &PHONE_FIELDS
    } else if EMAIL_FIELDS.contains(&name) {
        &EMAIL_FIELDS
    } else {
        return;
    };
    let alone = Fields::from_iter([(name.to_owned(), value.clone())]);
    let known = Identifier::of_fields(fields);
    if Identifier::of_fields(&alone).iter().any(|identifier| known.contains(identifier)) {
        return;
    }
    if let Some(free) = kind.iter().find(|field| !fields.contains_key(**field)) {
        fields.insert((*free).to_owned(), value.clone());
    }
}
