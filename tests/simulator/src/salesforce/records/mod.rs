//! The rows of contacts and accounts, the recycle bin, and single rows by their id.

mod bin;
pub(crate) mod deleted;
pub(crate) mod record;
mod row;
pub(crate) mod single;
pub(crate) mod state;
