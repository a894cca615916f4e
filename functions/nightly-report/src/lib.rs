//! Tells a contact centre's people, once every morning, how yesterday went.
//!
//! Everything here is pure: it takes the moment, the rows that Genesys answered and what is remembered, and says what is
//! due, what the figures are and how they read. Read [`due`] first: it says when a day is prepared and mailed, and why no
//! day is ever mailed twice.

pub mod calendar;
pub mod due;
pub mod ledger;

/// The function's name: its folder, binary, configuration table, locks and metric dimension.
pub const NAME: &str = "nightly-report";
