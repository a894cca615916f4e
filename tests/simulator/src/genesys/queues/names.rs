//! The digest of all queues: simplified objects, sorted by name, by page number.

use serde_json::{Value, json};

use super::state::Queue;
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

const PAGE_SIZE_MAX: usize = 500;
const PAGE_SIZE_DEFAULT: usize = 25;

/// `GET /api/v2/routing/queues/divisionviews/all`.
pub(crate) fn list(world: &mut World, call: &Call) -> Reply {
    let size = call.number("pageSize", PAGE_SIZE_DEFAULT).map_err(invalid)?;
    let number = call.number("pageNumber", 1).map_err(invalid)?;
    if !(1..=PAGE_SIZE_MAX).contains(&size) || number == 0 {
        return Err(invalid(format!("pageSize must be 1 to {PAGE_SIZE_MAX} and pageNumber 1 or more")));
    }
    let mut queues: Vec<&Queue> = world.genesys.queues.0.iter().collect();
    queues.sort_by_key(|queue| (queue.name().to_lowercase(), queue.id.clone()));
    match call.query.get("sortOrder").unwrap_or("asc") {
        "asc" => {}
        "desc" => queues.reverse(),
        other => return Err(invalid(format!("sortOrder '{other}' is asc or desc"))),
    }
    let (total, pages) = (queues.len(), queues.len().div_ceil(size));
    let mut entities: Vec<Value> =
        queues.iter().skip((number - 1).saturating_mul(size)).take(size).map(|queue| digest(queue)).collect();
    if call.bends.short_page {
        entities.pop();
    }
    let uri = |number: usize| format!("{}?pageSize={size}&pageNumber={number}", call.path);
    let mut body = json!({
        "pageSize": size, "pageNumber": number, "total": total, "pageCount": pages,
        "firstUri": uri(1), "selfUri": uri(number), "lastUri": uri(pages.max(1)),
    });
    if number < pages {
        body["nextUri"] = json!(uri(number + 1));
    }
    if number > 1 {
        body["previousUri"] = json!(uri(number - 1));
    }
    let items = entities.len();
    body["entities"] = Value::Array(entities);
    Ok(Answer::ok(body).items(items))
}

fn digest(queue: &Queue) -> Value {
    let field = |name: &str| queue.fields.get(name).cloned().unwrap_or(Value::Null);
    json!({"id": queue.id, "name": queue.name(), "division": field("division"), "selfUri": field("selfUri")})
}

fn invalid(sentence: String) -> Refusal {
    Refusal::new(400, "invalid.query.param.value", sentence)
}
