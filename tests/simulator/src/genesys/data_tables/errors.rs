//! What the data tables refuse, in the vendor's codes.

use serde_json::Value;

use crate::wire::Refusal;

pub(crate) fn table_not_found(id: &str) -> Refusal {
    Refusal::new(404, "flows.datatables.table.not.found", format!("The data table '{id}' was not found."))
}

pub(crate) fn row_not_found(key: &str) -> Refusal {
    Refusal::new(404, "flows.datatables.row.not.found", format!("The row '{key}' was not found."))
}

/// The body is no flat JSON object.
pub(crate) fn syntax(sentence: impl Into<String>) -> Refusal {
    Refusal::new(400, "flows.datatables.syntax.error", sentence)
}

/// A column that does not exist, or a value of another type than its column's.
pub(crate) fn schema(column: &str, value: &Value, sentence: impl Into<String>) -> Refusal {
    Refusal::new(400, "flows.datatables.schema.exception", sentence).field(column, value)
}

pub(crate) fn not_unique(key: &str) -> Refusal {
    Refusal::new(409, "flows.datatables.not.unique", format!("A row with the key '{key}' exists."))
}

pub(crate) fn too_many_rows(rows_max: usize) -> Refusal {
    Refusal::new(400, "flows.datatables.too.many.rows", format!("A data table holds at most {rows_max} rows."))
}
