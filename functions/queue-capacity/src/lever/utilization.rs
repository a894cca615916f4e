//! How many interactions of one kind an agent takes at once: `utilization.<media>.maximumCapacity`, 1 to 50. A PUT
//! replaces the object, and a medium that is left out falls back to its default, so the others go back as they were.
//!
//! An agent without a utilization of their own shows the organisation's. Setting one number then gives them their own,
//! with the organisation's other numbers as they are at that moment.

use genesys::{Document, Genesys, UtilizationOf};
use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::vendor::CallError;

use super::{Found, Set, with_all};

/// Which step of a number's path names the medium.
pub(super) const MEDIA_IN_PATH: usize = 1;

/// Says where the answer comes from; no part of what is set.
pub(super) const COMPUTED: [&str; 1] = ["level"];

/// A utilization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utilization {
    /// Whose.
    pub whose: Whose,
}

/// Whose utilization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// One agent's, by user id.
    User(String),
    /// That of every agent who has none of their own.
    Organization,
}

/// The utilization as it was found, with other numbers for these media.
pub fn plan(wanted: &[Set<'_>], found: &Found) -> Document {
    with_all(&found.document.without(&COMPUTED), wanted)
}

impl Utilization {
    pub(super) fn object_id(&self) -> String {
        match &self.whose {
            Whose::User(user) => format!("user/{user}"),
            Whose::Organization => "organization".to_owned(),
        }
    }

    fn of(&self) -> UtilizationOf<'_> {
        match &self.whose {
            Whose::User(user) => UtilizationOf::User(user),
            Whose::Organization => UtilizationOf::Organization,
        }
    }

    pub(super) async fn read(&self, genesys: &Genesys, deadline: Deadline) -> Result<Found, CallError> {
        Ok(Found { document: genesys.utilization(self.of(), deadline).await?, etag: None })
    }

    pub(super) async fn apply(
        &self,
        body: &Document,
        genesys: &Genesys,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        genesys.put_utilization(self.of(), body, lease, deadline).await
    }
}
