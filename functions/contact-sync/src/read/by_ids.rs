//! Contacts by their ids: those that Salesforce told of, those that a person named, those about which somebody decided.
//!
//! Whom Salesforce does not show is left out: it may be deleted, hidden, or outside the filter, and nothing follows
//! from any of these here.

use super::{ReadError, Reader, Slice};
use crate::source::Source;

/// Ids in one query: a statement has to fit into a URL.
const IDS_IN_QUERY_MAX: usize = 300;

impl Reader<'_> {
    /// The contacts with these ids, oldest first. They move no watermark.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn by_ids(&self, ids: &[&str]) -> Result<Slice, ReadError> {
        let mut sources: Vec<Source> = Vec::with_capacity(ids.len());
        if self.filter.is_none() {
            let records = self.salesforce.by_ids(&self.soql()?, ids, self.deadline).await?;
            sources.extend(self.sources(records.iter().flatten())?);
        } else {
            for some in ids.chunks(IDS_IN_QUERY_MAX) {
                self.pulse.beat().await?;
                sources.extend(self.those_that_match(some).await?);
            }
        }
        sources.sort_by(|one, other| (one.modified, &one.id).cmp(&(other.modified, &other.id)));
        sources.dedup_by(|one, other| one.id == other.id);
        let links = self.links_of(&sources).await?;
        Ok(Slice { sources, links, ..Slice::default() })
    }

    async fn those_that_match(&self, ids: &[&str]) -> Result<Vec<Source>, ReadError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut page = self.salesforce.query(&self.soql()?.with_ids(ids)?, self.deadline).await?;
        let mut sources = self.sources(&page.records)?;
        while let Some(next) = page.next.take() {
            page = self.salesforce.next_page(&next, self.deadline).await?;
            sources.extend(self.sources(&page.records)?);
        }
        Ok(sources)
    }
}
