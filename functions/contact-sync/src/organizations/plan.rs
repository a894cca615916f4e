//! Decides what happens to each account. Pure.

use std::collections::{BTreeSet, HashMap};

use identity::OrganizationField;
use platform::link::LinkState;
use platform::organization::OrganizationRow;

use super::company::Company;

/// The code of an account that failed in too many runs.
pub(super) const GAVE_UP: &str = "gave_up";

/// What happens to one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrganizationAction {
    /// Nobody has heard of it: goes into a bulk add.
    Create,
    /// May have been made, or is on its way: an upsert by our external id.
    Redrive,
    /// There, and only values to write.
    Update,
    /// There, and at least one value to empty.
    Patch {
        /// The organization.
        id: String,
    },
    /// Genesys already has exactly this.
    Keep,
    /// Genesys refused exactly this.
    Refused,
    /// Salesforce does not show it, and Genesys does not have it.
    Hidden,
}

/// One account's action.
#[derive(Clone, Debug)]
pub struct OrganizationStep {
    /// The account.
    pub company: Company,
    /// Its row as read.
    pub row: Option<OrganizationRow>,
    /// What happens.
    pub action: OrganizationAction,
    /// Fields to write.
    pub set: BTreeSet<OrganizationField>,
    /// Fields to empty.
    pub clear: BTreeSet<OrganizationField>,
}

impl OrganizationAction {
    /// Whether something is sent to Genesys for it.
    pub fn writes(&self) -> bool {
        matches!(self, Self::Create | Self::Redrive | Self::Update | Self::Patch { .. })
    }

    /// The action's name in dry runs and audit lines.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create => "create_organization",
            Self::Redrive => "redrive_organization",
            Self::Update => "update_organization",
            Self::Patch { .. } => "patch_organization",
            Self::Keep => "keep_organization",
            Self::Refused => "organization_refused",
            Self::Hidden => "account_hidden",
        }
    }
}

impl OrganizationStep {
    /// The organization, where it is known.
    pub fn genesys_id(&self) -> Option<&String> {
        self.row.as_ref()?.genesys_id.as_ref()
    }

    /// The code under which its contacts are warned of a refusal.
    pub(super) fn refusal(&self) -> &'static str {
        let refused = self.row.as_ref().and_then(|row| row.refused.as_ref());
        if refused.is_some_and(|refused| refused.code == GAVE_UP) {
            "organization_gave_up"
        } else {
            "organization_refused"
        }
    }

    /// Names of all fields touched.
    pub fn names(&self) -> Vec<String> {
        self.set.iter().chain(&self.clear).map(|field| format!("externalOrganization.{field}")).collect()
    }
}

/// One step for each of `companies`. With `tries_again`, what was refused is tried once more.
pub fn plan(
    companies: impl IntoIterator<Item = Company>,
    mut rows: HashMap<String, OrganizationRow>,
    tries_again: bool,
) -> Vec<OrganizationStep> {
    let step = |company: Company| {
        let row = rows.remove(&company.id);
        let (set, clear) = difference(&company, row.as_ref());
        let action = action(&company, row.as_ref(), tries_again, &set, &clear);
        OrganizationStep { set, clear, action, row, company }
    };
    companies.into_iter().map(step).collect()
}

fn action(
    company: &Company,
    row: Option<&OrganizationRow>,
    tries_again: bool,
    set: &BTreeSet<OrganizationField>,
    clear: &BTreeSet<OrganizationField>,
) -> OrganizationAction {
    let genesys_id = row.and_then(|row| row.genesys_id.as_ref());
    let is_refused = row.and_then(|row| row.refused.as_ref()).is_some_and(|refused| refused.hash == company.hash);
    if is_refused && !tries_again {
        return OrganizationAction::Refused;
    }
    match (row, genesys_id) {
        (_, None) if !company.has_name() => OrganizationAction::Hidden,
        (None, None) => OrganizationAction::Create,
        (Some(_), None) => OrganizationAction::Redrive,
        (_, Some(_)) if company.is_hidden => OrganizationAction::Keep,
        (Some(row), Some(_)) if row.state == LinkState::Sending && company.has_name() => OrganizationAction::Redrive,
        (_, Some(_)) if set.is_empty() && clear.is_empty() => OrganizationAction::Keep,
        (_, Some(id)) if !clear.is_empty() => OrganizationAction::Patch { id: id.clone() },
        (_, Some(_)) => OrganizationAction::Update,
    }
}

/// What differs from the agreed values: fields to write, and fields to empty. A name is never emptied: without one there
/// is no organization.
fn difference(
    company: &Company,
    row: Option<&OrganizationRow>,
) -> (BTreeSet<OrganizationField>, BTreeSet<OrganizationField>) {
    let agreed = |field: &OrganizationField| row.and_then(|row| row.digests.get(field.as_str()));
    let differs = |field: &&OrganizationField| agreed(field) != company.digests.get(field.as_str());
    let may_be_emptied = |field: &&OrganizationField| **field != OrganizationField::Name && agreed(field).is_some();
    let set = company.fields.keys().filter(differs).copied().collect();
    let clear = company.empty.iter().filter(may_be_emptied).copied().collect();
    (set, clear)
}
