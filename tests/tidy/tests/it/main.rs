//! The rules of this repository, one file each, and the one way in which all of them are applied.
//!
//! Every rule is a pure function over the tracked files with its own unit test showing it red.

mod absence;
mod dependencies;
mod events;
mod examples;
mod lengths;
mod marks;
mod module_docs;
mod module_names;
mod names;
mod places;
mod readme;
mod semantics;
mod steps;
mod traps;

use std::io;
use std::sync::LazyLock;

use tidy::{Files, Finding, report};

/// Read once, however many rules there are.
static REPOSITORY: LazyLock<io::Result<Files>> = LazyLock::new(Files::repository);

/// Applies a rule to this repository and fails with everything it finds.
fn keep(rule: impl Fn(&Files) -> Vec<Finding>) {
    let findings = match &*REPOSITORY {
        Ok(files) => rule(files),
        Err(error) => vec![Finding::new(".", 1, format!("install git and work in a clone; listing failed: {error}"))],
    };
    assert!(findings.is_empty(), "{}", report(&findings));
}

/// Applies a rule to samples and gives the places it finds, as `path:line`.
fn found(rule: impl Fn(&Files) -> Vec<Finding>, samples: &[(&str, &str)]) -> Vec<String> {
    tidy::places(&rule(&Files::of(samples)))
}
