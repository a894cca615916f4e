//! The query of conversation aggregates.

use super::aggregate::{Terms, add_up};
use super::buckets::Buckets;
use super::query::Query;
use super::{answer, errors};
use crate::wire::{Answer, Call, Reply};
use crate::world::World;

/// `POST /api/v2/analytics/conversations/aggregates/query`.
pub(crate) fn query(world: &mut World, call: &Call) -> Reply {
    let settings = &world.settings.genesys;
    let query = Query::read(&call.json().map_err(errors::bad_request)?, settings.aggregate_days_max)?;
    let terms = Terms {
        now_ms: call.now.as_millisecond(),
        counts: settings.service_level_counts,
        media_always: settings.aggregate_media_always,
    };
    let buckets = Buckets::new(query.from, query.to, query.granularity, &query.zone);
    let groups = add_up(&world.genesys.conversations, &query, &buckets, terms);
    let rows: usize = groups.values().map(std::collections::BTreeMap::len).sum();
    match settings.aggregate_rows_max {
        Some(rows_max) if rows > rows_max => Err(errors::too_many_rows(rows_max)),
        _ => Ok(Answer::text(answer::text(world, &query, &buckets, &groups)).items(rows)),
    }
}
