//! Names become columns, and values must fit them.

use jiff::Timestamp;

use super::tree::{self, Comparison, Literal, Path, Statement, Text};
use super::{Query, Selected};
use crate::salesforce::columns::{self, Kind};
use crate::salesforce::ids;
use crate::wire::Refusal;

/// A condition on known columns.
#[derive(Debug)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Selected, Comparison, Operand),
    In(Selected, Vec<Operand>),
}

/// A value of the column's type.
#[derive(Debug)]
pub(super) enum Operand {
    Null,
    Flag(bool),
    Number(f64),
    Moment(Timestamp),
    Id(String),
    Text(Text),
}

/// One sort key.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) column: Selected,
    pub(super) descending: bool,
    pub(super) nulls_last: bool,
}

/// Binds a statement to the columns that exist and are not hidden.
pub(super) fn bound(statement: Statement, hidden: &[String]) -> Result<Query, Refusal> {
    if !statement.object.eq_ignore_ascii_case("Contact") {
        let sentence = format!("sObject type '{}' is not supported.", statement.object);
        return Err(Refusal::new(400, "INVALID_TYPE", sentence));
    }
    let mut select: Vec<Selected> = Vec::new();
    for path in &statement.select {
        let column = column(path, hidden)?;
        if select.contains(&column) {
            return Err(invalid_field(format!("duplicate field selected: {path}")));
        }
        select.push(column);
    }
    let condition = statement.condition.map(|tree| condition(tree, hidden)).transpose()?;
    let mut order = Vec::new();
    for key in statement.order {
        let column = column(&key.path, hidden)?;
        order.push(Order { column, descending: key.descending, nulls_last: key.nulls_last });
    }
    Ok(Query { select, condition, order, limit: statement.limit })
}

fn column(path: &Path, hidden: &[String]) -> Result<Selected, Refusal> {
    let (columns, entity, parent) = match path.parents.as_slice() {
        [] => (columns::CONTACT, "Contact", false),
        [parent] if parent.eq_ignore_ascii_case("Contact") => (columns::CONTACT, "Contact", false),
        [parent] if parent.eq_ignore_ascii_case("Account") => (columns::ACCOUNT, "Account", true),
        [parent, ..] => {
            return Err(invalid_field(format!("Didn't understand relationship '{parent}' in field path.")));
        }
    };
    let visible = hidden.iter().all(|name| !name.eq_ignore_ascii_case(&path.to_string()));
    match columns::find(columns, &path.name) {
        Some(column) if visible => Ok(Selected { column, parent }),
        _ => Err(invalid_field(format!(
            "No such column '{}' on entity '{entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.",
            path.name
        ))),
    }
}

fn condition(tree: tree::Condition, hidden: &[String]) -> Result<Condition, Refusal> {
    let each = |parts: Vec<tree::Condition>| -> Result<Vec<_>, _> {
        parts.into_iter().map(|part| condition(part, hidden)).collect()
    };
    Ok(match tree {
        tree::Condition::All(parts) => Condition::All(each(parts)?),
        tree::Condition::Any(parts) => Condition::Any(each(parts)?),
        tree::Condition::Not(inner) => Condition::Not(Box::new(condition(*inner, hidden)?)),
        tree::Condition::Compare(path, comparison, literal) => {
            let column = column(&path, hidden)?;
            check_operator(&path, column.column.kind, comparison)?;
            let operand = operand(&path, column.column.kind, literal)?;
            Condition::Compare(column, comparison, operand)
        }
        tree::Condition::In(path, literals) => {
            let column = column(&path, hidden)?;
            let operands = literals.into_iter().map(|literal| operand(&path, column.column.kind, literal));
            Condition::In(column, operands.collect::<Result<_, _>>()?)
        }
    })
}

fn check_operator(path: &Path, kind: Kind, comparison: Comparison) -> Result<(), Refusal> {
    let fits = match (kind, comparison) {
        (Kind::Text, _) | (_, Comparison::Equal | Comparison::NotEqual) => true,
        (Kind::Flag, _) | (_, Comparison::Like) => false,
        _ => true,
    };
    if fits {
        return Ok(());
    }
    let sentence = format!("invalid operator on field '{path}'");
    Err(Refusal::new(400, "INVALID_QUERY_FILTER_OPERATOR", sentence))
}

fn operand(path: &Path, kind: Kind, literal: Literal) -> Result<Operand, Refusal> {
    match (kind, literal) {
        (_, Literal::Null) => Ok(Operand::Null),
        (Kind::Text, Literal::Text(text)) => Ok(Operand::Text(text)),
        (Kind::Id, Literal::Text(text)) => {
            let plain = text.plain();
            let id = if plain.is_empty() { Some(String::new()) } else { ids::long(&plain) };
            let sentence = format!("invalid ID field: {plain}");
            id.map(Operand::Id).ok_or_else(|| Refusal::new(400, "INVALID_QUERY_FILTER_OPERATOR", sentence))
        }
        (Kind::Flag, Literal::Flag(flag)) => Ok(Operand::Flag(flag)),
        (Kind::Number, Literal::Number(number)) => Ok(Operand::Number(number)),
        (Kind::Moment, Literal::Moment(moment)) => Ok(Operand::Moment(moment)),
        (kind, literal) => Err(wrong_type(path, kind, &literal)),
    }
}

fn wrong_type(path: &Path, kind: Kind, literal: &Literal) -> Refusal {
    let wanted = match kind {
        Kind::Id => "id",
        Kind::Text => "string",
        Kind::Flag => "boolean",
        Kind::Number => "double",
        Kind::Moment => "dateTime",
    };
    let quotes = match (kind, literal) {
        (Kind::Id | Kind::Text, _) => " and should be enclosed in quotes",
        (_, Literal::Text(_)) => " and should not be enclosed in quotes",
        _ => "",
    };
    invalid_field(format!("value of filter criterion for field '{path}' must be of type {wanted}{quotes}"))
}

fn invalid_field(sentence: String) -> Refusal {
    Refusal::new(400, "INVALID_FIELD", sentence)
}
