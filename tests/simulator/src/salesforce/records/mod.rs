//! Contacts and their accounts. Written by control requests, read by queries.

pub(crate) mod state;
