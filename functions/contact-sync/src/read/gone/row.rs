//! A deleted contact, as Salesforce shows it.

use identity::SalesforceId;
use jiff::Timestamp;
use salesforce::{MASTER_RECORD_ID, Record};

use crate::source::UnreadableRecord;

/// One row that Salesforce shows as deleted.
#[derive(Clone, Debug)]
pub struct DeletedRow {
    /// Salesforce id, 18 characters.
    pub id: String,
    /// `SystemModstamp` of the deletion.
    pub at: Timestamp,
    /// Into whom it was merged; `None` also where only the log of deletions knows it.
    pub master: Option<String>,
    /// Whether the row itself was seen. The log of deletions knows no masters.
    pub is_row: bool,
}

impl DeletedRow {
    /// What a row of `queryAll` says.
    ///
    /// # Errors
    /// [`UnreadableRecord`] when a column is missing, or holds something else.
    pub(super) fn read(record: &Record) -> Result<Self, UnreadableRecord> {
        let id = SalesforceId::parse(record.id()).map_err(|_| UnreadableRecord("Id"))?;
        let at = record.time("SystemModstamp").ok_or(UnreadableRecord("SystemModstamp"))?;
        let master = match record.text(MASTER_RECORD_ID) {
            None => None,
            Some(master) => Some(SalesforceId::parse(master).map_err(|_| UnreadableRecord(MASTER_RECORD_ID))?),
        };
        Ok(Self {
            id: id.as_str().to_owned(),
            at,
            master: master.map(|master| master.as_str().to_owned()),
            is_row: true,
        })
    }
}

/// Sorts rows by the moment of the deletion, and within one moment by id.
pub(super) fn oldest_first(rows: &mut [DeletedRow]) {
    rows.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
}
