//! Login: OAuth client credentials, and the check of the bearer token on every API request.

pub(crate) mod routes;
pub(crate) mod state;

use crate::wire::{Call, Refusal};
use crate::world::World;

/// The id of the client whose token came with the request.
pub(crate) fn authenticate(world: &World, call: &Call) -> Result<String, Refusal> {
    let Some(token) = call.bearer() else {
        let sentence = "No authentication bearer token specified in authorization header.";
        return Err(Refusal::new(401, "authentication.required", sentence));
    };
    let client = world.genesys.tokens.client_of(token, call.now);
    client.ok_or_else(|| Refusal::new(401, "bad.credentials", "Invalid login credentials."))
}
