//! Files of at most 400 lines, functions of at most 70. The gain lies in keeping small things small; no exceptions list.

use tidy::{File, Files, Finding};

use crate::{found, keep};

/// A file is about one thing that a reader can hold in mind.
const FILE_LINES_MAX: usize = 400;
/// A function fits on one screen. The aim is a median of 12.
const FUNCTION_LINES_MAX: usize = 70;

fn long_files(files: &Files) -> Vec<Finding> {
    let sources = files.ending("rs").chain(files.ending("py"));
    let long = sources.filter(|file| file.text.lines().count() > FILE_LINES_MAX);
    long.map(|file| {
        let lines = file.text.lines().count();
        let advice = format!("{lines} lines; split it by subject into files of at most {FILE_LINES_MAX}");
        Finding::new(&file.path, FILE_LINES_MAX + 1, advice)
    })
    .collect()
}

fn long_functions(files: &Files) -> Vec<Finding> {
    files.ending("rs").flat_map(long_functions_of).collect()
}

fn long_functions_of(file: &File) -> Vec<Finding> {
    let tokens = file.tokens();
    let unreadable = tokens
        .unreadable
        .iter()
        .map(|why| Finding::new(&file.path, 1, format!("make it Rust that the compiler can read: {why}")));
    let functions = tokens.functions().into_iter().filter(|function| function.length > FUNCTION_LINES_MAX);
    let long = functions.map(|function| {
        let advice = format!(
            "`{}` has {} lines; keep the decisions here and move the steps into functions, at most {FUNCTION_LINES_MAX} lines each",
            function.name, function.length
        );
        Finding::new(&file.path, function.line, advice)
    });
    unreadable.chain(long).collect()
}

fn median_function_length(files: &Files) -> usize {
    let functions = files.ending("rs").flat_map(|file| file.tokens().functions());
    let mut lengths: Vec<usize> = functions.map(|function| function.length).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or_default()
}

fn function_of(lines: usize) -> String {
    format!("fn f() {{\n{}}}\n", "    g();\n".repeat(lines - 2))
}

#[test]
fn a_file_of_401_lines_is_found() {
    let (fits, long) = ("x = 1\n".repeat(400), "x = 1\n".repeat(401));
    assert_eq!(found(long_files, &[("a.py", &fits), ("b.py", &long), ("c.rs", &long)]), ["c.rs:401", "b.py:401"]);
}

#[test]
fn a_function_of_71_lines_is_found_even_inside_a_macro() {
    let (fits, long) = (function_of(70), format!("\nproptest! {{\n{}}}\n", function_of(71)));
    assert_eq!(found(long_functions, &[("a.rs", &fits), ("b.rs", &long), ("c.rs", "}")]), ["b.rs:3", "c.rs:1"]);
}

#[test]
fn the_median_is_of_functions_and_not_of_files() {
    let samples = [function_of(3) + &function_of(5), function_of(40)];
    assert_eq!(median_function_length(&Files::of(&[("a.rs", &samples[0]), ("b.rs", &samples[1])])), 5);
}

#[test]
fn files_are_short() {
    keep(long_files);
}

#[test]
fn functions_are_short() {
    keep(|files| {
        println!("median function length: {} lines", median_function_length(files));
        long_functions(files)
    });
}
