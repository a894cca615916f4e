//! Login: the client credentials flow, the JWT bearer flow, and the sessions that came of them.

mod jwt;
pub(crate) mod routes;
pub(crate) mod state;
