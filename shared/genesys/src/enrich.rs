//! Creating or updating contacts by what identifies them.
//!
//! The safest write there is here: done twice, it ends the same. Values that are not given stay as they are, and
//! external ids are added to those that are there, never put in their place.

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use crate::bulk::{Batch, Item, id_of, written};
use crate::{ExternalContact, Genesys, Identifier, ItemOutcome};

/// The most contacts in one bulk enrich; Genesys refuses more.
pub const ENRICH_MAX: usize = 10;

const ONE: &str = "enrich a contact";
const MANY: &str = "enrich contacts";

/// One contact to create or update.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrich {
    /// What it is found by.
    pub identifier: Identifier,
    /// What to do when it is found, or is not.
    pub action: EnrichAction,
    /// The values to set.
    pub contact: ExternalContact,
    /// Our name for this item, unique in its batch: its result is recognised by it.
    pub tracker: String,
}

/// What to do with a contact that is found, or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum EnrichAction {
    /// Update it; create it when there is none.
    Upsert,
    /// Update it; [`Failure::NotFound`] when there is none.
    Update,
    /// Create it; [`Failure::Conflict`] when there is one.
    Insert,
}

impl Genesys {
    /// Creates or updates contacts (`POST /api/v2/externalcontacts/contacts/enrich`, or its bulk twin for more than
    /// one). Outcome i belongs to input i.
    ///
    /// # Errors
    /// [`CallError`] when nothing was sent or nothing is known. What concerns one contact is its outcome.
    pub async fn enrich(
        &self,
        inputs: &[Enrich],
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<Vec<ItemOutcome>, CallError> {
        match inputs {
            [only] => Ok(vec![self.enrich_one(only, lease, deadline).await?]),
            many => self.send_batch(&batch(many), Some(lease), deadline).await,
        }
    }

    async fn enrich_one(
        &self,
        input: &Enrich,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<ItemOutcome, CallError> {
        let url = self.url(ONE, "/api/v2/externalcontacts/contacts/enrich").await?;
        let request = Request::json(ONE, Method::POST, url, &body(input, None), Repeat::Safe).under(lease);
        let answer = match self.api.send(&request, deadline).await {
            Ok(answer) => answer,
            Err(error) if is_about_the_contact(&error.failure) => return Ok(ItemOutcome::Refused(error.failure)),
            Err(error) => return Err(error),
        };
        let contact: ExternalContact = self.read(ONE, &answer)?;
        let done = |id: &str| ItemOutcome::Done { id: id.to_owned(), created: answer.status == 201 };
        Ok(contact.current_id().map_or(ItemOutcome::Missing, done))
    }
}

fn is_about_the_contact(failure: &Failure) -> bool {
    matches!(failure, Failure::Rejected { .. } | Failure::Conflict { .. } | Failure::NotFound { .. })
}

fn batch(inputs: &[Enrich]) -> Batch<ItemOutcome> {
    let item = |input: &Enrich| Item { entity: body(input, Some(&input.tracker)), keys: vec![input.tracker.clone()] };
    Batch {
        operation: MANY,
        path: "/api/v2/externalcontacts/bulk/contacts/enrich",
        repeat: Repeat::Safe,
        size_max: ENRICH_MAX,
        items: inputs.iter().map(item).collect(),
        keys_of: id_of,
        outcome_of: written,
    }
}

/// The tracker goes out in bulk only; the single endpoint has no use for it.
fn body(input: &Enrich, tracker: Option<&str>) -> Value {
    let mut body = json!({
        "matchingIdentifiers": [input.identifier],
        "action": input.action,
        "contact": input.contact.to_send(),
        "fieldRules": {
            "defaultAction": "PreferProvided",
            "rules": [{ "field": "$.externalIds", "action": "PreferProvided", "arrayAction": "Extend" }],
        },
    });
    if let Some(tracker) = tracker {
        body["id"] = Value::from(tracker);
    }
    body
}

#[cfg(test)]
pub(crate) fn batch_for_tests(inputs: &[Enrich]) -> Batch<ItemOutcome> {
    batch(inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_keeps_other_external_ids_and_names_one_identifier() {
        let input = Enrich {
            identifier: Identifier::Email("ana@example.com".to_owned()),
            action: EnrichAction::Upsert,
            contact: ExternalContact {
                id: Some("c-1".to_owned()),
                last_name: Some("Lima".to_owned()),
                ..Default::default()
            },
            tracker: "003A".to_owned(),
        };
        let expected = json!({
            "matchingIdentifiers": [{ "type": "Email", "value": "ana@example.com" }],
            "action": "Upsert",
            "contact": { "lastName": "Lima" },
            "fieldRules": {
                "defaultAction": "PreferProvided",
                "rules": [{ "field": "$.externalIds", "action": "PreferProvided", "arrayAction": "Extend" }],
            },
        });
        assert_eq!(body(&input, None), expected);
        assert_eq!(body(&input, Some("003A"))["id"], "003A");
    }
}
