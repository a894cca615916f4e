//! Open queries: which rows they found, in which order. Values are read when a page is fetched.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::salesforce::columns::Object;
use crate::salesforce::ids::Id;
use crate::salesforce::soql::Selected;

/// One open query.
pub(crate) struct Cursor {
    pub(crate) object: Object,
    pub(crate) ids: Vec<Id>,
    pub(crate) select: Vec<Selected>,
    pub(crate) page_size: usize,
    pub(crate) opened: Timestamp,
}

/// All open queries.
#[derive(Default)]
pub(crate) struct Cursors {
    open: HashMap<String, Cursor>,
}

impl Cursors {
    pub(crate) fn keep(&mut self, locator: String, cursor: Cursor) {
        self.open.insert(locator, cursor);
    }

    /// An open query that is not older than a cursor may be.
    pub(crate) fn get(&self, locator: &str, now: Timestamp, lifetime_s: i64) -> Option<&Cursor> {
        let cursor = self.open.get(locator)?;
        (now.as_second() - cursor.opened.as_second() < lifetime_s).then_some(cursor)
    }

    pub(crate) fn clear(&mut self) {
        self.open.clear();
    }
}
