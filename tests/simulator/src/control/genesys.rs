//! What Genesys holds, written past the vendor's permission and conflict rules. Contacts and sources stand here.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Done, list, queues, tables, utilization};
use crate::genesys::contacts::fields::Rules;
use crate::genesys::contacts::state::{Contact, Contacts};
use crate::genesys::external_sources::state::ExternalSource;
use crate::wire::Refusal;
use crate::world::World;

pub(super) fn dispatch(world: &mut World, method: &str, parts: &[&str], body: &Value, now: Timestamp) -> Option<Done> {
    Some(match (method, parts) {
        ("GET", ["contacts"]) => Ok(dump(world)),
        ("POST", ["contacts"]) => insert(world, body, now),
        ("DELETE", ["contacts"]) => {
            world.genesys.contacts = Contacts::default();
            Ok(json!({}))
        }
        ("GET", ["contacts", id]) => found(world, id).map(Contact::render),
        ("PATCH", ["contacts", id]) => change(world, id, body, now),
        ("DELETE", ["contacts", id]) if world.genesys.contacts.remove(id) => Ok(json!({})),
        ("DELETE", ["contacts", id]) => Err(format!("there is no contact {id}")),
        ("GET", ["sources"]) => Ok(world.genesys.sources.0.iter().map(ExternalSource::render).collect()),
        (_, ["tables", rest @ ..]) => tables::dispatch(world, method, rest, body)?,
        (_, ["queues", rest @ ..]) => queues::dispatch(world, method, rest, body, now)?,
        (_, ["utilization", rest @ ..]) => utilization::dispatch(world, method, rest, body)?,
        ("POST", ["sources"]) => Ok(source(world, body["name"].as_str().unwrap_or("Salesforce"))),
        _ => return None,
    })
}

/// All contacts, in an order that does not depend on their ids: by external id, then by content.
fn dump(world: &World) -> Value {
    let mut rows: Vec<(Vec<String>, String, Value)> = world
        .genesys
        .contacts
        .all()
        .map(|contact| {
            let entries = contact.fields.get("externalIds").and_then(Value::as_array).into_iter().flatten();
            let values = entries.filter_map(|entry| entry["value"].as_str()).map(str::to_owned).collect();
            (values, json!(contact.fields).to_string(), contact.render())
        })
        .collect();
    rows.sort_by(|left, right| (&left.0, &left.1).cmp(&(&right.0, &right.1)));
    rows.into_iter().map(|(_, _, contact)| contact).collect()
}

fn found<'a>(world: &'a World, id: &str) -> Result<&'a Contact, String> {
    world.genesys.contacts.get(id).ok_or_else(|| format!("there is no contact {id}"))
}

/// Contacts as given; `externalIds` may name a source that is made on the way: `{"source": "Salesforce", "value": …}`.
fn insert(world: &mut World, body: &Value, now: Timestamp) -> Done {
    let mut ids = Vec::new();
    for mut contact in list(body) {
        name_sources(world, &mut contact);
        let rules = Rules::of(world);
        let mut fields = rules.normalized(&contact).map_err(sentence)?;
        fields.retain(|_, value| !value.is_null());
        let id = contact["id"].as_str().map(str::to_owned);
        let id = id.unwrap_or_else(|| world.new_uuid());
        if world.genesys.contacts.get(&id).is_some() {
            return Err(format!("the contact {id} exists"));
        }
        world.genesys.contacts.insert(id.clone(), fields, now);
        ids.push(id);
    }
    Ok(json!({"ids": ids}))
}

fn change(world: &mut World, id: &str, body: &Value, now: Timestamp) -> Done {
    let mut body = body.clone();
    name_sources(world, &mut body);
    let mut fields = found(world, id)?.fields.clone();
    fields.extend(Rules::of(world).normalized(&body).map_err(sentence)?);
    fields.retain(|_, value| !value.is_null());
    world.genesys.contacts.replace(id, fields, now);
    found(world, id).map(Contact::render)
}

fn name_sources(world: &mut World, contact: &mut Value) {
    let Some(entries) = contact.get_mut("externalIds").and_then(Value::as_array_mut) else {
        return;
    };
    for entry in entries {
        if let Some(name) = entry["source"].as_str() {
            let id = source(world, name)["id"].clone();
            *entry = json!({"externalSource": {"id": id}, "value": entry["value"]});
        }
    }
}

/// The source of this name, made if there is none.
fn source(world: &mut World, name: &str) -> Value {
    if let Some(source) = world.genesys.sources.named(name) {
        return source.render();
    }
    let source = ExternalSource { id: world.new_uuid(), name: name.to_owned(), active: true, link: None };
    let body = source.render();
    world.genesys.sources.0.push(source);
    body
}

fn sentence(refusal: Refusal) -> String {
    refusal.message
}
