//! An example in the docs is compiled: it does not stand in a crate whose manifest says that there are none.

use tidy::{File, Files, Finding};

use crate::{found, keep};

const UNTESTED: &str = "doctest = false";

fn unread_examples(files: &Files) -> Vec<Finding> {
    let crates = files.ending("toml").filter(|manifest| manifest.text.lines().any(|line| line.starts_with(UNTESTED)));
    let folders: Vec<_> = crates.filter_map(|manifest| manifest.path.strip_suffix("Cargo.toml")).collect();
    let sources = files.ending("rs").filter(|file| folders.iter().any(|folder| file.path.starts_with(folder)));
    sources.flat_map(examples).collect()
}

/// Blocks of code in the docs that say nothing else about themselves.
fn examples(file: &File) -> Vec<Finding> {
    let mut is_inside = false;
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let line = line.trim_start();
        let words = line.strip_prefix("//!").or_else(|| line.strip_prefix("///")).map(str::trim);
        let Some(fence) = words.and_then(|words| words.strip_prefix("```")) else { continue };
        if !is_inside && fence != "text" {
            let advice = format!("take `{UNTESTED}` out of the crate's manifest, or call the block `text`");
            findings.push(Finding::new(&file.path, index + 1, advice));
        }
        is_inside = !is_inside;
    }
    findings
}

#[test]
fn an_example_that_nobody_compiles_is_found() {
    let samples = [
        ("a/Cargo.toml", "[lib]\ndoctest = false # none\n"),
        (
            "a/src/lib.rs",
            "//! Shows.\n//! ```text\n//! a -> b\n//! ```\n\n/// ```\n/// assert!(true);\n/// ```\nfn a() {}\n",
        ),
        ("b/Cargo.toml", "[lib]\n"),
        ("b/src/lib.rs", "//! ```no_run\n//! run();\n//! ```\n"),
    ];
    assert_eq!(found(unread_examples, &samples), ["a/src/lib.rs:6"]);
}

#[test]
fn examples_are_compiled() {
    keep(unread_examples);
}
