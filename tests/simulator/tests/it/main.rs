//! The simulator as a client sees it: over HTTP, with the client library that the product uses.

#![expect(clippy::unwrap_used, reason = "a failed expectation in a test is a failed test")]

mod aggregates;
mod aggregates_add_up;
mod codes;
mod contact_centre;
mod contract;
mod control;
mod coverage;
mod coverage_page;
mod data_tables;
mod desk;
mod enrich;
mod faults;
mod faults_at_the_vendor;
mod faults_on_the_way;
mod footprint;
mod genesys_by_id;
mod genesys_read;
mod genesys_write;
mod import;
mod login;
mod organizations;
mod overlaps;
mod patch;
mod permissions;
mod queue_names;
mod queues;
mod rate;
mod salesforce_bin;
mod salesforce_login;
mod salesforce_query;
mod salesforce_rows;
mod switches;
mod utilization;
