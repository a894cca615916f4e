//! How many interactions an agent may have at once, per medium.
//!
//! The organisation has one such object and an agent may have one of their own; until then, the organisation's is
//! answered for the agent, with `level` saying so. A PUT replaces it: a medium that is left out falls back to its
//! default.

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Method;

use crate::path::id;
use crate::{Document, Genesys};

const READ: &str = "read a utilization";
const WRITE: &str = "write a utilization";

/// Whose utilization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UtilizationOf<'a> {
    /// One agent's, by user id.
    User(&'a str),
    /// The organisation's: that of every agent who has none of their own.
    Organization,
}

impl Genesys {
    /// A utilization (`GET /api/v2/routing/users/{id}/utilization` or `GET /api/v2/routing/utilization`).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn utilization(&self, of: UtilizationOf<'_>, deadline: Deadline) -> Result<Document, CallError> {
        let path = path(of).map_err(|failure| self.api.error(READ, failure))?;
        let url = self.url(READ, &path).await?;
        self.ask(&Request::get(READ, url), deadline).await
    }

    /// Replaces a utilization (PUT to the same path). Never repeated blindly: it is to be read again first.
    ///
    /// # Errors
    /// [`Failure::Conflict`] when somebody else is changing it at this moment; [`Failure::OutOfTime`] when the lease
    /// does not outlive the call; any other [`CallError`].
    pub async fn put_utilization(
        &self,
        of: UtilizationOf<'_>,
        utilization: &Document,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let path = path(of).map_err(|failure| self.api.error(WRITE, failure))?;
        let url = self.url(WRITE, &path).await?;
        let request = Request::json(WRITE, Method::PUT, url, utilization, Repeat::ReadFirst).under(lease);
        self.api.send(&request, deadline).await.map(drop)
    }
}

fn path(of: UtilizationOf<'_>) -> Result<String, Failure> {
    match of {
        UtilizationOf::User(user) => Ok(format!("/api/v2/routing/users/{}/utilization", id(user, "user")?)),
        UtilizationOf::Organization => Ok("/api/v2/routing/utilization".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_to_another_path() {
        assert_eq!(path(UtilizationOf::User("u-1")).unwrap(), "/api/v2/routing/users/u-1/utilization");
        assert_eq!(path(UtilizationOf::Organization).unwrap(), "/api/v2/routing/utilization");
        assert!(path(UtilizationOf::User("../u-1")).is_err());
    }
}
