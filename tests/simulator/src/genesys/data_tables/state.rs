//! The data tables of one organisation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::errors;
use crate::faults::another;
use crate::wire::Refusal;

/// The column that names a row.
pub(crate) const KEY: &str = "KEY";

/// A row's columns by name, the key included.
pub(crate) type Row = Map<String, Value>;

/// What may stand in a column.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ColumnType {
    String,
    Boolean,
    Integer,
    Number,
}

impl ColumnType {
    /// The type of a column that nobody described.
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(_) => Some(Self::String),
            Value::Bool(_) => Some(Self::Boolean),
            Value::Number(number) if is_whole(number) => Some(Self::Integer),
            Value::Number(_) => Some(Self::Number),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn holds(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Boolean => value.is_boolean(),
            Self::Integer => value.as_number().is_some_and(is_whole),
            Self::Number => value.is_number(),
        }
    }
}

/// A schema's integer may be written as `200.0`.
fn is_whole(number: &serde_json::Number) -> bool {
    number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// One table.
#[derive(Clone, Debug)]
pub(crate) struct DataTable {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) columns: BTreeMap<String, ColumnType>,
    pub(crate) rows: BTreeMap<String, Row>,
}

impl DataTable {
    /// The row in `body`, checked against the columns.
    pub(crate) fn checked(&self, body: &Value) -> Result<(String, Row), Refusal> {
        let Value::Object(row) = body else {
            return Err(errors::syntax("A row is a JSON object."));
        };
        let key = match row.get(KEY) {
            Some(Value::String(key)) if !key.is_empty() => key.clone(),
            other => {
                let value = other.cloned().unwrap_or(Value::Null);
                return Err(errors::schema(KEY, &value, "KEY must be a text that is not empty."));
            }
        };
        for (name, value) in row.iter().filter(|(name, _)| *name != KEY) {
            let column = self.columns.get(name);
            let column = column.ok_or_else(|| errors::schema(name, value, format!("There is no column '{name}'.")))?;
            if !column.holds(value) {
                let sentence = format!("The column '{name}' is of type {}, not '{value}'.", json!(column));
                return Err(errors::schema(name, value, sentence));
            }
        }
        Ok((key, row.clone()))
    }

    /// Somebody else changes a column of a row: the named one, or the first that is neither the key nor `capacity`.
    pub(crate) fn change_behind(&mut self, key: &str, field: Option<&str>, value: Option<&Value>) {
        let Some(row) = self.rows.get_mut(key) else { return };
        let other = || row.keys().find(|name| *name != KEY && *name != "capacity").cloned();
        let Some(name) = field.map(str::to_owned).or_else(other) else { return };
        let old = row.get(&name).cloned().unwrap_or(Value::Null);
        row.insert(name, value.cloned().unwrap_or_else(|| another(&old)));
    }

    /// Learns the columns that nobody described from a row's values.
    pub(crate) fn learn_columns(&mut self, row: &Value) {
        for (name, value) in row.as_object().into_iter().flatten().filter(|(name, _)| *name != KEY) {
            if let (false, Some(kind)) = (self.columns.contains_key(name), ColumnType::of(value)) {
                self.columns.insert(name.clone(), kind);
            }
        }
    }

    /// All of it, for a test to look at.
    pub(crate) fn dump(&self) -> Value {
        json!({"id": self.id, "name": self.name, "columns": self.columns, "rows": self.rows.values().collect::<Vec<_>>()})
    }
}

/// All tables, in the order of their making.
#[derive(Default)]
pub(crate) struct DataTables(pub(crate) Vec<DataTable>);

impl DataTables {
    pub(crate) fn get(&self, id: &str) -> Option<&DataTable> {
        self.0.iter().find(|table| table.id == id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut DataTable> {
        self.0.iter_mut().find(|table| table.id == id)
    }
}
