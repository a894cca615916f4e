//! Who else may be a Genesys contact: what the unlinked contacts of a whole window claim, slice by slice.
//!
//! One candidate that fits several contacts is a question for a person, also when these contacts stand in different
//! slices. So before the first slice that has somebody without a link is matched, the rest of the window is gone
//! through once, and of everybody without a link the keys are kept: as hashes of eight bytes, because a first load may
//! have a hundred thousand. A later slice of the same window then knows all claims, not only its own.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use identity::{MatchKey, SalesforceId};

use crate::candidates::{Candidates, GenesysId};
use crate::source::Source;

/// The keys of contacts without a link.
#[derive(Debug, Default)]
pub struct Keys {
    /// For each contact its id and how many hashes it has.
    contacts: Vec<(SalesforceId, u8)>,
    hashes: Vec<u64>,
}

/// How many contacts claim each candidate, and which keys several of them have.
#[derive(Debug, Default)]
pub struct Claims {
    on: HashMap<GenesysId, usize>,
    shared: BTreeSet<u64>,
}

impl Keys {
    /// Takes in one contact.
    pub fn add(&mut self, source: &Source) {
        let keys = source.contact.match_keys();
        self.contacts.push((source.id.clone(), u8::try_from(keys.len()).unwrap_or(u8::MAX)));
        self.hashes.extend(keys.iter().take(usize::from(u8::MAX)).map(hashed));
    }

    /// How many contacts have been taken in.
    pub fn contacts(&self) -> usize {
        self.contacts.len()
    }

    /// A mark of each contact: another one when its keys are other ones.
    pub fn marks(&self) -> impl Iterator<Item = u64> {
        self.of_each().map(|each| {
            let mut hasher = DefaultHasher::new();
            each.hash(&mut hasher);
            hasher.finish()
        })
    }

    /// The free candidates that carry one of these keys.
    pub fn wanted(&self, candidates: &Candidates) -> Vec<GenesysId> {
        let own: HashSet<u64> = self.hashes.iter().copied().collect();
        let wanted = candidates.free_by_key().filter(|(key, _)| own.contains(&hashed(key)));
        wanted.flat_map(|(_, ids)| ids.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn of_each(&self) -> impl Iterator<Item = (&SalesforceId, &[u64])> {
        let mut rest = self.hashes.as_slice();
        self.contacts.iter().map(move |(id, count)| {
            let (own, others) = rest.split_at(usize::from(*count));
            rest = others;
            (id, own)
        })
    }
}

impl Claims {
    /// What the owners of `keys` claim of `candidates`, by the rules of [`crate::matching`].
    pub fn of(keys: &Keys, candidates: &Candidates) -> Self {
        let mut free: HashMap<u64, Vec<&GenesysId>> = HashMap::new();
        for (key, ids) in candidates.free_by_key() {
            free.entry(hashed(key)).or_default().extend(ids);
        }
        let mut claims = Self { on: HashMap::new(), shared: keys.shared() };
        for (id, own) in keys.of_each() {
            let known = candidates.by_external_id(id);
            let of_kind = |wants_phone: bool| -> BTreeSet<&GenesysId> {
                let kind = own.iter().filter(|hash| is_phone(**hash) == wants_phone);
                kind.flat_map(|hash| free.get(hash).into_iter().flatten().copied()).collect()
            };
            let by_email = if known.is_none() { of_kind(false) } else { known.into_iter().collect() };
            let found = if by_email.is_empty() { of_kind(true) } else { by_email };
            for candidate in found {
                *claims.on.entry(candidate.clone()).or_default() += 1;
            }
        }
        claims
    }

    /// How many contacts of the window claim this candidate.
    pub fn on(&self, candidate: &GenesysId) -> usize {
        self.on.get(candidate).copied().unwrap_or(0)
    }

    /// Whether several contacts of the window have this key.
    pub fn is_shared(&self, key: &MatchKey) -> bool {
        self.shared.contains(&hashed(key))
    }
}

impl Keys {
    fn shared(&self) -> BTreeSet<u64> {
        let mut sorted = self.hashes.clone();
        sorted.sort_unstable();
        sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect()
    }
}

/// The lowest bit says which kind of key it was.
fn hashed(key: &MatchKey) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish() << 1 | u64::from(matches!(key, MatchKey::Phone(_)))
}

fn is_phone(hash: u64) -> bool {
    hash & 1 == 1
}
