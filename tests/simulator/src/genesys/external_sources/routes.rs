//! List and create external sources.

use serde::Deserialize;
use serde_json::{Value, json};

use super::state::ExternalSource;
use crate::genesys::bad_request;
use crate::genesys::contacts::scan::{page_limit, unprocessable_cursor};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

const NAME_LENGTH_MAX: usize = 200;

/// `GET /api/v2/externalcontacts/externalsources`.
pub(crate) fn list(world: &mut World, call: &Call) -> Reply {
    let limit = page_limit(call)?;
    let start: usize = match call.query.get("cursor") {
        None => 0,
        Some(cursor) => {
            cursor.strip_prefix("source-").and_then(|text| text.parse().ok()).ok_or_else(unprocessable_cursor)?
        }
    };
    let prefix = call.query.get("name").unwrap_or("").to_lowercase();
    let active = call.query.get("active").map(|text| text == "true");
    let fits = |source: &&ExternalSource| {
        source.name.to_lowercase().starts_with(&prefix) && active.is_none_or(|active| active == source.active)
    };
    let matching: Vec<_> = world.genesys.sources.0.iter().filter(fits).collect();
    let entities: Vec<Value> = matching.iter().skip(start).take(limit).map(|source| source.render()).collect();
    let end = start + entities.len();
    let mut body = json!({"entities": entities, "cursors": {}});
    if end < matching.len() {
        body["cursors"]["after"] = json!(format!("source-{end}"));
    }
    Ok(Answer::ok(body))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewSource {
    name: Option<String>,
    #[serde(default = "yes")]
    active: bool,
    link_configuration: Option<Value>,
}

fn yes() -> bool {
    true
}

/// `POST /api/v2/externalcontacts/externalsources`.
pub(crate) fn create(world: &mut World, call: &Call) -> Reply {
    let new: NewSource = call.json().map_err(bad_request)?;
    let name = new.name.unwrap_or_default().trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_LENGTH_MAX {
        let sentence = format!("name must have 1 to {NAME_LENGTH_MAX} characters");
        return Err(Refusal::new(422, "validation.failed", sentence).field("name", &json!(name)));
    }
    if world.genesys.sources.named(&name).is_some() {
        let sentence = format!("An external source with the name '{name}' exists.");
        return Err(Refusal::new(409, "external.source.exists", sentence));
    }
    let source = ExternalSource { id: world.new_uuid(), name, active: new.active, link: new.link_configuration };
    let body = source.render();
    world.genesys.sources.0.push(source);
    Ok(Answer::ok(body).items(1))
}
