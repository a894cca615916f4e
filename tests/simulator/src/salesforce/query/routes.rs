//! The version list, `query?q=`, and the pages behind `nextRecordsUrl`.

use serde_json::{Value, json};

use super::cursors::Cursor;
use crate::salesforce::VERSIONS;
use crate::salesforce::records::record::Sight;
use crate::salesforce::records::single::rendered;
use crate::salesforce::records::state::Records;
use crate::salesforce::soql::{self, Wanted};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

const PAGE_SIZE_MIN: usize = 200;
const PAGE_SIZE_MAX: usize = 2_000;

/// `GET /services/data/`: needs no session and is not counted.
pub(crate) fn versions(_: &mut World, _: &Call) -> Reply {
    let version = |number| json!({"label": format!("Release {number}"), "url": format!("/services/data/v{number}.0"), "version": format!("{number}.0")});
    Ok(Answer::ok(VERSIONS.map(version).collect()))
}

/// `GET /services/data/vNN.0/query?q=…`.
pub(crate) fn query(world: &mut World, call: &Call) -> Reply {
    let sight = Sight::of(&world.settings.salesforce, call.now).without_young(call.bends.young);
    run(world, call, &sight)
}

/// `GET /services/data/vNN.0/queryAll?q=…`: with what lies in the recycle bin. Its next pages are those of a query.
pub(crate) fn query_all(world: &mut World, call: &Call) -> Reply {
    let sight = Sight::of(&world.settings.salesforce, call.now).without_young(call.bends.young).with_deleted();
    run(world, call, &sight)
}

fn run(world: &mut World, call: &Call, sight: &Sight) -> Reply {
    let Some(text) = call.query.get("q") else {
        return Err(Refusal::new(400, "MALFORMED_QUERY", "The parameter q is missing."));
    };
    let query = soql::prepare(text, &world.settings.salesforce, call.now)?;
    let ids = query.run(&world.salesforce.records, sight);
    let Wanted::Columns(select) = query.wanted else {
        return Ok(answered(json!({"totalSize": ids.len(), "done": true, "records": []})));
    };
    let page_size = page_size(world, call);
    let cursor = Cursor { object: query.object, ids, select, page_size, opened: call.now };
    let locator: String = std::iter::repeat_with(|| world.chance.alphanumeric()).take(15).collect();
    let locator = format!("01g{locator}");
    let body = page(&world.salesforce.records, call, &cursor, &locator, 0);
    if cursor.ids.len() > page_size {
        world.salesforce.cursors.keep(locator, cursor);
    }
    Ok(answered(body))
}

/// `GET` of a `nextRecordsUrl`.
pub(crate) fn more(world: &mut World, call: &Call) -> Reply {
    let dead = || Refusal::new(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
    let (locator, start) = call.parameter(1).split_once('-').ok_or_else(dead)?;
    let start: usize = start.parse().map_err(|_| dead())?;
    let lifetime_s = world.settings.salesforce.cursor_lifetime_s;
    let cursor = world.salesforce.cursors.get(locator, call.now, lifetime_s).ok_or_else(dead)?;
    Ok(answered(page(&world.salesforce.records, call, cursor, locator, start)))
}

/// The hint of the client, within the vendor's bounds, and below what a test asks for.
fn page_size(world: &World, call: &Call) -> usize {
    let hint = call.header("sforce-query-options").and_then(|options| options.split_once("batchSize="));
    let hint = hint.and_then(|(_, text)| text.split(',').next()?.trim().parse().ok());
    let size: usize = hint.unwrap_or(PAGE_SIZE_MAX).clamp(PAGE_SIZE_MIN, PAGE_SIZE_MAX);
    world.settings.salesforce.page_size.map_or(size, |own| own.clamp(1, size))
}

fn page(records: &Records, call: &Call, cursor: &Cursor, locator: &str, start: usize) -> Value {
    let version = call.parameter(0);
    let end = start.saturating_add(cursor.page_size);
    let table = records.table(cursor.object);
    let rows = cursor.ids.iter().skip(start).take(cursor.page_size).filter_map(|id| table.get(id));
    let rows: Vec<Value> =
        rows.map(|record| rendered(records, cursor.object, record, &cursor.select, version)).collect();
    let done = end >= cursor.ids.len();
    let mut body = json!({"totalSize": cursor.ids.len(), "done": done, "records": rows});
    if !done {
        body["nextRecordsUrl"] = json!(format!("/services/data/{version}/query/{locator}-{end}"));
    }
    body
}

fn answered(body: Value) -> Answer {
    let items = body["records"].as_array().map_or(0, Vec::len);
    Answer::ok(body).items(items)
}
