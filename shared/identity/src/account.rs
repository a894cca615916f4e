//! A company: the account of a contact in Salesforce, and the external organization that it becomes in Genesys.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::{Kind, SalesforceId, Value, Warning};

/// What stands before the name of an organization's field in the field map.
pub(crate) const PREFIX: &str = "externalOrganization.";

/// A field of a Genesys external organization that cx-bridge writes. Prints as the real Genesys name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganizationField {
    /// `name`
    Name,
    /// `companyType`
    CompanyType,
    /// `industry`
    Industry,
    /// `phoneNumber`
    PhoneNumber,
    /// `faxNumber`
    FaxNumber,
    /// `websites`, of which the account has one
    Websites,
}

const NAMED: [(&str, OrganizationField, Kind); 6] = [
    ("name", OrganizationField::Name, Kind::Text),
    ("companyType", OrganizationField::CompanyType, Kind::Text),
    ("industry", OrganizationField::Industry, Kind::Text),
    ("phoneNumber", OrganizationField::PhoneNumber, Kind::Phone),
    ("faxNumber", OrganizationField::FaxNumber, Kind::Phone),
    ("websites", OrganizationField::Websites, Kind::Text),
];

impl OrganizationField {
    /// Reads a Genesys field name, exactly as Genesys spells it.
    pub fn parse(name: &str) -> Option<Self> {
        NAMED.iter().find(|(known, _, _)| *known == name).map(|(_, field, _)| *field)
    }

    /// The name in Genesys, for example `phoneNumber`.
    pub fn as_str(self) -> &'static str {
        NAMED.iter().find(|(_, field, _)| *field == self).map_or("", |(name, _, _)| name)
    }

    /// What kind of value the field holds.
    pub fn kind(self) -> Kind {
        NAMED.iter().find(|(_, field, _)| *field == self).map_or(Kind::Text, |(_, _, kind)| *kind)
    }

    /// The names of all of them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _, _)| *name)
    }
}

impl fmt::Display for OrganizationField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A contact's account in Genesys terms: what the field map made of its columns. A field that is empty in Salesforce is
/// absent here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The Salesforce account.
    pub id: SalesforceId,
    /// The validated values.
    pub fields: BTreeMap<OrganizationField, Value>,
    /// Fields that have a value in Salesforce, but none that Genesys could take.
    pub dropped: BTreeSet<OrganizationField>,
    /// What was dropped or cut.
    pub warnings: Vec<Warning>,
    /// Salesforce names the account and does not show it: nothing is known of its fields.
    pub is_hidden: bool,
}
