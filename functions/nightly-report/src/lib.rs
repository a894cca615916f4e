//! Tells a contact centre's people, once every morning, how yesterday went.
//!
//! What is due, what the figures are and how they read is decided by pure code: it takes the moment, the rows that Genesys
//! answered and what is remembered. Read [`due`] first: it says when a day is prepared and mailed, and why no day is ever
//! mailed twice. A tick carries that out (`night`), with what it reads (`read`), stores (`store`) and mails (`post`).

mod by_hand;
pub mod calendar;
pub mod config;
mod connect;
pub mod day;
pub mod due;
mod enclose;
mod failure;
pub mod figures;
pub mod finding;
pub mod history;
pub mod ledger;
pub mod look;
mod mail_events;
mod night;
pub mod note;
pub mod page;
pub mod past;
mod post;
mod press;
pub mod rate;
mod read;
pub mod read_plan;
mod record;
pub mod render;
pub mod report;
pub mod restate;
pub mod rules;
mod run;
pub mod settings;
pub mod sheet;
mod standing;
mod store;
mod stretch;
pub mod sums;
pub mod targets;
pub mod trends;
pub mod trigger;
pub mod typeset;
pub mod words;

pub use connect::{ConnectError, NightlyReport};
pub use run::Answer;

/// The function's name: its folder, binary, configuration table, locks and metric dimension.
pub const NAME: &str = "nightly-report";
