//! Figures of conversations, computed from raw conversations whenever somebody asks.

mod aggregate;
mod answer;
mod buckets;
pub(crate) mod conversation;
mod errors;
mod facts;
mod query;
pub(crate) mod routes;
pub(crate) mod state;
