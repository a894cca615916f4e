//! What may stand in a utilization.

use serde_json::{Map, Value};

use super::errors;
use super::state::{MEDIA, Members};
use crate::wire::Refusal;

const MEMBERS: [&str; 4] = ["utilization", "labelUtilizations", "maxInboundCalls", "level"];
const OF_A_MEDIUM: [&str; 3] = ["maximumCapacity", "interruptableMediaTypes", "includeNonAcd"];
const OF_A_LABEL: [&str; 2] = ["maximumCapacity", "interruptingLabelIds"];

/// The members of a body that are kept. A member that the stored object has exists, whatever its name.
pub(super) fn checked(body: &Value, stored: &Members) -> Result<Members, Refusal> {
    let members = object("body", body)?;
    for (name, value) in members {
        let at = |part: &str| format!("{name}.{part}");
        match name.as_str() {
            "utilization" => {
                for (medium, entry) in object(name, value)? {
                    let stored = inside(stored, &[name, medium]);
                    if stored.is_none() && !MEDIA.iter().any(|(known, _)| known == medium) {
                        return Err(errors::unknown(&at(medium), entry));
                    }
                    check_entry(&at(medium), medium, entry, (&OF_A_MEDIUM, stored))?;
                }
            }
            "labelUtilizations" => {
                for (label, entry) in object(name, value)? {
                    check_entry(&at(label), label, entry, (&OF_A_LABEL, inside(stored, &[name, label])))?;
                }
            }
            other if MEMBERS.contains(&other) || stored.contains_key(other) => {}
            other => return Err(errors::unknown(other, value)),
        }
    }
    Ok(members.iter().filter(|(name, _)| *name != "level").map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// One medium or label: what it may have by name, and what it has.
type Known<'a> = (&'a [&'a str], Option<&'a Map<String, Value>>);

fn check_entry(field: &str, own: &str, entry: &Value, (names, stored): Known<'_>) -> Result<(), Refusal> {
    let members = object(field, entry)?;
    let exists = |name: &str| names.contains(&name) || stored.is_some_and(|stored| stored.contains_key(name));
    if let Some((name, value)) = members.iter().find(|(name, _)| !exists(name)) {
        return Err(errors::unknown(&format!("{field}.{name}"), value));
    }
    let capacity = members.get("maximumCapacity").unwrap_or(&Value::Null);
    let whole = capacity.as_f64().filter(|number| number.fract() == 0.0);
    if !whole.is_some_and(|number| (1.0..=50.0).contains(&number)) {
        return Err(errors::invalid_capacity(&format!("{field}.maximumCapacity"), capacity));
    }
    for name in ["interruptableMediaTypes", "interruptingLabelIds"] {
        let Some(others) = members.get(name) else { continue };
        let field = format!("{field}.{name}");
        let list = others.as_array().ok_or_else(|| errors::unknown(&field, others))?;
        if list.iter().any(|other| other == own) {
            return Err(errors::interrupts_itself(&field, others));
        }
    }
    Ok(())
}

fn object<'a>(field: &str, value: &'a Value) -> Result<&'a Map<String, Value>, Refusal> {
    value.as_object().ok_or_else(|| errors::unknown(field, value))
}

fn inside<'a>(stored: &'a Members, path: &[&str; 2]) -> Option<&'a Map<String, Value>> {
    stored.get(path[0])?.get(path[1])?.as_object()
}
