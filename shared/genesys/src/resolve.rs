//! One contact by its id, followed to the record that represents it.
//!
//! A merge makes a new contact and leaves the old ids as signposts. Genesys follows them itself where it can; where an
//! answer still points elsewhere, the signpost is followed here, to its end and never in a circle.

use platform::deadline::Deadline;
use platform::vendor::{CallError, Failure, Request};

use crate::path::id;
use crate::{ExternalContact, Genesys};

const OPERATION: &str = "read a contact";

/// Signposts followed at most. A merge set holds at most 52 contacts, and each step leads to a later merge.
const STEPS_MAX: usize = 16;

impl Genesys {
    /// The contact that `contact_id` stands for now (`GET /api/v2/externalcontacts/contacts/{id}`); `None` when it, or
    /// the one it was merged into, is gone. Its [`current_id`](ExternalContact::current_id) is the id to store, which
    /// after a merge is another than the one that was asked for. One request, and one more for each signpost.
    ///
    /// # Errors
    /// [`Failure::Unexpected`] for signposts without an end. Any other [`CallError`].
    pub async fn contact(&self, contact_id: &str, deadline: Deadline) -> Result<Option<ExternalContact>, CallError> {
        let mut seen = Vec::new();
        let mut next = contact_id.to_owned();
        while seen.len() < STEPS_MAX && !seen.contains(&next) {
            let Some(contact) = self.contact_at(&next, deadline).await? else { return Ok(None) };
            let current = contact.current_id().unwrap_or_default().to_owned();
            if contact.id.as_ref() == Some(&current) {
                return Ok(Some(contact));
            }
            seen.push(std::mem::replace(&mut next, current));
        }
        Err(self.api.error(OPERATION, Failure::Unexpected("a merge that leads to no contact".to_owned())))
    }

    async fn contact_at(&self, contact: &str, deadline: Deadline) -> Result<Option<ExternalContact>, CallError> {
        let fail = |failure| self.api.error(OPERATION, failure);
        let path = format!("/api/v2/externalcontacts/contacts/{}", id(contact, "contact").map_err(fail)?);
        let request = Request::get(OPERATION, self.url(OPERATION, &path).await?);
        match self.ask::<ExternalContact>(&request, deadline).await {
            Ok(found) if found.current_id().is_none() => {
                Err(fail(Failure::Unexpected("a contact without an id".to_owned())))
            }
            Ok(found) => Ok(Some(found)),
            Err(error) if matches!(error.failure, Failure::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
