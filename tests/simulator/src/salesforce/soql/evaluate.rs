//! Finding and ordering rows.
//!
//! Texts are compared without regard to case, ids byte by byte. A null is unequal to every value and neither less nor
//! greater than any; in an order it comes first unless the query says otherwise.

use std::cmp::Ordering;

use super::check::{Condition, Operand, Order};
use super::tree::{Comparison, Text};
use super::{Query, Selected};
use crate::salesforce::columns::Object;
use crate::salesforce::ids::Id;
use crate::salesforce::records::record::{Cell, Record, Sight};
use crate::salesforce::records::state::Records;

pub(super) fn run(query: &Query, records: &Records, sight: &Sight) -> Vec<Id> {
    let rows = Rows { object: query.object, records };
    let seen = records.table(query.object).values().filter(|record| sight.sees(record));
    let fits = |record: &&Record| query.condition.as_ref().is_none_or(|condition| rows.holds(condition, record));
    let mut found: Vec<&Record> = seen.filter(fits).collect();
    let limit = query.limit.unwrap_or(usize::MAX);
    let order = |left: &&Record, right: &&Record| rows.order(&query.order, left, right);
    if limit == 0 {
        return Vec::new();
    }
    if limit < found.len() {
        found.select_nth_unstable_by(limit - 1, order); // A page of a keyset needs no sorted rest.
        found.truncate(limit);
    }
    found.sort_unstable_by(order);
    found.into_iter().map(|record| record.id).collect()
}

/// The rows of one object, with the accounts that belong to them.
struct Rows<'a> {
    object: Object,
    records: &'a Records,
}

impl<'a> Rows<'a> {
    fn cell(&self, selected: Selected, record: &'a Record) -> Option<Cell<'a>> {
        if selected.parent {
            return self.records.account_of(record)?.cell(Object::Account, selected.place);
        }
        record.cell(self.object, selected.place)
    }

    fn holds(&self, condition: &Condition, record: &'a Record) -> bool {
        match condition {
            Condition::All(parts) => parts.iter().all(|part| self.holds(part, record)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part, record)),
            Condition::Not(inner) => !self.holds(inner, record),
            Condition::Compare(column, comparison, operand) => {
                compare(self.cell(*column, record).as_ref(), *comparison, operand)
            }
            Condition::In(column, operands) => {
                let cell = self.cell(*column, record);
                operands.iter().any(|operand| compare(cell.as_ref(), Comparison::Equal, operand))
            }
        }
    }

    /// By the keys; rows that are equal in all of them by their ids.
    fn order(&self, keys: &[Order], left: &'a Record, right: &'a Record) -> Ordering {
        let by_key =
            |key: &Order| by_key(key, self.cell(key.column, left).as_ref(), self.cell(key.column, right).as_ref());
        keys.iter().map(by_key).find(|order| order.is_ne()).unwrap_or_else(|| left.id.cmp(&right.id))
    }
}

fn compare(cell: Option<&Cell<'_>>, comparison: Comparison, operand: &Operand) -> bool {
    let order = match (cell, operand) {
        (None, Operand::Null) => Some(Ordering::Equal),
        (Some(Cell::Text(text)), Operand::Text(pattern)) if comparison == Comparison::Like => {
            return like(&text.to_lowercase().chars().collect::<Vec<_>>(), &lowered(pattern));
        }
        (Some(Cell::Text(left)), Operand::Text(right)) => {
            Some(by_letters(left.chars(), right.0.iter().map(|(character, _)| *character)))
        }
        (Some(Cell::Id(left)), Operand::Id(right)) => Some((*left).cmp(right.as_ref().map_or("", Id::as_str))),
        (Some(Cell::Day(left)), Operand::Day(right)) => Some(left.cmp(right)),
        (Some(Cell::Day(left)), Operand::Days(days)) => Some(by_range(left, &days.from, &days.to)),
        (Some(Cell::Moment(left)), Operand::Moment(right)) => Some(left.cmp(right)),
        (Some(Cell::Moment(left)), Operand::Moments(from, to)) => Some(by_range(left, from, to)),
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

/// A value inside the range equals it; one before it is less.
fn by_range<T: Ord>(value: &T, from: &T, to: &T) -> Ordering {
    match value {
        value if value < from => Ordering::Less,
        value if value >= to => Ordering::Greater,
        _ => Ordering::Equal,
    }
}

/// Without regard to case.
fn by_letters(left: impl Iterator<Item = char>, right: impl Iterator<Item = char>) -> Ordering {
    left.flat_map(char::to_lowercase).cmp(right.flat_map(char::to_lowercase))
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

fn by_key(key: &Order, left: Option<&Cell<'_>>, right: Option<&Cell<'_>>) -> Ordering {
    let (Some(left), Some(right)) = (left, right) else {
        let nulls_first = left.is_some().cmp(&right.is_some());
        return if key.nulls_last { nulls_first.reverse() } else { nulls_first };
    };
    let order = match (left, right) {
        (Cell::Text(left), Cell::Text(right)) => by_letters(left.chars(), right.chars()),
        (Cell::Id(left), Cell::Id(right)) => left.cmp(right),
        (Cell::Moment(left), Cell::Moment(right)) => left.cmp(right),
        (Cell::Day(left), Cell::Day(right)) => left.cmp(right),
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
