//! Lets the size of Auto Scaling groups decide how much Genesys lets in.
//!
//! An event only says that a group may have changed. What follows comes from reading the group, once for all events of
//! a batch, and the numbers that Genesys holds; a schedule does the same every five minutes, so an event that never came
//! costs minutes and nothing else. Read [`plan`] first: it says what can happen to a number and why; [`lever`] says how
//! each kind of number is read and written; [`decide`](crate::QueueCapacity) takes one group from its lock to its outcomes.

pub mod check;
pub mod config;
mod connect;
mod decide;
mod dry_run;
pub mod hint;
pub mod lever;
pub mod mapping;
mod outcome;
pub mod plan;
mod record;
mod run;
pub mod trigger;
mod turn;

pub use connect::{ConnectError, QueueCapacity};
pub use run::Answer;

/// The function's name: its folder, binary, configuration table, locks and metric dimension.
pub const NAME: &str = "queue-capacity";
