//! What both vendors hold, in a form that two worlds can be compared by.
//!
//! Ids that a server made, times and addresses of this machine are left out; what remains is what a user would call
//! the data. Two worlds that went different ways to the same end have equal sides.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::vendors::{Genesys, Salesforce, external_values};

/// Both sides, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    /// Genesys contacts.
    pub genesys: Vec<String>,
    /// Genesys external organizations.
    pub organizations: Vec<String>,
    /// Salesforce contacts.
    pub salesforce: Vec<String>,
    external_ids: Vec<String>,
}

/// Differs from world to world without meaning anything.
const NOT_DATA: [&str; 10] = [
    "id",
    "createDate",
    "modifyDate",
    "selfUri",
    "externalSource",
    "SystemModstamp",
    "CreatedDate",
    "LastModifiedDate",
    "division",
    "type",
];

impl Sides {
    pub(crate) fn of(genesys: &Genesys, salesforce: &Salesforce) -> Self {
        let (mut contacts, organizations) = (genesys.contacts(), genesys.organizations());
        let external_ids = contacts.iter().chain(&organizations).flat_map(external_values).map(str::to_owned).collect();
        contacts.iter_mut().for_each(|contact| name_organization(contact, &organizations));
        Self {
            genesys: sorted(contacts),
            organizations: sorted(organizations),
            salesforce: sorted(salesforce.contacts()),
            external_ids,
        }
    }

    /// Salesforce ids that more than one Genesys contact or organization carries.
    pub fn doubled(&self) -> Vec<String> {
        let mut counts = BTreeMap::new();
        for id in &self.external_ids {
            *counts.entry(id.clone()).or_insert(0) += 1;
        }
        counts.into_iter().filter(|(_, count)| *count > 1).map(|(id, _)| id).collect()
    }
}

/// A contact belongs to an organization by an id that a server made: its external ids say which one that is.
fn name_organization(contact: &mut Value, organizations: &[Value]) {
    let Some(id) = contact["externalOrganization"]["id"].as_str() else { return };
    let own = organizations.iter().find(|organization| organization["id"] == *id);
    let names: Vec<&str> = own.into_iter().flat_map(external_values).collect();
    contact["externalOrganization"] = names.join(" ").into();
}

fn sorted(contacts: Vec<Value>) -> Vec<String> {
    let mut lines: Vec<_> = contacts.into_iter().map(|contact| plain(contact).to_string()).collect();
    lines.sort();
    lines
}

fn plain(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept =
                object.into_iter().filter(|(name, value)| !NOT_DATA.contains(&name.as_str()) && !value.is_null());
            kept.map(|(name, value)| (name, plain(value))).collect()
        }
        Value::Array(array) => array.into_iter().map(plain).collect(),
        // The address of a record, without the machine it is on.
        Value::String(text) if text.starts_with("http") => text.rsplit('/').next().unwrap_or_default().into(),
        other => other,
    }
}
