//! Login: the client credentials flow, and the sessions that came of it.

pub(crate) mod routes;
pub(crate) mod state;
