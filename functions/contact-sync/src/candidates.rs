//! The Genesys contacts that a Salesforce contact without a link may turn out to be.
//!
//! Pure: `read` fills it from a scan or from identifier look-ups, `matching` asks it. A *free* contact carries no
//! external id of our source and no link of ours; only a free one may be linked.

use std::collections::{BTreeSet, HashMap, HashSet};

use genesys::ExternalContact;
use identity::{E164, Email, MatchKey, SalesforceId};

use crate::wire::canonical;

/// A Genesys contact's id.
pub type GenesysId = String;

/// What Genesys holds, reduced to ids and keys: a scan of 100,000 contacts must fit into a small function.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    by_external_id: HashMap<String, GenesysId>,
    free_by_key: HashMap<MatchKey, BTreeSet<GenesysId>>,
    taken_keys: HashSet<MatchKey>,
    choosable: HashSet<GenesysId>,
}

impl Candidates {
    /// Takes in one contact. `is_linked` says whether a link row of ours already names it.
    pub fn take_in(&mut self, contact: &ExternalContact, source_id: Option<&str>, is_linked: bool) {
        let Some(id) = contact.current_id() else { return };
        let mut is_free = !is_linked;
        for external in contact.external_ids.iter().filter(|external| Some(external.source_id.as_str()) == source_id) {
            is_free = false;
            self.by_external_id.insert(canonical(&external.value), id.to_owned());
        }
        for key in keys_of(contact) {
            if is_free {
                self.free_by_key.entry(key).or_default().insert(id.to_owned());
            } else {
                self.taken_keys.insert(key);
            }
        }
    }

    /// The contact that carries this Salesforce id.
    pub fn by_external_id(&self, id: &SalesforceId) -> Option<&GenesysId> {
        self.by_external_id.get(id.as_str())
    }

    /// A person has chosen this contact, and it is nobody's.
    pub fn may_choose(&mut self, id: GenesysId) {
        self.choosable.insert(id);
    }

    /// Whether a contact that a person has chosen is nobody's.
    pub fn may_be_chosen(&self, id: &GenesysId) -> bool {
        self.choosable.contains(id)
    }

    /// The free contacts that carry this key.
    pub fn free(&self, key: &MatchKey) -> impl Iterator<Item = &GenesysId> {
        self.free_by_key.get(key).into_iter().flatten()
    }

    /// Every key with the free contacts that carry it.
    pub fn free_by_key(&self) -> impl Iterator<Item = (&MatchKey, &BTreeSet<GenesysId>)> {
        self.free_by_key.iter()
    }

    /// Whether a contact that is already somebody else's carries this key.
    pub fn is_taken(&self, key: &MatchKey) -> bool {
        self.taken_keys.contains(key)
    }

    /// These contacts are linked after all: a link row names them, although they carry no external id of ours.
    pub fn mark_linked(&mut self, linked: &HashSet<GenesysId>) {
        for (key, ids) in &mut self.free_by_key {
            let before = ids.len();
            ids.retain(|id| !linked.contains(id));
            if ids.len() < before {
                self.taken_keys.insert(key.clone());
            }
        }
    }
}

/// The keys of a Genesys contact. Numbers count only in the E.164 form that the server computed.
fn keys_of(contact: &ExternalContact) -> impl Iterator<Item = MatchKey> + '_ {
    let emails = contact.emails().filter_map(|email| Email::parse(email).ok()).map(|email| MatchKey::from(&email));
    let numbers = contact.phones().filter_map(|phone| phone.e164.as_deref());
    let phones = numbers.filter_map(|number| E164::parse(number).ok()).map(|number| MatchKey::from(&number));
    emails.chain(phones)
}
