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
    page_size: Option<u64>,
    page_count: Option<u64>,
    total: Option<u64>,
    next_uri: Option<String>,
}

impl Page {
    /// Whether page number `number` is the last one, by whatever Genesys tells.
    fn is_last(&self, number: u64) -> bool {
        match (self.page_count, self.next_uri.as_deref()) {
            (Some(pages), _) => number >= pages,
            (None, Some(next)) => next.is_empty(),
            (None, None) => self.is_short(),
        }
    }

    /// Whether it has fewer queues than a page has: only the last one may.
    fn is_short(&self) -> bool {
        let size = self.page_size.filter(|size| (1..PAGE_SIZE).contains(size)).unwrap_or(PAGE_SIZE);
        (self.entities.len() as u64) < size
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
            let (is_last, is_short, total) = (page.is_last(number), page.is_short(), page.total);
            names.extend(page.entities.into_iter().map(|queue| (queue.id.clone(), queue)));
            let known = if is_last { total } else { None };
            if (is_short && !is_last) || known.is_some_and(|total| total != names.len() as u64) {
                return Err(self.api.error(OPERATION, Failure::Conflict { code: "listing.moved".to_owned() }));
            }
            if is_last {
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn page(queues: usize, members: &Value) -> Page {
        let entities: Vec<Value> = (0..queues).map(|number| json!({ "id": format!("q-{number}") })).collect();
        let mut page = json!({ "entities": entities });
        page.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        serde_json::from_value(page).unwrap()
    }

    #[test]
    fn the_last_page_is_known_by_whatever_the_listing_tells() {
        let full = 500;
        assert!(!page(full, &json!({ "pageCount": 2 })).is_last(1));
        assert!(page(full, &json!({ "pageCount": 2 })).is_last(2));
        assert!(page(0, &json!({ "pageCount": 0 })).is_last(1));
        assert!(!page(7, &json!({ "nextUri": "/api/v2/x?pageNumber=2" })).is_last(1));
        assert!(page(full, &json!({ "nextUri": "" })).is_last(1));
        assert!(!page(full, &json!({})).is_last(1));
        assert!(page(499, &json!({})).is_last(1));
    }

    #[test]
    fn a_page_is_short_against_the_size_that_the_server_keeps_to() {
        assert!(page(499, &json!({ "pageSize": 500 })).is_short());
        assert!(!page(100, &json!({ "pageSize": 100 })).is_short());
        assert!(page(99, &json!({ "pageSize": 100 })).is_short());
        assert!(page(499, &json!({ "pageSize": 0 })).is_short());
    }

    #[test]
    fn a_page_is_asked_by_number_and_five_hundred_at_a_time() {
        let url = Url::parse("https://api.mypurecloud.com/api/v2/routing/queues/divisionviews/all").unwrap();
        assert_eq!(page_url(url, 3).query(), Some("pageSize=500&pageNumber=3"));
    }

    #[test]
    fn a_name_in_any_script_and_no_division_are_read() {
        let page = json!({ "entities": [
            { "id": "q-1", "name": "دعم 📞", "division": { "id": "d-1", "name": "São Paulo" }, "selfUri": "/x" },
            { "id": "q-2", "name": null, "division": null },
        ] });
        let page: Page = serde_json::from_value(page).unwrap();
        let division = Division { id: "d-1".to_owned(), name: "São Paulo".to_owned() };
        let first = QueueName { id: "q-1".to_owned(), name: "دعم 📞".to_owned(), division: Some(division) };
        let second = QueueName { id: "q-2".to_owned(), name: String::new(), division: None };
        assert_eq!(page.entities, [first, second]);
        assert!(serde_json::from_value::<Page>(json!({ "entities": [{ "name": "without an id" }] })).is_err());
        assert!(serde_json::from_value::<Page>(json!({ "total": 7 })).is_err());
    }
}
