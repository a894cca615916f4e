//! The simulator as a client sees it: over HTTP, with the client library that the product uses.

#![expect(clippy::unwrap_used, reason = "a failed expectation in a test is a failed test")]

mod aggregates;
mod aggregates_add_up;
mod contact_centre;
mod control;
mod coverage;
mod data_tables;
mod desk;
mod enrich;
mod faults;
mod genesys_read;
mod genesys_write;
mod login;
mod overlaps;
mod patch;
mod permissions;
mod queue_names;
mod queues;
mod rate;
mod salesforce_query;
mod switches;
mod utilization;
