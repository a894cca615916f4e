//! DynamoDB's control plane: `DescribeTable` and `UpdateTable` of tables with provisioned units.
//!
//! It refuses what AWS refuses: an unchanged number, a table that is being updated, a decrease beyond the quota (four
//! in a UTC day at any time, then one for each hour without one, 27 at most). The state table is another one.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Answered, Drawers, refusal, text};

/// A table with provisioned units.
#[derive(Clone, Debug)]
pub struct Provisioned {
    /// Read and write units.
    pub units: (i64, i64),
    /// How long the table is being updated after a change.
    pub updates_take: Duration,
    /// Every change of the units, oldest first.
    pub changes: Vec<(i64, i64)>,
    /// The moments at which units were lowered, in milliseconds.
    pub decreases_ms: Vec<i64>,
    /// Codes of the refused changes.
    pub refused: Vec<&'static str>,
    /// Paid per request: it has no units.
    pub is_on_demand: bool,
    updating_until_ms: i64,
}

const DAY_MS: i64 = 24 * 3600 * 1000;
const HOUR_MS: i64 = 3600 * 1000;
const DECREASES_AT_ANY_TIME: usize = 4;
const DECREASES_MAX: usize = 27;

impl Provisioned {
    /// A table that was made with these units and is ready at once after each change.
    pub fn with(read: i64, write: i64) -> Self {
        Self {
            units: (read, write),
            updates_take: Duration::ZERO,
            changes: Vec::new(),
            decreases_ms: Vec::new(),
            refused: Vec::new(),
            is_on_demand: false,
            updating_until_ms: 0,
        }
    }

    /// A table that is paid per request.
    pub fn on_demand() -> Self {
        Self { is_on_demand: true, ..Self::with(0, 0) }
    }

    fn decreases_today(&self, now_ms: i64) -> usize {
        self.decreases_ms.iter().filter(|at_ms| *at_ms / DAY_MS == now_ms / DAY_MS).count()
    }

    fn may_decrease(&self, now_ms: i64) -> bool {
        let today = self.decreases_today(now_ms);
        let rested = self.decreases_ms.last().is_none_or(|at_ms| at_ms + HOUR_MS <= now_ms);
        today < DECREASES_AT_ANY_TIME || (today < DECREASES_MAX && rested)
    }

    fn change(&mut self, units: (i64, i64), now_ms: i64) -> Result<(), &'static str> {
        let is_decrease = units.0 < self.units.0 || units.1 < self.units.1;
        if self.updating_until_ms > now_ms {
            return Err("ResourceInUseException");
        }
        if self.is_on_demand || units == self.units || units.0 < 1 || units.1 < 1 {
            return Err("ValidationException");
        }
        if is_decrease && !self.may_decrease(now_ms) {
            return Err("LimitExceededException");
        }
        self.decreases_ms.extend(is_decrease.then_some(now_ms));
        self.changes.push(units);
        self.units = units;
        self.updating_until_ms = now_ms + i64::try_from(self.updates_take.as_millis()).expect("minutes");
        Ok(())
    }

    fn described(&self, name: &str, now_ms: i64) -> Value {
        let mut throughput = json!({
            "ReadCapacityUnits": self.units.0, "WriteCapacityUnits": self.units.1,
            "NumberOfDecreasesToday": self.decreases_today(now_ms),
        });
        if let Some(at_ms) = self.decreases_ms.last() {
            throughput["LastDecreaseDateTime"] = (at_ms / 1000).into();
        }
        let status = if self.updating_until_ms > now_ms { "UPDATING" } else { "ACTIVE" };
        let mode = if self.is_on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" };
        json!({
            "TableName": name, "TableStatus": status, "BillingModeSummary": {"BillingMode": mode},
            "ProvisionedThroughput": throughput,
        })
    }
}

pub(crate) fn describe_table(drawers: &Drawers, request: &Value, now_ms: i64) -> Answered {
    let name = text(request, "TableName");
    let Some(table) = drawers.tables.get(name) else { return no_table() };
    (200, json!({"Table": table.described(name, now_ms)}).to_string())
}

pub(crate) fn update_table(drawers: &mut Drawers, request: &Value, now_ms: i64) -> Answered {
    let name = text(request, "TableName");
    let Some(table) = drawers.tables.get_mut(name) else { return no_table() };
    let units = |unit: &str| request["ProvisionedThroughput"][unit].as_i64().unwrap_or_default();
    match table.change((units("ReadCapacityUnits"), units("WriteCapacityUnits")), now_ms) {
        Ok(()) => (200, json!({"TableDescription": table.described(name, now_ms)}).to_string()),
        Err(code) => {
            table.refused.push(code);
            refusal(code, "refused")
        }
    }
}

fn no_table() -> Answered {
    refusal("ResourceNotFoundException", "Requested resource not found")
}
