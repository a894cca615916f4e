//! What the rules of this repository are made of: the tracked files, the tokens of a Rust file, and a finding.
//!
//! A rule is a pure function from [`Files`] to findings; it lives in `tests/it`, one file per rule, beside a unit test
//! that shows it red on a small bad sample and a test that applies it to the repository. A finding names the place and
//! says what to do instead, because the person who meets it has not read the rule.

mod files;
mod finding;
mod markdown;
mod tokens;

pub use files::{File, Files};
pub use finding::{Finding, places, report};
pub use markdown::{code_spans, section};
pub use tokens::{Function, Tokens};
