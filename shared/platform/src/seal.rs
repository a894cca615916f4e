//! Sealing of what stands in the state table.
