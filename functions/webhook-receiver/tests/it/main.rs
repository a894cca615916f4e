//! Promises of webhook-receiver: who is let in, what is answered, what reaches a queue.

#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a failed expectation is a failed test; the tools take JSON literals"
)]

mod bad_input;
mod bootstrap;
mod config;
mod corpus;
mod desk;
#[path = "../../../../fuzz/src/examine.rs"]
mod examine;
mod receive;
mod rotation;
mod salesforce;
mod samples;
mod scheme;
mod sender;
