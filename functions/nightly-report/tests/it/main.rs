//! Promises of nightly-report: which day is due when, what its figures are, how they read.

#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod agreement;
mod archived;
mod calendar;
mod centre;
mod config;
mod crowd;
mod due;
mod due_year;
mod edges;
mod figures;
mod frames;
mod history;
mod hours;
mod layouts;
mod ledger;
mod pages;
mod printed;
mod read_plan;
mod render;
mod restate;
mod rules;
mod samples;
mod scene;
mod sheets;
mod trends;
mod typesetter;
mod wording;
mod words;
