//! Whole jobs over real HTTP: the function's process between a simulator of both vendors and a real state table.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests: a failed expectation is a failed test"
)]

mod bad_input;
mod behaviour;
mod convergence;
mod harness;
mod kill;
mod redaction;
mod request_counts;
mod tokens;
mod traps;
