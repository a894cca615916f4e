//! A JSON object of Genesys that is written back as it was read, but for one number.
//!
//! Genesys has no way to change one field of a queue, a row of a data table or an agent's utilization: a PUT replaces
//! the whole, and what it does not hold is gone. So the object is kept as the text that Genesys sent. A change is a cut
//! in that text: fields that this crate has never heard of, odd numbers and escapes go back byte for byte.

mod place;

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use place::{Place, find, is_unambiguous, members};

/// Beyond this a number with a fraction is no longer exact, so it is not read as a whole number: 2^53.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// A JSON object that keeps its text. A name that stands twice in one object is refused, at any depth: which of the two
/// counts is nowhere defined. May hold personal data (a table's other columns): prints its size only.
#[derive(Clone)]
pub struct Document(Box<RawValue>);

impl Document {
    /// Reads a JSON object.
    ///
    /// # Errors
    /// Text that is not one JSON object, is nested deeper than 100 levels or names a member twice.
    pub fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// The whole number at `path`, also when it is written as `200.0` or `2e2`. `None` when there is none, and for
    /// anything else.
    pub fn number_at(&self, path: &[&str]) -> Option<i64> {
        self.at(path).and_then(whole)
    }

    /// What stands at `path`, as its JSON text.
    pub fn at(&self, path: &[&str]) -> Option<&str> {
        match find(self.json(), path) {
            Place::At(span) => Some(&self.json()[span]),
            Place::Root => Some(self.json()),
            Place::Missing { .. } => None,
        }
    }

    /// Whether something stands at `path`, `null` included.
    pub fn has(&self, path: &[&str]) -> bool {
        self.at(path).is_some()
    }

    /// The same object with this number at `path`. Objects on the way are made where they are missing, also in the
    /// place of a `null` or of any other value that is no object. Nothing else changes by a byte.
    pub fn with(&self, path: &[&str], value: i64) -> Self {
        let text = self.json();
        let changed = match find(text, path) {
            Place::Root => return self.clone(),
            Place::At(span) => splice(text, span, &value.to_string()),
            Place::Missing { gap, around, path } => splice(text, gap, &around.wrap(&nested(path, value))),
        };
        // A number in a number's or a missing member's place leaves an object an object.
        RawValue::from_string(changed).map_or_else(|_| self.clone(), Self)
    }

    /// The same object without the top-level members of these names. The others keep their bytes and their order.
    pub fn without(&self, names: &[&str]) -> Self {
        let text = self.json();
        let members = members(text);
        if !members.iter().any(|member| names.contains(&member.name.as_str())) {
            return self.clone();
        }
        let kept = members.iter().filter(|member| !names.contains(&member.name.as_str()));
        let kept: Vec<&str> = kept.map(|member| &text[member.key.start..member.value.end]).collect();
        RawValue::from_string(format!("{{{}}}", kept.join(","))).map_or_else(|_| self.clone(), Self)
    }

    /// The JSON text.
    pub fn text(&self) -> String {
        self.json().to_owned()
    }

    fn json(&self) -> &str {
        self.0.get()
    }
}

fn splice(text: &str, cut: std::ops::Range<usize>, new: &str) -> String {
    [&text[..cut.start], new, &text[cut.end..]].concat()
}

/// `value` under the names of `path`, without the outermost braces: `"a":{"b":5}`.
fn nested(path: &[&str], value: i64) -> String {
    let inner = |name: &&str, rest: String| format!("{}:{rest}", serde_json::Value::from(*name));
    let Some((last, parents)) = path.split_last() else { return String::new() };
    parents.iter().rev().fold(inner(last, value.to_string()), |rest, name| inner(name, format!("{{{rest}}}")))
}

/// A JSON number as a whole number.
fn whole(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let is_number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let number: f64 = text.parse().ok().filter(|_| is_number && text.contains(['.', 'e', 'E']))?;
    if number.fract() != 0.0 || number.abs() > EXACT_MAX {
        return None;
    }
    format!("{number:.0}").parse().ok()
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if !raw.get().starts_with('{') {
            return Err(D::Error::custom("not a JSON object"));
        }
        if !is_unambiguous(raw.get()) {
            return Err(D::Error::custom("a name stands twice in one object, or the object is too deep"));
        }
        Ok(Self(raw))
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Two documents are equal when their texts are.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl Eq for Document {}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes)", self.json().len())
    }
}

#[cfg(test)]
mod tests;
