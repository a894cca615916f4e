//! docs/semantics.md says what the tests say: each of its paragraphs about behaviour is the doc comment of a test.
//!
//! A paragraph or list item that ends with the name of a test in brackets, (`like_this`), is that test's doc comment, word
//! for word. `UPDATE=1 cargo test -p tidy semantics` writes the page anew after a comment has changed. What the sync does
//! not do has no test: such a paragraph begins with "Not promised".

use std::collections::BTreeMap;

use tidy::{File, Files, Finding};

use crate::{found, keep};

const PAGE: &str = "docs/semantics.md";
const WIDTH: usize = 120;
/// Sections that explain how things work or are used, where a paragraph need not be a test's.
const BY_HAND: [&str; 3] = ["What contact-sync promises", "Run it by hand", "The result"];
/// Subjects on which the page has to have a paragraph: a piece of the name of a test.
const SUBJECTS: [&str; 8] = ["delete", "merge", "duplicate", "clear", "late", "conflict", "kill", "lock"];

/// One paragraph or list item: its first line, from 1, and its text in one line.
struct Block {
    line: usize,
    section: String,
    text: String,
    /// How its first line begins: a list's mark, or nothing.
    mark: &'static str,
}

impl Block {
    /// What no test can hold: a promise that is not made, and the words before a list.
    fn is_free(&self) -> bool {
        self.text.starts_with("Not promised") || self.text.ends_with(':')
    }

    /// The test that it is about, and the text before its name.
    fn test(&self) -> Option<(&str, &str)> {
        let (text, rest) = self.text.rsplit_once(" (`")?;
        let name = rest.strip_suffix("`)").or_else(|| rest.strip_suffix("`)."))?;
        let is_name = |name: &str| name.contains('_') && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        is_name(name).then_some((name, text))
    }
}

fn blocks(page: &str) -> Vec<Block> {
    let (mut blocks, mut section, mut is_open) = (Vec::<Block>::new(), String::new(), false);
    for (index, line) in page.lines().enumerate() {
        if let Some(heading) = line.strip_prefix('#') {
            section = heading.trim_start_matches('#').trim().to_owned();
        }
        if line.is_empty() || line.starts_with(['#', '|']) {
            is_open = false;
            continue;
        }
        let mark = if line.starts_with("* ") { "* " } else { "" };
        match blocks.last_mut() {
            Some(open) if is_open && mark.is_empty() => {
                open.text.push(' ');
                open.text.push_str(line.trim());
            }
            _ => {
                let text = line.trim_start_matches(mark).to_owned();
                blocks.push(Block { line: index + 1, section: section.clone(), text, mark });
            }
        }
        is_open = true;
    }
    blocks
}

/// The doc comments of all tests, by name, each in one line.
fn comments(files: &Files) -> BTreeMap<String, String> {
    files
        .ending("rs")
        .filter(|file| file.text.contains("#[test]") || file.text.contains("::test]"))
        .flat_map(of_file)
        .collect()
}

fn of_file(file: &File) -> Vec<(String, String)> {
    let (mut comment, mut is_test, mut comments) = (Vec::new(), false, Vec::new());
    for line in file.text.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            comment.push(text.trim());
        } else if line.starts_with("#[") {
            is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
        } else {
            let name = line.trim_start_matches("async ").strip_prefix("fn ").and_then(|rest| rest.split('(').next());
            if let (Some(name), true) = (name, is_test && !comment.is_empty()) {
                comments.push((name.to_owned(), comment.join(" ")));
            }
            (comment, is_test) = (Vec::new(), false);
        }
    }
    comments
}

fn wrapped(mark: &str, text: &str) -> String {
    let indent = " ".repeat(mark.len());
    let (mut lines, mut line) = (Vec::new(), mark.to_owned());
    for word in text.split_whitespace() {
        let is_first = line == mark || line == indent;
        if !is_first && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, format!("{indent}{word}")));
        } else {
            line.push_str(if is_first { "" } else { " " });
            line.push_str(word);
        }
    }
    lines.push(line);
    lines.join("\n")
}

fn page_that_differs(files: &Files) -> Vec<Finding> {
    let page = match files.get(PAGE, "it says what the sync promises") {
        Ok(page) => page,
        Err(finding) => return vec![finding],
    };
    let comments = comments(files);
    let mut findings = Vec::new();
    for block in blocks(&page.text) {
        let advice = match block.test() {
            Some((name, text)) => match comments.get(name) {
                Some(comment) if comment == text => continue,
                Some(_) => format!("run UPDATE=1 cargo test -p tidy semantics: the comment of `{name}` is another"),
                None => format!("give the test `{name}` this paragraph as its doc comment, or correct the name"),
            },
            None if BY_HAND.contains(&block.section.as_str()) || block.is_free() => continue,
            None => "make this the doc comment of a test and name the test at its end".to_owned(),
        };
        findings.push(Finding::new(PAGE, block.line, advice));
    }
    findings
}

/// The page with the tests' comments in place of its paragraphs about them.
fn updated(page: &str, comments: &BTreeMap<String, String>) -> String {
    let lines: Vec<&str> = page.lines().collect();
    let blocks = blocks(page);
    let (mut text, mut at) = (String::new(), 0);
    for block in &blocks {
        let first = block.line - 1;
        lines[at..first].iter().for_each(|line| text.extend([line, "\n"]));
        let is_inside = |line: &&&str| !line.is_empty() && !line.starts_with(['#', '|', '*']);
        let last = first + 1 + lines[first + 1..].iter().take_while(is_inside).count();
        match block.test().and_then(|(name, _)| Some((name, comments.get(name)?))) {
            Some((name, comment)) => text.push_str(&wrapped(block.mark, &format!("{comment} (`{name}`)"))),
            None => text.push_str(&lines[first..last].join("\n")),
        }
        text.push('\n');
        at = last;
    }
    lines[at..].iter().for_each(|line| text.extend([line, "\n"]));
    text
}

fn missing_subjects(files: &Files) -> Vec<Finding> {
    let Ok(page) = files.get(PAGE, "") else { return Vec::new() };
    let text = page.text.to_lowercase();
    let missing = SUBJECTS.iter().filter(|subject| !text.contains(*subject));
    missing.map(|subject| Finding::new(PAGE, 1, format!("say what the sync does about: {subject}"))).collect()
}

#[test]
fn a_paragraph_that_is_no_tests_comment_is_found() {
    let test = "/// It works\n/// well.\n#[tokio::test]\nasync fn it_works() {}";
    let page = "# P\n\n## A\n\nIt works well. (`it_works`)\n\n* It works. (`it_works`)\n* Nobody tests\n  this.\n\nNot promised: more.\n\n\
                ## Run it by hand\n\nAs you like.\n";
    assert_eq!(
        found(page_that_differs, &[(PAGE, page), ("tests/a.rs", test)]),
        ["docs/semantics.md:7", "docs/semantics.md:8"]
    );
}

#[test]
fn an_update_changes_the_paragraphs_of_tests_and_nothing_else() {
    let comments = BTreeMap::from([("it_works".to_owned(), "It works well.".to_owned())]);
    let page = "# P\n\nBy hand.\n\n* It\n  works. (`it_works`)\n* Other.\n\n| a | b |\n";
    let expected = "# P\n\nBy hand.\n\n* It works well. (`it_works`)\n* Other.\n\n| a | b |\n";
    assert_eq!(updated(page, &comments), expected);
    assert_eq!(updated(expected, &comments), expected);
}

#[test]
fn the_page_is_wrapped() {
    let text = wrapped("* ", &"word ".repeat(30));
    assert!(text.lines().all(|line| line.len() <= WIDTH) && text.lines().count() == 2, "{text}");
    assert!(text.lines().nth(1).unwrap().starts_with("  word"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a person asks for the page to be written")]
fn semantics_are_what_the_tests_say() {
    if std::env::var("UPDATE").is_ok_and(|update| update == "1") {
        let files = Files::repository().unwrap();
        let page = updated(&files.get(PAGE, "").unwrap().text, &comments(&files));
        std::fs::write(Files::root().join(PAGE), page).unwrap();
        return;
    }
    keep(page_that_differs);
    keep(missing_subjects);
}
