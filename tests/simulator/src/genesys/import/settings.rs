//! The two kinds of settings: what is imported, and which column becomes which field.

use serde::Serialize;
use serde_json::{Value, json};

use super::not_found;
use super::run::target;
use super::state::{CsvSettings, ImportSettings, csv_settings_path};
use crate::genesys::bad_request;
use crate::genesys::contacts::fields::invalid;
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::{World, iso};

/// `POST /api/v2/externalcontacts/import/settings`.
pub(crate) fn create(world: &mut World, call: &Call) -> Reply {
    let mut settings: ImportSettings = call.json().map_err(bad_request)?;
    if settings.name.trim().is_empty() {
        return Err(invalid("name", &json!(settings.name), "name must not be empty".to_owned()));
    }
    if !world.genesys.sources.has(&settings.external_source_id) {
        let sentence = format!("the external source '{}' does not exist", settings.external_source_id);
        return Err(invalid("externalSourceId", &json!(settings.external_source_id), sentence));
    }
    settings.id = world.new_uuid();
    settings.date_created = iso(call.now);
    settings.self_uri = format!("/api/v2/externalcontacts/import/settings/{}", settings.id);
    let body = json!(settings);
    world.genesys.imports.settings.insert(settings.id.clone(), settings);
    Ok(Answer::ok(body).items(1))
}

/// `GET /api/v2/externalcontacts/import/settings/{settingsId}`.
pub(crate) fn get(world: &mut World, call: &Call) -> Reply {
    one(world.genesys.imports.settings.get(call.parameter(0)), call)
}

/// `GET /api/v2/externalcontacts/import/settings?name=`.
pub(crate) fn list(world: &mut World, call: &Call) -> Reply {
    let wanted = call.query.get("name").unwrap_or("").to_lowercase();
    let fits = |settings: &&ImportSettings| settings.name.to_lowercase().contains(&wanted);
    Ok(listing(world.genesys.imports.settings.values().filter(fits)))
}

/// `POST /api/v2/externalcontacts/import/csv/settings`.
pub(crate) fn create_csv(world: &mut World, call: &Call) -> Reply {
    let mut settings: CsvSettings = call.json().map_err(bad_request)?;
    if !world.genesys.imports.settings.contains_key(&settings.external_settings_id) {
        let sentence = format!("the settings '{}' do not exist", settings.external_settings_id);
        return Err(invalid("externalSettingsId", &json!(settings.external_settings_id), sentence));
    }
    if settings.mappings.is_empty() {
        return Err(invalid("mappings", &json!([]), "mappings must not be empty".to_owned()));
    }
    for mapping in &settings.mappings {
        target(&mapping.target_field).ok_or_else(|| no_field(&mapping.target_field))?;
    }
    settings.id = world.new_uuid();
    settings.self_uri = csv_settings_path(&settings.id);
    let body = json!(settings);
    world.genesys.imports.csv_settings.insert(settings.id.clone(), settings);
    Ok(Answer::ok(body).items(1))
}

fn no_field(path: &str) -> Refusal {
    invalid("mappings.targetField", &json!(path), format!("'{path}' is not the path of a contact's field"))
}

/// `GET /api/v2/externalcontacts/import/csv/settings/{settingsId}`.
pub(crate) fn get_csv(world: &mut World, call: &Call) -> Reply {
    one(world.genesys.imports.csv_settings.get(call.parameter(0)), call)
}

/// `GET /api/v2/externalcontacts/import/csv/settings?externalSettingsId=`.
pub(crate) fn list_csv(world: &mut World, call: &Call) -> Reply {
    let wanted = call.query.get("externalSettingsId");
    let fits = |settings: &&CsvSettings| wanted.is_none_or(|id| settings.external_settings_id == id);
    Ok(listing(world.genesys.imports.csv_settings.values().filter(fits)))
}

fn one(found: Option<&impl Serialize>, call: &Call) -> Reply {
    let settings = found.ok_or_else(|| not_found("settings", call.parameter(0)))?;
    Ok(Answer::ok(json!(settings)).items(1))
}

fn listing<T: Serialize>(entries: impl Iterator<Item = T>) -> Answer {
    let entities: Vec<Value> = entries.map(|entry| json!(entry)).collect();
    let items = entities.len();
    Answer::ok(json!({"entities": entities, "cursors": {}})).items(items)
}
