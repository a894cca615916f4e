//! `POST /services/oauth2/token`: client id and secret, or a signed assertion, against a session and the address of the
//! instance. Failures are an object with `error`, unlike those of the data API.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::jwt;
use crate::genesys::login::routes::credentials;
use crate::wire::{Answer, Call, Pairs, Reply};
use crate::world::World;

/// Why no session is opened: the error and its description.
pub(super) type Refused = (&'static str, &'static str);

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Opens a session. The answer has no `expires_in`, as usual for this vendor.
pub(crate) fn token(world: &mut World, call: &Call) -> Reply {
    let form = Pairs::parse(&call.body);
    let grant = form.get("grant_type");
    let client = match grant {
        Some("client_credentials") => by_secret(world, call, &form),
        Some(JWT_BEARER) => jwt::client(world, call, form.get("assertion").unwrap_or("")),
        Some(_) => Err(("unsupported_grant_type", "grant type not supported")),
        None => Err(("invalid_request", "grant_type is missing")),
    };
    Ok(match client {
        Ok(client) => open(world, call, &client, grant != Some(JWT_BEARER)),
        Err((error, description)) => Answer::json(400, json!({"error": error, "error_description": description})),
    })
}

fn by_secret(world: &World, call: &Call, form: &Pairs) -> Result<String, Refused> {
    let (id, secret) = credentials(call, form).ok_or(("invalid_request", "client credentials are missing"))?;
    match world.settings.salesforce.clients.get(&id) {
        None => Err(("invalid_client_id", "client identifier invalid")),
        Some(client) if client.secret != secret => Err(("invalid_client", "invalid client credentials")),
        Some(_) => Ok(id),
    }
}

fn open(world: &mut World, call: &Call, client: &str, with_time: bool) -> Answer {
    let settings = &world.settings.salesforce;
    let organization = settings.organization_id.get(..15).unwrap_or("00D000000000001");
    let tail: String = std::iter::repeat_with(|| world.chance.alphanumeric()).take(80).collect();
    let token = format!("{organization}!{tail}");
    let signature: [u8; 32] = std::array::from_fn(|_| world.chance.u8(..));
    world.salesforce.sessions.open(token.clone(), client, settings.token_lifetime_s, call.now);
    let mut body = json!({
        "access_token": token,
        "instance_url": call.base,
        "id": format!("{}/id/{}/005000000000001AAA", call.base, settings.organization_id),
        "token_type": "Bearer",
        "scope": "api",
        "signature": STANDARD.encode(signature),
    });
    if with_time {
        body["issued_at"] = json!(call.now.as_millisecond().to_string());
    }
    Answer::ok(body)
}
