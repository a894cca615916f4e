//! Contacts to start with: made-up people whose outcome is known because of how they were made.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::world::World;

/// `POST /_sim/seed`.
pub(crate) fn seed(_world: &mut World, _body: &Value, _now: Timestamp) -> Result<Value, String> {
    Ok(json!({}))
}
