//! External sources: the named systems whose record ids contacts carry.

pub(crate) mod routes;
pub(crate) mod state;
