//! Writes that only the newest holder of a lock can do.
//!
//! ```text
//!  run A (fence 4) ──acquire──work──│ stalled …………………………………………………│ wakes, writes: refused
//!  run B (fence 5)                    lease over──acquire──work──release
//! ```
//!
//! Each protected row carries the fence of its last writer, and a write to it is refused when that fence is newer than
//! the writer's. That alone would still let a stalled holder write a row that its successor has not come to yet. So
//! each transaction also checks the lock's own row: its fence must be the writer's. Both rows live in one table, the check
//! and the writes are one transaction, hence the moment the lock changes hands the former holder can write nothing.
//!
//! A lease that ran out without a successor does no harm here: the fence is still the newest. Genesys and Salesforce
//! cannot check a fence; what is promised for them stands at [`crate::lease`].

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use super::{FENCE, Fence};
use crate::change::{Clause, Condition};
use crate::key::Key;
use crate::table::{ITEMS_MAX, Item, ROW_VERSION, RefusedWrite, StateError, StateTable, Together, Write, attributes};

/// The condition on a protected row: nobody with a newer fence has written it.
pub(crate) fn not_newer(fence: Fence) -> Condition {
    let never_written = Clause::Absent(FENCE);
    let written_by_me_or_before_me = Clause::AtMost(FENCE, fence.number().into());
    Condition::any([never_written, written_by_me_or_before_me])
}

/// The condition on the lock's row: it has not changed hands since.
pub(super) fn still_newest(fence: Fence) -> Condition {
    let fence_is_mine = Clause::Is(FENCE, fence.number().into());
    Condition::all([fence_is_mine])
}

/// A protected row's attributes: its own, its writer's fence, and the version of its form.
pub(crate) fn protected(key: Key<'_>, row: &impl Serialize, fence: Fence) -> Result<Item, StateError> {
    let mut item = attributes(key, row)?;
    item.insert(FENCE.to_owned(), AttributeValue::N(fence.to_string()));
    item.insert("v".to_owned(), AttributeValue::N(ROW_VERSION.to_string()));
    Ok(item)
}

/// Puts a protected row, unless a newer holder has written it.
pub(crate) fn put<'a>(key: Key<'a>, row: &impl Serialize, fence: Fence) -> Result<Write<'a>, StateError> {
    Ok(Write::Put(key, protected(key, row, fence)?, not_newer(fence)))
}

/// Takes a protected row away, unless a newer holder has written it.
pub(crate) fn delete(key: Key<'_>, fence: Fence) -> Write<'_> {
    Write::Delete(key, not_newer(fence))
}

/// Does all of `writes` or none, under the lock of `job`. Refusals other than by the fence are returned by position.
pub(crate) async fn write<'a>(
    table: &StateTable,
    job: &'a str,
    fence: Fence,
    writes: Vec<Write<'a>>,
) -> Result<Vec<RefusedWrite>, StateError> {
    let lock = writes.len();
    let mut together = writes;
    together.push(Write::Check(Key::Lock { job }, still_newest(fence)));
    match table.write_together(&together).await? {
        Together::Done => Ok(Vec::new()),
        Together::Refused(refused) if refused.iter().any(|refused| refused.position == lock) => Err(StateError::Fenced),
        Together::Refused(refused) => Ok(refused),
    }
}

/// Writes `groups` in as few transactions as possible, each group whole. Their only conditions are fences.
pub(crate) async fn write_groups<'a>(
    table: &StateTable,
    job: &'a str,
    fence: Fence,
    groups: Vec<Vec<Write<'a>>>,
) -> Result<(), StateError> {
    for writes in packed(groups) {
        if !write(table, job, fence, writes).await?.is_empty() {
            return Err(StateError::Fenced);
        }
    }
    Ok(())
}

/// Writes rows that need not go together, in as few transactions as possible.
pub(crate) async fn write_each<'a>(
    table: &StateTable,
    job: &'a str,
    fence: Fence,
    writes: impl Iterator<Item = Result<Write<'a>, StateError>>,
) -> Result<(), StateError> {
    let groups = writes.map(|write| write.map(|write| vec![write])).collect::<Result<_, _>>()?;
    write_groups(table, job, fence, groups).await
}

/// Packs groups in order, leaving room for the check of the lock.
fn packed<T>(groups: Vec<Vec<T>>) -> Vec<Vec<T>> {
    let mut packs: Vec<Vec<T>> = Vec::new();
    for group in groups {
        match packs.last_mut() {
            Some(pack) if pack.len() + group.len() < ITEMS_MAX => pack.extend(group),
            _ => packs.push(group),
        }
    }
    packs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_pairs_go_in_twenty_one_transactions() {
        let packs = packed(vec![vec![(), ()]; 1000]);
        assert_eq!(packs.len(), 21);
        assert!(packs.iter().all(|pack| pack.len() < ITEMS_MAX && pack.len() % 2 == 0));
        assert_eq!(packs.iter().map(Vec::len).sum::<usize>(), 2000);
    }

    #[test]
    fn a_row_of_a_newer_holder_is_not_written() {
        let written_by = |fence: i64| crate::change::Row::from([(FENCE.to_owned(), fence.into())]);
        assert!(not_newer(Fence(4)).holds(None));
        assert!(not_newer(Fence(4)).holds(Some(&written_by(4))));
        assert!(!not_newer(Fence(4)).holds(Some(&written_by(5))));
        assert!(!still_newest(Fence(4)).holds(Some(&written_by(5))));
    }
}
