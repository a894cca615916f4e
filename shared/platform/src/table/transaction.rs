//! Writes that happen together or not at all.
//!
//! A transaction carries a token of its own through every repeat, ours and the SDK's: when it was done and only the
//! answer was lost, DynamoDB answers the repeat with success instead of doing it again.

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure as OnFailure,
    TransactWriteItem, Update,
};

use super::expression::{Expression, row};
use super::{Item, REPEATS_MAX, StateError, StateTable, key_item};
use crate::change::{Change, Condition, Row};
use crate::key::Key;

const OPERATION: &str = "TransactWriteItems";

/// DynamoDB's limit of items in one transaction.
pub(crate) const ITEMS_MAX: usize = 100;

/// One write of a transaction.
pub(crate) enum Write<'a> {
    /// Writes nothing, but must hold for the others to be done.
    Check(Key<'a>, Condition),
    /// Changes a row.
    Change(Key<'a>, Change),
    /// Writes a whole row.
    Put(Key<'a>, Item, Condition),
    /// Deletes a row; one that is already gone is fine.
    Delete(Key<'a>, Condition),
}

/// What a transaction came to.
pub(crate) enum Together {
    /// All of it was done.
    Done,
    /// None of it was done, because these conditions did not hold.
    Refused(Vec<RefusedWrite>),
}

/// One condition that did not hold: the position of its write, and the row as it is.
pub(crate) struct RefusedWrite {
    pub(crate) position: usize,
    pub(crate) row: Option<Row>,
}

impl StateTable {
    /// Does all of `writes` (at most [`ITEMS_MAX`], each row once) or none.
    pub(crate) async fn write_together(&self, writes: &[Write<'_>]) -> Result<Together, StateError> {
        let items: Vec<TransactWriteItem> = writes
            .iter()
            .map(|write| self.item_of(write))
            .collect::<Result<_, _>>()
            .map_err(|_| StateError::refused(&self.name, OPERATION, "not built"))?;
        let token = uuid::Uuid::now_v7().to_string();
        self.count_writes(writes.len());
        let mut repeats = 0;
        loop {
            let request =
                self.client.transact_write_items().client_request_token(&token).set_transact_items(Some(items.clone()));
            let Err(error) = request.send().await else { return Ok(Together::Done) };
            match verdict(&error) {
                Verdict::Refused(refused) => return Ok(Together::Refused(refused)),
                Verdict::Collided if repeats < REPEATS_MAX => self.pause(repeats).await,
                Verdict::Collided => {
                    return Err(StateError::Unavailable {
                        operation: OPERATION,
                        reason: "TransactionConflict".to_owned(),
                    });
                }
                Verdict::Invalid(code) => return Err(StateError::refused(&self.name, OPERATION, &code)),
                Verdict::Failed => return Err(StateError::of(&self.name, OPERATION, &error)),
            }
            repeats += 1;
        }
    }

    fn item_of(&self, write: &Write<'_>) -> Result<TransactWriteItem, BuildError> {
        let item = TransactWriteItem::builder();
        Ok(match write {
            Write::Check(key, condition) => item.condition_check(self.check(*key, condition)?),
            Write::Change(key, change) => item.update(self.update(*key, change)?),
            Write::Put(key, attributes, condition) => item.put(self.put_if(*key, attributes, condition)?),
            Write::Delete(key, condition) => item.delete(self.delete_if(*key, condition)?),
        }
        .build())
    }

    fn check(&self, key: Key<'_>, condition: &Condition) -> Result<ConditionCheck, BuildError> {
        let expression = Expression::of_condition(condition);
        ConditionCheck::builder()
            .table_name(&*self.name)
            .set_key(Some(key_item(key)))
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .set_condition_expression(expression.condition)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .build()
    }

    fn update(&self, key: Key<'_>, change: &Change) -> Result<Update, BuildError> {
        let expression = Expression::of_change(change);
        Update::builder()
            .table_name(&*self.name)
            .set_key(Some(key_item(key)))
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .set_condition_expression(expression.condition)
            .set_update_expression(expression.update)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .build()
    }

    fn put_if(&self, key: Key<'_>, attributes: &Item, condition: &Condition) -> Result<Put, BuildError> {
        let expression = Expression::of_condition(condition);
        Put::builder()
            .table_name(&*self.name)
            .set_item(Some(super::with_key(key, attributes.clone())))
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .set_condition_expression(expression.condition)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .build()
    }

    fn delete_if(&self, key: Key<'_>, condition: &Condition) -> Result<Delete, BuildError> {
        let expression = Expression::of_condition(condition);
        Delete::builder()
            .table_name(&*self.name)
            .set_key(Some(key_item(key)))
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .set_condition_expression(expression.condition)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .build()
    }
}

/// What an unsuccessful transaction means.
enum Verdict {
    Refused(Vec<RefusedWrite>),
    /// Another transaction touched one of the rows at the same moment; nothing was done.
    Collided,
    Invalid(String),
    Failed,
}

fn verdict<R>(error: &SdkError<TransactWriteItemsError, R>) -> Verdict {
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => cancelled.cancellation_reasons(),
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => return Verdict::Collided,
        _ => return Verdict::Failed,
    };
    let refused: Vec<RefusedWrite> = reasons.iter().enumerate().filter_map(refusal).collect();
    if !refused.is_empty() {
        return Verdict::Refused(refused);
    }
    let codes = || reasons.iter().filter_map(CancellationReason::code).filter(|code| *code != "None");
    if codes().all(|code| matches!(code, "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded")) {
        return Verdict::Collided;
    }
    Verdict::Invalid(codes().next().unwrap_or("cancelled").to_owned())
}

fn refusal((position, reason): (usize, &CancellationReason)) -> Option<RefusedWrite> {
    (reason.code() == Some("ConditionalCheckFailed")).then(|| RefusedWrite { position, row: reason.item().map(row) })
}
