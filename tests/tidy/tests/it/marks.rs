//! Nothing unfinished, switched off or waved through: marks that must not be in a tracked file.

use tidy::{File, Files, Finding, Tokens};

use crate::{found, keep};

/// Tokens that must not stand in Rust code, and what to do instead.
const BANNED_CODE: [(&str, &str); 4] = [
    ("todo !", "finish it, or leave it out until the issue that needs it"),
    ("unimplemented !", "finish it, or leave it out until the issue that needs it"),
    ("dbg !", "remove it; a log line has a message for people and fields for queries"),
    ("should_panic", "assert on the returned error instead: a panic may come from another line"),
];

/// Waiting for time makes a test slow and still unreliable.
const SLEEPS: [&str; 4] = ["thread :: sleep", "time :: sleep", "time :: sleep_until", "{ sleep ("];
const INSTEAD_OF_SLEEP: &str = "wait for a signal, or move the clock (`platform::clock`)";

/// Marks of unfinished work, in pieces so that this file does not carry them itself.
const UNFINISHED: [&str; 3] = [concat!("FIX", "ME"), concat!("XX", "X"), concat!("TO", "DO")];

fn banned_code(files: &Files) -> Vec<Finding> {
    let banned = |file| {
        BANNED_CODE.iter().flat_map(move |(pattern, advice)| {
            let lines = File::tokens(file).find(pattern).into_iter();
            lines.map(move |line| Finding::new(&file.path, line, format!("`{}`: {advice}", pattern.replace(' ', ""))))
        })
    };
    files.ending("rs").flat_map(banned).collect()
}

fn banned_attributes(files: &Files) -> Vec<Finding> {
    let found = |file: &File| {
        let attributes = file.tokens().attributes().into_iter();
        let advised = attributes.filter_map(|(line, attribute)| Some((line, advice_on_attribute(&attribute)?)));
        advised.map(|(line, advice)| Finding::new(&file.path, line, advice)).collect::<Vec<_>>()
    };
    files.ending("rs").flat_map(found).collect()
}

fn advice_on_attribute(attribute: &str) -> Option<&'static str> {
    let words: Vec<&str> = attribute.split(' ').collect();
    let named = |name: &str| words[0] == name || (words[0] == "cfg_attr" && words.contains(&name));
    if named("ignore") {
        return Some("no ignored tests: assert what happens today and say why, or delete the test");
    }
    if named("allow") {
        return Some("use `#[expect(lint, reason = \"…\")]`: it reports itself when it is no longer needed");
    }
    (named("expect") && !words.contains(&"reason")).then_some("add `reason = \"…\"` to the `expect`")
}

fn sleeping_tests(files: &Files) -> Vec<Finding> {
    let sleeping = |file: &File| {
        // The simulator and the harness are programs: a slow answer has to wait. clippy asks them for a reason.
        let is_test = file.is_test() && !(file.path.starts_with("tests/") && file.path.contains("/src/"));
        let whole = if is_test { sleeps(file.tokens()) } else { sleeps(&file.tokens().test_modules()) };
        whole.into_iter().map(|line| Finding::new(&file.path, line, INSTEAD_OF_SLEEP)).collect::<Vec<_>>()
    };
    files.ending("rs").flat_map(sleeping).collect()
}

fn sleeps(tokens: &Tokens) -> Vec<usize> {
    SLEEPS.iter().flat_map(|pattern| tokens.find(pattern)).collect()
}

fn unfinished(files: &Files) -> Vec<Finding> {
    let marked = |file: &File| {
        let lines = file.text.lines().enumerate().filter(|(_, line)| is_unfinished(line));
        let advice = "finish it now, or file an issue and remove the mark";
        lines.map(|(index, _)| Finding::new(&file.path, index + 1, advice)).collect::<Vec<_>>()
    };
    files.ending("rs").chain(files.ending("py")).flat_map(marked).collect()
}

fn is_unfinished(line: &str) -> bool {
    let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.into_iter().any(|word| UNFINISHED.contains(&word))
}

#[test]
fn banned_code_is_found_but_not_in_comments_or_strings() {
    let text = "// todo!()\nfn a() { todo!() }\nfn b() { dbg!(1) }\n#[should_panic]\nfn c() { d(\"todo!()\") }\nfn e() { unimplemented!() }";
    assert_eq!(found(banned_code, &[("a.rs", text)]), ["a.rs:2", "a.rs:6", "a.rs:3", "a.rs:4"]);
}

#[test]
fn attributes_that_wave_something_through_are_found() {
    let text = "#![allow(dead_code)]\n#[ignore = \"slow\"]\nfn a() {}\n#[cfg_attr(miri, ignore)]\nfn b() {}\n#[expect(dead_code)]\nfn c() {}\n#[expect(dead_code, reason = \"x\")]\nfn d() {}\n#[test]\nfn allow() {}";
    assert_eq!(found(banned_attributes, &[("a.rs", text)]), ["a.rs:1", "a.rs:2", "a.rs:4", "a.rs:6"]);
}

#[test]
fn a_sleep_is_found_in_tests_only() {
    let asleep = "fn a() {\n    std::thread::sleep(x);\n    tokio::time::sleep(x);\n    clock.sleep(x);\n}";
    let module = "fn a() { tokio::time::sleep(x) }\n#[cfg(test)]\nmod tests {\n    fn b() { sleep(x) }\n}";
    let samples = [
        ("shared/x/tests/it/a.rs", asleep),
        ("tests/simulator/src/faults/slow.rs", asleep),
        ("shared/x/src/b.rs", module),
    ];
    let expected = ["shared/x/tests/it/a.rs:2", "shared/x/tests/it/a.rs:3", "shared/x/src/b.rs:4"];
    assert_eq!(found(sleeping_tests, &samples), expected);
}

#[test]
fn marks_of_unfinished_work_are_found() {
    let marked = format!("fine\n# {}: later\n// +1{}\n", UNFINISHED[0], UNFINISHED[1]);
    assert_eq!(found(unfinished, &[("a.py", &marked), ("b.md", &marked)]), ["a.py:2"]);
}

#[test]
fn no_banned_code() {
    keep(banned_code);
}

#[test]
fn no_attribute_waves_anything_through() {
    keep(banned_attributes);
}

#[test]
fn no_test_sleeps() {
    keep(sleeping_tests);
}

#[test]
fn nothing_is_marked_unfinished() {
    keep(unfinished);
}
