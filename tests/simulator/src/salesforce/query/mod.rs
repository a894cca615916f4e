//! `query` and its following pages.

pub(crate) mod cursors;
pub(crate) mod routes;
