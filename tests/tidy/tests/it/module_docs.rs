//! Every Rust file opens with a paragraph that a newcomer can follow.

use tidy::{File, Files, Finding};

use crate::{found, keep};

/// Fewer words than this name the file once more and explain nothing.
const WORDS_MIN: usize = 4;

fn modules_without_opening(files: &Files) -> Vec<Finding> {
    let closed = files.ending("rs").filter(|file| !opens(file));
    let advice = "open the file with a `//!` paragraph: what it does, for whom, and what it does not do";
    closed.map(|file| Finding::new(&file.path, 1, advice)).collect()
}

fn opens(file: &File) -> bool {
    if file.text.trim_start().starts_with("#![doc = include_str!(") {
        return true;
    }
    let lines = file.text.lines().skip_while(|line| line.trim().is_empty());
    let words = lines.map_while(|line| line.strip_prefix("//!")).flat_map(str::split_whitespace);
    words.count() >= WORDS_MIN
}

#[test]
fn a_file_without_a_paragraph_is_found() {
    let samples = [
        ("a.rs", "//! Reads the settings of a process.\n"),
        ("b.rs", "#![doc = include_str!(\"../README.md\")]\n"),
        ("c.rs", "use std::fs;\n//! Reads the settings of a process.\n"),
        ("d.rs", "//! Placeholder.\n"),
        ("e.rs", ""),
    ];
    assert_eq!(found(modules_without_opening, &samples), ["c.rs:1", "d.rs:1", "e.rs:1"]);
}

#[test]
fn every_module_opens_with_a_paragraph() {
    keep(modules_without_opening);
}
