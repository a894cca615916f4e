//! Which organisation a token belongs to.

use platform::deadline::Deadline;
use platform::vendor::{CallError, Failure, Request};
use serde::Deserialize;

use crate::Genesys;

const OPERATION: &str = "read the organisation";

/// A Genesys organisation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

impl Genesys {
    /// The organisation of the token (`GET /api/v2/organizations/me`; no permission needed).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn organization(&self, deadline: Deadline) -> Result<Organization, CallError> {
        let url = self.url(OPERATION, "/api/v2/organizations/me").await?;
        self.ask(&Request::get(OPERATION, url), deadline).await
    }

    /// The organisation of the token, if it is the one that the secret names. A client of another organisation, stored
    /// for the wrong stage, must write nothing; so this comes before an environment's first write.
    ///
    /// # Errors
    /// [`Failure::Misconfigured`] naming both ids; any other [`CallError`].
    pub async fn confirm_organization(&self, deadline: Deadline) -> Result<Organization, CallError> {
        let expected = self.credentials(OPERATION).await?.genesys_org_id.trim().to_owned();
        let organization = self.organization(deadline).await?;
        if organization.id.eq_ignore_ascii_case(&expected) {
            return Ok(organization);
        }
        Err(self.api.error(OPERATION, mismatch(&expected, &organization.id)))
    }
}

fn mismatch(expected: &str, found: &str) -> Failure {
    Failure::Misconfigured(format!(
        "the OAuth client belongs to the organisation {found:?}, but `genesys_org_id` in the secret is {expected:?}; \
         correct the one that is wrong for this stage; nothing was written"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mismatch_names_both_organisations() {
        let line = mismatch("a-1", "b-2").to_string();
        assert!(line.contains("a-1") && line.contains("b-2") && line.contains("genesys_org_id"), "{line}");
    }

    #[test]
    fn an_organisation_is_read_from_a_longer_answer() {
        let organization: Organization =
            serde_json::from_str(r#"{"id":"o-1","name":"Acme","state":"active","features":{}}"#).unwrap();
        assert_eq!((organization.id.as_str(), organization.name.as_str()), ("o-1", "Acme"));
    }
}
