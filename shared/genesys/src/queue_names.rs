//! The names of all queues.
//!
//! Aggregates name queues by id only. This listing is the digest that Genesys offers for that: five hundred a page, and
//! every queue of the organisation that the client's role may see.

use std::collections::BTreeMap;

use platform::deadline::Deadline;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Url;
use serde::Deserialize;

use crate::Genesys;
use crate::lenient::null_as_default;

const OPERATION: &str = "list queue names";
const PATH: &str = "/api/v2/routing/queues/divisionviews/all";

/// The most queues in a page; Genesys refuses more.
const PAGE_SIZE: u64 = 500;
/// Pages read at most: 100 × 500 queues, far beyond what an organisation may have.
const PAGES_MAX: u64 = 100;

/// A queue, as far as a report names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct QueueName {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// The division it belongs to.
    #[serde(default)]
    pub division: Option<Division>,
}

/// A division of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Division {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
}

/// A listing that goes by page number.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    entities: Vec<QueueName>,
    page_count: Option<u64>,
    total: Option<u64>,
    next_uri: Option<String>,
}

impl Page {
    /// Whether there is a page behind number `number`, by whatever Genesys tells.
    fn is_last(&self, number: u64) -> bool {
        match (self.page_count, &self.next_uri) {
            (Some(pages), _) => number >= pages,
            (None, Some(next)) => next.is_empty(),
            (None, None) => (self.entities.len() as u64) < PAGE_SIZE,
        }
    }
}

impl Genesys {
    /// All queues that the client may see, sorted by id (`GET /api/v2/routing/queues/divisionviews/all`).
    ///
    /// # Errors
    /// [`Failure::Conflict`] when queues came or went while the pages were read, so that one may be missing: read again.
    /// Any other [`CallError`]; there are never fewer names than queues.
    pub async fn queue_names(&self, deadline: Deadline) -> Result<Vec<QueueName>, CallError> {
        let base = self.url(OPERATION, PATH).await?;
        // By id, because a queue made meanwhile moves the others, and one of them comes a second time.
        let mut names = BTreeMap::new();
        for number in 1..=PAGES_MAX {
            let page: Page = self.ask(&Request::get(OPERATION, page_url(base.clone(), number)), deadline).await?;
            let (is_last, total) = (page.is_last(number), page.total);
            names.extend(page.entities.into_iter().map(|queue| (queue.id.clone(), queue)));
            if is_last {
                complete(names.len() as u64, total).map_err(|failure| self.api.error(OPERATION, failure))?;
                return Ok(names.into_values().collect());
            }
        }
        Err(self.api.error(OPERATION, Failure::Unexpected(format!("more than {PAGES_MAX} pages"))))
    }
}

fn page_url(mut url: Url, number: u64) -> Url {
    let mut pairs = url.query_pairs_mut();
    pairs.append_pair("pageSize", &PAGE_SIZE.to_string()).append_pair("pageNumber", &number.to_string());
    drop(pairs);
    url
}

/// Refuses a listing with other than the queues it tells of.
fn complete(names: u64, total: Option<u64>) -> Result<(), Failure> {
    match total {
        Some(total) if total != names => Err(Failure::Conflict { code: "listing.moved".to_owned() }),
        _ => Ok(()),
    }
}
