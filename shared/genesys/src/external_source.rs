//! The external source: the name under which another system's ids are kept in Genesys.

use platform::deadline::Deadline;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::json;

use crate::Genesys;
use crate::scan::Listing;

const PATH: &str = "/api/v2/externalcontacts/externalsources";
const FIND: &str = "list external sources";
const CREATE: &str = "create the external source";

/// Pages of sources read at most: 100 × 200 sources, far beyond what an organisation may have.
const PAGES_MAX: usize = 100;

/// A source of external ids.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ExternalSource {
    /// Its id.
    pub id: String,
    /// Its name, unique in the organisation.
    #[serde(default)]
    pub name: String,
    /// Whether it may be used; absent means yes.
    #[serde(default)]
    pub active: Option<bool>,
}

impl Genesys {
    /// The source with exactly this name; made when there is none.
    ///
    /// # Errors
    /// [`Failure::Misconfigured`] for a source that was deactivated; any other [`CallError`].
    pub async fn external_source(&self, name: &str, deadline: Deadline) -> Result<ExternalSource, CallError> {
        if let Some(source) = self.find_external_source(name, deadline).await? {
            return Ok(source);
        }
        match self.create_source(name, deadline).await {
            // Somebody made it between our two requests, or our own request was carried out without an answer.
            Err(error) if matches!(error.failure, Failure::Conflict { .. } | Failure::NoAnswer) => {
                let found = self.find_external_source(name, deadline).await?;
                found.ok_or_else(|| CallError { failure: absent(name, &error.failure), ..error })
            }
            made => made,
        }
    }

    /// The source with exactly this name, if there is one. Makes nothing, so a dry run may ask.
    ///
    /// # Errors
    /// As [`Self::external_source`].
    pub async fn find_external_source(
        &self,
        name: &str,
        deadline: Deadline,
    ) -> Result<Option<ExternalSource>, CallError> {
        let base = self.url(FIND, PATH).await?;
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let request = Request::get(FIND, page_url(base.clone(), name, cursor.as_deref()));
            let listing: Listing<ExternalSource> = self.ask(&request, deadline).await?;
            if let Some(source) = listing.entities.iter().find(|source| source.name == name) {
                return usable(source).map(Some).map_err(|failure| self.api.error(FIND, failure));
            }
            cursor = listing.next(cursor.as_deref()).map_err(|failure| self.api.error(FIND, failure))?;
            if cursor.is_none() {
                return Ok(None);
            }
        }
        Err(self.api.error(FIND, Failure::Unexpected(format!("more than {PAGES_MAX} pages"))))
    }

    async fn create_source(&self, name: &str, deadline: Deadline) -> Result<ExternalSource, CallError> {
        let body = json!({ "name": name, "active": true });
        // The name is unique, so a second create makes no second source: it is refused with 409.
        let request = Request::json(CREATE, Method::POST, self.url(CREATE, PATH).await?, &body, Repeat::Safe);
        self.ask(&request, deadline).await
    }
}

/// The listing filters by prefix, so other sources whose names begin alike come with it.
fn page_url(mut url: Url, name: &str, cursor: Option<&str>) -> Url {
    url.query_pairs_mut().append_pair("name", name).append_pair("limit", "200");
    if let Some(cursor) = cursor {
        url.query_pairs_mut().append_pair("cursor", cursor);
    }
    url
}

/// A source that exists and is not found under its name is spelled in another way, or out of this client's sight.
fn absent(name: &str, failure: &Failure) -> Failure {
    match failure {
        Failure::Conflict { code } => Failure::Misconfigured(format!(
            "Genesys has an external source like {name:?} already, but not under exactly this name ({code}); configure the name as it stands there"
        )),
        other => other.clone(),
    }
}

fn usable(source: &ExternalSource) -> Result<ExternalSource, Failure> {
    if source.active == Some(false) {
        let line = format!(
            "the external source {:?} is inactive; activate it in Genesys or configure another name",
            source.name
        );
        return Err(Failure::Misconfigured(line));
    }
    Ok(source.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listing_is_asked_by_name_and_page() {
        let url = Url::parse("https://api.mypurecloud.com/api/v2/externalcontacts/externalsources").unwrap();
        let query = |cursor| page_url(url.clone(), "Sales & Co", cursor).query().unwrap_or_default().to_owned();
        assert_eq!(query(None), "name=Sales+%26+Co&limit=200");
        assert_eq!(query(Some("c")), "name=Sales+%26+Co&limit=200&cursor=c");
    }

    #[test]
    fn an_inactive_source_is_not_used() {
        let source = |active| ExternalSource { id: "s".to_owned(), name: "Salesforce".to_owned(), active };
        assert!(usable(&source(None)).is_ok() && usable(&source(Some(true))).is_ok());
        assert!(matches!(usable(&source(Some(false))), Err(Failure::Misconfigured(_))));
    }
}
