//! Architect data tables: the rows, their columns and their refusals.
//!
//! A row is a flat object whose name stands in the column `KEY`. Nothing has a version: the last write wins.

pub(crate) mod errors;
pub(crate) mod routes;
pub(crate) mod state;
