//! Compares values with their description.

use std::fmt;

use jiff::Timestamp;
use jiff::civil;
use serde_json::{Map, Value};

use super::shape::Shape;
use super::spec::{Form, Spec};
use super::table::TABLE;
use crate::wire::Pairs;

/// What is wrong, and where. It never shows the value: bodies hold people.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Violation {
    pub(crate) place: String,
    reason: String,
    /// Whether it is about the structure, or about the limits of a value.
    pub(crate) is_structure: bool,
}

impl Violation {
    pub(super) fn structure(place: &str, reason: &str) -> Self {
        Self { place: place.to_owned(), reason: reason.to_owned(), is_structure: true }
    }

    fn limit(place: &str, reason: &str) -> Self {
        Self { place: place.to_owned(), reason: reason.to_owned(), is_structure: false }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.place, self.reason)
    }
}

/// Compares a value; `null` is a value that is not there. Structure is looked at everywhere before limits are.
pub(super) fn value(spec: &Spec, value: &Value, place: &str) -> Option<Violation> {
    match (value, &spec.form) {
        (Value::Null, Form::Any) => None,
        (Value::Null, _) if spec.required => Some(Violation::structure(place, "is missing")),
        (Value::Null, _) => None,
        (Value::Array(items), Form::List(inner)) => items
            .iter()
            .enumerate()
            .find_map(|(number, item)| self::value(inner, item, &format!("{place}[{number}]")))
            .or_else(|| size(spec, items.len(), place, "items")),
        (Value::Object(members), Form::Map(inner)) => {
            members.iter().find_map(|(name, member)| self::value(inner, member, &format!("{place}.{name}")))
        }
        (Value::Object(members), Form::Shape(name)) => match TABLE.shapes.get(name) {
            Some(shape) => object(shape, members, place),
            None => Some(Violation::structure(place, &format!("should be {name}, which the table does not describe"))),
        },
        (value, _) => scalar(spec, value, place),
    }
}

fn scalar(spec: &Spec, value: &Value, place: &str) -> Option<Violation> {
    match (&spec.form, value) {
        (Form::Any, _) | (Form::Flag, Value::Bool(_)) => None,
        (Form::Text, Value::String(text)) => size(spec, text.trim().chars().count(), place, "characters"),
        (Form::Integer, Value::Number(number)) if number.as_f64().is_some_and(|number| number.fract() == 0.0) => {
            within(spec, number.as_f64()?, place)
        }
        (Form::Number, Value::Number(number)) => within(spec, number.as_f64()?, place),
        (Form::Moment, Value::String(text)) if is_moment(text) => None,
        (Form::Enum(words), Value::String(text)) if words.contains(text) => None,
        (Form::Enum(words), Value::String(_)) => {
            Some(Violation::limit(place, &format!("is not one of {}", words.join(", "))))
        }
        (form, _) => Some(Violation::structure(place, &format!("should be {}", described(form)))),
    }
}

fn object(shape: &Shape, members: &Map<String, Value>, place: &str) -> Option<Violation> {
    let at = |name: &str| format!("{place}.{name}");
    let missing =
        shape.members.iter().find(|(name, spec)| spec.required && members.get(*name).is_none_or(Value::is_null));
    if let Some((name, _)) = missing {
        return Some(Violation::structure(&at(name), "is missing"));
    }
    let mut limit = None;
    for (name, member) in members {
        let Some(spec) = shape.members.get(name).or(shape.others.as_ref()) else {
            return Some(Violation::structure(&at(name), "does not exist"));
        };
        match value(spec, member, &at(name)) {
            Some(violation) if violation.is_structure => return Some(violation),
            found => limit = limit.or(found),
        }
    }
    limit
}

/// Compares the parameters of a query or a form: all of them are texts.
pub(super) fn pairs(shape: &Shape, pairs: &Pairs, place: &str) -> Option<Violation> {
    let at = |name: &str| format!("{place}.{name}");
    if let Some((name, _)) = shape.members.iter().find(|(name, spec)| spec.required && pairs.get(name).is_none()) {
        return Some(Violation::structure(&at(name), "is missing"));
    }
    pairs.0.iter().find_map(|(name, text)| match shape.members.get(name).or(shape.others.as_ref()) {
        None => Some(Violation::structure(&at(name), "does not exist")),
        Some(spec) => parameter(spec, text, &at(name)),
    })
}

fn parameter(spec: &Spec, text: &str, place: &str) -> Option<Violation> {
    let read = match spec.form {
        Form::Integer | Form::Number | Form::Flag => serde_json::from_str(text).unwrap_or(Value::Null),
        _ => Value::from(text),
    };
    match read {
        Value::Null => Some(Violation::limit(place, &format!("should be {}", described(&spec.form)))),
        read => value(spec, &read, place).map(|violation| Violation { is_structure: false, ..violation }),
    }
}

fn size(spec: &Spec, size: usize, place: &str, unit: &str) -> Option<Violation> {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    (!spec.range.contains(&size)).then(|| Violation::limit(place, &format!("has {size} {unit}, not {}", edges(spec))))
}

#[expect(clippy::cast_precision_loss, reason = "limits are small numbers")]
fn within(spec: &Spec, number: f64, place: &str) -> Option<Violation> {
    let (from, to) = (*spec.range.start() as f64, *spec.range.end() as f64);
    (number < from || number > to).then(|| Violation::limit(place, &format!("is not {}", edges(spec))))
}

fn edges(spec: &Spec) -> String {
    let edge = |edge: i64| if matches!(edge, i64::MIN | i64::MAX) { String::new() } else { edge.to_string() };
    format!("{}..{}", edge(*spec.range.start()), edge(*spec.range.end()))
}

/// `2026-11-22T04:00:00.000Z` and its like, or `2026-11-22T04:00:00.000+0000`.
fn is_moment(text: &str) -> bool {
    let salesforce = || text.strip_suffix("+0000").is_some_and(|text| text.parse::<civil::DateTime>().is_ok());
    text.parse::<Timestamp>().is_ok() || salesforce()
}

fn described(form: &Form) -> String {
    match form {
        Form::Any => "anything".to_owned(),
        Form::Text | Form::Enum(_) => "a text".to_owned(),
        Form::Integer => "a whole number".to_owned(),
        Form::Number => "a number".to_owned(),
        Form::Flag => "true or false".to_owned(),
        Form::Moment => "a date with time".to_owned(),
        Form::List(_) => "a list".to_owned(),
        Form::Map(_) => "an object".to_owned(),
        Form::Shape(name) => format!("an object ({name})"),
    }
}
