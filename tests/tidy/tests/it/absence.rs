//! What must be absent where: each kind of knowledge has one home, so that a change of the outside touches one crate.
//!
//! Tests, examples and comments may name anything; these rules read product code without its test modules.

use tidy::{File, Files, Finding};

use crate::{found, keep};

/// Knowledge that shows in string literals.
struct Home {
    folder: &'static str,
    advice: &'static str,
    knows: fn(&str) -> bool,
}

const GENESYS: Home = Home {
    folder: "shared/genesys/",
    advice: "only shared/genesys knows Genesys hosts and paths; add a call there and use it here",
    knows: |text| ["/api/v2/", "/oauth/token", "mypurecloud", "pure.cloud"].iter().any(|part| text.contains(part)),
};

const SALESFORCE: Home = Home {
    folder: "shared/salesforce/",
    advice: "only shared/salesforce builds SOQL and knows its paths; add a call there and use it here",
    knows: |text| {
        let selects = text.split_once("SELECT ").is_some_and(|(_, rest)| rest.contains(" FROM "));
        selects || text.contains("/services/data")
    },
};

fn strangers(files: &Files, home: &Home) -> Vec<Finding> {
    let outside = files.product().filter(|file| !file.path.starts_with(home.folder));
    let knowing = |file: &File| {
        let texts = file.tokens().without_test_modules();
        let lines = texts.texts().filter(|(_, text)| (home.knows)(text)).map(|(line, _)| line);
        lines.map(|line| Finding::new(&file.path, line, home.advice)).collect::<Vec<_>>()
    };
    outside.flat_map(knowing).collect()
}

fn state_table_elsewhere(files: &Files) -> Vec<Finding> {
    let advice = "only shared/platform touches the state table; add what you need there";
    code_outside(files, |file| file.path.starts_with("shared/platform/"), &["aws_sdk_dynamodb"], advice)
}

fn environment_elsewhere(files: &Files) -> Vec<Finding> {
    let reads = |file: &File| {
        let settings = ["shared/platform/src/settings.rs", "shared/platform/src/settings/"];
        file.path.ends_with("/src/main.rs") || settings.iter().any(|home| file.path.starts_with(home))
    };
    let advice = "only main.rs and platform::settings read the environment; take the value as an argument";
    code_outside(files, reads, &["std :: env", "env :: var", "env :: var_os", "env :: vars"], advice)
}

fn code_outside(files: &Files, is_home: impl Fn(&File) -> bool, patterns: &[&str], advice: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.product().filter(|file| !is_home(file)) {
        let tokens = file.tokens().without_test_modules();
        let mut lines: Vec<usize> = patterns.iter().flat_map(|pattern| tokens.find(pattern)).collect();
        lines.sort_unstable();
        lines.dedup();
        findings.extend(lines.into_iter().map(|line| Finding::new(&file.path, line, advice)));
    }
    findings
}

#[test]
fn genesys_knowledge_elsewhere_is_found() {
    let text = "// /api/v2/users\nfn f() { g(\"/api/v2/users\") }\n#[cfg(test)]\nmod tests {\n    const A: &str = \"https://api.mypurecloud.de\";\n}";
    let samples = [
        ("functions/x/src/lib.rs", text),
        ("shared/genesys/src/a.rs", text),
        ("shared/genesys-x/src/a.rs", text),
        ("tests/x/src/a.rs", text),
    ];
    assert_eq!(
        found(|files| strangers(files, &GENESYS), &samples),
        ["functions/x/src/lib.rs:2", "shared/genesys-x/src/a.rs:2"]
    );
}

#[test]
fn soql_elsewhere_is_found_over_several_lines_too() {
    let text = "const A: &str = \"SELECT Id\n  FROM Contact\";\nconst B: &str = \"/services/data/v64.0\";\nconst C: &str = \"SELECT a plan\";";
    let samples = [("functions/x/src/read.rs", text), ("shared/salesforce/src/a.rs", text)];
    assert_eq!(
        found(|files| strangers(files, &SALESFORCE), &samples),
        ["functions/x/src/read.rs:1", "functions/x/src/read.rs:3"]
    );
}

#[test]
fn the_state_table_elsewhere_is_found() {
    let text = "use aws_sdk_dynamodb::Client;";
    let samples =
        [("functions/x/src/read.rs", text), ("shared/platform/src/lock.rs", text), ("shared/x/tests/it/a.rs", text)];
    assert_eq!(found(state_table_elsewhere, &samples), ["functions/x/src/read.rs:1"]);
}

#[test]
fn reading_the_environment_elsewhere_is_found() {
    let text = "use std::{env, fs};\nfn f() { env::var(\"A\"); }\nfn g() { std::env::var(\"A\"); }";
    let samples = [
        ("functions/x/src/lib.rs", text),
        ("functions/x/src/main.rs", text),
        ("shared/platform/src/settings/read.rs", text),
    ];
    assert_eq!(found(environment_elsewhere, &samples), ["functions/x/src/lib.rs:2", "functions/x/src/lib.rs:3"]);
}

#[test]
fn only_the_genesys_crate_knows_genesys() {
    keep(|files| strangers(files, &GENESYS));
}

#[test]
fn only_the_salesforce_crate_builds_soql() {
    keep(|files| strangers(files, &SALESFORCE));
}

#[test]
fn only_platform_touches_the_state_table() {
    keep(state_table_elsewhere);
}

#[test]
fn only_main_and_settings_read_the_environment() {
    keep(environment_elsewhere);
}
