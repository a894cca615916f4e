//! What somebody changed in Genesys since both sides agreed. Pure.
//!
//! A link row holds a keyed digest of each agreed value, so a contact read from Genesys is compared with it without
//! asking Salesforce. Whose value stays, the field map says: where `conflict` is `salesforce` the field is put in
//! doubt, and an ordinary plan then writes Salesforce's value again; any other is left and reported. A value in a
//! field that this sync never wrote is the agents' own, and no drift.

use std::collections::BTreeSet;

use genesys::ExternalContact;
use identity::{Conflict, Field, FieldMap};
use platform::digest::DigestKey;
use platform::link::LinkRow;

use crate::source::IN_FLIGHT;
use crate::wire::held;

/// The fields of one contact that are not as agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// Salesforce's value goes back in.
    pub repaired: BTreeSet<Field>,
    /// Genesys' value stays.
    pub left: BTreeSet<Field>,
}

/// Compares `contact` with what `link` says was agreed. Digests of another key say nothing.
pub fn drift(contact: &ExternalContact, link: &LinkRow, map: &FieldMap, key: &DigestKey) -> Drift {
    let mut drift = Drift::default();
    if link.digest_key_id != key.id() {
        return drift;
    }
    for field in map.fields() {
        let agreed = link.digests.get(field.as_str()).filter(|digest| *digest != IN_FLIGHT);
        let held = held(contact, &field, map.default_country()).map(|value| key.digest(field.as_str(), &value));
        if agreed.is_none() || held.as_ref() == agreed {
            continue;
        }
        match map.conflict(&field) {
            Conflict::Salesforce => drift.repaired.insert(field),
            Conflict::Genesys | Conflict::LastWrite => drift.left.insert(field),
        };
    }
    drift
}

/// `link` with `fields` in doubt: as if they were on their way, so that a plan writes them.
pub fn in_doubt(link: &LinkRow, fields: &BTreeSet<Field>) -> LinkRow {
    let mut doubted = link.clone();
    doubted.digests.extend(fields.iter().map(|field| (field.as_str().to_owned(), IN_FLIGHT.to_owned())));
    doubted
}

impl Drift {
    /// Whether both sides are as agreed.
    pub fn is_empty(&self) -> bool {
        self.repaired.is_empty() && self.left.is_empty()
    }
}
