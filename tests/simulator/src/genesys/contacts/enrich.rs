//! Enrich: find a contact or organization by identifiers and write it, or create it. One, or up to ten at a time.

use serde::Deserialize;
use serde_json::{Value, json};

use super::fields::Rules;
use super::lookup::ContactIdentifier;
use super::merge::{FieldRules, merged};
use super::{Fields, Identifier, bulk, bulk_add};
use crate::genesys::bad_request;
use crate::genesys::directory::{Entry, Kind};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

const IDENTIFIERS_MAX: usize = 25;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct EnrichRequest {
    /// The caller's own name for the item; comes back in bulk results.
    id: Option<String>,
    #[serde(default)]
    matching_identifiers: Vec<ContactIdentifier>,
    action: Option<String>,
    #[serde(default)]
    contact: Value,
    #[serde(default)]
    external_organization: Value,
    #[serde(default)]
    field_rules: FieldRules,
    #[serde(default, rename = "division")]
    _division: serde::de::IgnoredAny,
    #[serde(default, rename = "options")]
    _options: serde::de::IgnoredAny,
}

/// What an enrich did.
struct Enriched {
    status: u16,
    contact: Value,
}

/// `POST /api/v2/externalcontacts/contacts/enrich`.
pub(crate) fn one(world: &mut World, call: &Call) -> Reply {
    one_of(world, call, Kind::Contact)
}

/// One enrich of a kind.
pub(crate) fn one_of(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let request: EnrichRequest = call.json().map_err(bad_request)?;
    let provided = bulk_add::read(world, kind, request.provided(kind)?)?;
    let Enriched { status, contact } = enrich(world, call, kind, &request, provided)?;
    Ok(Answer::json(status, contact).items(1))
}

/// `POST /api/v2/externalcontacts/bulk/contacts/enrich`.
pub(crate) fn many(world: &mut World, call: &Call) -> Reply {
    many_of(world, call, Kind::Contact)
}

/// Several enriches of a kind.
pub(crate) fn many_of(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let entities = bulk::entities(call, world.settings.genesys.enrich_max)?;
    let mut items = Vec::new();
    for entity in &entities {
        let request: EnrichRequest =
            serde_json::from_value(entity.clone()).map_err(|error| bad_request(error.to_string()))?;
        let provided = bulk_add::read(world, kind, request.provided(kind)?)?;
        items.push((request, provided, entity));
    }
    let results =
        items.into_iter().map(|(request, provided, entity)| item(world, call, (kind, &request), provided, entity));
    let results = results.collect();
    Ok(bulk::answer(world, results))
}

fn item(
    world: &mut World,
    call: &Call,
    (kind, request): (Kind, &EnrichRequest),
    provided: Result<Fields, Refusal>,
    entity: &Value,
) -> Value {
    let id = request.id.as_deref();
    if let Some((refusal, retryable)) = bulk::wanted_failure(call, request.sent(kind)) {
        return bulk::failure(id, &refusal, retryable, entity);
    }
    match enrich(world, call, kind, request, provided) {
        Ok(Enriched { status, contact }) => bulk::success(id, status, &contact),
        Err(refusal) => bulk::failure(id, &refusal, false, entity),
    }
}

fn enrich(
    world: &mut World,
    call: &Call,
    kind: Kind,
    request: &EnrichRequest,
    provided: Result<Fields, Refusal>,
) -> Result<Enriched, Refusal> {
    let identifiers = identifiers(request, kind)?;
    let owner = identifiers.iter().find_map(|identifier| world.genesys.directory(kind).owner(identifier));
    let found = owner.map(|entry| (entry.id.clone(), entry.fields()));
    match (request.action.as_deref(), &found) {
        (Some("Upsert"), _) | (Some("Update"), Some(_)) | (Some("Insert"), None) => {}
        (Some("Update"), None) => {
            return Err(Refusal::new(404, "matching.contact.not.found", "No contact matches the identifiers."));
        }
        (Some("Insert"), Some(_)) => {
            return Err(Refusal::new(409, "matching.contact.found", "A contact matches the identifiers."));
        }
        (Some("Merge"), _) if kind == Kind::Contact => {
            return Err(Refusal::new(501, "not.simulated", "The simulator does not merge contacts."));
        }
        (other, _) => {
            return Err(bad_request(format!("action must be Upsert, Update, Insert or Merge, not {other:?}")));
        }
    }
    let (id, existing) = found.unzip();
    let settings = &world.settings.genesys;
    let mut fields = merged(settings, &request.field_rules, existing.unwrap_or_default(), &provided?)?;
    if id.is_none() && settings.enrich_keeps_identifiers {
        keep_identifiers(&mut fields, &identifiers);
    }
    let fields = Rules::of(world, kind).whole(fields)?;
    bulk_add::check_conflicts(world, kind, id.as_deref(), &fields)?;
    let dry_run = call.query.get("dryRun") == Some("true");
    let mut enriched = write(world, call, kind, id, fields, dry_run);
    if call.bends.wrong_id {
        let true_id = enriched.contact["id"].clone();
        let other = world.genesys.directory(kind).all().find(|contact| json!(contact.id) != true_id);
        enriched.contact["id"] = json!(other.map_or_else(|| call.correlation.clone(), |other| other.id.clone()));
    }
    Ok(enriched)
}

impl EnrichRequest {
    /// An enrich without a contact provides nothing.
    fn provided(&self, kind: Kind) -> Result<&Value, Refusal> {
        static NOTHING: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| json!({}));
        let (name, other) = match kind {
            Kind::Contact => ("externalOrganization", &self.external_organization),
            Kind::Organization => ("contact", &self.contact),
        };
        if !other.is_null() {
            return Err(bad_request(format!("Unrecognized field \"{name}\"")));
        }
        let sent = self.sent(kind);
        Ok(if sent.is_null() { &NOTHING } else { sent })
    }

    fn sent(&self, kind: Kind) -> &Value {
        match kind {
            Kind::Contact => &self.contact,
            Kind::Organization => &self.external_organization,
        }
    }
}

fn identifiers(request: &EnrichRequest, kind: Kind) -> Result<Vec<Identifier>, Refusal> {
    let count = request.matching_identifiers.len();
    if !(1..=IDENTIFIERS_MAX).contains(&count) {
        let sentence = format!("matchingIdentifiers must have 1 to {IDENTIFIERS_MAX} entries, not {count}");
        return Err(Refusal::new(422, "validation.failed", sentence).field("matchingIdentifiers", &json!(count)));
    }
    let mut all = Vec::new();
    for identifier in &request.matching_identifiers {
        all.extend(identifier.resolve_for(kind)?);
    }
    Ok(all)
}

/// Adds the external ids by which a new contact was looked for.
fn keep_identifiers(fields: &mut Fields, identifiers: &[Identifier]) {
    for identifier in identifiers {
        let Identifier::ExternalId { source, value } = identifier else {
            continue;
        };
        let entry = json!({"externalSource": {"id": source}, "value": value});
        let entries = fields.entry("externalIds").or_insert(Value::Null);
        if entries.is_null() {
            *entries = json!([]);
        }
        if let Some(entries) = entries.as_array_mut().filter(|entries| !entries.contains(&entry)) {
            entries.push(entry);
        }
    }
}

fn write(world: &mut World, call: &Call, kind: Kind, id: Option<String>, fields: Fields, dry_run: bool) -> Enriched {
    let status = if id.is_some() { 200 } else { 201 };
    let id = id.unwrap_or_else(|| world.new_uuid());
    let directory = world.genesys.directory_mut(kind);
    if dry_run {
        let mut contact = fields;
        contact.insert("id".to_owned(), json!(id));
        return Enriched { status, contact: Value::Object(contact) };
    }
    if status == 201 {
        return Enriched { status, contact: directory.insert(id, &fields, call.now).render() };
    }
    directory.replace(&id, &fields, call.now);
    Enriched { status, contact: directory.get(&id).map_or(Value::Null, Entry::render) }
}
