//! Reads everything a plan needs: what changed in Salesforce, what is known about it, and which Genesys contacts it may be.
//!
//! The window begins a look-back before the watermark, because Salesforce shows a row only when its transaction
//! commits, under the time at which it was written; and it ends a lag before Salesforce's own clock, because rows of
//! the present second are still being written. Rows that were read before cost a state read and nothing else.

mod genesys_side;

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use identity::FieldMap;
use jiff::{SignedDuration, Timestamp};
use platform::aside::{Aside, Asides};
use platform::deadline::Deadline;
use platform::digest::DigestKey;
use platform::link::{LinkRow, Links};
use platform::lock::Held;
use platform::mark::Mark;
use platform::table::StateError;
use platform::vendor::CallError;
use salesforce::{Page, Salesforce, Soql, SoqlError};

use crate::config::Config;
use crate::plan::{Standing, standing};
use crate::source::{Source, UnreadableRecord};

pub use genesys_side::{GenesysSide, Seeker, candidates_for};

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

/// Which changes a run looks at.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The first moment, before the look-back is taken off.
    pub from: Timestamp,
    /// Whether `from` is a watermark, behind which late rows may appear.
    pub look_back: bool,
    /// Most contacts that need something.
    pub limit: Option<usize>,
}

/// What changed in Salesforce, and what the state table knows about it.
#[derive(Debug)]
pub struct Changes {
    /// The contacts, oldest first, each once.
    pub sources: Vec<Source>,
    /// Their link rows.
    pub links: HashMap<String, LinkRow>,
    /// All of quarantine and review.
    pub asides: HashMap<String, Aside>,
    /// Everything before this is in `sources`.
    pub complete_to: Mark,
}

impl Changes {
    /// Whether anything has to be written or matched.
    pub fn need_genesys(&self) -> bool {
        self.sources.iter().any(|source| self.standing(source) != Standing::Quiet)
    }

    /// How one of these contacts stands before Genesys is asked.
    pub fn standing(&self, source: &Source) -> Standing {
        let id = source.id.as_str();
        standing(source, self.links.get(id), self.asides.get(id))
    }
}

/// Where to read from.
pub struct Reader<'a> {
    /// The vendor.
    pub salesforce: &'a Salesforce,
    /// Link rows.
    pub links: &'a Links,
    /// Quarantine and review.
    pub asides: &'a Asides,
    /// The field map in force.
    pub map: &'a FieldMap,
    /// The key of all digests.
    pub digest_key: &'a DigestKey,
    /// Look-back, lag and page size.
    pub config: &'a Config,
    /// The lock's heartbeat.
    pub pulse: Pulse<'a>,
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
    /// Reads the changes of `wish`.
    ///
    /// # Errors
    /// [`ReadError`]; nothing has been written then.
    pub async fn changes(&self, wish: &Wish, deadline: Deadline) -> Result<Changes, ReadError> {
        let look_back =
            SignedDuration::from_mins(if wish.look_back { self.config.look_back_minutes.into() } else { 0 });
        let since = wish.from.saturating_sub(look_back).unwrap_or(Timestamp::MIN);
        let asides = self.asides.list().await?;
        let mut page = self.salesforce.query(&self.soql(since)?, deadline).await?;
        let upto = self.end_of_window(&page);
        let mut found = Found::default();
        loop {
            self.pulse.beat().await?;
            let sources = self.sources(&page, upto)?;
            let ids: Vec<String> = sources.iter().map(|source| source.id.as_str().to_owned()).collect();
            found.links.extend(self.links.get(&ids).await?);
            found.take_in(sources, &asides, wish.limit);
            let Some(next) = page.next.take().filter(|_| !found.limit_reached) else { break };
            page = self.salesforce.next_page(&next, deadline).await?;
        }
        Ok(found.into_changes(asides, upto))
    }

    fn soql(&self, since: Timestamp) -> Result<Soql, SoqlError> {
        let mapped = self.map.salesforce_columns();
        let columns: BTreeSet<&str> = mapped.iter().map(String::as_str).chain(["Id", "SystemModstamp"]).collect();
        Ok(Soql::select("Contact", columns)?.changed_since(since))
    }

    /// A lag before Salesforce's own clock: the clock of this machine plays no part.
    fn end_of_window(&self, page: &Page) -> Timestamp {
        let lag = Duration::from_secs(self.config.lag_seconds.into());
        page.server_time.saturating_sub(lag).unwrap_or(page.server_time)
    }

    fn sources(&self, page: &Page, upto: Timestamp) -> Result<Vec<Source>, ReadError> {
        let mut sources = Vec::with_capacity(page.records.len());
        for record in &page.records {
            let source = Source::from_record(record, self.map, self.digest_key)?;
            if source.modified < upto {
                sources.push(source);
            }
        }
        Ok(sources)
    }
}

/// What has been read so far.
#[derive(Default)]
struct Found {
    sources: Vec<Source>,
    links: HashMap<String, LinkRow>,
    loud: usize,
    limit_reached: bool,
}

impl Found {
    /// Adds a page, up to the limit of contacts that need something. The unchanged ones cost nothing and don't count.
    fn take_in(&mut self, page: Vec<Source>, asides: &HashMap<String, Aside>, limit: Option<usize>) {
        for source in page {
            let id = source.id.as_str();
            let is_quiet = standing(&source, self.links.get(id), asides.get(id)) == Standing::Quiet;
            if !is_quiet && limit.is_some_and(|limit| self.loud >= limit) {
                self.limit_reached = true;
                return;
            }
            self.loud += usize::from(!is_quiet);
            self.sources.push(source);
        }
    }

    fn into_changes(mut self, asides: HashMap<String, Aside>, upto: Timestamp) -> Changes {
        let complete_to = match self.sources.last() {
            Some(last) if self.limit_reached => Mark { at: last.modified, id: last.id.as_str().to_owned() },
            _ => Mark { at: upto, id: String::new() },
        };
        self.keep_newest_of_each();
        Changes { sources: self.sources, links: self.links, asides, complete_to }
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
