//! Reads what a decision is made of: the loads that were stored, and the table as AWS knows it.
//!
//! A failed read is an error and never an empty answer. The one exception is the question whether the table is
//! throttled: without an answer nothing is lowered, which is what the answer could have led to at worst.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::capacity::{CapacityControl, CapacityError};
use platform::clock::Clock;
use platform::mark::Marks;
use platform::order::Orders;
use platform::table::StateError;

use crate::NAME;
use crate::config::{Config, TableConfig};
use crate::load::{self, Known, QueueLoad};
use crate::plan::{Reading, Rules, Throttled, would_lower};

/// The name of the mark that says when a table was last changed.
pub const UPDATED: &str = "updated";

/// What a reading needs.
pub struct Reader<'a> {
    /// DynamoDB's control plane, Application Auto Scaling, CloudWatch.
    pub control: &'a CapacityControl,
    /// The stored loads.
    pub orders: &'a Orders,
    /// When a table was last changed.
    pub marks: &'a Marks,
    /// Where time comes from.
    pub clock: &'a Clock,
    /// The function's configuration.
    pub config: &'a Config,
}

/// Why nothing can be decided about a table now.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The state table.
    #[error(transparent)]
    State(#[from] StateError),
    /// What AWS says about the table.
    #[error(transparent)]
    Capacity(#[from] CapacityError),
}

/// The job under whose lock a table is changed.
pub fn job(table: &TableConfig) -> String {
    format!("{NAME}#{}", table.name)
}

impl Reader<'_> {
    /// The stored loads of the table's queues. One request.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn loads(&self, table: &TableConfig) -> Result<Vec<QueueLoad>, StateError> {
        let entities: Vec<String> = table.queues.iter().flat_map(|queue| load::entities(queue)).collect();
        let rows = self.orders.newest(&entities).await?;
        let gone_after = self.config.gone_after();
        Ok(table.queues.iter().map(|queue| load::of_queue(queue, &rows, gone_after)).collect())
    }

    /// Everything about `table`; `imagined` loads stand in for stored ones.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn reading<'t>(
        &self,
        table: &'t TableConfig,
        imagined: &BTreeMap<String, i64>,
    ) -> Result<Reading<'t>, ReadError> {
        let mut loads = self.loads(table).await?;
        imagine(&mut loads, imagined, self.clock.now());
        let capacity = self.control.describe(&table.name).await?;
        let targets = match capacity.is_on_demand {
            true => Vec::new(), // it is refused whatever is registered
            false => self.control.targets(&table.name, &table.resources()).await?,
        };
        let last_update = self.marks.read(&job(table), UPDATED).await?.map(|mark| mark.at);
        let mut reading = Reading { table, loads, capacity, targets, throttled: Throttled::NotAsked, last_update };
        reading.throttled = self.throttled(&reading).await;
        Ok(reading)
    }

    async fn throttled(&self, reading: &Reading<'_>) -> Throttled {
        let now = self.clock.now();
        let Some(window) = self.config.throttle_window() else { return Throttled::NotAsked };
        if !would_lower(reading, &Rules::of(self.config), now) {
            return Throttled::NotAsked;
        }
        let table = reading.table;
        match self.control.is_throttled(&table.name, &table.resources(), now, window).await {
            Ok(true) => Throttled::Yes,
            Ok(false) => Throttled::No,
            Err(error) => {
                tracing::warn!(table = table.name, %error, "a decrease waits, because throttling could not be read");
                Throttled::Unknown
            }
        }
    }
}

fn imagine(loads: &mut [QueueLoad], imagined: &BTreeMap<String, i64>, now: Timestamp) {
    for load in loads {
        if let Some(conversations) = imagined.get(&load.queue) {
            load.known = Some(Known::whole(*conversations, now));
        }
    }
}
