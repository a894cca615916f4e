//! Reads what Salesforce deleted, and everything that a plan about it is made from.
//!
//! A query shows no deleted rows; `queryAll` shows them while they are in the recycle bin, with the contact that they
//! were merged into. The window has a mark of its own, and a look-back like the changes. A window older than the bin
//! is read from the log of deletions as well, which knows less: who was merged, it does not say.

mod lookup;
mod row;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use genesys::{FETCH_MAX, Fetched};
use jiff::{SignedDuration, Timestamp};
use platform::aside::Aside;
use platform::deadline::Deadline;
use platform::link::{LinkRow, LinkState, Links};
use platform::mark::Mark;
use platform::vendor::CallError;
use salesforce::{Deletions, MASTER_RECORD_ID, Record, Salesforce, Soql};

use super::{Pulse, ReadError};
use crate::candidates::GenesysId;
use crate::config::Config;
use crate::gone::chain::{Seen, fate, unknown};
use crate::gone::{Departed, Fate, GoneRead};

pub use lookup::Lookup;
pub use row::DeletedRow;
use row::oldest_first;

/// A window longer than this reaches behind the recycle bin, which keeps a row for 15 days at most.
const BIN: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Ids in one query: a statement has to fit into a URL.
const IDS_IN_QUERY_MAX: usize = 300;
/// Steps of a chain of merges that are followed. Salesforce merges three contacts at a time, so a longer chain took as
/// many merges within the fortnight of the bin.
const CHAIN_MAX: usize = 12;

/// Where to read from.
pub struct GoneReader<'a> {
    /// The vendor that deleted.
    pub salesforce: &'a Salesforce,
    /// Link rows.
    pub links: &'a Links,
    /// Look-back and lag.
    pub config: &'a Config,
    /// The lock's heartbeat.
    pub pulse: Pulse<'a>,
    /// The invocation's end.
    pub deadline: Deadline,
}

/// What a window of deletions holds.
#[derive(Debug, Default)]
pub struct GoneWindow {
    /// The rows of contacts that are linked or set aside, oldest first, each once.
    pub rows: Vec<DeletedRow>,
    /// Their link rows, by Salesforce id.
    pub links: HashMap<String, LinkRow>,
    /// The contacts into which some were merged whose values nobody has looked at since.
    pub heirs_owed: Vec<String>,
    /// Everything before this has been read.
    pub upto: Timestamp,
    /// Whether the window held anything new, linked or not.
    pub saw_news: bool,
    /// Salesforce no longer knows all deletions of the window: only a full reconcile finds out.
    pub out_of_reach: bool,
}

impl GoneReader<'_> {
    /// Reads the deletions since `mark`; those in the bin, where there is none.
    ///
    /// # Errors
    /// [`ReadError`]; nothing has been written then.
    pub async fn window(&self, mark: Option<&Mark>, asides: &HashMap<String, Aside>) -> Result<GoneWindow, ReadError> {
        let look_back = SignedDuration::from_mins(self.config.look_back_minutes.into());
        let since = mark.map_or(self.config.start, |mark| mark.at.saturating_sub(look_back).unwrap_or(Timestamp::MIN));
        let soql = Soql::select("Contact", ["Id", "SystemModstamp", MASTER_RECORD_ID])?.deleted().changed_since(since);
        let mut page = self.salesforce.query_all(&soql, self.deadline).await?;
        let lag = Duration::from_secs(self.config.lag_seconds.into());
        let upto = page.server_time.saturating_sub(lag).unwrap_or(page.server_time);
        let mut found = Gathered::default();
        loop {
            self.pulse.beat().await?;
            let rows = page.records.iter().map(DeletedRow::read).collect::<Result<Vec<_>, _>>()?;
            let rows = rows.into_iter().filter(|row| row.at < upto).collect();
            self.take_in(rows, mark, asides, &mut found).await?;
            let Some(next) = page.next.take() else { break };
            page = self.salesforce.next_page(&next, self.deadline).await?;
        }
        let is_long = mark.is_some() && upto.duration_since(since) > BIN;
        let out_of_reach = is_long && self.log(since, upto, mark, asides, &mut found).await?;
        Ok(found.into_window(upto, out_of_reach))
    }

    /// Keeps what concerns us of some rows.
    async fn take_in(
        &self,
        rows: Vec<DeletedRow>,
        mark: Option<&Mark>,
        asides: &HashMap<String, Aside>,
        found: &mut Gathered,
    ) -> Result<(), ReadError> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let mut links = self.links.get(&ids).await?;
        for row in rows {
            found.saw_news |= mark.is_none_or(|mark| row.at > mark.at);
            let link = links.remove(&row.id);
            let gone = link.as_ref().and_then(|link| link.gone.as_ref());
            let is_buried = gone.is_some_and(|gone| gone.version >= row.at.as_millisecond());
            if is_buried {
                found.heirs.extend(gone.and_then(|gone| gone.merged_into.clone()));
            } else if asides.get(&row.id).is_some_and(is_given_up) {
                // Nothing is sent for it before a person releases it.
            } else if link.is_some() || asides.contains_key(&row.id) {
                found.links.extend(link.map(|link| (row.id.clone(), link)));
                found.rows.insert(row.id.clone(), row);
            }
        }
        Ok(())
    }

    /// Adds what only the log of deletions still knows; whether that is not all.
    async fn log(
        &self,
        since: Timestamp,
        upto: Timestamp,
        mark: Option<&Mark>,
        asides: &HashMap<String, Aside>,
        found: &mut Gathered,
    ) -> Result<bool, ReadError> {
        let log = match self.salesforce.deleted("Contact", since, upto, self.deadline).await? {
            Deletions::Known(log) => log,
            Deletions::OutOfReach { code } => {
                tracing::warn!(code, "Salesforce no longer knows all deletions since the last run");
                return Ok(true);
            }
        };
        let unseen = log.records.into_iter().filter(|record| !found.rows.contains_key(&record.id));
        let rows: Vec<DeletedRow> =
            unseen.map(|record| DeletedRow { id: record.id, at: record.at, master: None, is_row: false }).collect();
        let mut known = Gathered::default();
        self.take_in(rows, mark, asides, &mut known).await?;
        let restored = self.alive(known.rows.keys().cloned().collect()).await?;
        known.rows.retain(|id, _| !restored.contains(id));
        found.rows.extend(known.rows);
        found.links.extend(known.links);
        Ok(false)
    }

    /// Which of these contacts Salesforce shows, whatever the filter.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn alive(&self, ids: Vec<String>) -> Result<HashSet<String>, ReadError> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let records = self.salesforce.by_ids(&Soql::select("Contact", ["Id"])?, &ids, self.deadline).await?;
        Ok(ids.into_iter().zip(records).filter_map(|(id, record)| record.map(|_| id)).collect())
    }

    /// The deleted rows among `ids`, as `queryAll` shows them; nothing for those that are there, or that it does not show.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn deleted_among(&self, ids: &[String]) -> Result<Vec<DeletedRow>, ReadError> {
        let mut rows = Vec::new();
        for some in ids.chunks(IDS_IN_QUERY_MAX) {
            self.pulse.beat().await?;
            let columns = ["Id", "SystemModstamp", MASTER_RECORD_ID];
            let soql = Soql::select("Contact", columns)?.deleted().with_ids(some)?;
            for record in self.all_pages(&soql).await? {
                rows.push(DeletedRow::read(&record)?);
            }
        }
        oldest_first(&mut rows);
        Ok(rows)
    }

    /// Adds deleted contacts that had been given up and that a person released: no mark leads back to them.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn add_released(&self, released: &[String], window: &mut GoneWindow) -> Result<(), ReadError> {
        let mut rows = self.deleted_among(released).await?;
        rows.retain(|row| window.rows.iter().all(|known| known.id != row.id));
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        window.links.extend(self.links.get(&ids).await?);
        window.rows.append(&mut rows);
        oldest_first(&mut window.rows);
        Ok(())
    }

    /// The fate of each of these rows: masters are followed to the end of their chains.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn fates(&self, rows: &[DeletedRow]) -> Result<HashMap<String, Fate>, ReadError> {
        let deleted = |row: &DeletedRow| Seen::Deleted { master: row.master.clone() };
        let seen_as = |row: &DeletedRow| if row.is_row { deleted(row) } else { Seen::Hidden };
        let mut seen: HashMap<String, Seen> = rows.iter().map(|row| (row.id.clone(), seen_as(row))).collect();
        for _ in 0..CHAIN_MAX {
            let wanted = unknown(rows.iter().map(|row| row.id.as_str()), &seen);
            if wanted.is_empty() {
                break;
            }
            let wanted: Vec<String> = wanted.into_iter().collect();
            seen.extend(self.look_up(&wanted).await?);
            for id in wanted {
                seen.entry(id).or_insert(Seen::Hidden);
            }
        }
        Ok(rows.iter().map(|row| (row.id.clone(), fate(&row.id, &seen).unwrap_or(Fate::Unclear))).collect())
    }

    async fn look_up(&self, ids: &[String]) -> Result<HashMap<String, Seen>, ReadError> {
        let mut seen = HashMap::new();
        for some in ids.chunks(IDS_IN_QUERY_MAX) {
            let columns = ["Id", "SystemModstamp", "IsDeleted", MASTER_RECORD_ID];
            let soql = Soql::select("Contact", columns)?.with_ids(some)?;
            for record in self.all_pages(&soql).await? {
                let row = DeletedRow::read(&record)?;
                let is_deleted = record.get("IsDeleted").and_then(serde_json::Value::as_bool) == Some(true);
                let state = if is_deleted { Seen::Deleted { master: row.master } } else { Seen::Alive };
                seen.insert(row.id, state);
            }
        }
        Ok(seen)
    }

    async fn all_pages(&self, soql: &Soql) -> Result<Vec<Record>, CallError> {
        let mut page = self.salesforce.query_all(soql, self.deadline).await?;
        let mut records = std::mem::take(&mut page.records);
        while let Some(next) = page.next.take() {
            page = self.salesforce.next_page(&next, self.deadline).await?;
            records.append(&mut page.records);
        }
        Ok(records)
    }

    /// Everything that a plan about `rows` is made from. `found` are Genesys contacts that are known to carry the external
    /// id of a row without a link.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn departed(
        &self,
        rows: &[DeletedRow],
        mut links: HashMap<String, LinkRow>,
        found: &HashMap<String, GenesysId>,
        lookup: &Lookup<'_>,
    ) -> Result<GoneRead, ReadError> {
        let fates = self.fates(rows).await?;
        let mut departed = Vec::with_capacity(rows.len());
        for row in rows {
            let link = links.remove(&row.id);
            let linked = link.as_ref().and_then(|link| link.genesys_id.clone());
            let genesys_id = match linked.or_else(|| found.get(&row.id).cloned()) {
                None if link.is_some() => lookup.carrier(&row.id).await?,
                known => known,
            };
            let fate = fates.get(&row.id).cloned().unwrap_or(Fate::Unclear);
            let version = row.at.as_millisecond();
            let is_carried = found.contains_key(&row.id);
            departed.push(Departed {
                id: row.id.clone(),
                version,
                fate,
                link,
                genesys_id,
                is_shared: false,
                is_carried,
            });
        }
        departed.retain(|departed| !departed.is_buried());
        self.follow_merges(&mut departed, lookup).await?;
        self.note_sharing(&mut departed).await?;
        let heirs = self.heirs(&departed, lookup).await?;
        Ok(GoneRead { departed, heirs })
    }

    /// A Genesys contact that agents merged into another one answers for more than the departed: whoever else it is keeps it.
    async fn follow_merges(&self, departed: &mut [Departed], lookup: &Lookup<'_>) -> Result<(), ReadError> {
        let mut ids: Vec<GenesysId> = departed.iter().filter_map(|departed| departed.genesys_id.clone()).collect();
        ids.sort();
        ids.dedup();
        let mut merged: HashMap<GenesysId, GenesysId> = HashMap::new();
        for some in ids.chunks(FETCH_MAX) {
            self.pulse.beat().await?;
            let answers = lookup.genesys.fetch(some, self.deadline).await?;
            for (id, answer) in some.iter().zip(answers) {
                let Fetched::Found(contact) = answer else { continue };
                let current = contact.current_id().filter(|current| current != id).map(str::to_owned);
                merged.extend(current.map(|current| (id.clone(), current)));
            }
        }
        for departed in departed {
            let current = departed.genesys_id.as_ref().and_then(|id| merged.get(id));
            if let Some(current) = current {
                (departed.genesys_id, departed.is_shared) = (Some(current.clone()), true);
            }
        }
        Ok(())
    }

    /// Notes whose Genesys contact is somebody else's too.
    async fn note_sharing(&self, departed: &mut [Departed]) -> Result<(), ReadError> {
        let ids: Vec<String> = departed.iter().filter_map(|departed| departed.genesys_id.clone()).collect();
        let peers = self.links.peers(&ids).await?;
        let holders: Vec<String> = peers.values().cloned().collect();
        let links = self.links.get(&holders).await?;
        for departed in departed {
            let Some(id) = &departed.genesys_id else { continue };
            let holder = peers.get(id).filter(|holder| **holder != departed.id).and_then(|holder| links.get(holder));
            departed.is_shared |= holder.is_some_and(|link| link.genesys_id.as_ref() == Some(id))
                && !matches!(&departed.fate, Fate::MergedInto(heir) if peers.get(id) == Some(heir));
        }
        Ok(())
    }

    /// The Genesys contacts that the surviving contacts have already.
    async fn heirs(&self, departed: &[Departed], lookup: &Lookup<'_>) -> Result<HashMap<String, GenesysId>, ReadError> {
        let mut wanted: BTreeMap<&str, HashSet<&GenesysId>> = BTreeMap::new();
        for departed in departed {
            if let (Fate::MergedInto(heir), Some(id)) = (&departed.fate, &departed.genesys_id) {
                wanted.entry(heir).or_default().insert(id);
            }
        }
        let ids: Vec<String> = wanted.keys().map(|id| (*id).to_owned()).collect();
        let links = self.links.get(&ids).await?;
        let mut heirs = HashMap::new();
        for (heir, of_losers) in wanted {
            let linked = links.get(heir).and_then(|link| link.genesys_id.clone());
            let own = match linked {
                Some(id) => Some(id),
                // One that took over a loser's contact in a run that was killed then has no link yet: it is linked now.
                None => lookup.carrier(heir).await?.filter(|id| !of_losers.contains(id)),
            };
            heirs.extend(own.map(|id| (heir.to_owned(), id)));
        }
        Ok(heirs)
    }

    /// Which of these surviving contacts still have the values of the ones they took over from.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn still_owed(&self, heirs: &[String]) -> Result<Vec<String>, ReadError> {
        let links = self.links.get(heirs).await?;
        let is_owed = |link: &LinkRow| link.source_version == 0 || link.state == LinkState::Sending;
        let is_owed = |id: &&String| links.get(*id).is_some_and(is_owed);
        Ok(heirs.iter().filter(is_owed).cloned().collect())
    }
}

#[derive(Default)]
struct Gathered {
    rows: HashMap<String, DeletedRow>,
    links: HashMap<String, LinkRow>,
    heirs: HashSet<String>,
    saw_news: bool,
}

impl Gathered {
    fn into_window(self, upto: Timestamp, out_of_reach: bool) -> GoneWindow {
        let mut rows: Vec<DeletedRow> = self.rows.into_values().collect();
        oldest_first(&mut rows);
        let mut heirs_owed: Vec<String> = self.heirs.into_iter().collect();
        heirs_owed.sort();
        GoneWindow { rows, links: self.links, heirs_owed, upto, saw_news: self.saw_news, out_of_reach }
    }
}

/// Whether its deletion has failed too often: no content has an empty hash.
pub(crate) fn is_given_up(aside: &Aside) -> bool {
    aside.hash.is_empty() && aside.answer.is_none()
}
