//! The Genesys side of a read: the organisation, our external source, and the contacts that unlinked sources may be.
//!
//! Many unlinked contacts are cheaper to match by reading Genesys once from end to end; a few are cheaper to look up
//! one by one. The search endpoint is never used: it ends at 1,000 contacts.

use std::collections::{HashMap, HashSet};

use genesys::{ExternalContact, Genesys, Identifier};
use identity::MatchKey;
use platform::deadline::Deadline;
use platform::link::Links;
use platform::vendor::CallError;

use super::{Changes, Pulse, ReadError};
use crate::candidates::Candidates;
use crate::config::Config;
use crate::plan::Standing;
use crate::source::Source;

/// The organisation we write to, as far as one run has to know it.
#[derive(Clone, Debug)]
pub struct GenesysSide {
    /// The id of our external source; `None` in a dry run before the first real run has made it.
    pub external_source: Option<String>,
}

impl GenesysSide {
    /// Checks that this is the organisation that the secret names, and finds our external source or makes it.
    ///
    /// # Errors
    /// A wrong organisation, or a failed call.
    pub async fn open(genesys: &Genesys, config: &Config, deadline: Deadline) -> Result<Self, CallError> {
        genesys.confirm_organization(deadline).await?;
        let source = genesys.external_source(&config.external_source, deadline).await?;
        Ok(Self { external_source: Some(source.id) })
    }

    /// The same for a dry run, which makes nothing.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn look(genesys: &Genesys, config: &Config, deadline: Deadline) -> Result<Self, CallError> {
        genesys.confirm_organization(deadline).await?;
        let found = genesys.find_external_source(&config.external_source, deadline).await?;
        Ok(Self { external_source: found.map(|source| source.id) })
    }
}

/// Reads the candidates for all changes that have to be matched.
///
/// # Errors
/// Any failed page or look-up: a missing candidate would become a duplicate.
pub async fn candidates_for(
    changes: &Changes,
    side: &GenesysSide,
    seeker: &Seeker<'_>,
) -> Result<Candidates, ReadError> {
    let unlinked: Vec<&Source> =
        changes.sources.iter().filter(|source| changes.standing(source) == Standing::Unlinked).collect();
    if unlinked.is_empty() {
        return Ok(Candidates::default());
    }
    let mut candidates = if unlinked.len() > seeker.config.scan_above {
        seeker.by_scan(side).await?
    } else {
        seeker.by_lookup(&unlinked, side).await?
    };
    let keys: HashSet<MatchKey> = unlinked.iter().flat_map(|source| source.contact.match_keys()).collect();
    let wanted: HashSet<String> = keys.iter().flat_map(|key| candidates.free(key)).cloned().collect();
    let peers = seeker.links.peers(&wanted.into_iter().collect::<Vec<_>>()).await?;
    candidates.mark_linked(&peers.into_keys().collect());
    Ok(candidates)
}

/// Where candidates are looked for.
pub struct Seeker<'a> {
    /// The vendor.
    pub genesys: &'a Genesys,
    /// Link rows: a contact that one of them names is not free.
    pub links: &'a Links,
    /// When to scan, and in what pages.
    pub config: &'a Config,
    /// The lock's heartbeat.
    pub pulse: Pulse<'a>,
    /// The invocation's end.
    pub deadline: Deadline,
}

impl Seeker<'_> {
    async fn by_scan(&self, side: &GenesysSide) -> Result<Candidates, ReadError> {
        let mut candidates = Candidates::default();
        let mut cursor: Option<String> = None;
        loop {
            self.pulse.beat().await?;
            let page = self.genesys.scan(cursor.as_deref(), self.config.scan_page_size, self.deadline).await?;
            for contact in &page.contacts {
                candidates.take_in(contact, side.external_source.as_deref(), false);
            }
            let Some(next) = page.next else { return Ok(candidates) };
            cursor = Some(next);
        }
    }

    /// Asks for each contact in the order of matching, and stops at the level that knows somebody free.
    async fn by_lookup(&self, unlinked: &[&Source], side: &GenesysSide) -> Result<Candidates, ReadError> {
        let mut answers = HashMap::new();
        let mut candidates = Candidates::default();
        for source in unlinked {
            self.pulse.beat().await?;
            if let Some(contact) = self.by_external_id(source, side).await? {
                candidates.take_in(&contact, side.external_source.as_deref(), false);
                continue;
            }
            for level in levels(source) {
                for key in &level {
                    if let Some(contact) = self.by_key(key, &mut answers).await? {
                        candidates.take_in(&contact, side.external_source.as_deref(), false);
                    }
                }
                if level.iter().any(|key| candidates.free(key).next().is_some()) {
                    break;
                }
            }
        }
        Ok(candidates)
    }

    async fn by_external_id(&self, source: &Source, side: &GenesysSide) -> Result<Option<ExternalContact>, CallError> {
        let Some(source_id) = &side.external_source else { return Ok(None) };
        self.genesys.lookup(&Identifier::external_id(source_id, source.id.as_str()), self.deadline).await
    }

    /// Contacts that share a key share the answer.
    async fn by_key(
        &self,
        key: &MatchKey,
        answers: &mut HashMap<MatchKey, Option<ExternalContact>>,
    ) -> Result<Option<ExternalContact>, CallError> {
        if let Some(answer) = answers.get(key) {
            return Ok(answer.clone());
        }
        let identifier = match key {
            MatchKey::Email(email) => Identifier::Email(email.clone()),
            MatchKey::Phone(number) => Identifier::Phone(number.clone()),
        };
        let answer = self.genesys.lookup(&identifier, self.deadline).await?;
        answers.insert(key.clone(), answer.clone());
        Ok(answer)
    }
}

/// The keys of a contact in the order of matching: e-mail addresses, then numbers.
fn levels(source: &Source) -> [Vec<MatchKey>; 2] {
    let (emails, phones) = source.contact.match_keys().into_iter().partition(|key| matches!(key, MatchKey::Email(_)));
    [emails, phones]
}
