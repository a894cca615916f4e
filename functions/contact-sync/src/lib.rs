//! Brings changed Salesforce contacts to Genesys Cloud as external contacts.
//!
//! A run holds the lock, reads what changed since the watermark, plans, checks the plan, applies it, and only then
//! moves the watermark. Killed anywhere and started again, it ends in the same state. Read [`plan`] first: it says
//! what can happen to a contact; [`apply`] carries it out; [`matching`] decides who is who.

mod agenda;
pub mod apply;
mod by_hand;
pub mod candidates;
pub mod check;
pub mod config;
mod connect;
mod digest_mail;
pub mod drift;
mod explain;
mod failure;
pub mod first_load;
pub mod gone;
mod health;
mod map_change;
pub mod matching;
pub mod message;
mod notice;
pub mod organizations;
pub mod plan;
pub mod progress;
pub mod read;
pub mod reconcile;
pub mod record;
mod run;
mod shadow_csv;
mod slices;
pub mod source;
pub mod trigger;
pub mod wire;

pub use connect::{ConnectError, ContactSync};
pub use run::Answer;

/// The function's name: its folder, binary, configuration table, lock and metric dimension.
pub const NAME: &str = "contact-sync";
