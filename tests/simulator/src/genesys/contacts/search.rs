//! Keyword search: convenient, late, and limited to the first thousand.
//!
//! The index is built behind the writes, so a contact younger than `search_lag_ms` is not found; the vendor does not
//! say how long that takes. Pages end at a hard window: page number times page size is at most 1,000.

use serde_json::{Value, json};

use crate::genesys::directory::{Entry, Kind};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

const WINDOW_MAX: usize = 1_000;
const PAGE_SIZE_DEFAULT: usize = 20;

fn sortable(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Contact => &["firstName", "lastName", "middleName", "title"],
        Kind::Organization => &["companyType", "industry", "name"],
    }
}

/// `GET /api/v2/externalcontacts/contacts`.
pub(crate) fn search(world: &mut World, call: &Call) -> Reply {
    search_of(world, call, Kind::Contact)
}

/// A page of the entries of a kind that have all words.
pub(crate) fn search_of(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let size = call.number("pageSize", PAGE_SIZE_DEFAULT).map_err(invalid)?;
    let number = call.number("pageNumber", 1).map_err(invalid)?;
    if size == 0 || number == 0 || size.saturating_mul(number) > WINDOW_MAX {
        let sentence = format!("pageNumber * pageSize must be 1 to {WINDOW_MAX}, not {number} * {size}");
        return Err(invalid(sentence));
    }
    let order = call.query.get("sortOrder").map(|text| sort_order(kind, text)).transpose()?;
    let words: Vec<String> = call.query.get("q").unwrap_or("").split_whitespace().map(str::to_lowercase).collect();
    let stale_ms = call.bends.index_age.map_or(0, |age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
    let lag_ms = world.settings.genesys.search_lag_ms.max(stale_ms);
    let indexed = |contact: &&Entry| call.now.as_millisecond() - contact.modified.as_millisecond() >= lag_ms;
    let fits = |contact: &&Entry| words.iter().all(|word| keywords(contact).contains(word));
    let mut found: Vec<_> = world.genesys.directory(kind).all().filter(indexed).filter(fits).collect();
    if let Some((field, descending)) = order {
        found.sort_by_cached_key(|contact| {
            contact.fields().get(field).and_then(Value::as_str).unwrap_or("").to_lowercase()
        });
        if descending {
            found.reverse();
        }
    }
    let total = found.len();
    let page: Vec<Value> = found.iter().skip((number - 1) * size).take(size).map(|contact| contact.render()).collect();
    let items = page.len();
    Ok(Answer::ok(json!({
        "entities": page, "pageSize": size, "pageNumber": number,
        "total": total, "pageCount": total.div_ceil(size),
    }))
    .items(items))
}

fn keywords(contact: &Entry) -> String {
    fn collect(value: &Value, text: &mut String) {
        match value {
            Value::String(part) => {
                text.push_str(&part.to_lowercase());
                text.push(' ');
            }
            Value::Array(parts) => parts.iter().for_each(|part| collect(part, text)),
            Value::Object(parts) => parts.values().for_each(|part| collect(part, text)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut text = String::new();
    contact.fields().values().for_each(|value| collect(value, &mut text));
    text
}

fn sort_order(kind: Kind, text: &str) -> Result<(&'static str, bool), Refusal> {
    let (name, direction) = text.split_once(':').unwrap_or((text, "asc"));
    let field = sortable(kind).iter().find(|field| **field == name);
    match (field, direction) {
        (Some(field), "asc") => Ok((field, false)),
        (Some(field), "desc") => Ok((field, true)),
        _ => Err(invalid(format!("sortOrder '{text}' is not a sort order"))),
    }
}

fn invalid(sentence: String) -> Refusal {
    Refusal::new(400, "invalid.query.param.value", sentence)
}
