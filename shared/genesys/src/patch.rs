//! Changing single fields of one contact or organization.
//!
//! Not a merge patch and not RFC 6902: a list of changes, each of which names a field by a restricted JSON path. This
//! is the only way to empty a field, because everywhere else an absent value means "leave as it is".

use std::fmt;

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Method;
use serde_json::{Value, json};

use crate::path::id;
use crate::{ExternalContact, ExternalOrganization, Genesys};

const OPERATION: &str = "patch a contact";
const ORGANIZATION: &str = "patch an organization";

/// One change to a contact or organization. A field is given as `workPhone` or `$.workPhone`, nested ones as `address.city`. A field
/// and one of its own parts in one request are refused by Genesys. Prints without values.
#[derive(Clone, PartialEq)]
pub enum Change {
    /// Sets a field.
    Update {
        /// The field.
        field: String,
        /// Its new value.
        value: Value,
    },
    /// Empties a field.
    Remove {
        /// The field.
        field: String,
    },
    /// Adds a value to a list.
    Append {
        /// The list.
        field: String,
        /// The value to add.
        value: Value,
    },
    /// Takes values out of a list.
    TakeOut {
        /// The list.
        field: String,
        /// The values to take out, as a list.
        value: Value,
    },
}

impl Genesys {
    /// Applies `changes` to one contact and returns what it is then (`PATCH /api/v2/externalcontacts/contacts/{id}`).
    /// Refused by [`Failure::OutOfTime`] when the lease does not outlive the call.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn patch(
        &self,
        id: &str,
        changes: &[Change],
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<ExternalContact, CallError> {
        let path = path(id).map_err(|failure| self.api.error(OPERATION, failure))?;
        let url = self.url(OPERATION, &path).await?;
        let request = Request::json(OPERATION, Method::PATCH, url, &body(changes), repeat(changes)).under(lease);
        self.ask(&request, deadline).await
    }

    /// Applies `changes` to one external organization and returns what it is then
    /// (`PATCH /api/v2/externalcontacts/organizations/{id}`). Refused by [`Failure::OutOfTime`] when the lease does not
    /// outlive the call.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn patch_organization(
        &self,
        id: &str,
        changes: &[Change],
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<ExternalOrganization, CallError> {
        let path = organization_path(id).map_err(|failure| self.api.error(ORGANIZATION, failure))?;
        let url = self.url(ORGANIZATION, &path).await?;
        let request = Request::json(ORGANIZATION, Method::PATCH, url, &body(changes), repeat(changes)).under(lease);
        self.ask(&request, deadline).await
    }
}

fn organization_path(organization: &str) -> Result<String, Failure> {
    Ok(format!("/api/v2/externalcontacts/organizations/{}", id(organization, "organization")?))
}

fn path(contact: &str) -> Result<String, Failure> {
    Ok(format!("/api/v2/externalcontacts/contacts/{}", id(contact, "contact")?))
}

fn body(changes: &[Change]) -> Value {
    json!({ "changes": changes.iter().map(Change::to_json).collect::<Vec<_>>() })
}

/// Setting, emptying and taking out end the same when done twice; appending does not.
fn repeat(changes: &[Change]) -> Repeat {
    let appends = changes.iter().any(|change| matches!(change, Change::Append { .. }));
    if appends { Repeat::OnlyIfUntouched } else { Repeat::Safe }
}

impl Change {
    /// Sets `field`.
    pub fn update(field: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Update { field: field.into(), value: value.into() }
    }

    /// Empties `field`.
    pub fn remove(field: impl Into<String>) -> Self {
        Self::Remove { field: field.into() }
    }

    /// Adds `value` to the list `field`.
    pub fn append(field: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Append { field: field.into(), value: value.into() }
    }

    /// Takes `values` out of the list `field`.
    pub fn take_out(field: impl Into<String>, values: impl Into<Vec<Value>>) -> Self {
        Self::TakeOut { field: field.into(), value: Value::from(values.into()) }
    }

    /// The field, as given.
    pub fn field(&self) -> &str {
        match self {
            Self::Update { field, .. }
            | Self::Remove { field }
            | Self::Append { field, .. }
            | Self::TakeOut { field, .. } => field,
        }
    }

    fn to_json(&self) -> Value {
        let field = format!("$.{}", self.field().trim_start_matches("$."));
        match self {
            Self::Update { value, .. } => json!({ "field": field, "action": "Update", "value": value }),
            Self::Remove { .. } => json!({ "field": field, "action": "Remove" }),
            Self::Append { value, .. } => json!({ "field": field, "action": "AppendToCollection", "value": value }),
            Self::TakeOut { value, .. } => json!({ "field": field, "action": "RemoveFromCollection", "value": value }),
        }
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Update { .. } => "Update",
            Self::Remove { .. } => "Remove",
            Self::Append { .. } => "Append",
            Self::TakeOut { .. } => "TakeOut",
        };
        write!(f, "{kind}({})", self.field())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_in_json_as_documented() {
        let changes = [
            Change::update("cellPhone", json!({ "display": "+13175550100" })),
            Change::remove("$.workEmail"),
            Change::append("externalIds", json!({ "value": "003A" })),
            Change::take_out("externalIds", [json!({ "value": "003B" })]),
        ];
        let expected = json!({ "changes": [
            { "field": "$.cellPhone", "action": "Update", "value": { "display": "+13175550100" } },
            { "field": "$.workEmail", "action": "Remove" },
            { "field": "$.externalIds", "action": "AppendToCollection", "value": { "value": "003A" } },
            { "field": "$.externalIds", "action": "RemoveFromCollection", "value": [{ "value": "003B" }] },
        ]});
        assert_eq!(body(&changes), expected);
        assert_eq!((repeat(&changes), repeat(&changes[..2])), (Repeat::OnlyIfUntouched, Repeat::Safe));
    }

    #[test]
    fn printing_a_change_does_not_print_its_value() {
        assert_eq!(format!("{:?}", Change::update("firstName", "Ana")), "Update(firstName)");
    }

    #[test]
    fn an_id_cannot_lead_to_another_path() {
        assert_eq!(path("2f1d-4c").unwrap(), "/api/v2/externalcontacts/contacts/2f1d-4c");
        for id in ["", "..", "a/b", "a?b", "a%2Fb", "é"] {
            assert!(path(id).is_err() && organization_path(id).is_err(), "{id}");
        }
    }
}
