//! Takes signed webhooks in over an HTTP API and hands each event, once, to a queue.
//!
//! A request becomes a [`delivery::Delivery`], first unverified. Its signature is checked over the bytes that arrived,
//! by the [`scheme`] of its source; only a verified delivery can be published, which the types see to. Then the replay
//! memory decides whether it is new, SQS confirms it, and only then does the sender hear that it was accepted. Read
//! [`receive`] first: it is that order; [`answer`] lists everything that can be answered.

pub mod answer;
pub mod config;
mod connect;
pub mod delivery;
pub mod event;
pub mod keys;
pub mod publish;
pub mod receive;
pub mod request;
pub mod scheme;
pub mod source;
pub mod stamp;

pub use connect::{ConnectError, WebhookReceiver};

/// The function's name: its folder, binary, configuration table and metric dimension.
pub const NAME: &str = "webhook-receiver";
