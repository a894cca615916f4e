//! Promises of the platform crate, tested through its public API.
