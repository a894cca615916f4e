//! `POST /oauth/token`: client id and secret against an opaque token with its lifetime.
//!
//! Only the client credentials grant is here. Failures have the OAuth shape, not the platform's error body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::wire::{Answer, Call, Pairs, Reply};
use crate::world::World;

/// Issues a token for client id and secret, given as Basic credentials or as form fields.
pub(crate) fn token(world: &mut World, call: &Call) -> Reply {
    let status = world.settings.genesys.token_error_status;
    let form = Pairs::parse(&call.body);
    if !call.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return Ok(refused(400, "invalid_request", "the body must be a form"));
    }
    match form.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Ok(refused(400, "unsupported_grant_type", "only client_credentials is simulated")),
        None => return Ok(refused(400, "invalid_request", "grant_type is missing")),
    }
    let Some((id, secret)) = credentials(call, &form) else {
        return Ok(refused(status, "invalid_client", "client credentials are missing"));
    };
    let known = world.settings.genesys.clients.get(&id).is_some_and(|client| client.secret == secret);
    if !known {
        return Ok(refused(status, "invalid_client", "client not found or secret wrong"));
    }
    let expires_in = world.settings.genesys.token_lifetime_s;
    let token = world.genesys.tokens.issue(&id, expires_in, call.now, &mut world.chance);
    Ok(Answer::ok(json!({"access_token": token, "token_type": "bearer", "expires_in": expires_in})))
}

fn refused(status: u16, error: &str, description: &str) -> Answer {
    let body = json!({"error": error, "description": description, "error_description": description});
    Answer::json(status, body)
}

/// Client id and secret of a token request, for both vendors.
pub(crate) fn credentials(call: &Call, form: &Pairs) -> Option<(String, String)> {
    if let Some(header) = call.header("authorization") {
        let (scheme, encoded) = header.split_once(' ')?;
        let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        return scheme.eq_ignore_ascii_case("basic").then(|| (id.to_owned(), secret.to_owned()));
    }
    Some((form.get("client_id")?.to_owned(), form.get("client_secret")?.to_owned()))
}
