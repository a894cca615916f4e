//! Promises of nightly-report: which day is due when, what its figures are, how they read.

#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod calendar;
mod config;
mod due;
mod due_year;
mod figures;
mod history;
mod ledger;
mod scene;
