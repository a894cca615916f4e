//! The form in which a report is archived, and what is understood of it.

use serde::Deserialize;

use super::{Report, SCHEMA};

/// Why an archived report cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// It was written by a release that keeps reports in another form.
    #[error("the archived report has the form {0}, and this release reads {SCHEMA}")]
    Schema(String),
    /// It is damaged.
    #[error("the archived report is not understood (line {line}, column {column})")]
    Damaged {
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
}

/// What tells whether the rest can be read.
#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    schema: String,
}

impl Report {
    /// The report of its bytes in the archive. Later minor versions are read too.
    ///
    /// # Errors
    /// [`ReportError`]: the day has to be read again.
    pub fn read(bytes: &[u8]) -> Result<Self, ReportError> {
        let damaged = |error: serde_json::Error| ReportError::Damaged { line: error.line(), column: error.column() };
        let form: Form = serde_json::from_slice(bytes).map_err(damaged)?;
        if form.schema.split('.').next() != SCHEMA.split('.').next() {
            return Err(ReportError::Schema(form.schema));
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }
}
