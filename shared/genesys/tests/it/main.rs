//! Promises of the genesys crate, over real HTTP against the simulator.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy allows them in test functions only; these are their tools"
)]

mod analytics;
mod capacity;
mod contacts;
mod desk;
mod document;
mod organization;
mod queue_names;
