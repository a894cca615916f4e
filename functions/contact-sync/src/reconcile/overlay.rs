//! What a comparison with Genesys means for a link row as read. Pure.

use std::collections::BTreeSet;

use genesys::{ExternalContact, Fetched};
use identity::{Field, FieldMap};
use platform::digest::DigestKey;
use platform::link::{LinkRow, LinkState};

use super::Findings;
use crate::drift::{drift, in_doubt};

/// What link rows are compared by.
#[derive(Clone, Copy)]
pub struct Yardstick<'a> {
    /// The field map in force.
    pub map: &'a FieldMap,
    /// The key of all digests.
    pub key: &'a DigestKey,
    /// What of the configuration decides which values are sent for whom.
    pub map_version: &'a str,
    /// The id of our external source.
    pub external_source: &'a str,
}

impl Yardstick<'_> {
    /// The link of a contact that Genesys shows under its external id.
    pub fn compared(&self, link: LinkRow, contact: &ExternalContact, findings: &mut Findings) -> LinkRow {
        let found = drift(contact, &link, self.map, self.key);
        findings.drift += u64::from(!found.repaired.is_empty());
        findings.drift_left += u64::from(!found.left.is_empty());
        if !found.is_empty() {
            let names = |fields: &BTreeSet<Field>| fields.iter().map(Field::as_str).collect::<Vec<_>>().join(" ");
            let (salesforce_id, repaired, left) = (&link.salesforce_id, names(&found.repaired), names(&found.left));
            tracing::info!(salesforce_id, repaired, left, "values in Genesys are not as agreed");
        }
        if found.repaired.is_empty() { link } else { in_doubt(&link, &found.repaired) }
    }

    /// A link for a contact that carries our external id and that no link row names.
    pub fn found(&self, salesforce_id: &str, genesys_id: &str, findings: &mut Findings) -> LinkRow {
        findings.relinked += 1;
        tracing::info!(salesforce_id, genesys_id, "a Genesys contact of ours had no link");
        LinkRow {
            salesforce_id: salesforce_id.to_owned(),
            genesys_id: Some(genesys_id.to_owned()),
            digests: Default::default(),
            digest_key_id: self.key.id().to_owned(),
            source_version: 0,
            state: LinkState::Settled,
            fence: 0, // the table fills in the fence it is written under
            map_version: self.map_version.to_owned(),
            failed_ticks: 0,
            gone: None,
        }
    }

    /// A link that has to lead to `genesys_id`; everything about it is in doubt.
    pub fn led_to(&self, link: &LinkRow, genesys_id: &str, findings: &mut Findings) -> LinkRow {
        findings.relinked += 1;
        tracing::info!(salesforce_id = link.salesforce_id, genesys_id, "a link leads to another Genesys contact now");
        LinkRow { genesys_id: Some(genesys_id.to_owned()), ..in_doubt(link, &agreed_fields(link)) }
    }

    /// The link of a contact that the scan did not show, by what Genesys says when it is asked for its linked contact.
    pub fn asked_for(&self, link: LinkRow, answer: &Fetched, findings: &mut Findings) -> LinkRow {
        let contact = match answer {
            Fetched::Found(contact) => contact,
            Fetched::Gone => {
                findings.remade += 1;
                tracing::info!(salesforce_id = link.salesforce_id, "a linked contact was deleted in Genesys");
                return LinkRow { genesys_id: None, digests: Default::default(), ..link };
            }
            // Not known: left as it is, and the next reconcile asks again.
            Fetched::Refused(_) | Fetched::Missing => return link,
        };
        let current = contact.current_id().unwrap_or_default();
        let carries_ours = contact.external_ids.iter().any(|id| self.is_of(&link, id));
        match link.genesys_id.as_deref() == Some(current) {
            true if carries_ours => self.compared(link, contact, findings),
            _ => self.led_to(&link, current, findings),
        }
    }

    fn is_of(&self, link: &LinkRow, id: &genesys::ExternalId) -> bool {
        id.source_id == self.external_source && crate::wire::canonical(&id.value) == link.salesforce_id
    }
}

fn agreed_fields(link: &LinkRow) -> BTreeSet<Field> {
    link.digests.keys().filter_map(|name| Field::parse(name)).collect()
}
