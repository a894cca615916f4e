//! How many interactions an agent may have at once: the organisation's rule, and agents with one of their own.

pub(crate) mod errors;
pub(crate) mod routes;
mod rules;
pub(crate) mod state;
