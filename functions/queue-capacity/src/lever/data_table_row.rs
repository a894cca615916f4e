//! A column in a row of an Architect data table: the usual way to build a limit that an inbound flow reads before it
//! transfers to a queue. A row is a flat object without a version; a PUT replaces it.

use genesys::{Document, Genesys};
use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::vendor::CallError;

use super::{Found, Set, part, with_all};

/// A row of a data table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataTableRow {
    /// The table's id.
    pub table: String,
    /// The row's key.
    pub key: String,
}

/// The row as it was found, with other numbers in these columns.
pub fn plan(wanted: &[Set<'_>], found: &Found) -> Document {
    with_all(&found.document, wanted)
}

impl DataTableRow {
    pub(super) fn object_id(&self) -> String {
        format!("row/{}/{}", self.table, part(&self.key))
    }

    pub(super) async fn read(&self, genesys: &Genesys, deadline: Deadline) -> Result<Found, CallError> {
        let document = genesys.data_table_row(&self.table, &self.key, deadline).await?;
        Ok(Found { document, etag: None })
    }

    pub(super) async fn apply(
        &self,
        body: &Document,
        genesys: &Genesys,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        genesys.put_data_table_row(&self.table, &self.key, body, lease, deadline).await
    }
}
