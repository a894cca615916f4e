//! Who may depend on what, and why each dependency is there.

use std::collections::BTreeSet;
use std::process::Command;

use tidy::{File, Files, Finding};
use toml::Table;

use crate::{found, keep};

const WORKSPACE: &str = "Cargo.toml";
/// The heading comment of the group that must stay out of functions.
const TEST_GROUP: &str = "# simulator, tools and tests";
/// A second TLS or cryptography stack doubles what has to be patched.
const UNWANTED: [&str; 4] = ["native-tls", "openssl", "openssl-sys", "ring"];
/// The targets that are deployed.
const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

fn manifests(files: &Files) -> impl Iterator<Item = (&File, Table)> {
    let inside = |file: &&File| file.path.starts_with("functions/") || file.path.starts_with("shared/");
    let manifests = files.ending("toml").filter(inside).filter(|file| file.path.ends_with("/Cargo.toml"));
    manifests.map(|file| (file, toml::from_str(&file.text).unwrap_or_default()))
}

/// The names under these dependency tables, those for one platform included.
fn dependencies(manifest: &Table, kinds: &[&str]) -> BTreeSet<String> {
    let platforms = manifest.get("target").and_then(toml::Value::as_table);
    let platforms = platforms.into_iter().flat_map(Table::values).filter_map(toml::Value::as_table);
    let tables =
        platforms.chain([manifest]).flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()));
    tables.flat_map(Table::keys).cloned().collect()
}

fn functions_depended_on(files: &Files) -> Vec<Finding> {
    let functions = files.folders("functions/");
    let mut findings = Vec::new();
    for (file, manifest) in manifests(files) {
        let all = dependencies(&manifest, &["dependencies", "dev-dependencies", "build-dependencies"]);
        for name in all.iter().filter(|name| functions.contains(name.as_str())) {
            let advice = format!("functions are leaves: move what you need of `{name}` to a crate under shared/");
            findings.push(Finding::new(&file.path, file.line_starting(name), advice));
        }
    }
    findings
}

fn test_tools_in_product(files: &Files) -> Vec<Finding> {
    let workspace = match files.get(WORKSPACE, "it is the workspace") {
        Ok(workspace) => workspace,
        Err(finding) => return vec![finding],
    };
    let tools = test_tools(&workspace.text);
    if tools.is_empty() {
        return vec![Finding::new(WORKSPACE, 1, format!("keep the dependency group `{TEST_GROUP}`"))];
    }
    let mut findings = Vec::new();
    for (file, manifest) in manifests(files) {
        let product = dependencies(&manifest, &["dependencies", "build-dependencies"]);
        for name in product.iter().filter(|name| tools.contains(name.as_str())) {
            let advice = format!("`{name}` is for tests and tools; move it to [dev-dependencies] or do without");
            findings.push(Finding::new(&file.path, file.line_starting(name), advice));
        }
    }
    findings
}

/// The group's names, and our own crates that live under `tests/`.
fn test_tools(workspace: &str) -> BTreeSet<&str> {
    let group = workspace.lines().skip_while(|line| !line.starts_with(TEST_GROUP)).skip(1);
    let group = group.take_while(|line| !line.trim().is_empty() && !line.starts_with('['));
    let ours = workspace.lines().filter(|line| line.contains("path = \"tests/"));
    group.chain(ours).filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim()).collect()
}

fn unexplained(files: &Files) -> Vec<Finding> {
    let workspace = match files.get(WORKSPACE, "it is the workspace") {
        Ok(workspace) => workspace,
        Err(finding) => return vec![finding],
    };
    let lines = workspace.text.lines().enumerate().skip_while(|(_, line)| *line != "[workspace.dependencies]").skip(1);
    let entries = lines.take_while(|(_, line)| !line.starts_with('[')).filter(|(_, line)| line.contains('='));
    let silent = entries.filter(|(_, line)| !line.contains('#') && !line.contains("path = "));
    let advice = "say in a comment at the end of the line why this dependency is there";
    silent.map(|(index, _)| Finding::new(WORKSPACE, index + 1, advice)).collect()
}

/// Reads a listing with one package name a line.
fn unwanted(listing: &str) -> Vec<Finding> {
    let names: BTreeSet<&str> = listing.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let built = UNWANTED.iter().filter(|name| names.contains(*name));
    built
        .map(|name| {
            let advice = format!(
                "`{name}` would be built; find who asks for it (`cargo tree -i {name}`) and turn that feature off"
            );
            Finding::new("Cargo.lock", 1, advice)
        })
        .collect()
}

/// What is built for the deployed targets. The lock file itself also lists packages behind features that are off.
fn built_packages() -> String {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(Files::root()).args(["tree", "--workspace", "--locked", "--prefix", "none", "--format", "{p}"]);
    command.args(TARGETS.iter().flat_map(|target| ["--target", target]));
    let output = command.output();
    assert!(output.as_ref().is_ok_and(|output| output.status.success()), "cargo tree --locked has to work: {output:?}");
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

#[test]
fn a_dependency_on_a_function_is_found() {
    let user = "[dependencies]\nserde.workspace = true\nb.workspace = true\n";
    let samples = [
        ("functions/a/Cargo.toml", user),
        ("functions/b/Cargo.toml", ""),
        ("shared/c/Cargo.toml", "[dev-dependencies]\nb = { path = \"\" }"),
        ("tests/d/Cargo.toml", user),
    ];
    assert_eq!(found(functions_depended_on, &samples), ["functions/a/Cargo.toml:3", "shared/c/Cargo.toml:2"]);
}

#[test]
fn a_test_tool_in_a_function_is_found() {
    let workspace = "[workspace.dependencies]\nsimulator = { path = \"tests/simulator\" }\n\n# simulator, tools and tests: never in a function\nanyhow = \"1\"\n\n[x]\nserde = \"1\"\n";
    let function = "[dependencies]\nserde.workspace = true\nanyhow.workspace = true\n[dev-dependencies]\nsimulator.workspace = true";
    let shared = "[target.'cfg(unix)'.dependencies]\nsimulator.workspace = true";
    let samples = [(WORKSPACE, workspace), ("functions/a/Cargo.toml", function), ("shared/b/Cargo.toml", shared)];
    assert_eq!(found(test_tools_in_product, &samples), ["functions/a/Cargo.toml:3", "shared/b/Cargo.toml:2"]);
}

#[test]
fn a_dependency_without_a_reason_is_found() {
    let workspace =
        "[workspace.dependencies]\n# ours\na = { path = \"shared/a\" }\nb = \"1\" # why\nc = \"1\"\n\n[profile]\nd = 1";
    assert_eq!(found(unexplained, &[(WORKSPACE, workspace)]), ["Cargo.toml:5"]);
}

#[test]
fn a_second_cryptography_stack_is_found() {
    let findings = unwanted("ring v0.17.14\nopenssl-probe v0.2.2\naws-lc-rs v1.19.0 (*)\n");
    assert_eq!(findings.len(), 1);
    assert!(findings[0].advice.contains("`ring`"));
}

#[test]
fn nothing_depends_on_a_function() {
    keep(functions_depended_on);
}

#[test]
fn no_test_tool_is_in_the_product() {
    keep(test_tools_in_product);
}

#[test]
fn every_dependency_says_why() {
    keep(unexplained);
}

#[test]
fn one_cryptography_stack_is_built() {
    keep(|_| unwanted(&built_packages()));
}
