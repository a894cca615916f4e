//! Genesys Cloud: login and API, as far as external contacts and organizations, data tables, queues, utilization and aggregates need them.
//!
//! Every API request passes the same checks in the vendor's order: size, token, rate window, permission, known
//! parameters. Then its operation runs. Every answer, also a refusal, carries the correlation id and the rate
//! headers.

pub(crate) mod analytics;
pub(crate) mod contacts;
pub(crate) mod data_tables;
pub(crate) mod directory;
mod error;
pub(crate) mod external_sources;
pub(crate) mod import;
pub(crate) mod login;
mod organization;
pub(crate) mod organizations;
pub(crate) mod queues;
pub(crate) mod rate;
mod table;
pub(crate) mod utilization;

pub(crate) use table::OPERATIONS;
pub(crate) use table::external_contacts::OPERATIONS as EXTERNAL_CONTACTS;

use crate::operations::{Kind, Operation};
use crate::wire::{Answer, Body, Call, Refusal, Reply};
use crate::world::World;
use directory::Directory;

/// The records and tokens of one organisation.
#[derive(Default)]
pub(crate) struct Genesys {
    pub(crate) tokens: login::state::Tokens,
    pub(crate) sources: external_sources::state::ExternalSources,
    pub(crate) contacts: Directory,
    pub(crate) organizations: organizations::Organizations,
    pub(crate) imports: import::state::Imports,
    pub(crate) data_tables: data_tables::state::DataTables,
    pub(crate) queues: queues::state::Queues,
    pub(crate) utilizations: utilization::state::Utilizations,
    pub(crate) conversations: analytics::state::Conversations,
}

impl Genesys {
    pub(crate) fn directory(&self, kind: directory::Kind) -> &Directory {
        match kind {
            directory::Kind::Contact => &self.contacts,
            directory::Kind::Organization => &self.organizations.0,
        }
    }

    pub(crate) fn directory_mut(&mut self, kind: directory::Kind) -> &mut Directory {
        match kind {
            directory::Kind::Contact => &mut self.contacts,
            directory::Kind::Organization => &mut self.organizations.0,
        }
    }
}

/// The checks that come before every operation.
pub(crate) fn admit(world: &mut World, call: &Call, operation: &Operation) -> Result<(), Refusal> {
    import::run::catch_up(world, call.now);
    if operation.path.starts_with("/uploads/") {
        return Ok(()); // Another host: the address itself is the key.
    }
    let bytes_max = world.settings.genesys.request_bytes_max;
    if call.body.len() > bytes_max {
        let sentence = format!("The request body is larger than {bytes_max} bytes.");
        return Err(Refusal::new(413, "request.entity.too.large", sentence));
    }
    if operation.kind == Kind::Login {
        return Ok(());
    }
    let client = login::authenticate(world, call)?;
    rate::count(world, call)?;
    check_permission(world, &client, operation.permission)?;
    check_form(call, operation)
}

/// `permission` is one name, or several of which any one is enough: `a or b`.
fn check_permission(world: &World, client: &str, permission: &str) -> Result<(), Refusal> {
    let client = world.settings.genesys.clients.get(client);
    let may = |permission: &str| client.is_some_and(|client| client.may(permission));
    if permission.is_empty() || permission.split(" or ").any(may) {
        return Ok(());
    }
    let (code, quantity) = if permission.contains(" or ") {
        ("missing.any.permissions", "one of the following permission(s)")
    } else {
        ("missing.permissions", "the following permission(s)")
    };
    Err(Refusal::new(403, code, format!("You are missing {quantity}: {permission}")))
}

fn check_form(call: &Call, operation: &Operation) -> Result<(), Refusal> {
    if let Some(unknown) = call.query.names().find(|name| !operation.query.contains(name)) {
        let sentence = format!("The query parameter '{unknown}' does not exist here.");
        return Err(Refusal::new(400, "bad.request", sentence));
    }
    let json = call.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let has_body = !matches!(call.method.as_str(), "GET" | "DELETE");
    if has_body && !json {
        return Err(Refusal::new(415, "unsupported.media.type", "The body must be application/json."));
    }
    Ok(())
}

/// Puts a reply into the vendor's form.
pub(crate) fn finish(world: &World, call: &Call, reply: Reply) -> Answer {
    let answer = match reply {
        Ok(answer) => answer,
        Err(refusal) => {
            let answer = Answer::json(refusal.status, error::body(&refusal, &call.correlation));
            match refusal.retry_after_s {
                Some(seconds) => answer.header("retry-after", seconds),
                None => answer,
            }
        }
    };
    let answer = rate::headers(world, call, answer);
    debug_assert!(!matches!(answer.body, Body::Html(_)));
    answer.header("inin-correlation-id", &call.correlation)
}

/// A body that is not what the operation takes.
pub(crate) fn bad_request(sentence: impl Into<String>) -> Refusal {
    Refusal::new(400, "bad.request", sentence)
}
