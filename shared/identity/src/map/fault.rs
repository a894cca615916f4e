//! What can be wrong with a field map. Each sentence names the row, counted from 1, and what to change in it.

use crate::account::PREFIX;
use crate::{Field, OrganizationField};

/// Why a field map cannot be used. Holds configuration only, never a contact's data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapFault {
    /// No row brings a value to Genesys.
    #[error("the field map brings no field to Genesys; add a row such as LastName → lastName, or enable one")]
    Empty,
    /// Two rows write the same Genesys field.
    #[error("field map row {row}: an earlier row already fills {genesys}; remove or disable one of the two")]
    DuplicateTarget {
        /// The later row.
        row: usize,
        /// The field that both fill.
        genesys: String,
    },
    /// The Genesys name is none of the fields that can be written.
    #[error("field map row {row}: Genesys contacts have no field {genesys:?}; use one of {}", known_names())]
    UnknownField {
        /// The row.
        row: usize,
        /// The name in it.
        genesys: String,
    },
    /// The Salesforce name cannot be a column.
    #[error(
        "field map row {row}: {salesforce:?} is not a Salesforce column; use its API name, such as Phone or Score__c"
    )]
    SalesforceName {
        /// The row.
        row: usize,
        /// The name in it.
        salesforce: String,
    },
    /// The row of the Salesforce id is changed.
    #[error("field map row {row}: Id goes to externalIds and only there: direction to_genesys, enabled")]
    IdRow {
        /// The row.
        row: usize,
    },
    /// The row of the account names another column.
    #[error("field map row {row}: externalOrganization is filled from AccountId only")]
    AccountRow {
        /// The row.
        row: usize,
    },
    /// A row that fills a field of the organization from somewhere else than the account.
    #[error(
        "field map row {row}: {genesys} is a field of the company and is filled from its account; use a column such as Account.Phone"
    )]
    OrganizationColumn {
        /// The row.
        row: usize,
        /// The field of the organization.
        genesys: String,
    },
    /// The name behind `externalOrganization.` is none of the fields that can be written.
    #[error(
        "field map row {row}: Genesys organizations have no field {genesys:?}; use one of {}",
        OrganizationField::names().map(|name| format!("{PREFIX}{name}")).collect::<Vec<_>>().join(", ")
    )]
    UnknownOrganizationField {
        /// The row.
        row: usize,
        /// The name in it.
        genesys: String,
    },
    /// Custom fields are typed by a schema, which this release cannot name yet.
    #[error(
        "field map row {row}: {genesys} needs the id of a contact schema in Genesys, which cannot be set yet; set enabled = false"
    )]
    NeedsSchema {
        /// The row.
        row: usize,
        /// The custom field.
        genesys: String,
    },
}

fn known_names() -> String {
    Field::names().chain(["externalIds"]).collect::<Vec<_>>().join(", ")
}
