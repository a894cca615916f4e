//! One place that breaks a rule, and what to do about it.

use std::fmt::{self, Display};

/// One place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path from the root of the repository.
    pub path: String,
    /// Line, counted from 1. For a file as a whole: 1.
    pub line: usize,
    /// What to do instead, as a sentence without a full stop.
    pub advice: String,
}

impl Finding {
    /// A finding at one line of a file.
    pub fn new(path: &str, line: usize, advice: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, advice: advice.into() }
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.advice)
    }
}

/// The findings as a failing test shows them: one a line.
#[must_use]
pub fn report(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    format!("{} to put right:\n{}\n", findings.len(), lines.join("\n"))
}

/// Only the places, as `path:line`: what the unit tests of the rules compare.
#[must_use]
pub fn places(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
}
