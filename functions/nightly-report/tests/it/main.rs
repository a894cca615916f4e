//! Promises of nightly-report: which day is due when, what its figures are, how they read.

#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod agreement;
mod calendar;
mod centre;
mod config;
mod due;
mod due_year;
mod edges;
mod figures;
mod history;
mod hours;
mod ledger;
mod pages;
mod read_plan;
mod render;
mod restate;
mod rules;
mod scene;
mod trends;
mod typesetter;
