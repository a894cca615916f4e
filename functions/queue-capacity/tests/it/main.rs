//! Promises of queue-capacity: what is decided, what is sent, which messages and settings are understood.

#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod brake;
mod hint;
mod lever;
mod mapping;
mod memory;
mod plan;
mod plan_properties;
mod samples;
mod scene;
mod trigger;
