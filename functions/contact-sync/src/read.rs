//! Reads everything a plan needs, slice by slice: contacts of Salesforce, what is known about them, and which Genesys
//! contacts they may be.
//!
//! A *reader* reads the next slice from a [`Cursor`] and says where the one after it begins. Everything behind it is one
//! path: plan, check, apply, record. So a new way of going through the contacts is a new cursor and a reader for it.

pub mod both_sides;
mod by_ids;
mod changes;
pub mod claims;
mod genesys_side;
pub mod gone;
pub(crate) mod scan;

use std::collections::{BTreeSet, HashMap};

use identity::FieldMap;
use jiff::Timestamp;
use platform::aside::Aside;
use platform::deadline::Deadline;
use platform::digest::DigestKey;
use platform::link::{LinkRow, Links};
use platform::lock::Held;
use platform::mark::Mark;
use platform::table::StateError;
use platform::vendor::CallError;
use salesforce::{Filter, Record, Salesforce, Soql, SoqlError};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::first_load::Import;
use crate::plan::{Standing, standing};
use crate::source::{Source, UnreadableRecord};

pub use changes::Window;
pub use genesys_side::{GenesysSide, Seeker};
pub use scan::ScanPlace;

/// Why reading failed. A failed read is an error, never an empty list.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A vendor call failed.
    #[error(transparent)]
    Vendor(#[from] CallError),
    /// The field map names something that is no column.
    #[error("[[contact-sync.fields]]: {0}")]
    Columns(#[from] SoqlError),
    /// The state table failed.
    #[error(transparent)]
    State(#[from] StateError),
    /// A record that is no contact.
    #[error(transparent)]
    Record(#[from] UnreadableRecord),
}

/// Where a run stands: which reader is next, and from where. Kept in the run's checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reader", rename_all = "snake_case")]
pub enum Cursor {
    /// Contacts that Salesforce deleted.
    Gone,
    /// Contacts about which a person has decided.
    Answered,
    /// These contacts. A run over them is not kept.
    Ids {
        /// Salesforce ids.
        ids: Vec<String>,
    },
    /// Contacts that changed.
    Changes(Window),
    /// Contacts that Genesys carries, in a full reconcile.
    Scan(ScanPlace),
    /// Contacts of Salesforce by id, in a full reconcile.
    ById {
        /// The last one that was read.
        behind: Option<String>,
    },
    /// New contacts, in an import.
    Import(Box<Import>),
}

/// Contacts that are planned and written together.
#[derive(Debug, Default)]
pub struct Slice {
    /// The contacts, oldest first, each once.
    pub sources: Vec<Source>,
    /// Their link rows.
    pub links: HashMap<String, LinkRow>,
    /// Where the same reader goes on; `None`: it is through.
    pub next: Option<Cursor>,
    /// Everything before this has been read, for a reader that moves the watermark.
    pub complete_to: Option<Mark>,
    /// The cursor by which this slice is read again, where the reader found out more about it.
    pub pinned: Option<Cursor>,
}

impl Slice {
    /// How one of these contacts stands before Genesys is asked.
    pub fn standing(&self, source: &Source, asides: &HashMap<String, Aside>) -> Standing {
        let id = source.id.as_str();
        standing(source, self.links.get(id), asides.get(id))
    }

    /// The contacts that stand like this.
    pub fn that_are(&self, wanted: Standing, asides: &HashMap<String, Aside>) -> Vec<&Source> {
        self.sources.iter().filter(|source| self.standing(source, asides) == wanted).collect()
    }
}

impl Cursor {
    /// The cursor behind `last`, where the work of a slice was cut off there. A reader that cannot begin in the middle
    /// of a slice begins with it again: what is settled costs nothing.
    #[must_use]
    pub fn cut_behind(&self, last: &Source) -> Self {
        match self {
            Self::Changes(window) => Self::Changes(window.behind(last)),
            Self::ById { .. } => Self::ById { behind: Some(last.id.as_str().to_owned()) },
            Self::Gone | Self::Answered | Self::Ids { .. } | Self::Scan(_) | Self::Import(_) => self.clone(),
        }
    }
}

/// Where to read from.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// The vendor.
    pub salesforce: &'a Salesforce,
    /// Link rows.
    pub links: &'a Links,
    /// The field map in force.
    pub map: &'a FieldMap,
    /// Which contacts are wanted; all, without one.
    pub filter: Option<&'a Filter>,
    /// The key of all digests.
    pub digest_key: &'a DigestKey,
    /// Look-back, lag and the size of a slice.
    pub config: &'a Config,
    /// The lock's heartbeat.
    pub pulse: Pulse<'a>,
    /// The invocation's end.
    pub deadline: Deadline,
}

/// The lock's heartbeat, made by the work itself: a run that hangs loses its lease. A dry run holds no lock.
#[derive(Clone, Copy)]
pub struct Pulse<'a>(pub Option<&'a Held>);

impl Pulse<'_> {
    /// Renews the lease when it is half over.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when another run took over.
    pub async fn beat(&self) -> Result<(), StateError> {
        match self.0 {
            Some(held) => held.renew().await,
            None => Ok(()),
        }
    }
}

impl Reader<'_> {
    /// Reads the slice at `cursor`. `limit` is the most contacts that need something; the reader ends behind them.
    ///
    /// # Errors
    /// [`ReadError`]; nothing has been written then.
    pub async fn slice(
        &self,
        cursor: &Cursor,
        asides: &HashMap<String, Aside>,
        limit: Option<usize>,
    ) -> Result<Slice, ReadError> {
        match cursor {
            Cursor::Changes(window) => self.changes(window, asides, limit).await,
            Cursor::Answered => {
                let answered = asides.values().filter(|aside| aside.answer.is_some());
                let mut ids: Vec<&str> = answered.map(|aside| aside.source_id.as_str()).collect();
                ids.sort_unstable();
                self.by_ids(&ids).await
            }
            Cursor::Ids { ids } => self.by_ids(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await,
            // Deleted contacts have no values, and a path of their own; both sides are read by `both_sides`.
            Cursor::Gone | Cursor::Scan(_) | Cursor::ById { .. } | Cursor::Import(_) => Ok(Slice::default()),
        }
    }

    /// What every query for contacts selects.
    ///
    /// # Errors
    /// [`SoqlError`]: the field map names something that is no column.
    pub fn soql(&self) -> Result<Soql, SoqlError> {
        let mapped = self.map.salesforce_columns();
        let columns: BTreeSet<&str> = mapped.iter().map(String::as_str).chain(["Id", "SystemModstamp"]).collect();
        let soql = Soql::select("Contact", columns)?;
        Ok(match self.filter {
            Some(filter) => soql.matching(filter),
            None => soql,
        })
    }

    /// Salesforce's records as this run sees them.
    ///
    /// # Errors
    /// [`UnreadableRecord`].
    pub fn sources<'r>(&self, records: impl IntoIterator<Item = &'r Record>) -> Result<Vec<Source>, UnreadableRecord> {
        records.into_iter().map(|record| Source::from_record(record, self.map, self.digest_key)).collect()
    }

    /// The link rows of these contacts.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn links_of(&self, sources: &[Source]) -> Result<HashMap<String, LinkRow>, StateError> {
        let ids: Vec<String> = sources.iter().map(|source| source.id.as_str().to_owned()).collect();
        self.links.get(&ids).await
    }
}

/// Where a contact stands among the changes.
pub(crate) fn position(at: Timestamp, id: &str) -> Mark {
    Mark { at, id: id.to_owned() }
}
