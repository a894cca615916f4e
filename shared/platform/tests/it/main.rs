//! Promises of the platform crate, tested through its public API.
mod config;
mod settings;
mod telemetry;
