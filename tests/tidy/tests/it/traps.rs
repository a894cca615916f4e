//! Each trap that the product promises to avoid has a test that carries its number: `t07_…`.

use std::collections::BTreeSet;

use tidy::{File, Files, Finding};

use crate::{found, keep};

/// The traps of the functions that exist, in the numbering of the test names.
const REQUIRED: [u8; 41] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 30, 31, 32, 33, 34, 35,
    36, 37, 38, 39, 40, 41, 42, 43, 47, 49,
];
/// The highest number there is.
const TRAP_MAX: u8 = 50;

fn required_without_test(files: &Files) -> Vec<Finding> {
    let tested = tested(files);
    let missing = REQUIRED.into_iter().filter(|number| !tested.contains(number));
    missing.map(|number| Finding::new("tests/scenarios", 1, advice(number))).collect()
}

fn claimed_without_test(files: &Files) -> Vec<Finding> {
    let tested = tested(files);
    let is_page = |file: &&File| file.path == "README.md" || file.path.starts_with("docs/");
    let pages = files.ending("md").filter(is_page);
    let claims = pages.flat_map(|file| claims(file).map(move |(line, number)| (file, line, number)));
    let untested = claims.filter(|(_, _, number)| !tested.contains(number));
    untested.map(|(file, line, number)| Finding::new(&file.path, line, advice(number))).collect()
}

fn advice(number: u8) -> String {
    format!("trap T{number} has no test; add one whose name starts with `t{number:02}_` and see it red once")
}

fn tested(files: &Files) -> BTreeSet<u8> {
    let names = files.test_names();
    let numbers = names.iter().filter_map(|name| {
        let rest = name.strip_prefix("test_").unwrap_or(name).strip_prefix('t')?;
        rest.split_once('_').filter(|(digits, _)| digits.len() == 2)?.0.parse().ok()
    });
    numbers.collect()
}

/// The trap numbers in the table rows of a page, such as `T7`.
fn claims(file: &File) -> impl Iterator<Item = (usize, u8)> {
    let rows = file.text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with('|'));
    rows.flat_map(|(index, row)| {
        let words = row.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let numbers = words.filter_map(|word| word.strip_prefix('T')?.parse().ok());
        numbers.filter(|number| (1..=TRAP_MAX).contains(number)).map(move |number| (index + 1, number))
    })
}

#[test]
fn a_required_trap_without_a_test_is_found() {
    let all: String = REQUIRED.iter().map(|number| format!("#[test]\nfn t{number:02}_held() {{}}\n")).collect();
    let without_one = all.replace("#[test]\nfn t07_held", "fn t07_held");
    assert!(found(required_without_test, &[("a.rs", &all)]).is_empty());
    assert_eq!(found(required_without_test, &[("a.rs", &without_one)]), ["tests/scenarios:1"]);
}

#[test]
fn a_claimed_trap_without_a_test_is_found() {
    let page = "T9 in prose\n| T8, T12 | covered |\n| T7 | covered |";
    let test = "#[test]\nfn t08_echo_is_dropped() {}";
    let python = "def test_t12_order():\n    pass";
    let samples = [("docs/traps.md", page), ("a.rs", test), ("b.py", python)];
    assert_eq!(found(claimed_without_test, &samples), ["docs/traps.md:3"]);
}

#[test]
fn every_required_trap_has_a_test() {
    keep(required_without_test);
}

#[test]
fn every_claimed_trap_has_a_test() {
    keep(claimed_without_test);
}
