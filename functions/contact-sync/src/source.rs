//! One changed Salesforce contact as a run sees it, and what differs from what Genesys already has.

use std::collections::{BTreeMap, BTreeSet};

use identity::{Account, Contact, Field, FieldMap, SalesforceId, Warning};
use jiff::Timestamp;
use platform::digest::DigestKey;
use platform::link::{LinkRow, LinkState};
use salesforce::Record;

/// Stands in a link row for a field whose new value may or may not have reached Genesys. It equals no digest, so the
/// field counts as different until it is settled.
pub const IN_FLIGHT: &str = "?";

/// A Salesforce contact, mapped and digested.
#[derive(Clone, Debug)]
pub struct Source {
    /// Salesforce id, 18 characters.
    pub id: SalesforceId,
    /// SystemModstamp.
    pub modified: Timestamp,
    /// The mapped fields.
    pub contact: Contact,
    /// Fields whose value was unusable: neither written nor cleared.
    pub dropped: BTreeSet<Field>,
    /// Mapped fields that are empty in Salesforce. A field that left the map is not among them, so it is never emptied.
    pub empty: BTreeSet<Field>,
    /// Its company, where the map takes companies over.
    pub account: Option<Account>,
    /// The Genesys organization of that account, once it is known.
    pub organization: Option<String>,
    /// That organization could not be written this time: the contact waits with it.
    pub awaits_organization: bool,
    /// What was dropped or cut, and why.
    pub warnings: Vec<Warning>,
    /// Keyed digest per field.
    pub digests: BTreeMap<String, String>,
    /// Keyed digest of the whole content, for "set aside and unchanged".
    pub hash: String,
}

/// The fields of one contact that have to be written and those that have to be emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// To write.
    pub set: BTreeSet<Field>,
    /// To empty: once agreed or in flight, and no longer in Salesforce.
    pub clear: BTreeSet<Field>,
}

/// A record that Salesforce sent and that cannot be a contact.
#[derive(Debug, thiserror::Error)]
#[error("Salesforce sent a contact without a readable {0}; nothing was written, look at the query's columns")]
pub struct UnreadableRecord(pub(crate) &'static str);

impl Source {
    /// Reads one record of the query's answer.
    ///
    /// # Errors
    /// A record without id or SystemModstamp: the run stops, because a skipped record would be lost silently.
    pub fn from_record(record: &Record, map: &FieldMap, key: &DigestKey) -> Result<Self, UnreadableRecord> {
        let id = SalesforceId::parse(record.id()).map_err(|_| UnreadableRecord("Id"))?;
        let modified = record.time("SystemModstamp").ok_or(UnreadableRecord("SystemModstamp"))?;
        let mapped = map.apply(id.clone(), record.columns());
        let digests: BTreeMap<String, String> = mapped
            .contact
            .fields
            .iter()
            .map(|(field, value)| (field.as_str().to_owned(), key.digest(field.as_str(), &value.canonical())))
            .collect();
        let dropped_names = mapped.dropped.iter().map(|field| format!("!{}", field.as_str()));
        let parts: Vec<String> =
            digests.iter().map(|(field, digest)| format!("{field}={digest}")).chain(dropped_names).collect();
        let hash = key.digest("content", &format!("{} {}", map.version(), parts.join(" ")));
        let is_empty = |field: &Field| !mapped.contact.fields.contains_key(field) && !mapped.dropped.contains(field);
        let empty = map.fields().into_iter().filter(is_empty).collect();
        Ok(Self {
            id,
            modified,
            empty,
            contact: mapped.contact,
            dropped: mapped.dropped,
            account: mapped.account,
            organization: None,
            awaits_organization: false,
            warnings: mapped.warnings,
            digests,
            hash,
        })
    }

    /// The account it belongs to, where the map takes accounts over.
    pub fn account_id(&self) -> Option<&str> {
        self.account.as_ref().map(|account| account.id.as_str())
    }

    /// Warns that the organization is not as it should be. Where there is none at all, the field is neither written nor
    /// emptied.
    pub fn miss_organization(&mut self, code: &'static str) {
        self.warnings.push(Warning { field: "AccountId".to_owned(), code });
        if self.organization.is_none() {
            self.contact.fields.remove(&Field::ExternalOrganization);
            self.digests.remove(Field::ExternalOrganization.as_str());
            self.dropped.insert(Field::ExternalOrganization);
        }
    }

    /// What differs from the agreed values of `link`; everything, when there is none.
    pub fn difference(&self, link: Option<&LinkRow>) -> Difference {
        let agreed = link.map(|link| &link.digests);
        let same = |field: &Field| {
            agreed.is_some_and(|agreed| {
                agreed.get(field.as_str()).is_some_and(|old| Some(old) == self.digests.get(field.as_str()))
            })
        };
        let set = self.contact.fields.keys().filter(|field| !same(field)).cloned().collect();
        let was_written = |field: &&Field| agreed.is_some_and(|agreed| agreed.contains_key(field.as_str()));
        let clear = self.empty.iter().filter(was_written).cloned().collect();
        Difference { set, clear }
    }

    /// Whether `link` says that Genesys already has exactly this.
    pub fn is_settled_in(&self, link: &LinkRow) -> bool {
        link.state == LinkState::Settled && link.genesys_id.is_some() && self.difference(Some(link)).is_empty()
    }

    /// Whether this contact was deleted since: a row that was read, or came, after its deletion brings nobody back.
    pub fn is_late(&self, link: &LinkRow) -> bool {
        link.gone.as_ref().is_some_and(|gone| self.modified.as_millisecond() <= gone.version)
    }

    /// The digests once everything is written. A dropped field keeps what was agreed before.
    pub fn agreed_digests(&self, before: Option<&LinkRow>) -> BTreeMap<String, String> {
        let mut digests = self.digests.clone();
        for field in &self.dropped {
            if let Some(old) = before.and_then(|link| link.digests.get(field.as_str())) {
                digests.insert(field.as_str().to_owned(), old.clone());
            }
        }
        digests
    }

    /// The digests while `difference` is on its way.
    pub fn in_flight_digests(&self, difference: &Difference, before: Option<&LinkRow>) -> BTreeMap<String, String> {
        let mut digests = before.map(|link| link.digests.clone()).unwrap_or_default();
        for field in difference.set.iter().chain(&difference.clear) {
            digests.insert(field.as_str().to_owned(), IN_FLIGHT.to_owned());
        }
        digests
    }
}

impl Difference {
    /// Names of all fields touched, for the audit line.
    pub fn names(&self) -> Vec<String> {
        self.set.iter().chain(&self.clear).map(|field| field.as_str().to_owned()).collect()
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.clear.is_empty()
    }
}
