//! The README keeps its promises: it is short, its commands exist, and the tests it names as evidence exist.

use std::collections::BTreeSet;

use tidy::{Files, Finding, code_spans, section};

use crate::{found, keep};

/// One evening is enough to read it and install.
const LINES_MAX: usize = 200;
const WHY: &str = "it is the first page a user sees";

fn long_readme(files: &Files) -> Vec<Finding> {
    let lines = match files.get("README.md", WHY) {
        Ok(readme) => readme.text.lines().count(),
        Err(finding) => return vec![finding],
    };
    let advice = format!("{lines} lines; move details to docs/ and keep at most {LINES_MAX}");
    (lines > LINES_MAX).then(|| Finding::new("README.md", LINES_MAX + 1, advice)).into_iter().collect()
}

fn unknown_targets(files: &Files) -> Vec<Finding> {
    let makefile = match files.get("Makefile", "`make` is the only door") {
        Ok(makefile) => makefile,
        Err(finding) => return vec![finding],
    };
    let known = targets(&makefile.text);
    let mut findings: Vec<Finding> = files.get("README.md", WHY).err().into_iter().collect();
    for page in files.ending("md") {
        let named = code_spans(&page.text).into_iter().filter_map(|(line, span)| Some((line, make_target(span)?)));
        let unknown = named.filter(|(_, target)| !known.contains(target));
        findings.extend(unknown.map(|(line, target)| {
            Finding::new(&page.path, line, format!("the Makefile has no target `{target}`; add it or correct the name"))
        }));
    }
    findings
}

/// The target of a command that starts with `make`, after a prompt and assignments.
fn make_target(command: &str) -> Option<&str> {
    let is_prefix = |word: &&str| *word == "$" || word.contains('=');
    let mut words = command.split_whitespace().skip_while(is_prefix);
    words.next().filter(|word| *word == "make")?;
    let target = words.next()?;
    let is_name = target.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    (is_name && !target.starts_with('-')).then_some(target)
}

fn targets(makefile: &str) -> BTreeSet<&str> {
    let starts = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
    let rules = makefile.lines().filter(starts).filter_map(|line| line.split_once(':'));
    let real = rules.filter(|(_, rest)| !rest.starts_with(['=', ':']));
    real.flat_map(|(names, _)| names.split_whitespace()).collect()
}

fn missing_evidence(files: &Files) -> Vec<Finding> {
    let readme = match files.get("README.md", WHY) {
        Ok(readme) => readme,
        Err(finding) => return vec![finding],
    };
    let Some(lines) = section(&readme.text, "evidence") else {
        return vec![Finding::new(
            "README.md",
            1,
            "add a section `Evidence`: a table of features and the tests that prove them",
        )];
    };
    let rows = lines.into_iter().filter(|(_, line)| line.trim_start().starts_with('|'));
    let spans = rows.flat_map(|(number, row)| row.split('`').skip(1).step_by(2).map(move |span| (number, span)));
    let tests = files.test_names();
    let missing =
        spans.filter_map(|(number, span)| Some((number, test_name(span)?))).filter(|(_, name)| !tests.contains(*name));
    missing
        .map(|(number, name)| {
            Finding::new(
                "README.md",
                number,
                format!("there is no test `{name}`; correct the name or take the claim out"),
            )
        })
        .collect()
}

/// The function name when a code span names a test: `t07_…`, `test_…`, `path::name`, or a name of four words and more.
fn test_name(span: &str) -> Option<&str> {
    let name = span.rsplit("::").next()?;
    let is_name = name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let is_trap =
        name.as_bytes().get(1..3).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit)) && name.starts_with('t');
    let is_test = is_trap || span.contains("::") || name.starts_with("test_") || name.matches('_').count() >= 3;
    (is_name && is_test).then_some(name)
}

#[test]
fn a_long_or_missing_readme_is_found() {
    let (fits, long) = ("x\n".repeat(200), "x\n".repeat(201));
    assert!(found(long_readme, &[("README.md", &fits)]).is_empty());
    assert_eq!(found(long_readme, &[("README.md", &long)]), ["README.md:201"]);
    assert_eq!(found(long_readme, &[]), ["README.md:1"]);
}

#[test]
fn a_target_that_the_makefile_lacks_is_found() {
    let makefile = "STAGE := dev\nup down: setup ## starts\n\techo up: x\n.PHONY: gone\n";
    let readme =
        "make sure of `make up`\n```sh\n$ make down STAGE=dev\nA=1 make gone\nmake -C x\n```\n`make STAGE`\n`make run`";
    assert_eq!(
        found(unknown_targets, &[("Makefile", makefile), ("README.md", readme)]),
        ["README.md:4", "README.md:8"]
    );
}

#[test]
fn evidence_that_does_not_exist_is_found() {
    let readme = "# P\n`t01_outside`\n## Evidence\n| a | `t07_kept` `contact-sync` |\n| b | `t08_gone` |\n| c | `lock::one_holder`, `shared_key` |\n| d | `test_wiring` `t…` |\n## next\n| `t09_outside` |";
    let samples = [("README.md", readme), ("a.rs", "#[test]\nfn t07_kept() {}"), ("b.py", "def test_wiring(self):")];
    assert_eq!(found(missing_evidence, &samples), ["README.md:5", "README.md:6"]);
    assert_eq!(found(missing_evidence, &[("README.md", "# P")]), ["README.md:1"]);
}

#[test]
fn the_readme_is_short() {
    keep(long_readme);
}

#[test]
fn the_make_targets_named_in_pages_exist() {
    keep(unknown_targets);
}

#[test]
fn the_evidence_named_in_the_readme_exists() {
    keep(missing_evidence);
}
