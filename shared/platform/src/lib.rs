//! What every function of the bundle stands on, AWS side.
//!
//! Time comes from [`clock`] and [`deadline`]; failures end in a [`next::Next`] and are repeated by the table in
//! [`retry`]; vendors are reached through [`vendor`].

pub mod clock;
pub mod deadline;
pub mod lease;
pub mod next;
pub mod retry;
pub mod token;
pub mod vendor;
