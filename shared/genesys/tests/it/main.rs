//! Promises of the genesys crate, over real HTTP against the simulator.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy allows them in test functions only; these are their tools"
)]

mod analytics;
mod aws;
mod by_id;
mod capacity;
mod contacts;
mod desk;
mod document;
mod import;
mod organization;
mod organizations;
mod queue_names;
mod stand_in;
