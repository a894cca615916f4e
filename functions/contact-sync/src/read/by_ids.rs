//! Contacts by their ids: those that Salesforce told of, those that a person named, those about which somebody decided.
//!
//! Whom Salesforce does not show is left out: it may be deleted, hidden, or outside the filter, and nothing follows
//! from any of these here.

use super::{ReadError, Reader, Slice};
use crate::source::Source;

impl Reader<'_> {
    /// The contacts with these ids, oldest first. They move no watermark.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn by_ids(&self, ids: &[&str]) -> Result<Slice, ReadError> {
        let records = self.salesforce.by_ids(&self.soql()?, ids, self.deadline).await?;
        let mut sources: Vec<Source> = self.sources(records.iter().flatten())?;
        sources.sort_by(|one, other| (one.modified, &one.id).cmp(&(other.modified, &other.id)));
        sources.dedup_by(|one, other| one.id == other.id);
        let links = self.links_of(&sources).await?;
        Ok(Slice { sources, links, ..Slice::default() })
    }
}
