//! No module is called after the fact that its author had no better name.

use tidy::{File, Files, Finding};

use crate::{found, keep};

const EMPTY_NAMES: [&str; 9] =
    ["common", "helper", "helpers", "manager", "managers", "misc", "util", "utilities", "utils"];
const ADVICE: &str = "name it after what it is about, a noun of the field; or move each piece to its subject";

fn empty_names(files: &Files) -> Vec<Finding> {
    let sources = files.ending("rs").chain(files.ending("py"));
    sources.flat_map(|file| in_path(file).chain(in_text(file)).collect::<Vec<_>>()).collect()
}

fn in_path(file: &File) -> impl Iterator<Item = Finding> {
    let folders = file.path.split('/').rev().skip(1);
    let empty = folders.chain([file.stem()]).any(|name| EMPTY_NAMES.contains(&name));
    empty.then(|| Finding::new(&file.path, 1, ADVICE)).into_iter()
}

fn in_text(file: &File) -> impl Iterator<Item = Finding> {
    let is_rust = file.path.ends_with(".rs");
    let modules = is_rust.then(|| file.tokens().modules()).into_iter().flatten();
    let empty = modules.filter(|(_, name)| EMPTY_NAMES.contains(name));
    empty.map(|(line, _)| Finding::new(&file.path, line, ADVICE))
}

#[test]
fn empty_names_of_files_folders_and_inline_modules_are_found() {
    let samples = [
        ("a/utils.rs", ""),
        ("a/common/b.py", ""),
        ("a/c.rs", "mod clock;\npub(crate) mod helpers {\n}"),
        ("a/common_sense.rs", "fn common() {}"),
    ];
    assert_eq!(found(empty_names, &samples), ["a/utils.rs:1", "a/c.rs:2", "a/common/b.py:1"]);
}

#[test]
fn modules_are_named_after_their_subject() {
    keep(empty_names);
}
