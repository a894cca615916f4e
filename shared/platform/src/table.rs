//! The state table: the one DynamoDB table in which the bundle remembers things, and the only file that reads it.
//!
//! Reads are consistent, because every decision here is about what somebody else may just have written. Writes are
//! conditional, and each stays right when it was done, its answer was lost, and the SDK sent it again: either the
//! repeat changes nothing, or the row in the refusal shows that it was ours. What the conditions say is written as
//! [`Change`](crate::change::Change) values by the modules that own the rows. Items read and written are counted for the job's result.

#[cfg(test)]
mod agreement;
mod error;
mod expression;
mod transaction;

pub use error::StateError;
pub(crate) use transaction::{ITEMS_MAX, RefusedWrite, Together, Write};

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::change::{Change, Outcome, Row};
use crate::clock::Clock;
use crate::key::Key;
use expression::{Expression, row};

/// One row's attributes.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// DynamoDB's limit of keys in one BatchGetItem.
const BATCH_KEYS_MAX: usize = 100;
/// Repeats of a request that DynamoDB put off (a collision, keys left over): 50 ms doubling to 3.2 s, about 6 s in all.
const REPEATS_MAX: u32 = 7;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The form of rows that this version writes, attribute `v`.
pub(crate) const ROW_VERSION: i64 = 1;

/// The state table of one stage. Clones share their counts.
#[derive(Clone, Debug)]
pub struct StateTable {
    client: Client,
    name: Arc<str>,
    clock: Clock,
    reads: Arc<AtomicU64>,
    writes: Arc<AtomicU64>,
}

impl StateTable {
    /// The table `name`, reached through `client`.
    pub fn new(client: Client, name: impl Into<Arc<str>>, clock: Clock) -> Self {
        Self { client, name: name.into(), clock, reads: Arc::default(), writes: Arc::default() }
    }

    /// Items asked for since the table was connected.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Items written or checked since the table was connected, refused ones included, as DynamoDB bills them.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    /// One row, whole.
    pub(crate) async fn item(&self, key: Key<'_>) -> Result<Option<Item>, StateError> {
        self.count_reads(1);
        let answer = self
            .client
            .get_item()
            .table_name(&*self.name)
            .set_key(Some(key_item(key)))
            .consistent_read(true)
            .send()
            .await;
        answer.map(|answer| answer.item).map_err(|error| StateError::of(&self.name, "GetItem", &error))
    }

    /// One row, as conditions see it.
    pub(crate) async fn row(&self, key: Key<'_>) -> Result<Option<Row>, StateError> {
        Ok(self.item(key).await?.as_ref().map(row))
    }

    /// The rows that exist among `keys`, in no order; a key named twice is read once.
    pub(crate) async fn items(&self, keys: &[Key<'_>]) -> Result<Vec<Item>, StateError> {
        let distinct: Vec<Key<'_>> = keys.iter().copied().collect::<HashSet<_>>().into_iter().collect();
        let mut items = Vec::with_capacity(distinct.len());
        for chunk in distinct.chunks(BATCH_KEYS_MAX) {
            self.read_batch(chunk.iter().map(|key| key_item(*key)).collect(), &mut items).await?;
        }
        Ok(items)
    }

    /// A batch until nothing of it is left over: DynamoDB answers 16 MB at a time and may put keys off.
    async fn read_batch(&self, mut keys: Vec<Item>, items: &mut Vec<Item>) -> Result<(), StateError> {
        const OPERATION: &str = "BatchGetItem";
        self.count_reads(keys.len());
        let mut repeats = 0;
        while !keys.is_empty() {
            let wanted = KeysAndAttributes::builder().consistent_read(true).set_keys(Some(keys)).build();
            let wanted = wanted.map_err(|_| StateError::refused(&self.name, OPERATION, "not built"))?;
            let answer = self.client.batch_get_item().request_items(&*self.name, wanted).send().await;
            let answer = answer.map_err(|error| StateError::of(&self.name, OPERATION, &error))?;
            let found = answer.responses.unwrap_or_default().into_values().flatten();
            let found_before = items.len();
            items.extend(found);
            keys = answer.unprocessed_keys.unwrap_or_default().into_values().flat_map(|left| left.keys).collect();
            if !keys.is_empty() && items.len() == found_before {
                if repeats == REPEATS_MAX {
                    return Err(StateError::Unavailable { operation: OPERATION, reason: "keys left over".to_owned() });
                }
                self.pause(repeats).await;
                repeats += 1;
            }
        }
        Ok(())
    }

    /// All rows of `key`'s partition.
    pub(crate) async fn partition(&self, key: Key<'_>) -> Result<Vec<Item>, StateError> {
        self.pages(self.query(key)).await
    }

    /// The rows of `key`'s partition from `key` itself on, by sort key.
    pub(crate) async fn partition_from(&self, key: Key<'_>) -> Result<Vec<Item>, StateError> {
        let from_here = self
            .query(key)
            .key_condition_expression("pk = :pk AND sk >= :sk")
            .expression_attribute_values(":sk", AttributeValue::S(key.sk().to_owned()));
        self.pages(from_here).await
    }

    async fn pages(&self, query: QueryFluentBuilder) -> Result<Vec<Item>, StateError> {
        let mut items = Vec::new();
        let mut from = None;
        loop {
            let query = query.clone().consistent_read(true).set_exclusive_start_key(from);
            let page = query.send().await.map_err(|error| StateError::of(&self.name, "Query", &error))?;
            let found = page.items.unwrap_or_default();
            self.count_reads(found.len().max(1));
            items.extend(found);
            match page.last_evaluated_key {
                Some(last) => from = Some(last),
                None => return Ok(items),
            }
        }
    }

    /// The last rows of `key`'s partition by sort key, last first, at most `limit`.
    pub(crate) async fn newest(&self, key: Key<'_>, limit: usize) -> Result<Vec<Item>, StateError> {
        let query = self
            .query(key)
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let page = query.send().await.map_err(|error| StateError::of(&self.name, "Query", &error))?;
        let found = page.items.unwrap_or_default();
        self.count_reads(found.len().max(1));
        Ok(found)
    }

    fn query(&self, key: Key<'_>) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&*self.name)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(key.pk()))
    }

    /// Changes one row if its condition holds.
    pub(crate) async fn change(&self, key: Key<'_>, change: &Change) -> Result<Outcome, StateError> {
        let mut repeats = 0;
        loop {
            match self.change_once(key, change).await {
                Err(StateError::Unavailable { reason, .. })
                    if reason == "TransactionConflictException" && repeats < REPEATS_MAX =>
                {
                    self.pause(repeats).await;
                    repeats += 1;
                }
                answer => return answer,
            }
        }
    }

    async fn change_once(&self, key: Key<'_>, change: &Change) -> Result<Outcome, StateError> {
        self.count_writes(1);
        let expression = Expression::of_change(change);
        let request = self.client.update_item().table_name(&*self.name).set_key(Some(key_item(key)));
        let request = request
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .set_condition_expression(expression.condition)
            .set_update_expression(expression.update)
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(OnFailure::AllOld);
        match request.send().await {
            Ok(answer) => Ok(Outcome::Changed(answer.attributes.as_ref().map(row).unwrap_or_default())),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Outcome::Refused(refused.item().map(row)))
                }
                _ => Err(StateError::of(&self.name, "UpdateItem", &error)),
            },
        }
    }

    /// Writes a row that nobody else writes (an entry of the run history). Writing it twice is fine.
    pub(crate) async fn put(&self, key: Key<'_>, item: Item) -> Result<(), StateError> {
        self.count_writes(1);
        let answer = self.client.put_item().table_name(&*self.name).set_item(Some(with_key(key, item))).send().await;
        answer.map(drop).map_err(|error| StateError::of(&self.name, "PutItem", &error))
    }

    fn count_reads(&self, items: usize) {
        self.reads.fetch_add(items as u64, Ordering::Relaxed);
    }

    fn count_writes(&self, items: usize) {
        self.writes.fetch_add(items as u64, Ordering::Relaxed);
    }

    /// A pause before repeat number `repeats`, spread so that two that collided do not meet again.
    async fn pause(&self, repeats: u32) {
        let longest = FIRST_PAUSE * 2u32.saturating_pow(repeats);
        self.clock.sleep(longest.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
    }
}

fn key_item(key: Key<'_>) -> Item {
    with_key(key, Item::new())
}

fn with_key(key: Key<'_>, mut item: Item) -> Item {
    item.insert("pk".to_owned(), AttributeValue::S(key.pk()));
    item.insert("sk".to_owned(), AttributeValue::S(key.sk().to_owned()));
    item
}

/// A row of ours as attributes.
pub(crate) fn attributes(key: Key<'_>, row: &impl Serialize) -> Result<Item, StateError> {
    serde_dynamo::to_item(row)
        .map_err(|_| StateError::Unreadable { key: key.to_string(), what: "it is not a map of attributes".to_owned() })
}

/// A stored row. The error names the row and says nothing of its values.
pub(crate) fn readable<T: DeserializeOwned>(item: Item) -> Result<T, StateError> {
    let part = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    let key = format!("{}/{}", part("pk"), part("sk"));
    serde_dynamo::from_item(item)
        .map_err(|_| StateError::Unreadable { key, what: "an attribute is missing or of another kind".to_owned() })
}
