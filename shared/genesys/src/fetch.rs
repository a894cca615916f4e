//! Many contacts by their ids, in one request.

use platform::deadline::Deadline;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure};

use crate::bulk::{Batch, BulkResult, Item, contact_in, id_of};
use crate::path::id;
use crate::{ExternalContact, Genesys};

/// The most contacts in one fetch or removal. Not published; 50 is what public code uses.
pub const FETCH_MAX: usize = 50;

const OPERATION: &str = "fetch contacts";

/// What is known of one of the contacts that were asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Fetched {
    /// It exists. After a merge this is the contact that represents it, and its
    /// [`current_id`](ExternalContact::current_id) another than the one asked for.
    Found(Box<ExternalContact>),
    /// It does not exist.
    Gone,
    /// Not told, and why.
    Refused(Failure),
    /// The answer holds no result for this id; [`Genesys::contact`] tells.
    #[default]
    Missing,
}

impl From<Failure> for Fetched {
    fn from(failure: Failure) -> Self {
        if matches!(failure, Failure::NotFound { .. }) { Self::Gone } else { Self::Refused(failure) }
    }
}

impl Genesys {
    /// The contacts with these ids, each given once (`POST /api/v2/externalcontacts/bulk/contacts`, 50 at a time).
    /// Outcome i belongs to id i, whatever the order of the answer.
    ///
    /// # Errors
    /// [`CallError`] when nothing is known; [`Failure::Unexpected`] for an id that is none or stands twice.
    pub async fn fetch(&self, ids: &[impl AsRef<str>], deadline: Deadline) -> Result<Vec<Fetched>, CallError> {
        let batch = batch(ids).map_err(|failure| self.api.error(OPERATION, failure))?;
        self.send_batch(&batch, None, deadline).await
    }
}

fn batch(ids: &[impl AsRef<str>]) -> Result<Batch<Fetched>, Failure> {
    Ok(Batch {
        operation: OPERATION,
        path: "/api/v2/externalcontacts/bulk/contacts",
        repeat: Repeat::Safe,
        size_max: FETCH_MAX,
        items: ids.iter().map(|contact| item(contact.as_ref())).collect::<Result<_, _>>()?,
        keys_of: id_of,
        outcome_of,
    })
}

/// An id as an item of a bulk request.
pub(crate) fn item(contact: &str) -> Result<Item, Failure> {
    let contact = id(contact, "contact")?;
    Ok(Item { entity: serde_json::json!({ "id": contact }), keys: vec![contact.to_owned()] })
}

fn outcome_of(result: &BulkResult) -> Fetched {
    match result.failure() {
        Some(failure) => Fetched::from(failure),
        None => match contact_in(&result.entity).filter(|contact| contact.current_id().is_some()) {
            Some(contact) => Fetched::Found(Box::new(contact)),
            None => Fetched::Missing,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outcome(result: serde_json::Value) -> Fetched {
        outcome_of(&serde_json::from_value(result).unwrap())
    }

    #[test]
    fn gone_refused_and_untold_are_three_things() {
        let gone =
            json!({ "id": "c-1", "success": false, "status": 404, "error": { "code": "not.found", "status": 404 } });
        assert_eq!(outcome(gone), Fetched::Gone);
        let refused = json!({ "id": "c-1", "success": false, "status": 403, "error": { "code": "not.authorized", "status": 403 } });
        assert!(matches!(outcome(refused), Fetched::Refused(Failure::Forbidden { .. })));
        assert_eq!(outcome(json!({ "id": "c-1", "success": true, "status": 200 })), Fetched::Missing);
        let merged =
            json!({ "id": "c-1", "success": true, "entity": { "id": "c-1", "canonicalContact": { "id": "c-9" } } });
        assert!(matches!(outcome(merged), Fetched::Found(contact) if contact.current_id() == Some("c-9")));
    }

    #[test]
    fn an_id_that_is_none_is_refused_before_anything_is_sent() {
        assert!(batch(&["c-1", "../organizations"]).is_err());
    }
}
