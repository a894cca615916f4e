//! Where in an object's text a member stands.

use std::collections::HashSet;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Objects and lists inside each other. A queue has 6 of them; the limit keeps the stack small whatever arrives.
const DEPTH_MAX: usize = 100;

/// One member of an object: its name without escapes, and where its key and value stand in the object's text.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

/// What stands at a path.
pub(super) enum Place<'a> {
    /// The path is empty: the object itself.
    Root,
    /// The value's place.
    At(Range<usize>),
    /// Nothing: the members of `path` are missing at `gap`.
    Missing { gap: Range<usize>, around: Around, path: &'a [&'a str] },
}

/// What has to stand around a member that is put into a gap.
#[derive(Clone, Copy)]
pub(super) enum Around {
    /// It is the only one of its object.
    Nothing,
    /// It follows another one.
    Comma,
    /// It replaces a value that is no object.
    Braces,
}

impl Around {
    pub(super) fn wrap(self, member: &str) -> String {
        match self {
            Self::Nothing => member.to_owned(),
            Self::Comma => format!(",{member}"),
            Self::Braces => format!("{{{member}}}"),
        }
    }
}

/// The place of `path` in the text of an object.
pub(super) fn find<'a>(text: &str, path: &'a [&'a str]) -> Place<'a> {
    let (mut object, mut rest) = (0..text.len(), path);
    while let Some((name, deeper)) = rest.split_first() {
        let members = members(&text[object.clone()]);
        let Some(member) = members.iter().find(|member| member.name == *name) else {
            let last = members.last().map(|last| object.start + last.value.end);
            let (at, around) = last.map_or((object.start + 1, Around::Nothing), |end| (end, Around::Comma));
            return Place::Missing { gap: at..at, around, path: rest };
        };
        let value = object.start + member.value.start..object.start + member.value.end;
        if deeper.is_empty() {
            return Place::At(value);
        }
        if !text[value.clone()].starts_with('{') {
            return Place::Missing { gap: value, around: Around::Braces, path: deeper };
        }
        (object, rest) = (value, deeper);
    }
    Place::Root
}

/// The members of the object in `text`; none for anything else.
pub(super) fn members(text: &str) -> Vec<Member> {
    let Ok(Pairs(pairs)) = serde_json::from_str(text) else { return Vec::new() };
    let place = |part: &RawValue| {
        let start = part.get().as_ptr().addr() - text.as_ptr().addr();
        start..start + part.get().len()
    };
    pairs.into_iter().map(|(key, value)| Member { name: name(key), key: place(key), value: place(value) }).collect()
}

/// A name that cannot be unescaped (half of a surrogate pair) is known by its text.
fn name(key: &RawValue) -> String {
    serde_json::from_str(key.get()).unwrap_or_else(|_| key.get().to_owned())
}

/// Whether no object in `text` names a member twice.
pub(super) fn is_unambiguous(text: &str) -> bool {
    is_unambiguous_within(text, DEPTH_MAX)
}

fn is_unambiguous_within(text: &str, depth: usize) -> bool {
    let inside = |part: &str| depth > 0 && is_unambiguous_within(part, depth - 1);
    if text.starts_with('{') {
        let members = members(text);
        let mut names = HashSet::new();
        return members.iter().all(|member| names.insert(&member.name) && inside(&text[member.value.clone()]));
    }
    if text.starts_with('[') {
        return serde_json::from_str(text)
            .is_ok_and(|parts: Vec<&RawValue>| parts.iter().all(|part| inside(part.get())));
    }
    true
}

/// Keys and values as they stand in the text.
struct Pairs<'de>(Vec<(&'de RawValue, &'de RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}
