//! Promises of table-capacity: what is decided, which messages are understood, and whole runs against stand-ins.

#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a failed expectation is a failed test; the desk takes JSON literals"
)]

mod batch;
mod control_desk;
mod desk;
mod direct;
mod dry_run;
mod fence;
mod floor;
mod message;
mod plan;
mod plan_properties;
mod samples;
mod scene;
