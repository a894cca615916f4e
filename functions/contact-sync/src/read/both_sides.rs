//! Reads the slices of a full reconcile: Genesys by scan, then Salesforce by id.
//!
//! Either way a slice ends up as contacts of Salesforce with their link rows, like any other. What the other side shows
//! is put into those rows ([`crate::reconcile::overlay`]).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use genesys::{ExternalContact, FETCH_MAX, Fetched, Genesys};
use identity::SalesforceId;
use platform::link::{LinkRow, LinkState};
use platform::organization::Organizations;

use super::gone::{DeletedRow, GoneReader};
use super::scan::{ScanPlace, Scanned, scan};
use super::{Cursor, ReadError, Reader, Slice};
use crate::candidates::GenesysId;
use crate::reconcile::Findings;
use crate::reconcile::overlay::Yardstick;
use crate::reconcile::seen::Seen;
use crate::source::Source;
use crate::wire::canonical;

/// Reads both sides.
pub struct BothSides<'a> {
    /// Reads Salesforce and the link rows.
    pub reader: Reader<'a>,
    /// The other side.
    pub genesys: &'a Genesys,
    /// The id of our external source.
    pub external_source: &'a str,
    /// What of the configuration decides which values are sent for whom, kept in link rows.
    pub map_version: &'a str,
    /// The organizations of accounts.
    pub organizations: &'a Organizations,
    /// What the scan has shown.
    pub seen: &'a Seen,
    /// The run, across its invocations.
    pub run: &'a str,
}

/// A slice of a reconcile.
#[derive(Debug, Default)]
pub struct Compared {
    /// The contacts, as the plan takes them.
    pub slice: Slice,
    /// What was found beside.
    pub findings: Findings,
    /// Deleted contacts that Genesys still carries, with their link rows.
    pub gone: Vec<DeletedRow>,
    /// Link rows of `gone`.
    pub gone_links: HashMap<String, LinkRow>,
    /// The Genesys contacts that carry them.
    pub carriers: HashMap<String, GenesysId>,
}

impl BothSides<'_> {
    /// The next slice of the scan.
    ///
    /// # Errors
    /// [`ReadError`]; nothing has been written then.
    pub async fn scan(&self, place: &ScanPlace) -> Result<Compared, ReadError> {
        if place.cursor.is_none() {
            self.seen.begin(self.run);
        }
        let mut carried: BTreeMap<String, Vec<ExternalContact>> = BTreeMap::new();
        let scanned = scan(self.genesys, &self.reader, place, |contact| {
            for id in self.ours(&contact) {
                carried.entry(id).or_default().push(contact.clone());
            }
        })
        .await?;
        let next = match scanned {
            // What was repaired stays repaired.
            Scanned::Again(place) => {
                let slice = Slice { next: Some(Cursor::Scan(place)), ..Slice::default() };
                return Ok(Compared { slice, ..Compared::default() });
            }
            Scanned::UpTo(place) => Some(Cursor::Scan(place)),
            Scanned::Whole => None,
        };
        let mut compared = self.compared(carried).await?;
        compared.slice.next = next;
        Ok(compared)
    }

    /// The Salesforce ids that a contact carries under our source. One that was merged away is read in its successor.
    fn ours(&self, contact: &ExternalContact) -> HashSet<String> {
        if contact.current_id() != contact.id.as_deref() {
            return HashSet::new();
        }
        let of_our_source = contact.external_ids.iter().filter(|id| id.source_id == self.external_source);
        let ids = of_our_source.map(|id| canonical(&id.value));
        ids.filter(|id| SalesforceId::parse(id).is_ok()).collect()
    }

    async fn compared(&self, mut carried: BTreeMap<String, Vec<ExternalContact>>) -> Result<Compared, ReadError> {
        let ids: Vec<String> = carried.keys().cloned().collect();
        let rows = self.reader.links.get(&ids).await?;
        let mut compared = Compared::default();
        let wanted: Vec<&str> = ids.iter().map(String::as_str).collect();
        if !wanted.is_empty() {
            compared.slice = self.reader.by_ids(&wanted).await?;
        }
        let accounts = self.accounts(&compared.slice.sources).await?;
        name_accounts(carried.values_mut().flatten(), &accounts);
        let visible: HashSet<&str> = compared.slice.sources.iter().map(|source| source.id.as_str()).collect();
        let hidden: Vec<String> = ids.iter().filter(|id| !visible.contains(id.as_str())).cloned().collect();
        compared.slice.links = self.overlaid(&carried, &rows, &mut compared.findings).await?;
        self.judge_hidden(&hidden, &carried, &rows, &mut compared).await?;
        Ok(compared)
    }

    /// The accounts of these contacts by the organizations that they have become.
    async fn accounts(&self, sources: &[Source]) -> Result<HashMap<String, String>, ReadError> {
        let ids: BTreeSet<&str> = sources.iter().filter_map(Source::account_id).collect();
        let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = self.organizations.get(&ids).await?.into_values();
        Ok(rows.filter_map(|row| Some((row.genesys_id?, row.account_id))).collect())
    }

    fn yardstick(&self) -> Yardstick<'_> {
        let Reader { map, digest_key: key, .. } = self.reader;
        Yardstick { map, key, map_version: self.map_version, external_source: self.external_source }
    }

    /// The link rows of the contacts that Genesys shows, with what it shows.
    async fn overlaid(
        &self,
        carried: &BTreeMap<String, Vec<ExternalContact>>,
        rows: &HashMap<String, LinkRow>,
        findings: &mut Findings,
    ) -> Result<HashMap<String, LinkRow>, ReadError> {
        let yardstick = self.yardstick();
        let mut links = HashMap::new();
        let (mut lost, mut elsewhere) = (Vec::new(), Vec::new());
        for (id, contacts) in carried {
            let link = rows.get(id);
            let linked = link.and_then(|link| link.genesys_id.as_deref());
            let own = contacts.iter().find(|contact| contact.id.as_deref() == linked);
            match (link, own) {
                (Some(link), Some(contact)) if link.state == LinkState::Settled => {
                    self.seen.add(self.run, id);
                    findings.doubled += contacts.len() as u64 - 1;
                    links.insert(id.clone(), yardstick.compared(link.clone(), contact, findings));
                }
                (Some(link), _) if link.state == LinkState::Settled && linked.is_some() => {
                    links.insert(id.clone(), link.clone());
                    elsewhere.push((link.clone(), contacts));
                }
                (Some(link), _) => {
                    // On its way, refused, or a tombstone: the plan knows what to do.
                    links.insert(id.clone(), link.clone());
                }
                (None, _) => lost.push((id, contacts)),
            }
        }
        links.extend(self.lost_links(&lost, findings).await?);
        links.extend(self.moved_links(elsewhere, findings).await?);
        Ok(links)
    }

    /// Contacts of ours without a link row: linked by the external id they carry, if nobody else is linked to them.
    async fn lost_links(
        &self,
        lost: &[(&String, &Vec<ExternalContact>)],
        findings: &mut Findings,
    ) -> Result<HashMap<String, LinkRow>, ReadError> {
        let only = |contacts: &[ExternalContact]| match contacts {
            [contact] => contact.id.clone(),
            _ => None,
        };
        let ids: Vec<String> = lost.iter().filter_map(|(_, contacts)| only(contacts)).collect();
        let peers = self.reader.links.peers(&ids).await?;
        let mut links = HashMap::new();
        for (id, contacts) in lost {
            findings.doubled += contacts.len() as u64 - 1;
            let free = only(contacts).filter(|genesys_id| peers.get(genesys_id).is_none_or(|peer| peer == *id));
            let Some(genesys_id) = free else { continue };
            self.seen.add(self.run, id);
            links.insert((*id).clone(), self.yardstick().found(id, &genesys_id, findings));
        }
        Ok(links)
    }

    /// Contacts whose link leads to another Genesys contact than the one that carries their external id: it was merged
    /// into that one, or it is gone. If it is still there, two carry the same id, and nothing is done but to say so.
    async fn moved_links(
        &self,
        elsewhere: Vec<(LinkRow, &Vec<ExternalContact>)>,
        findings: &mut Findings,
    ) -> Result<HashMap<String, LinkRow>, ReadError> {
        let carriers: Vec<String> = elsewhere
            .iter()
            .flat_map(|(_, contacts)| contacts.iter().filter_map(|contact| contact.id.clone()))
            .collect();
        let peers = self.reader.links.peers(&carriers).await?;
        let mut links = HashMap::new();
        for some in elsewhere.chunks(FETCH_MAX) {
            self.reader.pulse.beat().await?;
            let ids: Vec<&String> = some.iter().filter_map(|(link, _)| link.genesys_id.as_ref()).collect();
            let answers = self.fetch(&ids).await?;
            for (link, contacts) in some {
                let answer = link.genesys_id.as_ref().and_then(|id| answers.get(id.as_str()));
                // Not told is not gone: a refused answer leaves the link where it is.
                let has_left = match answer {
                    Some(Fetched::Gone) => true,
                    Some(Fetched::Found(contact)) => contact.current_id() != link.genesys_id.as_deref(),
                    Some(Fetched::Refused(_) | Fetched::Missing) | None => false,
                };
                let carrier = contacts.iter().find_map(|contact| contact.id.as_deref());
                let is_taken = |id: &&str| peers.get(*id).is_some_and(|peer| *peer != link.salesforce_id);
                match carrier.filter(|id| !is_taken(id)) {
                    Some(carrier) if has_left => {
                        self.seen.add(self.run, &link.salesforce_id);
                        let led = self.yardstick().led_to(link, carrier, findings);
                        links.insert(link.salesforce_id.clone(), led);
                    }
                    _ => findings.doubled += 1,
                }
            }
        }
        Ok(links)
    }

    async fn fetch(&self, ids: &[&String]) -> Result<HashMap<String, Fetched>, ReadError> {
        let mut distinct: Vec<&String> = ids.to_vec();
        distinct.sort();
        distinct.dedup();
        if distinct.is_empty() {
            return Ok(HashMap::new());
        }
        let answers = self.genesys.fetch(&distinct, self.reader.deadline).await?;
        Ok(distinct.into_iter().cloned().zip(answers).collect())
    }

    /// Contacts that Genesys carries and Salesforce did not show: deleted ones go the way of deleted ones, the others are
    /// named. A filter hides contacts too, and those are nobody's business.
    async fn judge_hidden(
        &self,
        hidden: &[String],
        carried: &BTreeMap<String, Vec<ExternalContact>>,
        rows: &HashMap<String, LinkRow>,
        compared: &mut Compared,
    ) -> Result<(), ReadError> {
        if hidden.is_empty() {
            return Ok(());
        }
        let Reader { salesforce, links, config, pulse, deadline, filter, .. } = self.reader;
        let gone = GoneReader { salesforce, links, config, pulse, deadline };
        compared.gone = gone.deleted_among(hidden).await?;
        let deleted: HashSet<&str> = compared.gone.iter().map(|row| row.id.as_str()).collect();
        let left: Vec<String> = hidden.iter().filter(|id| !deleted.contains(id.as_str())).cloned().collect();
        let outside = if filter.is_some() { gone.alive(left.clone()).await? } else { HashSet::new() };
        for id in left.into_iter().filter(|id| !outside.contains(id)) {
            tracing::info!(salesforce_id = id, "Genesys carries a contact that Salesforce does not show");
            compared.findings.missing.push(id);
        }
        for id in hidden {
            compared.slice.links.remove(id);
        }
        for row in &compared.gone {
            compared.gone_links.extend(rows.get(&row.id).map(|link| (row.id.clone(), link.clone())));
            let carrier = carried.get(&row.id).and_then(|contacts| contacts.first()?.id.clone());
            compared.carriers.extend(carrier.map(|carrier| (row.id.clone(), carrier)));
        }
        Ok(())
    }

    /// The next slice of Salesforce, by id. Linked contacts that the scan did not show are asked for.
    ///
    /// # Errors
    /// [`ReadError`]; nothing has been written then.
    pub async fn by_id(&self, behind: Option<&str>) -> Result<Compared, ReadError> {
        let room = self.reader.config.slice_contacts;
        let limit = u32::try_from(room).unwrap_or(u32::MAX);
        let soql = match behind {
            Some(id) => self.reader.soql()?.after_id(id)?,
            None => self.reader.soql()?.by_id(),
        };
        let mut page = self.reader.salesforce.query(&soql.limit(limit), self.reader.deadline).await?;
        let mut sources = self.reader.sources(&page.records)?;
        while let Some(next) = page.next.take() {
            self.reader.pulse.beat().await?;
            page = self.reader.salesforce.next_page(&next, self.reader.deadline).await?;
            sources.extend(self.reader.sources(&page.records)?);
        }
        sources.dedup_by(|one, other| one.id == other.id);
        let last = sources.last().map(|source| source.id.as_str().to_owned());
        let next = last.filter(|_| sources.len() >= room).map(|last| Cursor::ById { behind: Some(last) });
        let mut links = self.reader.links_of(&sources).await?;
        let mut findings = Findings::default();
        let accounts = self.accounts(&sources).await?;
        self.verify(&mut links, &accounts, &mut findings).await?;
        let slice = Slice { sources, links, next, ..Slice::default() };
        Ok(Compared { slice, findings, ..Compared::default() })
    }

    async fn verify(
        &self,
        links: &mut HashMap<String, LinkRow>,
        accounts: &HashMap<String, String>,
        findings: &mut Findings,
    ) -> Result<(), ReadError> {
        let is_unseen = |link: &&LinkRow| {
            link.state == LinkState::Settled
                && link.genesys_id.is_some()
                && !self.seen.has(self.run, &link.salesforce_id)
        };
        let mut unseen: Vec<LinkRow> = links.values().filter(is_unseen).cloned().collect();
        unseen.sort_by(|one, other| one.salesforce_id.cmp(&other.salesforce_id));
        for some in unseen.chunks(FETCH_MAX) {
            self.reader.pulse.beat().await?;
            let ids: Vec<&String> = some.iter().filter_map(|link| link.genesys_id.as_ref()).collect();
            let mut answers = self.fetch(&ids).await?;
            let contacts = answers.values_mut().filter_map(|answer| match answer {
                Fetched::Found(contact) => Some(&mut **contact),
                _ => None,
            });
            name_accounts(contacts, accounts);
            let peers = self.reader.links.peers(&currents(&answers)).await?;
            for link in some {
                let Some(answer) = link.genesys_id.as_ref().and_then(|id| answers.get(id)) else { continue };
                if is_somebody_elses(answer, link, &peers) {
                    findings.doubled += 1;
                    continue;
                }
                let overlaid = self.yardstick().asked_for(link.clone(), answer, findings);
                links.insert(link.salesforce_id.clone(), overlaid);
            }
        }
        Ok(())
    }
}

/// A contact is compared by the account it belongs to. One of another organization keeps that, which equals no account.
fn name_accounts<'c>(contacts: impl Iterator<Item = &'c mut ExternalContact>, accounts: &HashMap<String, String>) {
    for organization in contacts.filter_map(|contact| contact.external_organization.as_mut()) {
        if let Some(account) = organization.id.as_ref().and_then(|id| accounts.get(id)) {
            organization.id = Some(account.clone());
        }
    }
}

/// The contacts that answered, by the ids that represent them now.
fn currents(answers: &HashMap<String, Fetched>) -> Vec<String> {
    let current = |answer: &Fetched| match answer {
        Fetched::Found(contact) => contact.current_id().map(str::to_owned),
        _ => None,
    };
    answers.values().filter_map(current).collect()
}

/// Whether agents merged the linked contact into one that is another Salesforce contact's: it stays that one's.
fn is_somebody_elses(answer: &Fetched, link: &LinkRow, peers: &HashMap<String, String>) -> bool {
    let Fetched::Found(contact) = answer else { return false };
    let current = contact.current_id().unwrap_or_default();
    peers.get(current).is_some_and(|peer| *peer != link.salesforce_id)
}
