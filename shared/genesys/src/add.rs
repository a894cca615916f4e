//! Adding contacts that are known to be new.
//!
//! The answer to an add carries no id of ours, so a result is recognised by the external ids in its content. An add is
//! the one write here that must not be repeated blindly: without an answer the caller repeats it by key.

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::Repeat;
use platform::vendor::CallError;

use crate::bulk::{Batch, BulkResult, Item, contact_in, keys, written};
use crate::{ExternalContact, Genesys, ItemOutcome};

/// The most contacts sent in one add. Not published; 50 is what public code uses.
pub const ADD_MAX: usize = 50;

impl Genesys {
    /// Adds contacts, each of which carries an external id (`POST /api/v2/externalcontacts/bulk/contacts/add`).
    /// Outcome i belongs to contact i.
    ///
    /// # Errors
    /// [`CallError`] when nothing was sent or nothing is known; then every contact is to be treated as
    /// [`ItemOutcome::Missing`] if [`CallError::next`] says *read back*.
    pub async fn add(
        &self,
        contacts: &[ExternalContact],
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<Vec<ItemOutcome>, CallError> {
        let mut outcomes = self.send_batch(&batch(contacts), Some(lease), deadline).await?;
        for outcome in &mut outcomes {
            if let ItemOutcome::Done { created, .. } = outcome {
                *created = true; // An add that succeeded created, whatever status stands at its result.
            }
        }
        Ok(outcomes)
    }
}

fn batch(contacts: &[ExternalContact]) -> Batch<ItemOutcome> {
    Batch {
        operation: "add contacts",
        path: "/api/v2/externalcontacts/bulk/contacts/add",
        repeat: Repeat::OnlyIfUntouched,
        size_max: ADD_MAX,
        items: contacts.iter().map(item).collect(),
        keys_of,
        outcome_of: written,
    }
}

fn item(contact: &ExternalContact) -> Item {
    Item { entity: serde_json::to_value(contact.to_send()).unwrap_or_default(), keys: keys(&contact.external_ids) }
}

/// The keys in a result: those of the contact it made, or of the one it refused.
fn keys_of(result: &BulkResult) -> Vec<String> {
    let refused = result.error.get("entity");
    let contents = [Some(&result.entity), refused].into_iter().flatten();
    contents.filter_map(contact_in).flat_map(|contact| keys(&contact.external_ids)).collect()
}

#[cfg(test)]
pub(crate) fn batch_for_tests(contacts: &[ExternalContact]) -> Batch<ItemOutcome> {
    batch(contacts)
}
