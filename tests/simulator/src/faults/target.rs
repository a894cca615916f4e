//! On which requests a fault strikes.

use serde::{Deserialize, Serialize};

use crate::operations::Vendor;

/// The request line a rule is compared with.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) vendor: Vendor,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) operation: &'a str,
}

/// Where and when a rule strikes, as a test writes it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Target {
    vendor: Option<Vendor>,
    method: Option<String>,
    /// A piece of the path.
    path: Option<String>,
    operation: Option<String>,
    /// Matching calls that pass first.
    pub(super) skip: u64,
    /// Numbers of matching calls, from 1; empty for all.
    pub(super) calls: Vec<u64>,
    /// How often it strikes; absent for always.
    pub(super) count: Option<u64>,
    /// The share of calls it strikes.
    pub(super) probability: Option<f64>,
    pub(super) seed: u64,
}

/// The names of a rule that belong to its target; all others are settings of the fault.
pub(super) const NAMES: [&str; 9] =
    ["vendor", "method", "path", "operation", "skip", "calls", "count", "probability", "seed"];

impl Target {
    pub(super) fn fits(&self, line: Line<'_>) -> bool {
        self.vendor.is_none_or(|vendor| vendor == line.vendor)
            && self.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(line.method))
            && self.path.as_ref().is_none_or(|piece| line.path.contains(piece))
            && self.operation.as_ref().is_none_or(|name| name == line.operation)
    }
}
