//! What Genesys holds, written past the vendor's permission and conflict rules. Contacts, organizations and sources stand
//! here.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Done, list, queues, tables, utilization};
use crate::genesys::contacts::fields::Rules;
use crate::genesys::contacts::merge_contacts;
use crate::genesys::directory::{Directory, Entry, Kind};
use crate::genesys::external_sources::state::ExternalSource;
use crate::genesys::import;
use crate::genesys::organizations::Organizations;
use crate::wire::Refusal;
use crate::world::World;

pub(super) fn dispatch(world: &mut World, method: &str, parts: &[&str], body: &Value, now: Timestamp) -> Option<Done> {
    import::run::catch_up(world, now);
    Some(match (method, parts) {
        ("POST", ["contacts", "merge"]) => merge_contacts::by_hand(world, body, now),
        ("DELETE", ["contacts"]) => {
            world.genesys.contacts = Directory::default();
            Ok(json!({}))
        }
        ("DELETE", ["organizations"]) => {
            world.genesys.organizations = Organizations::default();
            Ok(json!({}))
        }
        (_, ["contacts", rest @ ..]) => entries(world, Kind::Contact, method, rest, body, now)?,
        (_, ["organizations", rest @ ..]) => entries(world, Kind::Organization, method, rest, body, now)?,
        ("GET", ["sources"]) => Ok(world.genesys.sources.0.iter().map(ExternalSource::render).collect()),
        (_, ["tables", rest @ ..]) => tables::dispatch(world, method, rest, body)?,
        (_, ["queues", rest @ ..]) => queues::dispatch(world, method, rest, body, now)?,
        (_, ["utilization", rest @ ..]) => utilization::dispatch(world, method, rest, body)?,
        ("POST", ["sources"]) => Ok(source(world, body["name"].as_str().unwrap_or("Salesforce"))),
        _ => return None,
    })
}

fn entries(world: &mut World, kind: Kind, method: &str, parts: &[&str], body: &Value, now: Timestamp) -> Option<Done> {
    Some(match (method, parts) {
        ("GET", []) => Ok(dump(world, kind)),
        ("POST", []) => insert(world, kind, body, now),
        ("GET", [id]) => found(world, kind, id).map(Entry::render),
        ("PATCH", [id]) => change(world, kind, id, body, now),
        ("DELETE", [id]) if world.genesys.directory_mut(kind).remove(id) => Ok(json!({})),
        ("DELETE", [id]) => Err(format!("there is no {kind:?} {id}")),
        _ => return None,
    })
}

/// All entries, in an order that does not depend on their ids: by external id, then by content.
fn dump(world: &World, kind: Kind) -> Value {
    let mut rows: Vec<(Vec<String>, String, Value)> = world
        .genesys
        .directory(kind)
        .all()
        .map(|entry| {
            let fields = entry.fields();
            let entries = fields.get("externalIds").and_then(Value::as_array).into_iter().flatten();
            let values = entries.filter_map(|entry| entry["value"].as_str()).map(str::to_owned).collect();
            (values, json!(fields).to_string(), entry.render())
        })
        .collect();
    rows.sort_by(|left, right| (&left.0, &left.1).cmp(&(&right.0, &right.1)));
    rows.into_iter().map(|(_, _, entry)| entry).collect()
}

fn found<'a>(world: &'a World, kind: Kind, id: &str) -> Result<&'a Entry, String> {
    world.genesys.directory(kind).get(id).ok_or_else(|| format!("there is no {kind:?} {id}"))
}

/// Entries as given; `externalIds` may name a source that is made on the way: `{"source": "Salesforce", "value": …}`.
fn insert(world: &mut World, kind: Kind, body: &Value, now: Timestamp) -> Done {
    let mut ids = Vec::new();
    for mut entry in list(body) {
        name_sources(world, &mut entry);
        let rules = Rules::of(world, kind);
        let mut fields = rules.normalized(&entry).map_err(sentence)?;
        fields.retain(|_, value| !value.is_null());
        let id = entry["id"].as_str().map(str::to_owned);
        let id = id.unwrap_or_else(|| world.new_uuid());
        if world.genesys.directory(kind).unresolved(&id).is_some() {
            return Err(format!("the {kind:?} {id} exists"));
        }
        world.genesys.directory_mut(kind).insert(id.clone(), &fields, now);
        ids.push(id);
    }
    Ok(json!({"ids": ids}))
}

fn change(world: &mut World, kind: Kind, id: &str, body: &Value, now: Timestamp) -> Done {
    let mut body = body.clone();
    name_sources(world, &mut body);
    let mut fields = found(world, kind, id)?.fields();
    let id = found(world, kind, id)?.id.clone();
    fields.extend(Rules::of(world, kind).normalized(&body).map_err(sentence)?);
    fields.retain(|_, value| !value.is_null());
    world.genesys.directory_mut(kind).replace(&id, &fields, now);
    found(world, kind, &id).map(Entry::render)
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
