//! Promises of the salesforce crate, over real HTTP against the simulator.

#![expect(clippy::unwrap_used, reason = "clippy allows it in test functions only; these are their tools")]

mod aws;
mod desk;
mod login;
mod query;
mod reads;
mod stand_in;
