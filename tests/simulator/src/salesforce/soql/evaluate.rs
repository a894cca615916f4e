//! Finding and ordering rows.
//!
//! Texts are compared without regard to case, ids byte by byte. A null is unequal to every value and neither less nor
//! greater than any; in an order it comes first unless the query says otherwise.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::check::{Condition, Operand, Order};
use super::tree::{Comparison, Text};
use super::{Query, Selected, of_account};
use crate::salesforce::columns::Kind;
use crate::salesforce::records::state::{Record, Records};

/// A column's value, ready to be compared.
#[derive(Debug, PartialEq)]
enum Cell {
    Flag(bool),
    Number(f64),
    Moment(Timestamp),
    Id(String),
    /// In lower case.
    Text(String),
}

pub(super) fn run(query: &Query, records: &Records) -> Vec<String> {
    let alive = records.contacts.values().filter(|record| !record.deleted);
    let fits = |record: &&Record| query.condition.as_ref().is_none_or(|condition| holds(condition, record, records));
    let mut rows: Vec<_> = alive
        .filter(fits)
        .map(|record| (query.order.iter().map(|key| cell(key.column, record, records)).collect::<Vec<_>>(), record))
        .collect();
    rows.sort_by(|(left, _), (right, _)| by_keys(&query.order, left, right));
    rows.truncate(query.limit.unwrap_or(usize::MAX));
    rows.into_iter().map(|(_, record)| record.id.clone()).collect()
}

fn holds(condition: &Condition, record: &Record, records: &Records) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| holds(part, record, records)),
        Condition::Any(parts) => parts.iter().any(|part| holds(part, record, records)),
        Condition::Not(inner) => !holds(inner, record, records),
        Condition::Compare(column, comparison, operand) => {
            compare(cell(*column, record, records).as_ref(), *comparison, operand)
        }
        Condition::In(column, operands) => {
            let cell = cell(*column, record, records);
            operands.iter().any(|operand| compare(cell.as_ref(), Comparison::Equal, operand))
        }
    }
}

fn cell(selected: Selected, record: &Record, records: &Records) -> Option<Cell> {
    let name = selected.column.name;
    if selected.column.kind == Kind::Moment {
        return record.moment(name).map(Cell::Moment);
    }
    let value = if selected.parent {
        records.account_of(record).map_or(Value::Null, |account| of_account(account, name))
    } else {
        record.value(name)
    };
    match (selected.column.kind, value) {
        (Kind::Id, Value::String(text)) => Some(Cell::Id(text)),
        (_, Value::String(text)) => Some(Cell::Text(text.to_lowercase())),
        (_, Value::Bool(flag)) => Some(Cell::Flag(flag)),
        (_, Value::Number(number)) => number.as_f64().map(Cell::Number),
        _ => None,
    }
}

fn compare(cell: Option<&Cell>, comparison: Comparison, operand: &Operand) -> bool {
    let order = match (cell, operand) {
        (None, Operand::Null) => Some(Ordering::Equal),
        (Some(Cell::Text(text)), Operand::Text(pattern)) if comparison == Comparison::Like => {
            return like(&text.chars().collect::<Vec<_>>(), &lowered(pattern));
        }
        (Some(Cell::Text(left)), Operand::Text(right)) => Some(left.cmp(&right.plain().to_lowercase())),
        (Some(Cell::Id(left)), Operand::Id(right)) => Some(left.cmp(right)),
        (Some(Cell::Moment(left)), Operand::Moment(right)) => Some(left.cmp(right)),
        (Some(Cell::Flag(left)), Operand::Flag(right)) => Some(left.cmp(right)),
        (Some(Cell::Number(left)), Operand::Number(right)) => left.partial_cmp(right),
        _ => None,
    };
    match (comparison, order) {
        (Comparison::Equal, order) => order == Some(Ordering::Equal),
        (Comparison::NotEqual, order) => order != Some(Ordering::Equal),
        (_, None) | (Comparison::Like, _) => false,
        (Comparison::Less, Some(order)) => order.is_lt(),
        (Comparison::LessOrEqual, Some(order)) => order.is_le(),
        (Comparison::Greater, Some(order)) => order.is_gt(),
        (Comparison::GreaterOrEqual, Some(order)) => order.is_ge(),
    }
}

fn lowered(pattern: &Text) -> Vec<(char, bool)> {
    let lower = |(character, escaped): &(char, bool)| (character.to_lowercase().next().unwrap_or(*character), *escaped);
    pattern.0.iter().map(lower).collect()
}

/// `%` stands for any text, `_` for one character, unless escaped. Linear in the number of cells of a small table.
fn like(text: &[char], pattern: &[(char, bool)]) -> bool {
    let mut reach = vec![false; text.len() + 1];
    reach[0] = true;
    for (symbol, escaped) in pattern {
        let mut next = vec![false; text.len() + 1];
        match (symbol, escaped) {
            ('%', false) => {
                let first = reach.iter().position(|ok| *ok).unwrap_or(reach.len());
                next.iter_mut().skip(first).for_each(|ok| *ok = true);
            }
            ('_', false) => next[1..].copy_from_slice(&reach[..text.len()]),
            (symbol, _) => {
                for (place, character) in text.iter().enumerate() {
                    next[place + 1] = reach[place] && character == symbol;
                }
            }
        }
        reach = next;
    }
    reach[text.len()]
}

fn by_keys(order: &[Order], left: &[Option<Cell>], right: &[Option<Cell>]) -> Ordering {
    let keys = order.iter().zip(left.iter().zip(right));
    keys.map(|(key, (left, right))| by_key(key, left.as_ref(), right.as_ref()))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn by_key(key: &Order, left: Option<&Cell>, right: Option<&Cell>) -> Ordering {
    let (Some(left), Some(right)) = (left, right) else {
        let nulls_first = left.is_some().cmp(&right.is_some());
        return if key.nulls_last { nulls_first.reverse() } else { nulls_first };
    };
    let order = match (left, right) {
        (Cell::Text(left), Cell::Text(right)) | (Cell::Id(left), Cell::Id(right)) => left.cmp(right),
        (Cell::Moment(left), Cell::Moment(right)) => left.cmp(right),
        (Cell::Flag(left), Cell::Flag(right)) => left.cmp(right),
        (Cell::Number(left), Cell::Number(right)) => left.total_cmp(right),
        _ => Ordering::Equal,
    };
    if key.descending { order.reverse() } else { order }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_knows_its_wildcards_and_their_escapes() {
        let matches = |text: &str, pattern: &[(char, bool)]| like(&text.chars().collect::<Vec<_>>(), pattern);
        assert!(matches("ana sá", &[('a', false), ('%', false), ('á', false)]));
        assert!(matches("ana", &[('a', false), ('_', false), ('a', false)]));
        assert!(!matches("ana", &[('a', false), ('%', true)]));
        assert!(matches("a%", &[('a', false), ('%', true)]));
        assert!(matches("", &[('%', false)]));
    }
}
