//! The settings of queue-capacity: its table in `infra/config/<stage>.toml`.
//!
//! Every key has a default and an explanation in `infra/config/default.toml`; this file says their types and ranges.
//! What a row of `targets` means depends on its lever; [`mapping`](crate::mapping) makes that of it.

use garde::Validate;
use serde::Deserialize;

/// The lease is renewed when half of it is gone, and a write starts only while the lease outlives its time-out and this.
const LEASE_BEYOND_TIMEOUT: u32 = 5;

/// The `[queue-capacity]` table.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct Config {
    /// How long a group's lock is held without renewal.
    #[garde(range(min = 2 * (self.vendor_timeout_seconds + LEASE_BEYOND_TIMEOUT), max = 900))]
    pub lease_seconds: u32,
    /// How long to wait for an answer of Genesys.
    #[garde(range(min = 1, max = 60))]
    pub vendor_timeout_seconds: u32,
    /// Share of Genesys' request limit.
    #[garde(range(min = 0.01, max = 1.0))]
    pub genesys_api_share: f64,
    /// Genesys objects read and written at once.
    #[garde(range(min = 1, max = 16))]
    pub in_flight: usize,
    /// Most writes to Genesys in one run.
    #[garde(range(min = 1, max = 500))]
    pub writes_per_run: u32,
    /// Which group sets which numbers.
    #[garde(dive)]
    pub mappings: Vec<MappingConfig>,
}

/// One row of `mappings`.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct MappingConfig {
    /// Name of the Auto Scaling group.
    #[garde(length(min = 1, max = 255))]
    pub group: String,
    /// Which of its sizes counts.
    #[garde(skip)]
    #[serde(default)]
    pub instances: Instances,
    /// What follows a change by hand.
    #[garde(skip)]
    #[serde(default)]
    pub policy: Policy,
    /// What is set.
    #[garde(length(min = 1, max = 50), dive)]
    pub targets: Vec<TargetConfig>,
    /// `false` keeps the row as an example.
    #[garde(skip)]
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// Which size of a group counts.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Instances {
    /// What it is told to have.
    #[default]
    Desired,
    /// What is in service.
    InService,
}

/// What follows when somebody changed a number by hand.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// It is set right again.
    #[default]
    Repair,
    /// It is left until the group asks for another number, and reported.
    Report,
}

/// One row of `targets`. Which keys it needs and takes depends on `lever`.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct TargetConfig {
    /// How it is set.
    #[garde(skip)]
    pub lever: LeverName,
    /// Data table: its id.
    #[garde(inner(length(min = 1, max = 64)))]
    pub table: Option<String>,
    /// Data table: the row's key.
    #[garde(inner(length(bytes, min = 1, max = 256)))]
    pub row: Option<String>,
    /// Data table: the column.
    #[garde(inner(length(bytes, min = 1, max = 256)))]
    pub column: Option<String>,
    /// Queue: its id.
    #[garde(inner(length(min = 1, max = 64)))]
    pub queue: Option<String>,
    /// Queue: the member's name.
    #[garde(inner(length(min = 1, max = 64)))]
    pub field: Option<String>,
    /// Queue: members that are not sent back.
    #[garde(inner(length(max = 20)))]
    pub strip: Option<Vec<String>>,
    /// Utilization: ids of the agents.
    #[garde(inner(length(max = 100)))]
    pub users: Option<Vec<String>>,
    /// Utilization: the kind of interaction.
    #[garde(skip)]
    pub media: Option<Media>,
    /// Utilization: the organisation's default instead of agents.
    #[garde(skip)]
    pub organization: Option<bool>,
    /// Utilization: the confirmation that `organization` needs.
    #[garde(skip)]
    pub confirm_organization: Option<String>,
    /// The number for each instance.
    #[garde(inner(range(min = 1, max = 1_000_000)))]
    pub per_instance: Option<i64>,
    /// Least.
    #[garde(inner(range(min = 0, max = 1_000_000_000)))]
    pub min: Option<i64>,
    /// Most.
    #[garde(inner(range(min = 0, max = 1_000_000_000)))]
    pub max: Option<i64>,
    /// Most that one run changes; 0: no limit.
    #[garde(range(min = 0, max = 1_000_000_000))]
    #[serde(default)]
    pub step_limit: i64,
    /// How long less has to be asked for.
    #[garde(range(min = 0, max = 86_400))]
    #[serde(default = "five_minutes")]
    pub hold_down_seconds: u32,
}

/// The levers.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LeverName {
    /// A column of a row of an Architect data table.
    DataTableRow,
    /// A member of the queue object.
    QueueField,
    /// Interactions that an agent takes at once.
    Utilization,
}

/// Kinds of interaction, as utilization names them.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// Calls.
    Call,
    /// Callbacks.
    Callback,
    /// Web chats.
    Chat,
    /// E-mail.
    Email,
    /// Messages.
    Message,
}

fn yes() -> bool {
    true
}

fn five_minutes() -> u32 {
    300
}

impl LeverName {
    /// Its name in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DataTableRow => "data_table_row",
            Self::QueueField => "queue_field",
            Self::Utilization => "utilization",
        }
    }
}

impl Media {
    /// Its name in Genesys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Callback => "callback",
            Self::Chat => "chat",
            Self::Email => "email",
            Self::Message => "message",
        }
    }
}
