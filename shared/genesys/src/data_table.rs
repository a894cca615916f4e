//! One row of an Architect data table.
//!
//! A row is a flat object; the column `KEY` holds its name. A PUT replaces the row and there is no version to compare,
//! so the row is read, changed in one column and written back at once, under a lock of ours.

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Method;

use crate::path::{id, segment};
use crate::{Document, Genesys};

const READ: &str = "read a data table row";
const WRITE: &str = "write a data table row";

impl Genesys {
    /// The row `key` of a data table, with all its columns
    /// (`GET /api/v2/flows/datatables/{id}/rows/{key}?showbrief=false`).
    ///
    /// # Errors
    /// [`Failure::NotFound`] tells a missing table (`flows.datatables.table.not.found`) from a missing row
    /// (`flows.datatables.row.not.found`); any other [`CallError`].
    pub async fn data_table_row(&self, table: &str, key: &str, deadline: Deadline) -> Result<Document, CallError> {
        let path = path(table, key).map_err(|failure| self.api.error(READ, failure))?;
        let mut url = self.url(READ, &path).await?;
        url.set_query(Some("showbrief=false"));
        self.ask(&Request::get(READ, url), deadline).await
    }

    /// Replaces the row `key` (`PUT /api/v2/flows/datatables/{id}/rows/{key}`). Never repeated blindly: the row is to
    /// be read again first.
    ///
    /// # Errors
    /// [`CallError`]; [`Failure::OutOfTime`] when the lease does not outlive the call.
    pub async fn put_data_table_row(
        &self,
        table: &str,
        key: &str,
        row: &Document,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let path = path(table, key).map_err(|failure| self.api.error(WRITE, failure))?;
        let url = self.url(WRITE, &path).await?;
        let request = Request::json(WRITE, Method::PUT, url, row, Repeat::ReadFirst).under(lease);
        self.api.send(&request, deadline).await.map(drop)
    }
}

fn path(table: &str, key: &str) -> Result<String, Failure> {
    let (table, key) = (id(table, "data table")?, segment(key, "row key")?);
    Ok(format!("/api/v2/flows/datatables/{table}/rows/{key}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_segment_of_the_path() {
        assert_eq!(
            path("t-1", "Suporte técnico/1").unwrap(),
            "/api/v2/flows/datatables/t-1/rows/Suporte%20t%C3%A9cnico%2F1"
        );
        assert!(path("t/1", "Support").is_err());
        assert!(path("t-1", "..").is_err());
    }
}
