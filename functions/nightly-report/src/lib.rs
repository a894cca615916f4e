//! Tells a contact centre's people, once every morning, how yesterday went.
//!
//! Everything here is pure: it takes the moment, the rows that Genesys answered and what is remembered, and says what is
//! due, what the figures are and how they read. Read [`due`] first: it says when a day is prepared and mailed, and why no
//! day is ever mailed twice.

pub mod calendar;
pub mod config;
pub mod day;
pub mod due;
pub mod figures;
pub mod finding;
pub mod history;
pub mod ledger;
pub mod page;
pub mod past;
pub mod rate;
pub mod read_plan;
pub mod render;
pub mod report;
pub mod restate;
pub mod rules;
pub mod settings;
mod stretch;
pub mod sums;
pub mod targets;
pub mod trends;
pub mod wording;

/// The function's name: its folder, binary, configuration table, locks and metric dimension.
pub const NAME: &str = "nightly-report";
