//! The settings of table-capacity: its table in `infra/config/<stage>.toml`.
//!
//! Every key has a default and an explanation in `infra/config/default.toml`; this file says their types and ranges.

use std::collections::HashSet;
use std::time::Duration;

use garde::Validate;
use platform::capacity::Resource;
use serde::Deserialize;

/// Most units of a table or an index: DynamoDB's own default quota per table.
const UNITS_MAX: i64 = 40_000;

/// Most queues of a table: their rows, six each, are read in one request of at most a hundred.
const QUEUES_MAX: usize = 16;

/// The `[table-capacity]` table.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct Config {
    /// Below so many conversations a table goes to its `min`.
    #[garde(range(min = 0, max = 1_000_000))]
    pub min_conversations: i64,
    /// A load older than this holds decreases and is never read as zero.
    #[garde(range(min = 1, max = 1440))]
    pub stale_after_minutes: u32,
    /// After an update of a table it is not lowered for so long.
    #[garde(range(min = 0, max = 3600))]
    pub settle_seconds: u32,
    /// No decrease when the table was throttled within so many minutes; 0 does not ask CloudWatch.
    #[garde(range(min = 0, max = 60))]
    pub throttle_window_minutes: u32,
    /// How long a table's lock is held without renewal.
    #[garde(range(min = 30, max = 900))]
    pub lease_seconds: u32,
    /// What a read unit costs an hour, in dollars: for the dry run's estimate.
    #[garde(range(min = 0.0, max = 1.0))]
    pub price_read_unit_hour: f64,
    /// What a write unit costs an hour, in dollars.
    #[garde(range(min = 0.0, max = 1.0))]
    pub price_write_unit_hour: f64,
    /// Which table follows which queues.
    #[garde(dive)]
    pub tables: Vec<TableConfig>,
}

/// One row of `tables`.
#[derive(Clone, Debug, Deserialize, PartialEq, Validate)]
pub struct TableConfig {
    /// The DynamoDB table.
    #[garde(length(min = 3, max = 255))]
    pub name: String,
    /// Ids of the queues whose loads add up.
    #[garde(length(min = 1, max = QUEUES_MAX), inner(length(min = 1, max = 200)))]
    pub queues: Vec<String>,
    /// Read units per conversation.
    #[garde(range(min = 0.001, max = 10_000.0))]
    #[serde(default = "defaults::read_per_conversation")]
    pub read_per_conversation: f64,
    /// Write units per read unit.
    #[garde(range(min = 0.0, max = 100.0))]
    #[serde(default = "defaults::write_ratio")]
    pub write_ratio: f64,
    /// Least units, for reads and for writes.
    #[garde(range(min = 1, max = UNITS_MAX))]
    #[serde(default = "defaults::min")]
    pub min: i64,
    /// Most units, for reads and for writes.
    #[garde(range(min = 1, max = UNITS_MAX))]
    #[serde(default = "defaults::max")]
    pub max: i64,
    /// A number is lowered only when it falls by at least this share, 0 to 1.
    #[garde(range(min = 0.0, max = 0.9))]
    #[serde(default = "defaults::hysteresis")]
    pub hysteresis: f64,
    /// Global secondary indexes that get the same units as the table.
    #[garde(length(max = 20), inner(length(min = 3, max = 255)))]
    #[serde(default)]
    pub indexes: Vec<String>,
    /// How the units are set.
    #[garde(skip)]
    #[serde(default)]
    pub mode: Mode,
    /// `false` keeps the row as an example.
    #[garde(skip)]
    #[serde(default = "defaults::enabled")]
    pub enabled: bool,
}

/// How the units of a table are set.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// `floor` where a scaling policy moves the table, `direct` elsewhere.
    #[default]
    Auto,
    /// The provisioned units themselves.
    Direct,
    /// The floor below which Application Auto Scaling does not go.
    Floor,
}

/// What a row of `tables` may leave out. A test holds these against the documented example.
mod defaults {
    pub(super) fn read_per_conversation() -> f64 {
        10.0
    }
    pub(super) fn write_ratio() -> f64 {
        0.5
    }
    pub(super) fn min() -> i64 {
        5
    }
    pub(super) fn max() -> i64 {
        4000
    }
    pub(super) fn hysteresis() -> f64 {
        0.1
    }
    pub(super) fn enabled() -> bool {
        true
    }
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFault {
    /// Values outside their ranges, all of them.
    #[error("[table-capacity] {0}")]
    Range(String),
    /// A table that stands there twice would be set by two rows in turn.
    #[error("[table-capacity] tables[{0}].name: this table has a row already; put all its queues into one row")]
    TableTwice(usize),
    /// A queue that is named twice would count twice.
    #[error("[table-capacity] tables[{0}].queues: a queue is named twice; name it once")]
    QueueTwice(usize),
    /// No number is left between the bounds.
    #[error("[table-capacity] tables[{0}].min: must not be above max")]
    Bounds(usize),
}

impl Config {
    /// Checks the ranges and everything that spans several keys.
    ///
    /// # Errors
    /// [`ConfigFault`], naming the key to change.
    pub fn check(&self) -> Result<(), ConfigFault> {
        self.validate().map_err(|report| {
            let lines: Vec<String> = report.iter().map(|(path, fault)| format!("{path}: {fault}")).collect();
            ConfigFault::Range(lines.join("; "))
        })?;
        let mut names = HashSet::new();
        for (number, table) in self.tables.iter().enumerate() {
            if !names.insert(&table.name) {
                return Err(ConfigFault::TableTwice(number));
            }
            if table.queues.iter().collect::<HashSet<_>>().len() != table.queues.len() {
                return Err(ConfigFault::QueueTwice(number));
            }
            if table.min > table.max {
                return Err(ConfigFault::Bounds(number));
            }
        }
        Ok(())
    }

    /// The tables that are set.
    pub fn enabled(&self) -> impl Iterator<Item = &TableConfig> {
        self.tables.iter().filter(|table| table.enabled)
    }

    /// Whether any table follows this queue.
    pub fn follows(&self, queue: &str) -> bool {
        self.enabled().any(|table| table.follows(queue))
    }

    /// A load older than this is stale.
    pub fn stale_after(&self) -> Duration {
        Duration::from_secs(60 * u64::from(self.stale_after_minutes))
    }

    /// A media type that was silent for longer, while its queue went on reporting, is taken as gone: far longer than
    /// `stale_after`, so that a decrease is held first and events that come late still find it.
    pub fn gone_after(&self) -> Duration {
        4 * self.stale_after()
    }

    /// The time between an update and a decrease.
    pub fn settle(&self) -> Duration {
        Duration::from_secs(self.settle_seconds.into())
    }

    /// The time for which throttling is remembered; `None` when CloudWatch is not asked.
    pub fn throttle_window(&self) -> Option<Duration> {
        let minutes = u64::from(self.throttle_window_minutes);
        (minutes > 0).then(|| Duration::from_secs(60 * minutes))
    }
}

impl TableConfig {
    /// Whether this table follows `queue`.
    pub fn follows(&self, queue: &str) -> bool {
        self.queues.iter().any(|followed| followed == queue)
    }

    /// What is set: the table, and the indexes that go with it.
    pub fn resources(&self) -> Vec<Resource> {
        let indexes = self.indexes.iter().map(|name| Resource::Index(name.clone()));
        std::iter::once(Resource::Table).chain(indexes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Config {
        platform::config::from_text::<Config>(crate::NAME, text, "test.toml").unwrap().function
    }

    fn refused(text: &str) -> String {
        read(text).check().unwrap_err().to_string()
    }

    #[test]
    fn what_a_row_may_leave_out_is_what_the_documented_example_says() {
        let documented = read("");
        documented.check().unwrap();
        assert_eq!(documented.enabled().count(), 0, "the example sets nothing");
        let example = &documented.tables[0];
        let short = format!("[[table-capacity.tables]]\nname = \"{}\"\nqueues = {:?}\n", example.name, example.queues);
        let expected = TableConfig { enabled: true, ..example.clone() };
        assert_eq!(read(&short).tables, [expected]);
    }

    #[test]
    fn what_cannot_work_is_refused_by_its_place() {
        let row = |rest: &str| format!("[[table-capacity.tables]]\nname = \"contacts\"\nqueues = [\"a\"]\n{rest}\n");
        assert!(refused(&row("min = 0")).contains("tables[0].min"));
        assert!(refused(&row("min = 9\nmax = 8")).contains("tables[0].min"));
        assert!(refused(&format!("{}{}", row(""), row(""))).contains("tables[1].name"));
        assert!(refused(&row("").replace("[\"a\"]", "[\"a\", \"a\"]")).contains("tables[0].queues"));
        assert!(refused(&row("").replace("[\"a\"]", "[]")).contains("tables[0].queues"));
    }
}
