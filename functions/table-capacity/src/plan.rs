//! What happens to a table, given the load of its queues and what AWS says about it. Pure: no clock, no network.
//!
//! Every number that could be set (reads and writes, of the table and of each index that goes with it) gets a verdict
//! of its own. Raising never waits for anything but a table that is being updated: a number too low turns requests
//! away. Lowering only saves money, so it waits for every doubt: a load that is stale, a table that is throttled, an
//! update just made, a budget that is spent.

mod explain;
mod verdict;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use platform::capacity::{Capacity, Dimension, Resource, Target, Units};

use crate::config::{Config, Mode, TableConfig};
use crate::load::QueueLoad;
use verdict::Scene;

/// Everything that was read about one table.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// Its configuration.
    pub table: &'a TableConfig,
    /// The load of each of its queues.
    pub loads: Vec<QueueLoad>,
    /// DynamoDB's description.
    pub capacity: Capacity,
    /// What Application Auto Scaling has registered.
    pub targets: Vec<Target>,
    /// Whether it is being throttled.
    pub throttled: Throttled,
    /// When this function last changed it.
    pub last_update: Option<Timestamp>,
}

/// Whether a table turned requests away lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throttled {
    /// It did.
    Yes,
    /// It did not.
    No,
    /// CloudWatch gave no answer.
    Unknown,
    /// Nobody asked: nothing is to be lowered, or asking is turned off.
    NotAsked,
}

/// The settings that all tables share.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Below so many conversations a table goes to its `min`.
    pub min_conversations: i64,
    /// A load older than this is stale.
    pub stale_after: Duration,
    /// The time between an update and a decrease.
    pub settle: Duration,
}

/// What was decided about one table.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The table.
    pub table: String,
    /// The loads it was decided on, with their ages at that moment.
    pub loads: Vec<(String, Option<(i64, SignedDuration)>)>,
    /// The sum of what is known.
    pub conversations: i64,
    /// What that asks for.
    pub wanted: Units,
    /// Each number with its verdict.
    pub dials: Vec<Dial>,
    /// What is done.
    pub action: Action,
}

/// A number that could be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// The table or an index.
    pub resource: Resource,
    /// Reads or writes.
    pub dimension: Dimension,
    /// What it is.
    pub current: i64,
    /// What it should be.
    pub wanted: i64,
    /// What follows.
    pub verdict: Verdict,
}

/// What follows for one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is right already: no call.
    Equal,
    /// It is too high by less than a decrease is worth.
    Within,
    /// It is raised.
    Raise,
    /// It is lowered.
    Lower,
    /// It should be changed, and not now.
    Hold(Hold),
}

/// Why a change is put off. It is looked at again at the next run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// No queue ever reported.
    NoLoad,
    /// A queue, or a media type of one, has not reported for too long.
    Stale,
    /// The table is being changed already.
    Updating,
    /// The table turns requests away.
    Throttled,
    /// Whether it does could not be read.
    ThrottlingUnknown,
    /// An update was made only just now.
    Settling,
    /// No decrease is left for now.
    BudgetSpent,
    /// The ceiling in Application Auto Scaling is below the table's `min`.
    Ceiling,
}

/// What is done about a table. One variant is one kind of request that `apply` may send, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// One `UpdateTable`.
    SetUnits(Vec<UnitsChange>),
    /// One `RegisterScalableTarget` each.
    SetFloors(Vec<FloorChange>),
    /// Every number is right, or nearly.
    Keep,
    /// Something should be changed, and nothing can be now.
    Wait(Hold),
    /// This table is not to be set like this at all.
    Refuse(Refusal),
}

/// New units of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitsChange {
    /// The table or an index.
    pub resource: Resource,
    /// As read.
    pub from: Units,
    /// As it will be.
    pub to: Units,
}

/// A new floor of one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FloorChange {
    /// The table or an index.
    pub resource: Resource,
    /// Reads or writes.
    pub dimension: Dimension,
    /// As read.
    pub from: i64,
    /// As it will be.
    pub to: i64,
}

/// Why a table is not set at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is paid per request.
    OnDemand,
    /// `direct`, and a scaling policy would undo it.
    ScaledByPolicy,
    /// `floor`, and nothing is registered.
    NoTarget,
    /// A configured index that the table does not have.
    NoIndex(String),
}

impl Rules {
    /// The shared settings of `config`.
    pub fn of(config: &Config) -> Self {
        Self { min_conversations: config.min_conversations, stale_after: config.stale_after(), settle: config.settle() }
    }
}

/// The decision about one table.
pub fn plan(reading: &Reading<'_>, rules: &Rules, now: Timestamp) -> Decision {
    let conversations = known_sum(&reading.loads);
    let wanted = wanted(reading.table, rules, conversations);
    let (dials, action) = match way(reading) {
        Err(refusal) => (Vec::new(), Action::Refuse(refusal)),
        Ok(way) => {
            let dials = Scene::of(reading, rules, now, way).judge(wanted);
            let action = action(&dials, reading, way);
            (dials, action)
        }
    };
    let age = |load: &QueueLoad| load.known.map(|known| (known.conversations, now.duration_since(known.oldest_at)));
    let loads = reading.loads.iter().map(|load| (load.queue.clone(), age(load))).collect();
    Decision { table: reading.table.name.clone(), loads, conversations, wanted, dials, action }
}

/// Whether the plan would lower anything if the table is not throttled: only then CloudWatch needs to be asked.
pub fn would_lower(reading: &Reading<'_>, rules: &Rules, now: Timestamp) -> bool {
    let calm = Reading { throttled: Throttled::No, ..reading.clone() };
    plan(&calm, rules, now).dials.iter().any(|dial| dial.verdict == Verdict::Lower)
}

/// What is set in this table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Units,
    Floors,
}

fn way(reading: &Reading<'_>) -> Result<Way, Refusal> {
    if reading.capacity.is_on_demand {
        return Err(Refusal::OnDemand);
    }
    let lacks = |name: &&String| reading.capacity.of(&Resource::Index((*name).clone())).is_none();
    if let Some(name) = reading.table.indexes.iter().find(lacks) {
        return Err(Refusal::NoIndex(name.clone()));
    }
    let has_policy = reading.targets.iter().any(|target| target.has_policy);
    match reading.table.mode {
        Mode::Direct if has_policy => Err(Refusal::ScaledByPolicy),
        Mode::Floor if reading.targets.is_empty() => Err(Refusal::NoTarget),
        Mode::Floor => Ok(Way::Floors),
        Mode::Auto if has_policy => Ok(Way::Floors),
        Mode::Auto | Mode::Direct => Ok(Way::Units),
    }
}

fn known_sum(loads: &[QueueLoad]) -> i64 {
    loads.iter().filter_map(|load| load.known).fold(0, |sum, known| sum.saturating_add(known.conversations))
}

/// The units for a load, between the table's bounds.
pub fn wanted(table: &TableConfig, rules: &Rules, conversations: i64) -> Units {
    if conversations < rules.min_conversations {
        return Units { read: table.min, write: table.min };
    }
    let read = times(conversations, table.read_per_conversation).clamp(table.min, table.max);
    Units { read, write: times(read, table.write_ratio).clamp(table.min, table.max) }
}

/// Rounded up, forgiving what binary fractions add.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "below 2^53 by the limits of loads and settings; beyond it the cast saturates and the bounds cut"
)]
fn times(number: i64, factor: f64) -> i64 {
    (number as f64 * factor - 1e-6).ceil() as i64
}

fn action(dials: &[Dial], reading: &Reading<'_>, way: Way) -> Action {
    let moved: Vec<&Dial> = dials.iter().filter(|dial| dial.moves()).collect();
    if !moved.is_empty() {
        return match way {
            Way::Units => Action::SetUnits(units_changes(&moved, &reading.capacity)),
            Way::Floors => Action::SetFloors(moved.into_iter().map(floor_change).collect()),
        };
    }
    let held = dials.iter().filter_map(|dial| match dial.verdict {
        Verdict::Hold(hold) => Some(hold),
        _ => None,
    });
    held.min().map_or(Action::Keep, Action::Wait)
}

fn units_changes(moved: &[&Dial], capacity: &Capacity) -> Vec<UnitsChange> {
    let changes = capacity.throughputs.iter().filter_map(|throughput| {
        let number = |dimension| {
            let dial = moved.iter().find(|dial| dial.resource == throughput.resource && dial.dimension == dimension);
            dial.map_or(throughput.units.of(dimension), |dial| dial.wanted)
        };
        let to = Units { read: number(Dimension::Read), write: number(Dimension::Write) };
        let change = UnitsChange { resource: throughput.resource.clone(), from: throughput.units, to };
        (change.from != change.to).then_some(change)
    });
    changes.collect()
}

fn floor_change(dial: &Dial) -> FloorChange {
    let Dial { resource, dimension, current, wanted, .. } = dial;
    FloorChange { resource: resource.clone(), dimension: *dimension, from: *current, to: *wanted }
}

impl Dial {
    /// Whether the number is changed.
    pub fn moves(&self) -> bool {
        matches!(self.verdict, Verdict::Raise | Verdict::Lower)
    }
}
