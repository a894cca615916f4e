//! Which Genesys contact a Salesforce contact without a link is. Pure.
//!
//! The order is: external id → e-mail → phone. The first level that knows any free candidate decides. One candidate
//! that fits several contacts, or several that fit one, is a question for a person: all of them go to review and
//! nothing is written. No free candidate means a new contact, also when the key is shared (a switchboard number must
//! not block a company).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use identity::MatchKey;

use crate::candidates::{Candidates, GenesysId};
use crate::read::claims::Claims;
use crate::source::Source;

/// By what a contact was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundBy {
    /// It already carries our external id.
    ExternalId,
    /// A free contact with this key.
    Key(MatchKey),
}

/// The answer for one contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// This one, and no other contact claims it.
    One(GenesysId, FoundBy),
    /// A person has to decide between these.
    Ambiguous(BTreeSet<GenesysId>),
    /// Nobody: a new contact. `shares_key`: somebody else has the same e-mail address or number.
    Nobody {
        /// Whether a key of this contact is somebody else's too.
        shares_key: bool,
    },
}

/// Matches all of `sources` at once, because what one claims another may not. `reserved` are candidates that wait in
/// review for somebody else's decision, `window` the claims of contacts in other slices. Answers are in the order of
/// `sources`.
pub fn match_all(
    sources: &[&Source],
    candidates: &Candidates,
    reserved: &HashSet<GenesysId>,
    window: &Claims,
) -> Vec<Match> {
    let found: Vec<BTreeMap<GenesysId, FoundBy>> = sources.iter().map(|source| find(source, candidates)).collect();
    let mut claims: HashMap<&GenesysId, usize> = HashMap::new();
    for id in found.iter().flat_map(BTreeMap::keys) {
        *claims.entry(id).or_default() += 1;
    }
    let mut holders: HashMap<MatchKey, usize> = HashMap::new();
    for key in sources.iter().flat_map(|source| source.contact.match_keys()) {
        *holders.entry(key).or_default() += 1;
    }
    let shares_key = |source: &Source| {
        let is_shared = |key: &MatchKey| {
            candidates.is_taken(key) || holders.get(key).is_some_and(|count| *count > 1) || window.is_shared(key)
        };
        source.contact.match_keys().iter().any(is_shared)
    };
    let answer = |(source, found): (&&Source, &BTreeMap<GenesysId, FoundBy>)| match found.iter().next() {
        None => Match::Nobody { shares_key: shares_key(source) },
        Some((id, by)) if found.len() == 1 && claims[id].max(window.on(id)) == 1 && !reserved.contains(id) => {
            Match::One(id.clone(), by.clone())
        }
        Some(_) => Match::Ambiguous(found.keys().cloned().collect()),
    };
    sources.iter().zip(&found).map(answer).collect()
}

/// The candidates of the first level that knows any.
fn find(source: &Source, candidates: &Candidates) -> BTreeMap<GenesysId, FoundBy> {
    if let Some(id) = candidates.by_external_id(&source.id) {
        return BTreeMap::from([(id.clone(), FoundBy::ExternalId)]);
    }
    let keys = source.contact.match_keys();
    let level = |wanted: fn(&MatchKey) -> bool| -> BTreeMap<GenesysId, FoundBy> {
        let of_key =
            |key: &MatchKey| candidates.free(key).map(|id| (id.clone(), FoundBy::Key(key.clone()))).collect::<Vec<_>>();
        keys.iter().filter(|key| wanted(key)).flat_map(of_key).collect()
    };
    let by_email = level(|key| matches!(key, MatchKey::Email(_)));
    if by_email.is_empty() { level(|key| matches!(key, MatchKey::Phone(_))) } else { by_email }
}
