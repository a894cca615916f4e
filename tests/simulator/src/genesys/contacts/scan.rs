//! Scan: the full export of contacts or organizations, page by page.
//!
//! A cursor says where the next page begins, when it was made, and in which numbering; it dies after a day or when
//! the simulator is reset. Contacts made during a scan come at its end.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::genesys::directory::{Entry, Kind};
use crate::settings::ScanEnd;
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

const LIMIT_MIN: usize = 10;
const LIMIT_MAX: usize = 200;
const LIMIT_DEFAULT: usize = 100;

/// `GET /api/v2/externalcontacts/scan/contacts`.
pub(crate) fn scan(world: &mut World, call: &Call) -> Reply {
    scan_of(world, call, Kind::Contact)
}

/// A page of all entries of a kind.
pub(crate) fn scan_of(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let limit = page_limit(call)?;
    let division = call.query.get("divisionId").unwrap_or("*");
    let start = match call.query.get("cursor") {
        None => 0,
        Some(cursor) => place_of(world, call, cursor).ok_or_else(unprocessable_cursor)?,
    };
    let in_division =
        |entry: &Entry| division == "*" || entry.fields().get("division").is_some_and(|own| own["id"] == division);
    let directory = world.genesys.directory(kind);
    let merged_too = world.settings.genesys.scan_shows_merged;
    let all: Box<dyn Iterator<Item = (u32, &Entry)>> =
        if merged_too { Box::new(directory.with_merged(start)) } else { Box::new(directory.after(start)) };
    let mut rest = all.filter(|(_, entry)| in_division(entry));
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let more = match world.settings.genesys.scan_end {
        ScanEnd::NoCursor => rest.next().is_some(),
        ScanEnd::EmptyPage => page.len() == limit,
    };
    let entities: Vec<Value> = page.iter().map(|(_, entry)| entry.render()).collect();
    let items = entities.len();
    let mut body = json!({"entities": entities, "cursors": {}});
    if let Some(before) = call.query.get("cursor") {
        body["cursors"]["before"] = json!(before);
    }
    if let (true, Some((last, _))) = (more, page.last()) {
        let cursor = URL_SAFE_NO_PAD.encode(format!("scan {last} {}", call.now.as_second()));
        body["nextUri"] = json!(format!("{}?limit={limit}&cursor={cursor}", call.path));
        body["cursors"]["after"] = json!(cursor);
    }
    Ok(Answer::ok(body).items(items))
}

fn place_of(world: &World, call: &Call, cursor: &str) -> Option<u32> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let mut parts = text.strip_prefix("scan ")?.split(' ');
    let (place, made): (u32, i64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let age_s = call.now.as_second() - made;
    (age_s < world.settings.genesys.scan_cursor_lifetime_s).then_some(place)
}

/// `limit` of a cursor listing.
pub(crate) fn page_limit(call: &Call) -> Result<usize, Refusal> {
    let refuse = |sentence: String| Refusal::new(400, "invalid.query.param.value", sentence);
    let limit = call.number("limit", LIMIT_DEFAULT).map_err(refuse)?;
    if !(LIMIT_MIN..=LIMIT_MAX).contains(&limit) {
        return Err(refuse(format!("limit must be {LIMIT_MIN} to {LIMIT_MAX}, not {limit}")));
    }
    Ok(limit)
}

/// The refusal of a cursor that is not, or no longer, known.
pub(crate) fn unprocessable_cursor() -> Refusal {
    Refusal::new(422, "unprocessable.entity", "The cursor is not valid or has expired.")
}
