//! The Genesys side of a read: the organisation, our external source, and the contacts that unlinked sources may be.
//!
//! Many unlinked contacts are cheaper to match by reading Genesys once from end to end; a few are cheaper to look up
//! one by one. The search endpoint is never used: it ends at 1,000 contacts.

use std::collections::HashMap;

use genesys::{ExternalContact, Genesys, Identifier};
use identity::MatchKey;
use platform::aside::{Answer, Aside};
use platform::deadline::Deadline;
use platform::link::Links;
use platform::vendor::CallError;

use super::claims::Keys;
use super::{Pulse, ReadError};
use crate::candidates::Candidates;
use crate::config::Config;
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
    /// Takes out of `candidates` those that one of our link rows names, as far as they matter for the owners of `keys`.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn leave_out_linked(&self, keys: &Keys, candidates: &mut Candidates) -> Result<(), ReadError> {
        let peers = self.links.peers(&keys.wanted(candidates)).await?;
        candidates.mark_linked(&peers.into_keys().collect());
        Ok(())
    }

    /// Reads Genesys from end to end.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn by_scan(&self, side: &GenesysSide) -> Result<Candidates, ReadError> {
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
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn by_lookup(&self, unlinked: &[&Source], side: &GenesysSide) -> Result<Candidates, ReadError> {
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

    /// Looks at the contacts that a person has chosen: whether they are there, and nobody's or the chooser's own.
    ///
    /// # Errors
    /// Any failed look-up.
    pub async fn look_at_chosen(
        &self,
        sources: &[Source],
        asides: &HashMap<String, Aside>,
        side: &GenesysSide,
        candidates: &mut Candidates,
    ) -> Result<(), ReadError> {
        for source in sources {
            let answer = asides.get(source.id.as_str()).and_then(|aside| aside.answer.as_ref());
            if !matches!(answer, Some(Answer::Candidate(_) | Answer::New)) {
                continue;
            }
            self.pulse.beat().await?;
            if let Some(contact) = self.by_external_id(source, side).await? {
                candidates.take_in(&contact, side.external_source.as_deref(), false);
            }
            if let Some(Answer::Candidate(chosen)) = answer
                && self.may_be_chosen(chosen, source, side).await?
            {
                candidates.may_choose(chosen.clone());
            }
        }
        Ok(())
    }

    async fn may_be_chosen(&self, chosen: &str, source: &Source, side: &GenesysSide) -> Result<bool, ReadError> {
        let Some(contact) = self.genesys.contact(chosen, self.deadline).await? else { return Ok(false) };
        let is_ours = side.external_source.as_deref().is_some_and(|id| contact.external_id(id).is_some());
        let linked = self.links.peers(&[chosen.to_owned()]).await?;
        let is_somebody_elses = linked.get(chosen).is_some_and(|other| other != source.id.as_str());
        Ok(contact.current_id() == Some(chosen) && !is_ours && !is_somebody_elses)
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
