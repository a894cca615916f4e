//! The contacts, and who owns which identifier.
//!
//! The first contact that brings an identifier owns it; another one may carry the same value in its fields (two
//! people, one switchboard) without being found by it. When the owner goes or changes, the next in line owns it.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Fields, Identifier};
use crate::world::iso;

/// One stored contact.
#[derive(Clone, Debug)]
pub(crate) struct Contact {
    pub(crate) id: String,
    pub(crate) fields: Fields,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
}

impl Contact {
    /// The contact as the vendor returns it.
    pub(crate) fn render(&self) -> Value {
        let mut body = self.fields.clone();
        body.insert("id".to_owned(), json!(self.id));
        body.insert("type".to_owned(), json!("Curated"));
        body.insert("createDate".to_owned(), json!(iso(self.created)));
        body.insert("modifyDate".to_owned(), json!(iso(self.modified)));
        body.insert("selfUri".to_owned(), json!(format!("/api/v2/externalcontacts/contacts/{}", self.id)));
        Value::Object(body)
    }
}

/// All contacts of the organisation.
#[derive(Default)]
pub(crate) struct Contacts {
    by_sequence: BTreeMap<u64, Contact>,
    sequences: HashMap<String, u64>,
    owners: HashMap<Identifier, Vec<u64>>,
    last: u64,
}

impl Contacts {
    pub(crate) fn get(&self, id: &str) -> Option<&Contact> {
        self.by_sequence.get(self.sequences.get(id)?)
    }

    /// In the order of their making.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Contact> {
        self.by_sequence.values()
    }

    /// From a place in the order of making on; the place of the last one made is the largest.
    pub(crate) fn after(&self, sequence: u64) -> impl Iterator<Item = (u64, &Contact)> {
        self.by_sequence.range(sequence + 1..).map(|(sequence, contact)| (*sequence, contact))
    }

    /// The contact that owns an identifier.
    pub(crate) fn owner(&self, identifier: &Identifier) -> Option<&Contact> {
        self.by_sequence.get(self.owners.get(identifier)?.first()?)
    }

    /// Another contact than `id` that owns one of the identifiers these fields bring.
    pub(crate) fn conflict(&self, id: Option<&str>, wanted: &Identifier) -> Option<&Contact> {
        self.owner(wanted).filter(|owner| Some(owner.id.as_str()) != id)
    }

    pub(crate) fn insert(&mut self, id: String, fields: Fields, now: Timestamp) -> &Contact {
        self.last += 1;
        let sequence = self.last;
        self.claim(sequence, Identifier::of_fields(&fields));
        self.sequences.insert(id.clone(), sequence);
        let contact = Contact { id, fields, created: now, modified: now };
        self.by_sequence.entry(sequence).or_insert(contact)
    }

    /// Puts new fields in place of the old ones; nothing happens when there is no such contact.
    pub(crate) fn replace(&mut self, id: &str, fields: Fields, now: Timestamp) {
        let Some(&sequence) = self.sequences.get(id) else {
            return;
        };
        if let Some(contact) = self.by_sequence.get_mut(&sequence) {
            contact.modified = now;
            let kept = Identifier::of_fields(&fields);
            let old = std::mem::replace(&mut contact.fields, fields);
            self.release(sequence, &old, &kept);
            self.claim(sequence, kept);
        }
    }

    /// Removes a contact; false when there is none.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let Some(sequence) = self.sequences.remove(id) else {
            return false;
        };
        if let Some(contact) = self.by_sequence.remove(&sequence) {
            self.release(sequence, &contact.fields, &[]);
        }
        true
    }

    fn claim(&mut self, sequence: u64, identifiers: Vec<Identifier>) {
        for identifier in identifiers {
            let line = self.owners.entry(identifier).or_default();
            if !line.contains(&sequence) {
                line.push(sequence);
            }
        }
    }

    fn release(&mut self, sequence: u64, old: &Fields, kept: &[Identifier]) {
        for identifier in Identifier::of_fields(old) {
            if kept.contains(&identifier) {
                continue;
            }
            if let Some(line) = self.owners.get_mut(&identifier) {
                line.retain(|other| *other != sequence);
                if line.is_empty() {
                    self.owners.remove(&identifier);
                }
            }
        }
    }
}
