//! Whether a stage's text has the shape of the documented defaults: the same keys, values of the same type.
//!
//! The default file is the schema. A list of tables allows the keys of all the default's rows together. A table whose
//! header carries the comment `# open map` allows any key, each with the type of the default's first entry.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, FaultKind};
use crate::nearest::nearest;

/// Which tables are looked at.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    /// Every table: before a deployment.
    All,
    /// `[shared]` and the table of this function: at run time.
    Function(&'a str),
}

/// A mistake and where it stands, before it is put into words for a file.
pub(super) struct Found {
    kind: FaultKind,
    message: String,
    span: Range<usize>,
}

impl Found {
    pub(super) fn into_fault(self, text: &str, file: &str) -> Fault {
        Fault::new(self.kind, self.message, Some(self.span), text, file)
    }
}

/// Every difference in shape, in the order of the text.
pub(super) fn faults(defaults: &DeTable<'_>, stage: &DeTable<'_>, scope: Scope<'_>, default_text: &str) -> Vec<Found> {
    let mut walk = Walk { default_text, found: Vec::new() };
    for (key, value) in stage {
        let name: &str = key.get_ref();
        if matches!(scope, Scope::Function(function) if name != function && name != "shared") {
            continue;
        }
        walk.entry("", (key.span(), name), value, &[defaults]);
    }
    walk.found.sort_by_key(|found| found.span.start);
    walk.found
}

/// Where `path` (`table.key`, `table.list[2].key`) stands; the nearest enclosing place that exists, below the table.
pub(super) fn locate(root: &DeTable<'_>, path: &str) -> Option<Range<usize>> {
    let mut steps = path.split('.').flat_map(|part| part.split('[')).map(|step| step.trim_end_matches(']'));
    let (_, mut value) = child(root, steps.next()?)?;
    let mut place = None;
    for step in steps {
        let next = match value.get_ref() {
            DeValue::Table(table) => child(table, step),
            DeValue::Array(rows) => {
                step.parse::<usize>().ok().and_then(|index| rows.get(index)).map(|row| (row.span(), row))
            }
            _ => None,
        };
        let Some((_, inner)) = next else { break };
        place = Some(inner.span());
        value = inner;
    }
    place
}

fn child<'a, 't>(table: &'a DeTable<'t>, name: &str) -> Option<(Range<usize>, &'a Spanned<DeValue<'t>>)> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(key, value)| (key.span(), value))
}

struct Walk<'d> {
    default_text: &'d str,
    found: Vec<Found>,
}

impl Walk<'_> {
    /// Compares one key of the stage's text with what the defaults have at the same place (several rows of a list).
    fn entry(
        &mut self,
        parent: &str,
        (span, name): (Range<usize>, &str),
        value: &Spanned<DeValue<'_>>,
        known: &[&DeTable<'_>],
    ) {
        let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
        let Some((default_span, default)) = known.iter().find_map(|table| child(table, name)) else {
            return self.unknown(parent, name, span, known);
        };
        if !same_type(default.get_ref(), value.get_ref()) {
            return self.wrong_type(&path, default.get_ref(), value);
        }
        match (default.get_ref(), value.get_ref()) {
            (DeValue::Table(default), DeValue::Table(table)) if self.is_open(&default_span) => {
                self.open_map(&path, table, default);
            }
            (DeValue::Table(default), DeValue::Table(table)) => self.table(&path, table, &[default]),
            (DeValue::Array(default), DeValue::Array(rows)) => self.array(&path, rows, default),
            _ => {}
        }
    }

    fn table(&mut self, path: &str, table: &DeTable<'_>, known: &[&DeTable<'_>]) {
        for (key, value) in table {
            self.entry(path, (key.span(), key.get_ref()), value, known);
        }
    }

    fn array(&mut self, path: &str, rows: &toml::de::DeArray<'_>, default: &toml::de::DeArray<'_>) {
        let known: Vec<_> = default.iter().filter_map(|row| row.get_ref().as_table()).collect();
        for row in rows {
            match (default.iter().next(), row.get_ref()) {
                (Some(first), row_value) if !same_type(first.get_ref(), row_value) => {
                    self.wrong_type(path, first.get_ref(), row);
                }
                (_, DeValue::Table(table)) if !known.is_empty() => self.table(path, table, &known),
                _ => {}
            }
        }
    }

    /// Any key; each value has to look like the default's first one, where there is one.
    fn open_map(&mut self, path: &str, table: &DeTable<'_>, default: &DeTable<'_>) {
        let Some(example) = default.values().next() else { return };
        for (key, value) in table {
            let path = format!("{path}.{}", key.get_ref());
            match (example.get_ref(), value.get_ref()) {
                (example, value_ref) if !same_type(example, value_ref) => self.wrong_type(&path, example, value),
                (DeValue::Table(example), DeValue::Table(inner)) => self.table(&path, inner, &[example]),
                _ => {}
            }
        }
    }

    fn unknown(&mut self, parent: &str, name: &str, span: Range<usize>, known: &[&DeTable<'_>]) {
        let names = known.iter().flat_map(|table| table.keys()).map(|key| -> &str { key.get_ref() });
        // Half of a short name, at least two letters: `pagesize` yes, a wholly different word no.
        let hint = nearest(name, names, (name.len() / 2).clamp(2, 4)).map_or_else(
            || "it is not in infra/config/default.toml: remove it".to_owned(),
            |near| format!("the nearest is `{near}`"),
        );
        let what = if parent.is_empty() {
            format!("unknown table [{name}]")
        } else {
            format!("unknown key `{name}` in [{parent}]")
        };
        self.found.push(Found { kind: FaultKind::UnknownKey, message: format!("{what}; {hint}"), span });
    }

    fn wrong_type(&mut self, path: &str, default: &DeValue<'_>, value: &Spanned<DeValue<'_>>) {
        let (wanted, got) = (type_name(default), type_name(value.get_ref()));
        let message = format!("`{path}` must be {wanted}, not {got}");
        self.found.push(Found { kind: FaultKind::WrongType, message, span: value.span() });
    }

    /// Whether the line of the default's key carries the comment that opens the map.
    fn is_open(&self, key: &Range<usize>) -> bool {
        let rest = self.default_text.get(key.start..).unwrap_or_default();
        rest.lines().next().is_some_and(|line| line.contains("# open map"))
    }
}

/// A whole number is welcome where the default has a fraction.
fn same_type(default: &DeValue<'_>, value: &DeValue<'_>) -> bool {
    default.same_type(value) || (default.is_float() && value.is_integer())
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text in quotes",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
