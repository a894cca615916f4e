//! Promises of the genesys crate, over real HTTP against the simulator.

mod contacts;
mod desk;
mod organization;
