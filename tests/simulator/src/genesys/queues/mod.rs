//! Routing queues: objects that a PUT replaces as a whole.

pub(crate) mod errors;
mod fields;
pub(crate) mod names;
pub(crate) mod routes;
pub(crate) mod state;
