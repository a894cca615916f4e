//! Reading records whose ids are known.
//!
//! Own columns are read 2,000 records at a time, and an id that does not exist, or may not be seen, has `null` in its
//! place. A column of a parent (`Account.Name`) is documented for queries only, and so is a condition: with one of them
//! the records are read by queries, whose length allows a few hundred ids each.

use std::collections::HashMap;

use platform::deadline::Deadline;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Method;
use serde_json::json;

use crate::query::URL_BYTES_MAX;
use crate::soql::is_id;
use crate::{Record, Salesforce, Soql};

/// The most ids that Salesforce takes at once.
pub const IDS_MAX: usize = 2_000;

/// Ids in one query at most.
const IDS_IN_QUERY_MAX: usize = 300;
/// An id as it is written in a URL: 18 characters, two quotes and a comma, the last three of three bytes each.
const ID_BYTES_IN_URL: usize = 27;
/// What else stands in the URL of a query.
const REST_BYTES_IN_URL: usize = 300;

/// Characters of an id that tell records apart; the other three are a checksum.
const ID_CHARS: usize = 15;

const OPERATION: &str = "read records by id";

impl Salesforce {
    /// The records of a statement that have these ids, in the order of the ids; `None` for one that does not exist, was
    /// deleted, may not be seen, or does not meet the statement's conditions. Costs a request for each 2,000 ids; with a
    /// parent's column or a condition one for each 300. `Id` is selected with the rest.
    ///
    /// # Errors
    /// [`Failure::Unexpected`] for an id that is none, or a record that was not asked for. Any other [`CallError`], as
    /// [`Self::query`].
    pub async fn by_ids(
        &self,
        soql: &Soql,
        ids: &[impl AsRef<str>],
        deadline: Deadline,
    ) -> Result<Vec<Option<Record>>, CallError> {
        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        let fail = |failure| self.api.error(OPERATION, failure);
        if !ids.iter().all(|id| is_id(id)) {
            return Err(fail(Failure::Unexpected("a Salesforce id that is none".to_owned())));
        }
        let soql = soql.clone().with_id_column();
        let by_query = soql.has_conditions() || soql.columns().iter().any(|column| column.contains('.'));
        let mut records = Vec::new();
        for some in ids.chunks(if by_query { ids_in_query(&soql) } else { IDS_MAX }) {
            let mut found = if by_query {
                Box::pin(self.queried(&soql, some, deadline)).await?
            } else {
                Box::pin(self.collected(&soql, some, deadline)).await?
            };
            records.append(&mut found);
        }
        in_order(&ids, records).map_err(fail)
    }

    async fn collected(&self, soql: &Soql, ids: &[&str], deadline: Deadline) -> Result<Vec<Record>, CallError> {
        let url = self.data_url(OPERATION, &format!("composite/sobjects/{}", soql.object()), deadline).await?;
        let body = json!({ "ids": ids, "fields": soql.columns() });
        let headers = self.read(OPERATION, url.clone()).headers;
        let request = Request { headers, ..Request::json(OPERATION, Method::POST, url, &body, Repeat::Safe) };
        let answer = self.api.send(&request, deadline).await.map_err(|error| self.explain(error, soql))?;
        let records: Vec<Option<Record>> = answer.json().map_err(|failure| self.api.error(OPERATION, failure))?;
        if records.len() != ids.len() {
            return Err(self.api.error(OPERATION, Failure::Unexpected("not one place for each id".to_owned())));
        }
        Ok(records.into_iter().flatten().collect())
    }

    async fn queried(&self, soql: &Soql, ids: &[&str], deadline: Deadline) -> Result<Vec<Record>, CallError> {
        let wrong = |_| self.api.error(OPERATION, Failure::Unexpected("a Salesforce id that is none".to_owned()));
        let mut page = self.query(&soql.clone().with_ids(ids).map_err(wrong)?, deadline).await?;
        let mut records = std::mem::take(&mut page.records);
        while let Some(next) = page.next.take() {
            page = self.next_page(&next, deadline).await?;
            records.append(&mut page.records);
        }
        Ok(records)
    }
}

/// How many ids fit into a query beside its columns and conditions.
fn ids_in_query(soql: &Soql) -> usize {
    let written: usize =
        soql.text().chars().map(|c| if c.is_ascii_alphanumeric() { 1 } else { 3 * c.len_utf8() }).sum();
    let left = URL_BYTES_MAX.saturating_sub(written + REST_BYTES_IN_URL);
    (left / ID_BYTES_IN_URL).clamp(1, IDS_IN_QUERY_MAX)
}

/// Each record at the place of its id, whatever its place in the answer was.
fn in_order(ids: &[&str], records: Vec<Record>) -> Result<Vec<Option<Record>>, Failure> {
    let mut by_id = HashMap::new();
    for record in records {
        let Some(key) = record.id().get(..ID_CHARS).map(str::to_owned) else {
            return Err(Failure::Unexpected("a record without an id".to_owned()));
        };
        by_id.insert(key, record);
    }
    let found: Vec<Option<Record>> = ids.iter().map(|id| by_id.get(&id[..ID_CHARS]).cloned()).collect();
    for id in ids {
        by_id.remove(&id[..ID_CHARS]);
    }
    if by_id.is_empty() { Ok(found) } else { Err(Failure::Unexpected("a record that was not asked for".to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Filter;

    fn record(id: &str) -> Record {
        serde_json::from_value(json!({ "Id": id })).unwrap()
    }

    #[test]
    fn a_record_stands_at_the_place_of_its_id() {
        let ids = ["003000000000001AAA", "003000000000002", "003000000000003AAA", "003000000000001"];
        let found = in_order(&ids, vec![record("003000000000002AAA"), record("003000000000001AAA")]).unwrap();
        let found: Vec<_> = found.iter().map(|record| record.as_ref().map(Record::id)).collect();
        let (first, second) = (Some("003000000000001AAA"), Some("003000000000002AAA"));
        assert_eq!(found, [first, second, None, first]);
    }

    #[test]
    fn ids_leave_room_for_a_long_condition() {
        let contacts = || Soql::select("Contact", ["Id", "Account.Name"]).unwrap();
        assert_eq!(ids_in_query(&contacts()), 300);
        let filter = |character: &str| Filter::parse(&format!("a = '{}'", character.repeat(1_900))).unwrap().unwrap();
        assert_eq!(ids_in_query(&contacts().matching(&filter("x"))), 300);
        assert_eq!(ids_in_query(&contacts().matching(&filter("é"))), 8);
        assert_eq!(ids_in_query(&contacts().matching(&filter("鎌"))), 1, "which the query itself refuses");
    }

    #[test]
    fn a_stranger_among_the_records_is_an_error() {
        assert!(in_order(&["003000000000001AAA"], vec![record("003000000000009AAA")]).is_err());
        assert!(in_order(&["003000000000001AAA"], vec![Record::default()]).is_err());
    }
}
