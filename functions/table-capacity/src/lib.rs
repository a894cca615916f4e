//! Gives DynamoDB tables the capacity that the load of Genesys queues asks for.
//!
//! A message only stores: the newest load of its queue. Decisions are made from what is stored, once per table and
//! batch and again every five minutes by a schedule, so a decrease that was held, a table that was being updated or a
//! budget that was spent needs no new event. Read [`plan`] first: it says what can happen to a table and why;
//! [`message`] says which events are understood; [`apply`] carries a decision out.

pub mod apply;
pub mod check;
pub mod config;
mod connect;
pub mod cost;
mod decide;
pub mod load;
pub mod message;
pub mod plan;
pub mod read;
pub mod record;
mod run;
pub mod store;
pub mod trigger;

pub use connect::{ConnectError, TableCapacity};
pub use run::Answer;

/// The function's name: its folder, binary, configuration table, locks and metric dimension.
pub const NAME: &str = "table-capacity";
