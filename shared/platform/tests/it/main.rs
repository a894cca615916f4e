//! Promises of the platform crate, tested through its public API.

#![expect(clippy::unwrap_used, reason = "clippy allows it in test functions only; these are their tools")]

mod alert;
mod archive;
mod aside;
mod audit;
mod aws_desk;
mod checkpoint;
mod config;
mod history;
mod idempotency;
mod link;
mod lock;
mod login_desk;
mod mail_fate;
mod mail_ses;
mod mail_smtp;
mod mark;
mod notice;
mod order;
mod parameter;
mod queue;
mod report_ledger;
mod secret;
mod settings;
mod smtp_desk;
mod state_desk;
mod telemetry;
mod token;
