//! SOQL statements, built so that no value can leave its literal.
//!
//! REST has no bind parameters. So names are checked against what a name may look like, every value is escaped inside
//! quotes, times are written by us, and there is no way to add a piece of text. Prints the object and the columns;
//! conditions may hold personal data.

mod filter;

use std::fmt;

use jiff::Timestamp;

use crate::time;

pub use filter::{Filter, FilterError};

/// The longest string literal Salesforce takes, in characters as written.
const LITERAL_CHARS_MAX: usize = 4_000;
/// Levels of a path such as `Account.Owner.Name`: five parents and the column.
const PATH_NAMES_MAX: usize = 6;
/// The longest name of a column or object.
const NAME_CHARS_MAX: usize = 80;

/// The column of a deleted row that names the record it was merged into; empty for one that was deleted.
pub const MASTER_RECORD_ID: &str = "MasterRecordId";

/// A statement.
#[derive(Clone, PartialEq, Eq)]
pub struct Soql {
    object: String,
    columns: Vec<String>,
    conditions: Vec<String>,
    /// Columns that a person's filter looks at.
    filtered: Vec<String>,
    order: Vec<String>,
    limit: Option<u32>,
}

/// Why a statement could not be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SoqlError {
    /// Not the name of a column or an object.
    #[error(
        "{0:?} is not the name of a Salesforce column or object: letters, digits and underscores, parents with a dot (Account.Name)"
    )]
    Name(String),
    /// No columns.
    #[error("no columns to select from {0}")]
    NoColumns(String),
    /// Not an id.
    #[error("a Salesforce id has 15 or 18 letters and digits")]
    Id,
    /// A value that does not fit into a literal.
    #[error("a value for {0} is longer than a SOQL literal may be")]
    TooLong(String),
    /// A list without values would match nothing and is not valid SOQL.
    #[error("no values to compare {0} with")]
    NoValues(String),
}

impl Soql {
    /// Selects columns of an object; a column named twice is asked for once.
    ///
    /// # Errors
    /// [`SoqlError::Name`], [`SoqlError::NoColumns`].
    pub fn select(object: &str, columns: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, SoqlError> {
        let mut selected: Vec<String> = Vec::new();
        for column in columns {
            let column = path(column.as_ref())?;
            // Salesforce refuses a column that stands twice, in whatever spelling.
            if !selected.iter().any(|known| known.eq_ignore_ascii_case(column)) {
                selected.push(column.to_owned());
            }
        }
        if !is_name(object) {
            return Err(SoqlError::Name(object.to_owned()));
        }
        if selected.is_empty() {
            return Err(SoqlError::NoColumns(object.to_owned()));
        }
        Ok(Self {
            object: object.to_owned(),
            columns: selected,
            conditions: Vec::new(),
            filtered: Vec::new(),
            order: Vec::new(),
            limit: None,
        })
    }

    /// Rows changed at or after `at`, oldest first, ties by id.
    pub fn changed_since(mut self, at: Timestamp) -> Self {
        self.conditions.push(format!("SystemModstamp >= {}", time::literal(at)));
        self.oldest_first()
    }

    /// Rows after the row `id` that was changed at `at`, in the same order as [`Self::changed_since`].
    ///
    /// # Errors
    /// [`SoqlError::Id`].
    pub fn changed_after(mut self, at: Timestamp, id: &str) -> Result<Self, SoqlError> {
        let (at, id) = (time::literal(at), id_literal(id)?);
        self.conditions.push(format!("(SystemModstamp > {at} OR (SystemModstamp = {at} AND Id > {id}))"));
        Ok(self.oldest_first())
    }

    /// Only rows changed before `at`.
    pub fn changed_before(mut self, at: Timestamp) -> Self {
        self.conditions.push(format!("SystemModstamp < {}", time::literal(at)));
        self
    }

    /// All rows in the order of their ids, from the first.
    pub fn by_id(mut self) -> Self {
        self.order = vec!["Id".to_owned()];
        self
    }

    /// Rows behind the row `id`, in the same order as [`Self::by_id`].
    ///
    /// # Errors
    /// [`SoqlError::Id`].
    pub fn after_id(mut self, id: &str) -> Result<Self, SoqlError> {
        self.conditions.push(format!("Id > {}", id_literal(id)?));
        Ok(self.by_id())
    }

    /// Only rows in the recycle bin: for [`query_all`](crate::Salesforce::query_all), because a plain query sees none.
    /// Select [`MASTER_RECORD_ID`] with them: what was merged into another record looks deleted as well.
    pub fn deleted(mut self) -> Self {
        self.conditions.push("IsDeleted = TRUE".to_owned());
        self
    }

    /// Only rows with one of these ids.
    ///
    /// # Errors
    /// [`SoqlError::Id`], [`SoqlError::NoValues`].
    pub fn with_ids(mut self, ids: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, SoqlError> {
        let literals = ids.into_iter().map(|id| id_literal(id.as_ref())).collect::<Result<Vec<_>, _>>()?;
        if literals.is_empty() {
            return Err(SoqlError::NoValues("Id".to_owned()));
        }
        self.conditions.push(format!("Id IN ({})", literals.join(",")));
        Ok(self)
    }

    /// Only rows whose column has this text.
    ///
    /// # Errors
    /// [`SoqlError::Name`], [`SoqlError::TooLong`].
    pub fn equal(mut self, column: &str, value: &str) -> Result<Self, SoqlError> {
        let column = path(column)?;
        let literal = literal(value);
        if literal.chars().count() > LITERAL_CHARS_MAX {
            return Err(SoqlError::TooLong(column.to_owned()));
        }
        self.conditions.push(format!("{column} = {literal}"));
        Ok(self)
    }

    /// Only rows for which `filter` holds.
    pub fn matching(mut self, filter: &Filter) -> Self {
        self.conditions.push(format!("({})", filter.text()));
        self.filtered.extend(filter.columns().into_iter().map(str::to_owned));
        self
    }

    /// At most `rows` rows.
    pub fn limit(mut self, rows: u32) -> Self {
        self.limit = Some(rows);
        self
    }

    /// The object that is read.
    pub fn object(&self) -> &str {
        &self.object
    }

    /// The columns that are read.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The same statement with `Id` among its columns.
    pub(crate) fn with_id_column(mut self) -> Self {
        if !self.columns.iter().any(|column| column.eq_ignore_ascii_case("Id")) {
            self.columns.push("Id".to_owned());
        }
        self
    }

    /// Whether it leaves rows out.
    pub(crate) fn has_conditions(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// The columns that a filter looks at.
    pub(crate) fn filtered(&self) -> &[String] {
        &self.filtered
    }

    /// The statement. Carries whatever values were put into it: for the request only, never for a log.
    pub fn text(&self) -> String {
        let mut text = format!("SELECT {} FROM {}{}", self.columns.join(","), self.object, self.condition_text());
        if !self.order.is_empty() {
            text += &format!(" ORDER BY {}", self.order.join(","));
        }
        if let Some(rows) = self.limit {
            text += &format!(" LIMIT {rows}");
        }
        text
    }

    /// The statement that counts the rows instead of reading them.
    pub(crate) fn count_text(&self) -> String {
        format!("SELECT COUNT() FROM {}{}", self.object, self.condition_text())
    }

    fn condition_text(&self) -> String {
        if self.conditions.is_empty() { String::new() } else { format!(" WHERE {}", self.conditions.join(" AND ")) }
    }

    fn oldest_first(mut self) -> Self {
        self.order = vec!["SystemModstamp".to_owned(), "Id".to_owned()];
        self
    }
}

impl fmt::Debug for Soql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Soql").field("object", &self.object).field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// Whether `name` can be the name of a column or an object.
pub(crate) fn is_name(name: &str) -> bool {
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    starts_well && name.len() <= NAME_CHARS_MAX && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether `id` can be a Salesforce id.
pub(crate) fn is_id(id: &str) -> bool {
    matches!(id.len(), 15 | 18) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A value as a string literal with its quotes.
pub(crate) fn literal(value: &str) -> String {
    let mut literal = String::with_capacity(value.len() + 2);
    literal.push('\'');
    for character in value.chars() {
        push_escaped(&mut literal, character);
    }
    literal.push('\'');
    literal
}

/// One character of a string literal.
fn push_escaped(literal: &mut String, character: char) {
    match character {
        '\'' => literal.push_str("\\'"),
        '\\' => literal.push_str("\\\\"),
        '\n' => literal.push_str("\\n"),
        '\r' => literal.push_str("\\r"),
        '\t' => literal.push_str("\\t"),
        '\u{8}' => literal.push_str("\\b"),
        '\u{c}' => literal.push_str("\\f"),
        control if control.is_control() => literal.push_str(&format!("\\u{:04X}", u32::from(control))),
        other => literal.push(other),
    }
}

fn id_literal(id: &str) -> Result<String, SoqlError> {
    if is_id(id) { Ok(format!("'{id}'")) } else { Err(SoqlError::Id) }
}

fn path(path: &str) -> Result<&str, SoqlError> {
    let is_path = path.split('.').count() <= PATH_NAMES_MAX && path.split('.').all(is_name);
    if is_path { Ok(path) } else { Err(SoqlError::Name(path.to_owned())) }
}

#[cfg(test)]
mod tests;
