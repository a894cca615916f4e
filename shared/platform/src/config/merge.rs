//! A stage's text laid over the documented defaults, without losing where each value stands.
//!
//! Both texts are parsed with spans, and the stage's is parsed behind as many line breaks as the defaults have bytes.
//! So after the merge a span below that number lies in the defaults and one above it in the stage's text, and an
//! error of the final reading still points at the operator's own line.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::fault::{Fault, FaultKind};
use super::{DEFAULT_NAME, DEFAULT_TOML};

/// Parses a text with spans.
pub(super) fn parse<'t>(text: &'t str, name: &str) -> Result<Spanned<DeTable<'t>>, Box<Fault>> {
    DeTable::parse(text)
        .map_err(|error| Box::new(Fault::from_toml(FaultKind::Broken, &error, error.span(), text, name)))
}

/// The merged top-level table `name`, as a typed value.
pub(super) fn table<T: DeserializeOwned>(name: &str, text: &str, file: &str) -> Result<T, Box<Fault>> {
    let offset = DEFAULT_TOML.len();
    let shifted = format!("{}{text}", "\n".repeat(offset));
    let mut defaults = parse(DEFAULT_TOML, DEFAULT_NAME)?;
    let mut stage = parse(&shifted, file)?;
    let mut merged =
        take(defaults.get_mut(), name).unwrap_or_else(|| Spanned::new(0..0, DeValue::Table(DeTable::new())));
    if let Some(over) = take(stage.get_mut(), name) {
        lay_over(&mut merged, over);
    }
    let span = merged.span();
    let DeValue::Table(table) = merged.into_inner() else {
        return Err(Box::new(Fault::new(
            FaultKind::WrongType,
            format!("`{name}` must be a table: [{name}]"),
            Some(0..0),
            text,
            file,
        )));
    };
    T::deserialize(Deserializer::from(Spanned::new(span, table))).map_err(|error| {
        Box::new(match error.span() {
            Some(span) if span.start >= offset => {
                Fault::from_toml(FaultKind::Refused, &error, Some(span.start - offset..span.end - offset), text, file)
            }
            // A default that the function does not accept: an inconsistency of the release, not the operator's doing.
            span => Fault::from_toml(FaultKind::Refused, &error, span, DEFAULT_TOML, DEFAULT_NAME),
        })
    })
}

fn take<'t>(table: &mut DeTable<'t>, name: &str) -> Option<Spanned<DeValue<'t>>> {
    let key = table.keys().find(|key| key.get_ref() == name)?.clone();
    table.remove(&key)
}

/// Tables merge key by key; everything else, arrays included, replaces.
fn lay_over<'t>(under: &mut Spanned<DeValue<'t>>, over: Spanned<DeValue<'t>>) {
    let span = over.span();
    match (under.get_mut(), over.into_inner()) {
        (DeValue::Table(base), DeValue::Table(top)) => {
            for (key, value) in top {
                let existing =
                    base.iter_mut().find(|(known, _)| known.get_ref() == key.get_ref()).map(|(_, existing)| existing);
                match existing {
                    Some(existing) => lay_over(existing, value),
                    None => drop(base.insert(key, value)),
                }
            }
        }
        (_, value) => *under = Spanned::new(span, value),
    }
}
