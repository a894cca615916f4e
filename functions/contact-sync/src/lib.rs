//! Brings changed Salesforce contacts to Genesys Cloud as external contacts.
//!
//! A run holds the lock, reads what changed since the watermark, plans, checks the plan, applies it, and only then
//! moves the watermark. Killed anywhere and started again, it ends in the same state. Read [`plan`] first: it says
//! what can happen to a contact; [`apply`] carries it out; [`matching`] decides who is who.

pub mod apply;
pub mod candidates;
pub mod check;
pub mod config;
mod connect;
pub mod matching;
pub mod plan;
pub mod read;
pub mod record;
mod run;
pub mod source;
pub mod trigger;
pub mod wire;

pub use connect::{ConnectError, ContactSync};

/// The function's name: its folder, binary, configuration table, lock and metric dimension.
pub const NAME: &str = "contact-sync";
