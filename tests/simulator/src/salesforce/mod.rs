//! Salesforce: login, SOQL over contacts and accounts, rows by their ids, and what was deleted.
//!
//! Records are changed by control requests only; the vendor's writing API is not simulated. Every data request passes
//! the same checks: session, permission, API version, daily quota, length of the address.

pub(crate) mod columns;
pub(crate) mod ids;
mod login;
mod query;
pub(crate) mod records;
mod soql;

use serde_json::json;

use crate::operations::{Kind, Operation, Vendor};
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

/// The records and sessions of one organisation.
#[derive(Default)]
pub(crate) struct Salesforce {
    pub(crate) sessions: login::state::Sessions,
    pub(crate) records: records::state::Records,
    pub(crate) cursors: query::cursors::Cursors,
    /// Calls counted against the daily quota.
    pub(crate) api_used: u64,
}

/// Path and query together; the vendor's own limit.
const URI_BYTES_MAX: usize = 16_384;
/// Versions that answer.
const VERSIONS: std::ops::RangeInclusive<u32> = 31..=68;

const fn row(
    name: &'static str,
    kind: Kind,
    line: (&'static str, &'static str),
    topic: &'static str,
    run: fn(&mut World, &Call) -> Reply,
) -> Operation {
    let (method, path) = line;
    Operation { name, vendor: Vendor::Salesforce, kind, method, path, query: &[], permission: "", topic, run }
}

/// All rows.
pub(crate) const OPERATIONS: &[Operation] = &[
    row(
        "login",
        Kind::Login,
        ("POST", "/services/oauth2/token"),
        "client credentials and JWT bearer flow",
        login::routes::token,
    ),
    row("versions", Kind::Read, ("GET", "/services/data/"), "list of versions", query::routes::versions),
    row("query", Kind::Read, ("GET", "/services/data/{version}/query"), "SOQL query", query::routes::query),
    row(
        "query_more",
        Kind::Read,
        ("GET", "/services/data/{version}/query/{locator}"),
        "next page of a query",
        query::routes::more,
    ),
    row(
        "query_all",
        Kind::Read,
        ("GET", "/services/data/{version}/queryAll"),
        "SOQL query with deleted rows",
        query::routes::query_all,
    ),
    row(
        "deleted_list",
        Kind::Read,
        ("GET", "/services/data/{version}/sobjects/{object}/deleted/"),
        "getDeleted",
        records::deleted::deleted,
    ),
    row(
        "row_get",
        Kind::Read,
        ("GET", "/services/data/{version}/sobjects/{object}/{id}"),
        "sObject rows",
        records::single::get,
    ),
    row("rows_get", Kind::Read, ("GET", COLLECTION), "reading a collection", records::single::get_many),
    row(
        "rows_get_by_body",
        Kind::Read,
        ("POST", COLLECTION),
        "reading a collection",
        records::single::get_many_by_body,
    ),
];

const COLLECTION: &str = "/services/data/{version}/composite/sobjects/{object}";

/// The object named in the address.
fn object_of(call: &Call, position: usize) -> Option<columns::Object> {
    columns::Object::named(call.parameter(position))
}

/// What does not exist, and what the user may not see.
fn not_found() -> Refusal {
    Refusal::new(404, "NOT_FOUND", "The requested resource does not exist")
}

/// The checks that come before every operation.
pub(crate) fn admit(world: &mut World, call: &Call, operation: &Operation) -> Result<(), Refusal> {
    if operation.kind == Kind::Login || operation.name == "versions" {
        return Ok(());
    }
    if call.uri.len() > URI_BYTES_MAX {
        return Err(Refusal::new(414, "URI_TOO_LONG", "The address is longer than the server takes."));
    }
    let client = world.salesforce.sessions.touch(call.bearer().unwrap_or(""), call.now);
    let Some(client) = client else {
        return Err(Refusal::new(401, "INVALID_SESSION_ID", "Session expired or invalid"));
    };
    check_version(call)?;
    let settings = &world.settings.salesforce;
    if settings.clients.get(&client).is_none_or(|client| client.permissions.is_empty()) {
        return Err(Refusal::new(403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this user."));
    }
    if world.salesforce.api_used >= settings.api_allowed {
        return Err(Refusal::new(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
    }
    world.salesforce.api_used += 1;
    Ok(())
}

fn check_version(call: &Call) -> Result<(), Refusal> {
    let number = call.parameter(0).strip_prefix('v').and_then(|text| text.strip_suffix(".0"));
    match number.and_then(|text| text.parse::<u32>().ok()) {
        Some(version) if VERSIONS.contains(&version) => Ok(()),
        Some(version) if version < *VERSIONS.start() => {
            Err(Refusal::new(410, "UNSUPPORTED_API_VERSION", "This version of the API is retired."))
        }
        _ => Err(not_found()),
    }
}

/// Puts a reply into the vendor's form.
pub(crate) fn finish(world: &World, call: &Call, reply: Reply) -> Answer {
    let answer = reply.unwrap_or_else(|refusal| {
        let code = if refusal.code == "not.simulated" { "NOT_SIMULATED" } else { &refusal.code };
        let body = json!([{"message": refusal.message, "errorCode": code}]);
        let answer = Answer::json(refusal.status, body);
        match refusal.retry_after_s {
            Some(seconds) => answer.header("retry-after", seconds),
            None => answer,
        }
    });
    if !call.path.starts_with("/services/data/v") || answer.status == 401 {
        return answer;
    }
    let (used, allowed) = (world.salesforce.api_used, world.settings.salesforce.api_allowed);
    answer.header("sforce-limit-info", format!("api-usage={used}/{allowed}"))
}
