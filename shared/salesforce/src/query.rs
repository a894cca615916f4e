//! Reading the rows of a statement, page by page.
//!
//! A page's size is the server's choice, so reading stops when Salesforce says that nothing follows, never at a short
//! page. Each page carries Salesforce's own time, against which the caller cuts its window.

use jiff::Timestamp;
use platform::deadline::Deadline;
use platform::vendor::{Answer, CallError, Failure};
use serde::Deserialize;

use crate::time::parse_http_date;
use crate::{Record, Salesforce, Soql};

/// Salesforce refuses a longer URI; headers count too, so a part is kept back for them.
pub(crate) const URL_BYTES_MAX: usize = 12_000;

const QUERY: &str = "query";
const NEXT_PAGE: &str = "read the next page";
const SERVER_TIME: &str = "read the server's time";

/// Some rows of a statement's answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// The rows, in the statement's order.
    pub records: Vec<Record>,
    /// The page after this one; `None` at the end. Salesforce keeps it for two days.
    pub next: Option<NextPage>,
    /// When Salesforce answered, by its own clock, to the second; by this machine's, where that is behind. A window that
    /// ended in the future, because one answer was dated wrongly, would be closed before all its rows are written.
    pub server_time: Timestamp,
    /// Rows in all pages.
    pub total: u64,
}

/// Where the next page is: a path at the instance, never another host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPage(String);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryAnswer {
    records: Vec<Record>,
    done: bool,
    next_records_url: Option<String>,
    #[serde(default)]
    total_size: u64,
}

impl Salesforce {
    /// The first page of a statement's rows.
    ///
    /// # Errors
    /// [`Failure::Misconfigured`] naming what the statement asks in vain: a column, the object, the API version. Any
    /// other [`CallError`].
    pub async fn query(&self, soql: &Soql, deadline: Deadline) -> Result<Page, CallError> {
        self.first_page("query", soql, &soql.text(), deadline).await
    }

    /// The same as [`Self::query`], deleted and merged rows included while they are in the recycle bin: 15 days, and up
    /// to a day after it was emptied.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub async fn query_all(&self, soql: &Soql, deadline: Deadline) -> Result<Page, CallError> {
        self.first_page("queryAll", soql, &soql.text(), deadline).await
    }

    /// How many rows a statement has. One request, whatever the number.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub async fn count(&self, soql: &Soql, deadline: Deadline) -> Result<u64, CallError> {
        Ok(self.first_page("query", soql, &soql.count_text(), deadline).await?.total)
    }

    async fn first_page(&self, resource: &str, soql: &Soql, text: &str, deadline: Deadline) -> Result<Page, CallError> {
        let mut url = self.data_url(QUERY, resource, deadline).await?;
        url.query_pairs_mut().append_pair("q", text);
        if url.as_str().len() > URL_BYTES_MAX {
            return Err(self.api.error(QUERY, too_long(soql)));
        }
        let answer =
            self.api.send(&self.read(QUERY, url), deadline).await.map_err(|error| self.explain(error, soql))?;
        page(&answer, self.clock.now()).map_err(|failure| self.api.error(QUERY, failure))
    }

    /// The page after another.
    ///
    /// # Errors
    /// [`Failure::Conflict`] when Salesforce no longer knows the page: begin the window again. Any other [`CallError`].
    pub async fn next_page(&self, next: &NextPage, deadline: Deadline) -> Result<Page, CallError> {
        let url = self.url(NEXT_PAGE, &next.0, deadline).await?;
        let answer = self.api.send(&self.read(NEXT_PAGE, url), deadline).await?;
        let page = page(&answer, self.clock.now()).map_err(|failure| self.api.error(NEXT_PAGE, failure))?;
        if page.next.as_ref() == Some(next) {
            return Err(self.api.error(NEXT_PAGE, Failure::Unexpected("the next page is the same page".to_owned())));
        }
        Ok(page)
    }

    /// Salesforce's time, from the list of versions: a request that is not charged to the quota.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn server_time(&self, deadline: Deadline) -> Result<Timestamp, CallError> {
        let url = self.url(SERVER_TIME, "/services/data/", deadline).await?;
        let answer = self.api.send(&self.read(SERVER_TIME, url), deadline).await?;
        date_of(&answer).map_err(|failure| self.api.error(SERVER_TIME, failure))
    }

    /// A refused statement is no fault of a record: it says what to change in the configuration.
    pub(crate) fn explain(&self, error: CallError, soql: &Soql) -> CallError {
        CallError { failure: explained(error.failure, soql, &self.api_version), ..error }
    }
}

fn explained(failure: Failure, soql: &Soql, api_version: &str) -> Failure {
    let object = soql.object();
    match failure {
        Failure::Rejected { code, field } => {
            let named = |columns| field.as_deref().and_then(|name| column(columns, name));
            Failure::Misconfigured(match named(soql.columns()) {
                Some(column) => format!(
                    "{object} has no column {column}, or the Salesforce user may not see it ({code}); correct the field map, or grant the user read access"
                ),
                None if named(soql.filtered()).is_some() => format!(
                    "{object} has no column {}, or the Salesforce user may not see it, or not compare it so ({code}); correct the filter",
                    named(soql.filtered()).map_or("", String::as_str)
                ),
                None if code == "INVALID_TYPE" => {
                    format!("the Salesforce user sees no object {object} ({code}); grant the user read access")
                }
                None => {
                    format!("Salesforce refused the query on {object} ({code}); check the columns of the field map")
                }
            })
        }
        Failure::NotFound { code } => Failure::Misconfigured(format!(
            "Salesforce does not know API version {api_version} ({code}); configure one that it has, such as 66.0"
        )),
        other => other,
    }
}

/// The selected column that Salesforce names, which it does by its last part or by one of its parents.
fn column<'a>(columns: &'a [String], name: &str) -> Option<&'a String> {
    let named = |column: &&String| {
        column.eq_ignore_ascii_case(name) || column.split('.').any(|part| part.eq_ignore_ascii_case(name))
    };
    columns.iter().find(named)
}

fn too_long(soql: &Soql) -> Failure {
    let shorter =
        if soql.filtered().is_empty() { "map fewer fields" } else { "map fewer fields, or shorten the filter" };
    Failure::Misconfigured(format!("the query on {} is longer than a request may be; {shorter}", soql.object()))
}

fn page(answer: &Answer, now: Timestamp) -> Result<Page, Failure> {
    let QueryAnswer { records, done, next_records_url, total_size } = answer.json()?;
    let next = next_records_url.filter(|_| !done).map(next_page).transpose()?;
    if next.is_none() && !done {
        return Err(Failure::Unexpected("more rows follow, but the answer does not say where".to_owned()));
    }
    Ok(Page { records, next, server_time: date_of(answer)?.min(now), total: total_size })
}

/// Only a query path of the instance: an absolute URL would carry the token to whatever host it names.
fn next_page(path: String) -> Result<NextPage, Failure> {
    let is_ours = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let is_query = path.starts_with("/services/data/v") && path.contains("/query") && !path.contains("..");
    if is_query && path.chars().all(is_ours) {
        Ok(NextPage(path))
    } else {
        Err(Failure::Unexpected("the next page is on another path".to_owned()))
    }
}

fn date_of(answer: &Answer) -> Result<Timestamp, Failure> {
    let date = answer.header("date").and_then(parse_http_date);
    date.ok_or_else(|| Failure::Unexpected("the answer has no Date header".to_owned()))
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::MAX;

    fn answer(body: &serde_json::Value) -> Answer {
        let date = [("date".parse().unwrap(), HeaderValue::from_static("Sun, 22 Nov 2026 04:00:00 GMT"))];
        Answer { status: 200, headers: HeaderMap::from_iter(date), body: body.to_string().into_bytes() }
    }

    #[test]
    fn a_page_knows_its_successor_and_salesforces_time() {
        let body = json!({ "totalSize": 4312, "done": false, "nextRecordsUrl": "/services/data/v66.0/query/01g000000000001-2000",
            "records": [{ "attributes": {}, "Id": "003000000000001AAA" }] });
        let page = page(&answer(&body), NOW).unwrap();
        assert_eq!(
            (page.records[0].id(), page.total, page.server_time.as_second()),
            ("003000000000001AAA", 4312, 1_795_320_000)
        );
        assert_eq!(page.next, Some(NextPage("/services/data/v66.0/query/01g000000000001-2000".to_owned())));
    }

    #[test]
    fn reading_stops_when_salesforce_says_so_and_not_at_an_empty_page() {
        let last = json!({ "totalSize": 0, "done": true, "records": [] });
        assert_eq!(page(&answer(&last), NOW).unwrap().next, None);
        let lost = json!({ "totalSize": 9, "done": false, "records": [] });
        assert!(page(&answer(&lost), NOW).is_err());
    }

    #[test]
    fn an_answer_that_is_no_page_is_an_error_and_never_an_empty_page() {
        for body in [json!({}), json!([]), json!({ "done": true }), json!({ "records": [] })] {
            assert!(page(&answer(&body), NOW).is_err(), "{body}");
        }
        let undated = Answer { headers: HeaderMap::new(), ..answer(&json!({ "done": true, "records": [] })) };
        assert!(page(&undated, NOW).is_err());
    }

    #[test]
    fn a_next_page_stays_on_its_host() {
        for path in [
            "https://evil.example/services/data/v66.0/query/1",
            "//evil.example/query",
            "/services/data/v66.0/../../query",
            "/query",
            "/services/data/v66.0/query/1?x=y@z",
        ] {
            assert!(next_page(path.to_owned()).is_err(), "{path}");
        }
    }

    #[test]
    fn a_query_that_cannot_work_says_what_to_change() {
        let soql = Soql::select("Contact", ["Id", "Lead_Score__c", "Account.BillingCountry"]).unwrap();
        let refused = |code: &str, field: Option<&str>| {
            let rejected = Failure::Rejected { code: code.to_owned(), field: field.map(str::to_owned) };
            explained(rejected, &soql, "66.0").to_string()
        };
        assert!(refused("INVALID_FIELD", Some("lead_score__c")).contains("no column Lead_Score__c"));
        assert!(refused("INVALID_FIELD", Some("Account")).contains("no column Account.BillingCountry"));
        assert!(!refused("INVALID_FIELD", Some("Unasked")).contains("Unasked"));
        let filter = crate::soql::Filter::parse("Region__c = 'North'").unwrap().unwrap();
        let rejected = Failure::Rejected { code: "INVALID_FIELD".to_owned(), field: Some("Region__c".to_owned()) };
        let line = explained(rejected, &soql.clone().matching(&filter), "66.0").to_string();
        assert!(line.contains("no column Region__c") && line.contains("filter") && !line.contains("North"), "{line}");
        assert!(refused("INVALID_TYPE", None).contains("no object Contact"));
        let unknown = explained(Failure::NotFound { code: "NOT_FOUND".to_owned() }, &soql, "99.0").to_string();
        assert!(unknown.contains("99.0"), "{unknown}");
        assert_eq!(explained(Failure::NoAnswer, &soql, "66.0"), Failure::NoAnswer);
    }
}
