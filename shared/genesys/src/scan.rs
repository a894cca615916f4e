//! Reading all contacts.
//!
//! The search endpoint ends at 1,000 contacts whatever one asks it, without saying so. Only the scan, which goes by
//! cursor, sees everything; the search is not in this crate.

use platform::deadline::Deadline;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use crate::lenient::null_as_default;
use crate::{ExternalContact, Genesys};

/// The most contacts in a page; Genesys refuses more.
pub const SCAN_PAGE_MAX: u32 = 200;
/// The fewest contacts in a page; Genesys refuses fewer.
const SCAN_PAGE_MIN: u32 = 10;

const OPERATION: &str = "scan contacts";

/// One page of all contacts.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanPage {
    /// The contacts.
    pub contacts: Vec<ExternalContact>,
    /// Where the next page begins; `None` after the last. Genesys keeps it for 24 hours.
    pub next: Option<String>,
}

/// A listing that goes by cursor. Where the cursor stands differs from listing to listing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: Deserialize<'de>")]
pub(crate) struct Listing<T> {
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub(crate) entities: Vec<T>,
    #[serde(default)]
    cursors: Value,
    cursor: Option<String>,
    next_uri: Option<String>,
}

impl Genesys {
    /// The page of all contacts that begins at `cursor`; the first without one. `limit` is cut to what Genesys allows.
    ///
    /// # Errors
    /// [`Failure::Conflict`] when Genesys no longer knows the cursor: begin again. Any other [`CallError`].
    pub async fn scan(&self, cursor: Option<&str>, limit: u32, deadline: Deadline) -> Result<ScanPage, CallError> {
        let url = page_url(self.url(OPERATION, "/api/v2/externalcontacts/scan/contacts").await?, cursor, limit);
        let listing: Listing<ExternalContact> =
            self.ask(&Request::get(OPERATION, url), deadline).await.map_err(|error| restart(error, cursor))?;
        let next = listing.next(cursor).map_err(|failure| self.api.error(OPERATION, failure))?;
        Ok(ScanPage { contacts: listing.entities, next })
    }
}

impl<T> Listing<T> {
    /// The cursor of the next page. One that stands still would repeat a page for ever, so it is an error.
    pub(crate) fn next(&self, current: Option<&str>) -> Result<Option<String>, Failure> {
        let after = self.cursors.get("after").and_then(Value::as_str).map(str::to_owned);
        let candidates = [after, self.cursor.clone(), self.next_uri.as_deref().and_then(cursor_in)];
        let next = candidates.into_iter().flatten().find(|cursor| !cursor.is_empty());
        if next.is_some() && next.as_deref() == current {
            return Err(Failure::Unexpected("the listing's cursor does not move".to_owned()));
        }
        Ok(next)
    }
}

fn page_url(mut url: Url, cursor: Option<&str>, limit: u32) -> Url {
    url.query_pairs_mut().append_pair("limit", &limit.clamp(SCAN_PAGE_MIN, SCAN_PAGE_MAX).to_string());
    if let Some(cursor) = cursor {
        url.query_pairs_mut().append_pair("cursor", cursor);
    }
    url
}

/// A refused cursor is no fault of a record: the scan has to begin again.
fn restart(error: CallError, cursor: Option<&str>) -> CallError {
    match error.failure {
        Failure::Rejected { code, .. } if cursor.is_some() => {
            CallError { failure: Failure::Conflict { code }, ..error }
        }
        failure => CallError { failure, ..error },
    }
}

/// The `cursor` parameter of a relative or absolute URI.
fn cursor_in(uri: &str) -> Option<String> {
    let base = Url::parse("https://relative.invalid").ok()?;
    let url = base.join(uri).ok()?;
    url.query_pairs().find(|(name, _)| name == "cursor").map(|(_, cursor)| cursor.into_owned())
}

#[cfg(test)]
mod tests {
    use platform::next::Next;

    use super::*;

    fn next(listing: &str, current: Option<&str>) -> Result<Option<String>, Failure> {
        serde_json::from_str::<Listing<ExternalContact>>(listing).unwrap().next(current)
    }

    fn url(cursor: Option<&str>, limit: u32) -> String {
        page_url(
            Url::parse("https://api.mypurecloud.com/api/v2/externalcontacts/scan/contacts").unwrap(),
            cursor,
            limit,
        )
        .to_string()
    }

    #[test]
    fn the_next_page_is_found_wherever_its_cursor_stands() {
        assert_eq!(
            next(r#"{"entities":[],"cursors":{"before":null,"after":"b"}}"#, Some("a")),
            Ok(Some("b".to_owned()))
        );
        assert_eq!(next(r#"{"entities":[],"cursor":"b"}"#, None), Ok(Some("b".to_owned())));
        assert_eq!(
            next(r#"{"entities":[],"nextUri":"/api/v2/x?limit=10&cursor=b%3D%3D"}"#, None),
            Ok(Some("b==".to_owned()))
        );
        for last in
            [r#"{"entities":[]}"#, r#"{"cursors":null}"#, r#"{"entities":null,"cursors":{"after":""},"nextUri":null}"#]
        {
            assert_eq!(next(last, Some("a")), Ok(None), "{last}");
        }
    }

    #[test]
    fn a_cursor_that_stands_still_ends_the_scan_with_an_error() {
        assert!(next(r#"{"entities":[],"cursors":{"after":"a"}}"#, Some("a")).is_err());
    }

    #[test]
    fn a_page_asks_for_no_more_and_no_less_than_genesys_allows() {
        assert!(url(None, 5_000).ends_with("?limit=200"));
        assert!(url(Some("a=&b"), 1).ends_with("?limit=10&cursor=a%3D%26b"));
    }

    #[test]
    fn an_expired_cursor_means_begin_again() {
        let refused = || CallError {
            vendor: "genesys",
            operation: OPERATION,
            correlation_id: None,
            was_sent: true,
            failure: Failure::Rejected { code: "unprocessable.entity".to_owned(), field: None },
        };
        assert_eq!(restart(refused(), Some("old")).next(), Next::PlanAgain);
        assert_eq!(restart(refused(), None).next(), Next::Quarantine);
    }

    /// A source that knows no search cannot stop at its thousandth contact.
    #[test]
    fn t14_contacts_are_never_read_through_the_search_with_its_end_at_one_thousand() {
        let sources = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
        let page_parameter = ["page", "Number"].concat();
        let search = ["contacts", "/search"].concat();
        for source in sources.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            let text = std::fs::read_to_string(&source).unwrap();
            let is_about_contacts = text.contains("/api/v2/externalcontacts/");
            assert!(!(is_about_contacts && text.contains(&page_parameter)), "{}", source.display());
            assert!(!text.contains(&search), "{}", source.display());
        }
    }
}
