//! `POST /services/oauth2/token`: client id and secret against a session and the address of the instance.
//!
//! Only the client credentials flow is here. Failures are an object with `error`, unlike those of the data API.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::genesys::login::routes::credentials;
use crate::wire::{Answer, Call, Pairs, Reply};
use crate::world::World;

/// Opens a session. The answer has no `expires_in`, as usual for this vendor.
pub(crate) fn token(world: &mut World, call: &Call) -> Reply {
    let form = Pairs::parse(&call.body);
    match form.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Ok(refused("unsupported_grant_type", "grant type not supported")),
        None => return Ok(refused("invalid_request", "grant_type is missing")),
    }
    let Some((id, secret)) = credentials(call, &form) else {
        return Ok(refused("invalid_request", "client credentials are missing"));
    };
    let settings = &world.settings.salesforce;
    match settings.clients.get(&id) {
        None => return Ok(refused("invalid_client_id", "client identifier invalid")),
        Some(client) if client.secret != secret => return Ok(refused("invalid_client", "invalid client credentials")),
        Some(_) => {}
    }
    let organization = settings.organization_id.get(..15).unwrap_or("00D000000000001");
    let tail: String = std::iter::repeat_with(|| world.chance.alphanumeric()).take(80).collect();
    let token = format!("{organization}!{tail}");
    let signature: [u8; 32] = std::array::from_fn(|_| world.chance.u8(..));
    world.salesforce.sessions.open(token.clone(), &id, settings.token_lifetime_s, call.now);
    Ok(Answer::ok(json!({
        "access_token": token,
        "instance_url": call.base,
        "id": format!("{}/id/{}/005000000000001AAA", call.base, world.settings.salesforce.organization_id),
        "token_type": "Bearer",
        "scope": "api",
        "issued_at": call.now.as_millisecond().to_string(),
        "signature": STANDARD.encode(signature),
    })))
}

fn refused(error: &str, description: &str) -> Answer {
    Answer::json(400, json!({"error": error, "error_description": description}))
}
