//! The window of changes: contacts by (`SystemModstamp`, id), from a moment to a moment.
//!
//! The window begins a look-back before the watermark, because Salesforce shows a row only when its transaction
//! commits, under the time at which it was written; and it ends a lag before Salesforce's own clock, because rows of
//! the present second are still being written. Rows that were read before cost a state read and nothing else.
//!
//! A slice begins behind the last contact of the one before it, by a new statement: Salesforce keeps the place in an
//! answer for a while only, and an invocation may end at any time. The end of the window stays the one of the first slice.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use platform::aside::Aside;
use platform::link::LinkRow;
use platform::mark::Mark;
use salesforce::{Page, Soql, SoqlError};
use serde::{Deserialize, Serialize};

use super::{Cursor, ReadError, Reader, Slice, position};
use crate::plan::{Standing, standing};
use crate::source::Source;

/// What is left of a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Where it begins.
    pub from: Timestamp,
    /// The last contact of that moment that has been read; all of them are still to come, without one.
    pub behind: Option<String>,
    /// Where it ends; the first slice finds out.
    pub until: Option<Timestamp>,
}

impl Window {
    /// Everything from `from` on.
    pub fn since(from: Timestamp) -> Self {
        Self { from, behind: None, until: None }
    }

    /// What is left behind `last`.
    #[must_use]
    pub fn behind(&self, last: &Source) -> Self {
        Self { from: last.modified, behind: Some(last.id.as_str().to_owned()), until: self.until }
    }
}

impl Reader<'_> {
    pub(super) async fn changes(
        &self,
        window: &Window,
        asides: &HashMap<String, Aside>,
        limit: Option<usize>,
    ) -> Result<Slice, ReadError> {
        let mut page = self.salesforce.query(&self.changed(window)?, self.deadline).await?;
        let until = window.until.unwrap_or_else(|| self.end_of_window(&page));
        let mut found = Found { room: self.config.slice_contacts, limit, ..Found::default() };
        loop {
            self.pulse.beat().await?;
            let mut sources = self.sources(&page.records)?;
            // Not the window's end: a contact that is changed meanwhile keeps its place and shows its new time.
            sources.retain(|source| source.modified < until);
            sources.truncate(found.room + 1); // One more tells that the slice is full.
            found.links.extend(self.links_of(&sources).await?);
            found.take_in(sources, asides);
            let Some(next) = page.next.take() else { break };
            if found.room == 0 {
                found.ends = Ends::Full;
            }
            if found.ends != Ends::WithTheWindow {
                break;
            }
            page = self.salesforce.next_page(&next, self.deadline).await?;
        }
        Ok(found.into_slice(&Window { until: Some(until), ..window.clone() }, until))
    }

    fn changed(&self, window: &Window) -> Result<Soql, SoqlError> {
        let soql = match &window.behind {
            Some(id) => self.soql()?.changed_after(window.from, id)?,
            None => self.soql()?.changed_since(window.from),
        };
        Ok(match window.until {
            Some(until) => soql.changed_before(until),
            None => soql,
        })
    }

    /// A lag before Salesforce's own clock; the clock of this machine plays a part only where it is behind that.
    fn end_of_window(&self, page: &Page) -> Timestamp {
        let lag = Duration::from_secs(self.config.lag_seconds.into());
        page.server_time.saturating_sub(lag).unwrap_or(page.server_time)
    }
}

/// Where a slice ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ends {
    /// Nothing follows.
    #[default]
    WithTheWindow,
    /// It is full, and more follows.
    Full,
    /// As many contacts need something as were asked for.
    AtTheLimit,
}

/// What has been read so far.
#[derive(Default)]
struct Found {
    sources: Vec<Source>,
    links: HashMap<String, LinkRow>,
    /// Contacts that still fit.
    room: usize,
    /// Contacts that need something and may still be taken.
    limit: Option<usize>,
    ends: Ends,
}

impl Found {
    /// Adds a page, up to the size of a slice and the limit. The contacts that need nothing don't count for the limit.
    fn take_in(&mut self, page: Vec<Source>, asides: &HashMap<String, Aside>) {
        for source in page {
            let id = source.id.as_str();
            let is_loud = standing(&source, self.links.get(id), asides.get(id)) != Standing::Quiet;
            if is_loud && self.limit == Some(0) {
                self.ends = Ends::AtTheLimit;
                return;
            }
            if self.room == 0 {
                self.ends = Ends::Full;
                return;
            }
            self.room -= 1;
            self.limit = self.limit.map(|limit| limit - usize::from(is_loud));
            self.sources.push(source);
        }
    }

    fn into_slice(mut self, window: &Window, until: Timestamp) -> Slice {
        let last = self.sources.last().filter(|_| self.ends != Ends::WithTheWindow);
        let complete_to = match self.ends {
            Ends::WithTheWindow => Some(Mark { at: until, id: String::new() }),
            // Nobody, where the limit was reached before the slice: then nothing more is complete.
            Ends::Full | Ends::AtTheLimit => last.map(|last| position(last.modified, last.id.as_str())),
        };
        let next = last.filter(|_| self.ends == Ends::Full).map(|last| Cursor::Changes(window.behind(last)));
        self.keep_newest_of_each();
        Slice {
            sources: self.sources,
            links: self.links,
            next,
            complete_to,
            pinned: Some(Cursor::Changes(window.clone())),
        }
    }

    /// A contact that changed while its pages were read may stand on two of them.
    fn keep_newest_of_each(&mut self) {
        let newest: HashMap<String, Timestamp> =
            self.sources.iter().map(|source| (source.id.as_str().to_owned(), source.modified)).collect();
        let mut kept = BTreeSet::new();
        self.sources.retain(|source| {
            newest.get(source.id.as_str()) == Some(&source.modified) && kept.insert(source.id.clone())
        });
    }
}
