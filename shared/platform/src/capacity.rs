//! How much a DynamoDB table may read and write, and who sets that: the AWS side of capacity.
//!
//! Three services know a part of it. DynamoDB knows the provisioned units and how often they were lowered today.
//! Application Auto Scaling knows whether something else sets them already, and between which bounds. CloudWatch knows
//! whether the table turns requests away. What to do with it is the caller's decision; nothing is decided here.
//!
//! Writes are sent once. A change that is refused or lost is decided again from what is read then, which is both safer
//! and cheaper than a repeat: DynamoDB counts every decrease.

mod error;
mod scaling;
mod table;
mod throttle;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use jiff::Timestamp;
use serde::Serialize;

pub use error::CapacityError;

/// What has units of its own: the table, or one of its global secondary indexes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// The table itself.
    Table,
    /// The global secondary index of this name.
    Index(String),
}

/// Which of a resource's two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Read capacity units.
    Read,
    /// Write capacity units.
    Write,
}

/// Provisioned units a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Units {
    /// Read capacity units.
    pub read: i64,
    /// Write capacity units.
    pub write: i64,
}

/// One resource's provisioned throughput.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throughput {
    /// The table or an index.
    pub resource: Resource,
    /// What it has now.
    pub units: Units,
    /// Whether its units can be changed now; while it is updating they cannot.
    pub is_active: bool,
    /// How often its units were lowered since midnight UTC.
    pub decreases_today: i64,
    /// When they were last lowered.
    pub last_decrease: Option<Timestamp>,
    /// When they were last raised.
    pub last_increase: Option<Timestamp>,
}

/// A table as DynamoDB describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Paid per request: it has no units to set.
    pub is_on_demand: bool,
    /// The table, then its indexes by name.
    pub throughputs: Vec<Throughput>,
}

/// A number that Application Auto Scaling moves between two bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The table or an index.
    pub resource: Resource,
    /// Reads or writes.
    pub dimension: Dimension,
    /// The floor, `MinCapacity`.
    pub min: i64,
    /// The ceiling, `MaxCapacity`.
    pub max: i64,
    /// Whether a scaling policy moves it.
    pub has_policy: bool,
}

/// The clients of the three services.
#[derive(Clone, Debug)]
pub struct CapacityControl {
    dynamodb: aws_sdk_dynamodb::Client,
    scaling: aws_sdk_applicationautoscaling::Client,
    metrics: aws_sdk_cloudwatch::Client,
    requests: Arc<AtomicU64>,
}

impl CapacityControl {
    /// Clients made from `sdk`. Nothing is sent yet.
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(sdk),
            scaling: aws_sdk_applicationautoscaling::Client::new(sdk),
            metrics: aws_sdk_cloudwatch::Client::new(sdk),
            requests: Arc::default(),
        }
    }

    /// Requests since the clients were made; the SDK's own repeats of reads are not counted.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }
}

/// For writes: one try.
fn once() -> RetryConfig {
    RetryConfig::disabled()
}

impl Units {
    /// The number of this dimension.
    pub fn of(self, dimension: Dimension) -> i64 {
        match dimension {
            Dimension::Read => self.read,
            Dimension::Write => self.write,
        }
    }
}

impl Capacity {
    /// The throughput of `resource`, if the table has it.
    pub fn of(&self, resource: &Resource) -> Option<&Throughput> {
        self.throughputs.iter().find(|throughput| throughput.resource == *resource)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table => f.write_str("table"),
            Self::Index(name) => write!(f, "index {name}"),
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "reads",
            Self::Write => "writes",
        })
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.read, self.write)
    }
}
