//! The small language in which the table describes a value.
//!
//! `text 1..255`, `int 10..200`, `flag`, `number`, `moment`, `any`, `enum(asc|desc)`, `[Contact] ..50` for a list,
//! `{text}` for an object with members of any name, and the name of a shape. A `!` in front means that it must be there.

use std::ops::RangeInclusive;

/// What a value has to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spec {
    pub(super) required: bool,
    pub(super) form: Form,
    /// Characters of a text, items of a list, size of a number.
    pub(super) range: RangeInclusive<i64>,
}

/// The form alone.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    Any,
    Text,
    Integer,
    Number,
    Flag,
    /// A date with time, as the vendor writes it.
    Moment,
    Enum(Vec<String>),
    List(Box<Spec>),
    Map(Box<Spec>),
    /// A shape of the table.
    Shape(String),
}

pub(super) const UNBOUNDED: RangeInclusive<i64> = i64::MIN..=i64::MAX;

/// Reads a description.
///
/// # Errors
/// A sentence with the text that is none.
pub(super) fn parse(text: &str) -> Result<Spec, String> {
    let (required, rest) = match text.trim().strip_prefix('!') {
        Some(rest) => (true, rest.trim()),
        None => (false, text.trim()),
    };
    let unreadable = || format!("{text:?} describes nothing");
    let (form, tail) = if let Some(inner) = rest.strip_prefix('[') {
        let (inner, tail) = inner.rsplit_once(']').ok_or_else(unreadable)?;
        (Form::List(Box::new(parse(inner)?)), tail)
    } else if let Some(inner) = rest.strip_prefix('{') {
        let (inner, tail) = inner.rsplit_once('}').ok_or_else(unreadable)?;
        (Form::Map(Box::new(parse(inner)?)), tail)
    } else if let Some(inner) = rest.strip_prefix("enum(") {
        let (words, tail) = inner.split_once(')').ok_or_else(unreadable)?;
        (Form::Enum(words.split('|').map(str::to_owned).collect()), tail)
    } else {
        let (word, tail) = rest.split_once(' ').unwrap_or((rest, ""));
        (named(word).ok_or_else(unreadable)?, tail)
    };
    let range = if tail.trim().is_empty() { UNBOUNDED } else { range(tail.trim()).ok_or_else(unreadable)? };
    Ok(Spec { required, form, range })
}

fn named(word: &str) -> Option<Form> {
    Some(match word {
        "any" => Form::Any,
        "text" => Form::Text,
        "int" => Form::Integer,
        "number" => Form::Number,
        "flag" => Form::Flag,
        "moment" => Form::Moment,
        shape if shape.starts_with(|first: char| first.is_ascii_uppercase()) => Form::Shape(shape.to_owned()),
        _ => return None,
    })
}

fn range(text: &str) -> Option<RangeInclusive<i64>> {
    let (from, to) = text.split_once("..")?;
    let edge = |text: &str, absent: i64| if text.is_empty() { Some(absent) } else { text.parse().ok() };
    Some(edge(from, *UNBOUNDED.start())?..=edge(to, *UNBOUNDED.end())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_read() {
        let list = parse("![text 1..255] ..10").unwrap();
        assert!(list.required);
        assert_eq!(*list.range.end(), 10);
        let Form::List(item) = list.form else { panic!("a list") };
        assert_eq!((&item.form, item.range), (&Form::Text, 1..=255));
        assert_eq!(parse("enum(a|b)").unwrap().form, Form::Enum(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(parse("{[Contact]}").unwrap().form, Form::Map(Box::new(parse("[Contact]").unwrap())));
        for nonsense in ["", "txt", "text 1", "[text", "enum(a"] {
            assert!(parse(nonsense).is_err(), "{nonsense}");
        }
    }
}
