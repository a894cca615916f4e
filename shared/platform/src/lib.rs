//! What every function of the bundle stands on, AWS side.
//!
//! Time comes from [`clock`] and [`deadline`]; failures end in a [`next::Next`] and are repeated by the table in
//! [`retry`]; vendors are reached through [`vendor`].

pub mod alert;
pub mod archive;
pub mod aside;
pub mod audit;
mod aws;
pub mod capacity;
pub mod change;
pub mod checkpoint;
pub mod clock;
pub mod cloud_event;
pub mod config;
mod connect;
pub mod deadline;
pub mod digest;
pub mod group;
pub mod history;
pub mod idempotency;
pub mod invocation;
pub mod key;
pub mod lease;
pub mod link;
pub mod lock;
pub mod mail;
pub mod mark;
pub mod memory;
mod nearest;
pub mod next;
pub mod notice;
pub mod order;
pub mod organization;
pub mod queue;
pub mod report;
pub mod report_ledger;
pub mod retry;
mod seal;
pub mod secret;
pub mod settings;
pub mod table;
pub mod target;
pub mod telemetry;
pub mod token;
pub mod vendor;
pub mod wishes;

pub use connect::Platform;
