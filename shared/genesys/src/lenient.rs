//! Reading what a vendor may send in more than one shape.
//!
//! A page of two hundred contacts must not fail because one of them has `null` where a list was documented.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// `null` is the type's default.
pub(crate) fn null_as_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A small number, written as a number or as text; anything else is none.
pub(crate) fn small_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

/// A text; anything else is none.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// An entity's id, given as an object with an `id` or as the id itself.
pub(crate) fn id_in(value: &Value) -> Option<&str> {
    let id = if value.is_object() { value.get("id")? } else { value };
    id.as_str().filter(|id| !id.is_empty())
}
