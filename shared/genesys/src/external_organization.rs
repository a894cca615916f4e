//! An external organization: what an account is in Genesys, and what contacts belong to.
//!
//! Not the Genesys organisation that a token is for; that one is [`Organization`](crate::Organization). What is known of
//! the calls, from the vendor's published Python client (269.0.0):
//!
//! | call | body | permission `externalContacts:externalOrganization:…` |
//! |---|---|---|
//! | `POST …/identifierlookup/organizations` | an identifier; `ExternalId` is the only type | `view` |
//! | `POST …/bulk/organizations/add` | `{entities: [organization]}` | `add` |
//! | `POST …/organizations/enrich`, `POST …/bulk/organizations/enrich` | one, or `{entities: […]}` | `enrich` |
//! | `PATCH …/organizations/{id}` | `{changes: […]}`, as for a contact | `edit` |
//!
//! An enrich names its data `externalOrganization` (a contact's is `contact`) and knows `Upsert`, `Update` and `Insert`;
//! there is no merge of organizations, so an id never leads to another one. Bulk answers are those of contacts: HTTP 200
//! with failures inside, in any order. A contact belongs to an organization by `externalOrganization: {id}`. How many
//! organizations one request takes is not published; what is known of contacts is taken, and halving covers less.

use std::fmt;

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::bulk::{Batch, BulkResult, Item, id_of, keys};
use crate::lenient::null_as_default;
use crate::lookup::is_absent;
use crate::{ADD_MAX, Address, ENRICH_MAX, EnrichAction, ExternalId, Genesys, Identifier, ItemOutcome, PhoneNumber};

const LOOK_UP: &str = "look up an organization";
const ADD: &str = "add organizations";
const ENRICH: &str = "enrich organizations";

/// A company, as Genesys keeps it. Absent means "leave as it is" in what is written.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExternalOrganization {
    /// The id Genesys gave it. Never sent.
    #[serde(skip_serializing)]
    pub id: Option<String>,
    /// At most 1,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What kind of company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_type: Option<String>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// Postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// Fax.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fax_number: Option<PhoneNumber>,
    /// People who work there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_count: Option<i64>,
    /// A year's revenue, in a currency that is not named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue: Option<i64>,
    /// Addresses of its pages.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub websites: Vec<String>,
    /// Who it is in other systems; at most 10.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub external_ids: Vec<ExternalId>,
    /// Link to the record in the other system; absolute, with http or https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_system_url: Option<String>,
}

/// One organization to create or update by its external id.
#[derive(Clone, Debug, PartialEq)]
pub struct EnrichOrganization {
    /// What it is found by.
    pub external_id: ExternalId,
    /// What to do when it is found, or is not.
    pub action: EnrichAction,
    /// The values to set.
    pub organization: ExternalOrganization,
}

impl Genesys {
    /// The organization with this external id (`POST /api/v2/externalcontacts/identifierlookup/organizations`).
    ///
    /// # Errors
    /// [`CallError`]. No such organization is `None`, and so is an identifier whose organization is gone.
    pub async fn find_organization(
        &self,
        external_id: &ExternalId,
        deadline: Deadline,
    ) -> Result<Option<ExternalOrganization>, CallError> {
        let url = self.url(LOOK_UP, "/api/v2/externalcontacts/identifierlookup/organizations").await?;
        let identifier = Identifier::ExternalId(external_id.clone());
        let request = Request::json(LOOK_UP, Method::POST, url, &identifier, Repeat::Safe);
        match self.ask::<ExternalOrganization>(&request, deadline).await {
            Ok(found) if found.id.as_deref().unwrap_or_default().is_empty() => {
                Err(self.api.error(LOOK_UP, Failure::Unexpected("an organization without an id".to_owned())))
            }
            Ok(found) => Ok(Some(found)),
            Err(error) if is_absent(&error.failure) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds organizations that are known to be new, each with an external id
    /// (`POST /api/v2/externalcontacts/bulk/organizations/add`). Outcome i belongs to organization i. Not to be repeated
    /// blindly: without an answer, [`Self::enrich_organizations`] finds out and repairs.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub async fn add_organizations(
        &self,
        organizations: &[ExternalOrganization],
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<Vec<ItemOutcome>, CallError> {
        let mut outcomes = self.send_batch(&add_batch(organizations), Some(lease), deadline).await?;
        for outcome in &mut outcomes {
            if let ItemOutcome::Done { created, .. } = outcome {
                *created = true; // An add that succeeded created, whatever status stands at its result.
            }
        }
        Ok(outcomes)
    }

    /// Creates or updates organizations by their external ids, each given once
    /// (`POST /api/v2/externalcontacts/bulk/organizations/enrich`). Outcome i belongs to input i. Done twice, it ends the
    /// same; other external ids of an organization stay, its websites are replaced.
    ///
    /// # Errors
    /// [`CallError`] when nothing was sent or nothing is known. What concerns one organization is its outcome.
    pub async fn enrich_organizations(
        &self,
        inputs: &[EnrichOrganization],
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<Vec<ItemOutcome>, CallError> {
        self.send_batch(&enrich_batch(inputs), Some(lease), deadline).await
    }
}

fn add_batch(organizations: &[ExternalOrganization]) -> Batch<ItemOutcome> {
    let item = |organization: &ExternalOrganization| Item {
        entity: serde_json::to_value(organization).unwrap_or_default(),
        keys: keys(&organization.external_ids),
    };
    Batch {
        operation: ADD,
        path: "/api/v2/externalcontacts/bulk/organizations/add",
        repeat: Repeat::OnlyIfUntouched,
        size_max: ADD_MAX,
        items: organizations.iter().map(item).collect(),
        keys_of: added_keys,
        outcome_of,
    }
}

fn enrich_batch(inputs: &[EnrichOrganization]) -> Batch<ItemOutcome> {
    let item = |input: &EnrichOrganization| Item { entity: body(input), keys: vec![input.external_id.value.clone()] };
    Batch {
        operation: ENRICH,
        path: "/api/v2/externalcontacts/bulk/organizations/enrich",
        repeat: Repeat::Safe,
        size_max: ENRICH_MAX,
        items: inputs.iter().map(item).collect(),
        keys_of: id_of,
        outcome_of,
    }
}

/// The external id is also the tracker by which the result is recognised.
fn body(input: &EnrichOrganization) -> Value {
    json!({
        "id": input.external_id.value,
        "matchingIdentifiers": [Identifier::ExternalId(input.external_id.clone())],
        "action": input.action,
        "externalOrganization": input.organization,
        "fieldRules": {
            "defaultAction": "PreferProvided",
            // Without a word Genesys only fills lists that are empty.
            "rules": [
                { "field": "$.externalIds", "action": "PreferProvided", "arrayAction": "Extend" },
                { "field": "$.websites", "action": "PreferProvided", "arrayAction": "Replace" },
            ],
        },
    })
}

fn added_keys(result: &BulkResult) -> Vec<String> {
    let contents = [Some(&result.entity), result.error.get("entity")].into_iter().flatten();
    contents.filter_map(organization_in).flat_map(|organization| keys(&organization.external_ids)).collect()
}

fn outcome_of(result: &BulkResult) -> ItemOutcome {
    match result.failure() {
        Some(failure) => ItemOutcome::Refused(failure),
        None => match organization_in(&result.entity).and_then(|organization| organization.id) {
            Some(id) if !id.is_empty() => ItemOutcome::Done { id, created: result.is_created() },
            _ => ItemOutcome::Missing,
        },
    }
}

fn organization_in(entity: &Value) -> Option<ExternalOrganization> {
    ExternalOrganization::deserialize(entity).ok()
}

impl fmt::Debug for ExternalOrganization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalOrganization").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acme(value: &str) -> ExternalOrganization {
        ExternalOrganization {
            name: Some("Acme".to_owned()),
            employee_count: Some(12),
            external_ids: vec![ExternalId { source_id: "s-1".to_owned(), value: value.to_owned() }],
            ..Default::default()
        }
    }

    #[test]
    fn an_enrich_names_its_data_and_its_tracker() {
        let input = EnrichOrganization {
            external_id: acme("001A").external_ids[0].clone(),
            action: EnrichAction::Upsert,
            organization: ExternalOrganization { id: Some("o-1".to_owned()), ..acme("001A") },
        };
        let external_id = json!({ "externalSource": { "id": "s-1" }, "value": "001A" });
        let expected = json!({
            "id": "001A",
            "matchingIdentifiers": [{ "type": "ExternalId", "value": "001A", "externalSource": { "id": "s-1" } }],
            "action": "Upsert",
            "externalOrganization": { "name": "Acme", "employeeCount": 12, "externalIds": [external_id] },
            "fieldRules": {
                "defaultAction": "PreferProvided",
                "rules": [
                    { "field": "$.externalIds", "action": "PreferProvided", "arrayAction": "Extend" },
                    { "field": "$.websites", "action": "PreferProvided", "arrayAction": "Replace" },
                ],
            },
        });
        assert_eq!(body(&input), expected);
    }

    #[test]
    fn a_result_is_known_by_the_external_id_it_carries() {
        let made: BulkResult = serde_json::from_value(json!({ "id": "o-1", "success": true, "status": 201, "entity": {
                "id": "o-1", "name": "Acme", "trustor": null, "websites": null, "employeeCount": 12, "tags": [],
                "externalIds": [{ "externalSource": { "id": "s-1", "name": "Salesforce" }, "value": "001A" }] } }))
        .unwrap();
        assert_eq!(added_keys(&made), add_batch(&[acme("001A")]).items[0].keys);
        assert_eq!(outcome_of(&made), ItemOutcome::Done { id: "o-1".to_owned(), created: true });
        let refused: BulkResult = serde_json::from_value(json!({ "success": false, "error": {
            "status": 422, "code": "validation.failed", "entity": { "externalIds": [{ "externalSource": { "id": "s-1" }, "value": "001B" }] } } }))
        .unwrap();
        assert_eq!(added_keys(&refused), add_batch(&[acme("001B")]).items[0].keys);
        assert!(matches!(outcome_of(&refused), ItemOutcome::Refused(Failure::Rejected { .. })));
    }
}
