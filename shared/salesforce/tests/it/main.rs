//! Promises of the salesforce crate, over real HTTP against the simulator.

mod desk;
mod query;
