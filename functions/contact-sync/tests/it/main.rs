//! The pure half of contact-sync: what a plan says for what was read.

#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a failed expectation is a failed test; the desk takes JSON literals"
)]

mod check;
mod claims;
mod decisions;
mod desk;
mod drift;
mod first_load;
mod gone;
mod matching;
mod organizations;
mod plan;
mod samples;
mod source;
