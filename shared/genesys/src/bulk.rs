//! Many contacts in one request, and which result belongs to which.
//!
//! Genesys answers a bulk request with HTTP 200 even when items failed, and in any order. A result is given to the
//! contact it names and to no other; what no result names stays [`ItemOutcome::Missing`]. A list that Genesys refuses
//! as a whole wrote nothing, so it is halved until the refused contact stands alone.

use std::collections::HashMap;
use std::ops::Range;

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::RETRY_AFTER_DEFAULT;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::lenient::null_as_default;
use crate::{ExternalContact, ExternalId, Genesys, ItemOutcome, refusal};

/// A bulk request before it is cut into requests. `T` is what becomes of one item: its default is "no result", and a
/// failure that meets all items alike is turned into it.
pub(crate) struct Batch<T> {
    pub(crate) operation: &'static str,
    pub(crate) path: &'static str,
    pub(crate) repeat: Repeat,
    /// The most items Genesys takes at once.
    pub(crate) size_max: usize,
    pub(crate) items: Vec<Item>,
    /// The keys by which a result names the item it belongs to.
    pub(crate) keys_of: fn(&BulkResult) -> Vec<String>,
    /// What a result means.
    pub(crate) outcome_of: fn(&BulkResult) -> T,
}

/// One item: what is sent, and the keys that its result may carry.
pub(crate) struct Item {
    pub(crate) entity: Value,
    pub(crate) keys: Vec<String>,
}

/// One result. Which of the two contents is there depends on `success`; neither is certain to be.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct BulkResult {
    pub(crate) id: Option<String>,
    success: Option<bool>,
    status: Option<u16>,
    pub(crate) entity: Value,
    pub(crate) error: Value,
}

#[derive(Deserialize)]
struct BulkAnswer {
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    results: Vec<BulkResult>,
}

impl Genesys {
    /// Sends a batch; what writes goes under a lease. Outcome i belongs to item i.
    pub(crate) async fn send_batch<T: Clone + Default + PartialEq + From<Failure>>(
        &self,
        batch: &Batch<T>,
        lease: Option<&LeaseGuard>,
        deadline: Deadline,
    ) -> Result<Vec<T>, CallError> {
        check_keys(&batch.items).map_err(|failure| self.api.error(batch.operation, failure))?;
        let mut outcomes = vec![T::default(); batch.items.len()];
        let mut waiting = cut(batch.items.len(), batch.size_max);
        let mut answered = false;
        while let Some(range) = waiting.pop() {
            let (items, places) = (&batch.items[range.clone()], &mut outcomes[range.clone()]);
            match self.send_items(batch, items, lease, deadline).await {
                Ok(results) => places.clone_from_slice(&join(items, results, batch)),
                Err(error) if is_refusal_of_content(&error.failure) && range.len() > 1 => waiting.extend(halves(range)),
                Err(error) if is_about_one(&error.failure) && range.len() == 1 => {
                    places.fill(T::from(error.failure));
                }
                Err(error) if answered => {
                    tracing::warn!(%error, "the rest of a batch was not sent");
                    waiting.push(range);
                    fill_unsent(&mut outcomes, waiting, &error.failure);
                    break;
                }
                Err(error) => return Err(error),
            }
            answered = true;
        }
        Ok(outcomes)
    }

    async fn send_items<T>(
        &self,
        batch: &Batch<T>,
        items: &[Item],
        lease: Option<&LeaseGuard>,
        deadline: Deadline,
    ) -> Result<Vec<BulkResult>, CallError> {
        let url = self.url(batch.operation, batch.path).await?;
        let entities: Vec<&Value> = items.iter().map(|item| &item.entity).collect();
        let body = json!({ "entities": entities });
        let mut request = Request::json(batch.operation, Method::POST, url, &body, batch.repeat);
        request.lease = lease.cloned();
        let answer: BulkAnswer = self.ask(&request, deadline).await?;
        Ok(answer.results)
    }
}

/// Ranges of at most `size_max`, the first one last, because the last one is taken first.
fn cut(count: usize, size_max: usize) -> Vec<Range<usize>> {
    let starts = (0..count).step_by(size_max);
    starts.map(|start| start..count.min(start + size_max)).rev().collect()
}

fn halves(range: Range<usize>) -> [Range<usize>; 2] {
    let middle = range.start + range.len() / 2;
    [middle..range.end, range.start..middle]
}

fn is_refusal_of_content(failure: &Failure) -> bool {
    matches!(failure, Failure::Rejected { .. })
}

fn is_about_one(failure: &Failure) -> bool {
    matches!(failure, Failure::Rejected { .. } | Failure::Conflict { .. } | Failure::NotFound { .. })
}

/// Gives what could not be sent its outcome. Without an answer it stays `Missing`: it may have been done.
fn fill_unsent<T: Clone + From<Failure>>(outcomes: &mut [T], unsent: Vec<Range<usize>>, failure: &Failure) {
    if *failure == Failure::NoAnswer {
        return;
    }
    for range in unsent {
        outcomes[range].fill(T::from(failure.clone()));
    }
}

/// An item without a key could never be joined with its result, and two with the same key not be told apart.
fn check_keys(items: &[Item]) -> Result<(), Failure> {
    let mut known = HashMap::new();
    for (index, item) in items.iter().enumerate() {
        let taken = item.keys.iter().any(|key| known.insert(key, index).is_some_and(|other| other != index));
        if taken || item.keys.is_empty() {
            return Err(Failure::Unexpected(
                "a contact of this batch has no key of its own; nothing was sent".to_owned(),
            ));
        }
    }
    Ok(())
}

/// Gives each result to the item whose key it carries.
fn join<T: Clone + Default + PartialEq>(items: &[Item], results: Vec<BulkResult>, batch: &Batch<T>) -> Vec<T> {
    let keys =
        items.iter().enumerate().flat_map(|(index, item)| item.keys.iter().map(move |key| (key.as_str(), index)));
    let index_of: HashMap<&str, usize> = keys.collect();
    let mut found: Vec<Option<T>> = vec![None; items.len()];
    let mut strangers = 0_usize;
    for result in results {
        let owner = owner_of(&(batch.keys_of)(&result), &index_of);
        let Some(place) = owner.and_then(|index| found.get_mut(index)) else {
            strangers += 1;
            continue;
        };
        let outcome = (batch.outcome_of)(&result);
        // Two results that contradict each other say nothing: the contact is read back.
        *place = Some(if place.as_ref().is_none_or(|earlier| *earlier == outcome) { outcome } else { T::default() });
    }
    if strangers > 0 {
        tracing::warn!(strangers, "a bulk answer held results that belong to no contact of the request");
    }
    found.into_iter().map(Option::unwrap_or_default).collect()
}

/// The one item that a result's keys name; none when they name several.
fn owner_of(keys: &[String], index_of: &HashMap<&str, usize>) -> Option<usize> {
    let mut owners = keys.iter().filter_map(|key| index_of.get(key.as_str()).copied());
    let owner = owners.next()?;
    owners.all(|other| other == owner).then_some(owner)
}

/// The outcome of a write whose result carries the contact.
pub(crate) fn written(result: &BulkResult) -> ItemOutcome {
    match result.failure() {
        Some(failure) => ItemOutcome::Refused(failure),
        None => match contact_in(&result.entity).as_ref().and_then(ExternalContact::current_id) {
            Some(id) => ItemOutcome::Done { id: id.to_owned(), created: result.is_created() },
            None => ItemOutcome::Missing,
        },
    }
}

/// What external ids are recognised by.
pub(crate) fn keys(ids: &[ExternalId]) -> Vec<String> {
    let is_whole = |id: &&ExternalId| !id.source_id.is_empty() && !id.value.is_empty();
    ids.iter().filter(is_whole).map(|id| format!("{}\n{}", id.source_id, id.value)).collect()
}

/// The id that stands at a result.
pub(crate) fn id_of(result: &BulkResult) -> Vec<String> {
    result.id.iter().cloned().collect()
}

impl BulkResult {
    /// Why the item failed; `None` when it succeeded.
    pub(crate) fn failure(&self) -> Option<Failure> {
        let is_2xx = |status: u16| (200..300).contains(&status);
        let succeeded = self.success.unwrap_or_else(|| self.error.is_null() && self.status.is_some_and(is_2xx));
        (!succeeded).then(|| failure_of(self))
    }

    /// Whether the item is new.
    pub(crate) fn is_created(&self) -> bool {
        self.status == Some(201)
    }
}

/// Why an item failed. What Genesys calls retryable wrote nothing, unless its status says that nobody knows.
fn failure_of(result: &BulkResult) -> Failure {
    let status = result.error.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let failure = refusal::of_item(status.or(result.status).unwrap_or_default(), &result.error);
    let is_retryable = result.error.get("retryable").and_then(Value::as_bool) == Some(true);
    match failure {
        Failure::NoAnswer | Failure::Busy { .. } => failure,
        _ if is_retryable => Failure::Busy { retry_after: RETRY_AFTER_DEFAULT },
        failure => failure,
    }
}

/// The contact in an entity, where it is readable.
pub(crate) fn contact_in(entity: &Value) -> Option<ExternalContact> {
    ExternalContact::deserialize(entity).ok()
}

#[cfg(test)]
mod tests;
