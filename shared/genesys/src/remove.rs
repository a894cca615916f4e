//! Removing contacts, and taking a Salesforce id off one that stays.
//!
//! Removing is final: Genesys has no recycle bin. Unlinking leaves the contact with its conversations and takes away
//! what made it ours: the external id and the link to the record.

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure};
use serde_json::{Value, json};

use crate::bulk::{Batch, BulkResult, id_of};
use crate::fetch::{FETCH_MAX, item};
use crate::{Change, ExternalContact, ExternalId, Genesys};

const REMOVE: &str = "remove contacts";

/// What became of one contact that was to be removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Removal {
    /// Removed.
    Removed,
    /// There was none any more.
    AlreadyGone,
    /// Still there, and why.
    Refused(Failure),
    /// The answer holds no result for this contact: it may have been removed. Doing it again ends the same.
    #[default]
    Missing,
}

impl From<Failure> for Removal {
    fn from(failure: Failure) -> Self {
        if matches!(failure, Failure::NotFound { .. }) { Self::AlreadyGone } else { Self::Refused(failure) }
    }
}

impl Genesys {
    /// Removes contacts by id, each given once (`POST /api/v2/externalcontacts/bulk/contacts/remove`, 50 at a time).
    /// Outcome i belongs to id i.
    ///
    /// # Errors
    /// [`CallError`] when nothing was sent or nothing is known; [`Failure::Unexpected`] for an id that is none or
    /// stands twice.
    pub async fn remove(
        &self,
        ids: &[impl AsRef<str>],
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<Vec<Removal>, CallError> {
        let batch = batch(ids).map_err(|failure| self.api.error(REMOVE, failure))?;
        self.send_batch(&batch, Some(lease), deadline).await
    }

    /// Takes one external id and the link to the record off a contact, and returns what it is then. Doing it again ends
    /// the same.
    ///
    /// # Errors
    /// [`Failure::NotFound`] when the contact is gone. Any other [`CallError`], as [`Self::patch`].
    pub async fn unlink(
        &self,
        id: &str,
        old: &ExternalId,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<ExternalContact, CallError> {
        self.patch(id, &unlinked(old), lease, deadline).await
    }

    /// Puts the external id `new` in the place of `old`, with the link to its record, and returns what the contact is
    /// then. Without an answer it is read again before it is repeated: one of the changes adds to a list.
    ///
    /// # Errors
    /// [`Failure::NotFound`] when the contact is gone, [`Failure::Conflict`] when another contact has the new id. Any
    /// other [`CallError`], as [`Self::patch`].
    pub async fn relink(
        &self,
        id: &str,
        old: &ExternalId,
        new: &ExternalId,
        record_url: &str,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<ExternalContact, CallError> {
        self.patch(id, &relinked(old, new, record_url), lease, deadline).await
    }
}

fn batch(ids: &[impl AsRef<str>]) -> Result<Batch<Removal>, Failure> {
    Ok(Batch {
        operation: REMOVE,
        path: "/api/v2/externalcontacts/bulk/contacts/remove",
        repeat: Repeat::Safe,
        size_max: FETCH_MAX,
        items: ids.iter().map(|contact| item(contact.as_ref())).collect::<Result<_, _>>()?,
        keys_of: id_of,
        outcome_of,
    })
}

/// A removal's result carries no contact, only the id and how it went.
fn outcome_of(result: &BulkResult) -> Removal {
    result.failure().map_or(Removal::Removed, Removal::from)
}

const EXTERNAL_IDS: &str = "externalIds";
const RECORD_URL: &str = "externalSystemUrl";

/// The changes that take an external id off a contact.
pub fn unlinked(old: &ExternalId) -> Vec<Change> {
    vec![Change::take_out(EXTERNAL_IDS, [wire(old)]), Change::remove(RECORD_URL)]
}

/// The changes that put one external id in the place of another.
pub fn relinked(old: &ExternalId, new: &ExternalId, record_url: &str) -> Vec<Change> {
    vec![
        Change::take_out(EXTERNAL_IDS, [wire(old)]),
        Change::append(EXTERNAL_IDS, json!([wire(new)])),
        Change::update(RECORD_URL, record_url),
    ]
}

fn wire(id: &ExternalId) -> Value {
    json!({ "externalSource": { "id": id.source_id }, "value": id.value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removal_without_an_entity_is_done_and_one_without_a_contact_too() {
        let outcome = |result: Value| outcome_of(&serde_json::from_value(result).unwrap());
        assert_eq!(outcome(json!({ "id": "c-1", "success": true, "status": 200 })), Removal::Removed);
        let gone =
            json!({ "id": "c-1", "success": false, "status": 404, "error": { "code": "not.found", "status": 404 } });
        assert_eq!(outcome(gone), Removal::AlreadyGone);
        let busy = json!({ "id": "c-1", "success": false, "error": { "code": "x", "status": 409, "retryable": true } });
        assert!(matches!(outcome(busy), Removal::Refused(Failure::Busy { .. })));
    }

    #[test]
    fn an_id_is_put_in_the_place_of_another_in_one_request() {
        let id = |value: &str| ExternalId { source_id: "s-1".to_owned(), value: value.to_owned() };
        let wired = |value: &str| json!({ "externalSource": { "id": "s-1" }, "value": value });
        let expected = vec![
            Change::take_out("externalIds", [wired("003A")]),
            Change::append("externalIds", json!([wired("003B")])),
            Change::update("externalSystemUrl", "https://a.example/003B"),
        ];
        assert_eq!(relinked(&id("003A"), &id("003B"), "https://a.example/003B"), expected);
        assert_eq!(unlinked(&id("003A")), [expected[0].clone(), Change::remove("externalSystemUrl")]);
    }
}
