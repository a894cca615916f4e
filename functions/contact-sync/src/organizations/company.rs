//! One account as a run sees it: its mapped values with their digests. Pure.

use std::collections::{BTreeMap, BTreeSet};

use identity::{Account, OrganizationField, Value, Warning};
use platform::digest::DigestKey;

/// An account, mapped and digested.
#[derive(Clone, Debug)]
pub struct Company {
    /// Salesforce id of the account, 18 characters.
    pub id: String,
    /// The mapped fields.
    pub fields: BTreeMap<OrganizationField, Value>,
    /// Mapped fields that are empty in Salesforce. None, where Salesforce does not show the account.
    pub empty: BTreeSet<OrganizationField>,
    /// Fields whose value was unusable: neither written nor emptied.
    pub dropped: BTreeSet<OrganizationField>,
    /// What was dropped or cut, and why.
    pub warnings: Vec<Warning>,
    /// Salesforce names the account and does not show it.
    pub is_hidden: bool,
    /// Keyed digest per field.
    pub digests: BTreeMap<String, String>,
    /// Keyed digest of the whole content, for "refused and unchanged".
    pub hash: String,
}

impl Company {
    /// The account under a map that fills `fields`.
    pub fn of(account: &Account, fields: &[OrganizationField], key: &DigestKey) -> Self {
        let digest = |(field, value): (&OrganizationField, &Value)| {
            let name = field.as_str();
            (name.to_owned(), key.digest(&format!("organization.{name}"), &value.canonical()))
        };
        let digests: BTreeMap<String, String> = account.fields.iter().map(digest).collect();
        let parts: Vec<String> = digests.iter().map(|(field, digest)| format!("{field}={digest}")).collect();
        let is_empty = |field: &&OrganizationField| {
            !account.is_hidden && !account.fields.contains_key(field) && !account.dropped.contains(field)
        };
        Self {
            id: account.id.as_str().to_owned(),
            empty: fields.iter().filter(is_empty).copied().collect(),
            fields: account.fields.clone(),
            dropped: account.dropped.clone(),
            warnings: account.warnings.clone(),
            is_hidden: account.is_hidden,
            hash: key.digest("organization", &parts.join(" ")),
            digests,
        }
    }

    /// Whether there is enough to make an organization of.
    pub fn has_name(&self) -> bool {
        self.fields.contains_key(&OrganizationField::Name)
    }
}
