//! A row of the field map, as it stands in the configuration.

use serde::{Deserialize, Serialize};

/// One row: a Salesforce column, the Genesys field for it, and who may change whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRow {
    /// The Salesforce column, for example `MobilePhone` or `Account.Name`.
    pub salesforce: String,
    /// The Genesys field, for example `cellPhone` or `customFields.score`.
    pub genesys: String,
    /// Which way values travel.
    #[serde(default)]
    pub direction: Direction,
    /// Which side is right when both changed.
    #[serde(default)]
    pub conflict: Conflict,
    /// Whether the row is used.
    #[serde(default = "enabled_by_default")]
    pub enabled: bool,
}

/// Which way the values of a row travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Salesforce → Genesys.
    #[default]
    ToGenesys,
    /// Genesys → Salesforce.
    ToSalesforce,
    /// Either way.
    Both,
}

/// Which value stays when both sides changed since they last agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// The one in Salesforce.
    #[default]
    Salesforce,
    /// The one in Genesys.
    Genesys,
    /// The one written last.
    LastWrite,
}

impl Direction {
    /// The name in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ToGenesys => "to_genesys",
            Self::ToSalesforce => "to_salesforce",
            Self::Both => "both",
        }
    }
}

impl Conflict {
    /// The name in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Salesforce => "salesforce",
            Self::Genesys => "genesys",
            Self::LastWrite => "last_write",
        }
    }
}

fn enabled_by_default() -> bool {
    true
}
