//! The simulator as a client sees it: over HTTP, with the client library that the product uses.

mod desk;
mod genesys_write;
mod salesforce_query;
