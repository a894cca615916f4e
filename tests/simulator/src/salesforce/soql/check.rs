//! Names become columns, and values must fit them.

use jiff::{Timestamp, ZonedDateTime, civil};

use super::dates::{Days, Relative};
use super::tree::{self, Comparison, Literal, Path, Statement, Text};
use super::{Query, Selected, Wanted};
use crate::salesforce::columns::{self, Kind, Object};
use crate::salesforce::ids::{self, Id};
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
    Day(civil::Date),
    Days(Days),
    Moment(Timestamp),
    /// From the first moment to before the second.
    Moments(Timestamp, Timestamp),
    /// No id has no characters, and is less than every id.
    Id(Option<Id>),
    Text(Text),
}

/// One sort key.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) column: Selected,
    pub(super) descending: bool,
    pub(super) nulls_last: bool,
}

/// Where names are looked up, and what "today" means.
struct Names<'a> {
    object: Object,
    hidden: &'a [String],
    now: &'a ZonedDateTime,
}

/// Binds a statement to the columns that exist and are not hidden.
pub(super) fn bound(statement: Statement, hidden: &[String], now: &ZonedDateTime) -> Result<Query, Refusal> {
    let Some(object) = Object::named(&statement.object) else {
        let sentence = format!("sObject type '{}' is not supported.", statement.object);
        return Err(Refusal::new(400, "INVALID_TYPE", sentence));
    };
    let names = Names { object, hidden, now };
    let wanted = match &statement.select {
        tree::Select::Count if !statement.order.is_empty() => {
            return Err(Refusal::new(400, "MALFORMED_QUERY", "COUNT() cannot be ordered"));
        }
        tree::Select::Count => Wanted::Count,
        tree::Select::Columns(paths) => Wanted::Columns(names.selected(paths)?),
    };
    let condition = statement.condition.map(|tree| names.condition(tree)).transpose()?;
    let mut order = Vec::new();
    for key in statement.order {
        let column = column(object, &key.path, hidden)?;
        order.push(Order { column, descending: key.descending, nulls_last: key.nulls_last });
    }
    Ok(Query { object, wanted, condition, order, limit: statement.limit })
}

/// The column of a path.
pub(super) fn column(object: Object, path: &Path, hidden: &[String]) -> Result<Selected, Refusal> {
    let (of, parent) = match path.parents.as_slice() {
        [] => (object, false),
        [parent] if parent.eq_ignore_ascii_case(object.name()) => (object, false),
        [parent] if object == Object::Contact && parent.eq_ignore_ascii_case("Account") => (Object::Account, true),
        [parent, ..] => {
            return Err(invalid_field(format!("Didn't understand relationship '{parent}' in field path.")));
        }
    };
    let visible = hidden.iter().all(|name| !name.eq_ignore_ascii_case(&path.to_string()));
    match columns::find(of, &path.name) {
        Some(place) if visible => Ok(Selected { object: of, place, parent }),
        _ => Err(invalid_field(format!(
            "No such column '{}' on entity '{}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.",
            path.name,
            of.name()
        ))),
    }
}

impl Names<'_> {
    fn selected(&self, paths: &[Path]) -> Result<Vec<Selected>, Refusal> {
        let mut select: Vec<Selected> = Vec::new();
        for path in paths {
            let column = column(self.object, path, self.hidden)?;
            if select.contains(&column) {
                return Err(invalid_field(format!("duplicate field selected: {path}")));
            }
            select.push(column);
        }
        Ok(select)
    }

    fn condition(&self, tree: tree::Condition) -> Result<Condition, Refusal> {
        let each = |parts: Vec<tree::Condition>| -> Result<Vec<_>, _> {
            parts.into_iter().map(|part| self.condition(part)).collect()
        };
        Ok(match tree {
            tree::Condition::All(parts) => Condition::All(each(parts)?),
            tree::Condition::Any(parts) => Condition::Any(each(parts)?),
            tree::Condition::Not(inner) => Condition::Not(Box::new(self.condition(*inner)?)),
            tree::Condition::Compare(path, comparison, literal) => {
                let column = column(self.object, &path, self.hidden)?;
                check_operator(&path, column.column().kind, comparison)?;
                Condition::Compare(column, comparison, self.operand(&path, column.column().kind, literal)?)
            }
            tree::Condition::In(path, literals) => {
                let column = column(self.object, &path, self.hidden)?;
                let operands = literals.into_iter().map(|literal| self.operand(&path, column.column().kind, literal));
                Condition::In(column, operands.collect::<Result<_, _>>()?)
            }
        })
    }

    fn operand(&self, path: &Path, kind: Kind, literal: Literal) -> Result<Operand, Refusal> {
        match (kind, literal) {
            (_, Literal::Null) => Ok(Operand::Null),
            (Kind::Text, Literal::Text(text)) => Ok(Operand::Text(text)),
            (Kind::Id, Literal::Text(text)) => id_operand(&text.plain()),
            (Kind::Flag, Literal::Flag(flag)) => Ok(Operand::Flag(flag)),
            (Kind::Number, Literal::Number(number)) => Ok(Operand::Number(number)),
            (Kind::Moment, Literal::Moment(moment)) => Ok(Operand::Moment(moment)),
            (Kind::Day, Literal::Day(day)) => Ok(Operand::Day(day)),
            (Kind::Day, Literal::Relative(relative)) => self.days(relative).map(Operand::Days),
            (Kind::Moment, Literal::Relative(relative)) => self.moments(relative),
            (kind, literal) => Err(wrong_type(path, kind, &literal)),
        }
    }

    fn days(&self, relative: Relative) -> Result<Days, Refusal> {
        relative.days(self.now).ok_or_else(out_of_range)
    }

    fn moments(&self, relative: Relative) -> Result<Operand, Refusal> {
        let days = self.days(relative)?;
        let midnight =
            |day: civil::Date| day.to_zoned_datetime(self.now.time_zone().clone()).map(|zoned| zoned.timestamp());
        match (midnight(days.from), midnight(days.to)) {
            (Ok(from), Ok(to)) => Ok(Operand::Moments(from, to)),
            _ => Err(out_of_range()),
        }
    }
}

fn out_of_range() -> Refusal {
    Refusal::new(400, "MALFORMED_QUERY", "a date is out of range")
}

fn id_operand(plain: &str) -> Result<Operand, Refusal> {
    match ids::long(plain) {
        None if !plain.is_empty() => {
            Err(Refusal::new(400, "INVALID_QUERY_FILTER_OPERATOR", format!("invalid ID field: {plain}")))
        }
        id => Ok(Operand::Id(id)),
    }
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

fn wrong_type(path: &Path, kind: Kind, literal: &Literal) -> Refusal {
    let wanted = match kind {
        Kind::Id => "id",
        Kind::Text => "string",
        Kind::Flag => "boolean",
        Kind::Number => "double",
        Kind::Day => "date",
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
