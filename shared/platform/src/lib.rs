//! What every function of the bundle stands on, AWS side.
//!
//! Time comes from [`clock`] and [`deadline`]; failures end in a [`next::Next`] and are repeated by the table in
//! [`retry`]; vendors are reached through [`vendor`].

pub mod aside;
pub mod clock;
pub mod deadline;
pub mod digest;
pub mod key;
pub mod lease;
pub mod link;
pub mod lock;
pub mod mark;
pub mod next;
pub mod retry;
mod seal;
pub mod secret;
pub mod table;
pub mod token;
pub mod vendor;
