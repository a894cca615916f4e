//! One word for one function, from its folder to the template: folder, crate, binary, configuration table, resource,
//! deployed name, event samples, README.

use std::collections::BTreeSet;

use tidy::{Files, Finding};
use toml::Table;

use crate::{found, keep};

const DEFAULTS: &str = "infra/config/default.toml";
const TEMPLATE: &str = "infra/template.yaml";
/// The one configuration table that belongs to no function.
const SHARED_TABLE: &str = "shared";

type Check = fn(&Files, &str) -> Result<(), Finding>;

fn unequal_names(files: &Files) -> Vec<Finding> {
    let functions = files.folders("functions/");
    let mut findings: Vec<Finding> = functions.iter().flat_map(|name| of_one(files, name)).collect();
    findings.extend(strays(files, &functions));
    findings
}

fn of_one(files: &Files, name: &str) -> Vec<Finding> {
    let checks: &[Check] = if is_library(files, name) {
        &[crate_name, samples]
    } else {
        &[crate_name, binary, config_table, resource, samples, mention]
    };
    checks.iter().filter_map(|check| check(files, name).err()).collect()
}

/// Whether the crate is the heart of a function that does not run yet: a library without a program, deployed by nobody.
fn is_library(files: &Files, name: &str) -> bool {
    let file = |path: &str| files.iter().find(|known| known.path == path);
    let has = |path: &str| file(&format!("functions/{name}/{path}")).is_some();
    let is_deployed = file(TEMPLATE).is_some_and(|template| has_line(&template.text, &format!("Binary: {name}")));
    has("src/lib.rs") && has("Cargo.toml") && !has("src/main.rs") && !is_deployed
}

fn crate_name(files: &Files, name: &str) -> Result<(), Finding> {
    let path = format!("functions/{name}/Cargo.toml");
    let manifest = files.get(&path, "each folder under functions/ is a crate")?;
    let package = read(&manifest.text).and_then(|table| Some(table.get("package")?.get("name")?.as_str()?.to_owned()));
    let line = manifest.line_starting("name");
    ensure(package.as_deref() == Some(name), &path, line, format!("name the package `{name}`, as its folder"))
}

fn binary(files: &Files, name: &str) -> Result<(), Finding> {
    let path = format!("functions/{name}/Cargo.toml");
    let main = format!("functions/{name}/src/main.rs");
    let manifest = files.get(&path, "each folder under functions/ is a crate")?;
    let declared = read(&manifest.text).and_then(|table| Some(table.get("bin")?.as_array()?.clone()));
    match declared {
        // Without a [[bin]], cargo names the binary after the package.
        None => files.get(&main, "a function is a binary of its folder's name").map(|_| ()),
        Some(binaries) => {
            let named = binaries.iter().any(|binary| binary.get("name").and_then(|value| value.as_str()) == Some(name));
            let line = manifest.line_starting("[[bin]]");
            ensure(named, &path, line, format!("name the binary `{name}`, as its folder"))
        }
    }
}

fn config_table(files: &Files, name: &str) -> Result<(), Finding> {
    let defaults = files.get(DEFAULTS, "every configuration key has its documented default there")?;
    let table = read(&defaults.text).ok_or_else(|| Finding::new(DEFAULTS, 1, "make it valid TOML"))?;
    let advice = format!("add the table [{name}]: each function has one of its name");
    ensure(table.get(name).is_some_and(toml::Value::is_table), DEFAULTS, 1, advice)
}

fn resource(files: &Files, name: &str) -> Result<(), Finding> {
    let template = files.get(TEMPLATE, "the functions are deployed from it")?;
    let binary = format!("Binary: {name}");
    let Some((line, block)) = resources(&template.text).into_iter().find(|(_, block)| has_line(block, &binary)) else {
        let advice = format!("add a resource with `Binary: {name}` under Metadata/BuildProperties");
        return Err(Finding::new(TEMPLATE, 1, advice));
    };
    let deployed = format!("${{AWS::StackName}}-{name}");
    let named = block.lines().filter_map(|line| line.trim().strip_prefix("FunctionName:"));
    let named = named.map(|value| value.trim().trim_start_matches("!Sub").trim().trim_matches(['"', '\'']));
    let advice = format!("set `FunctionName: !Sub ${{AWS::StackName}}-{name}`");
    ensure(named.into_iter().any(|value| value == deployed), TEMPLATE, line, advice)
}

fn samples(files: &Files, name: &str) -> Result<(), Finding> {
    let folder = format!("events/{name}/");
    let sampled = files.ending("json").any(|file| file.path.starts_with(&folder));
    ensure(sampled, &folder, 1, "add one sample per trigger and variant, as JSON".to_owned())
}

fn mention(files: &Files, name: &str) -> Result<(), Finding> {
    let readme = files.get("README.md", "it is the first page a user sees")?;
    ensure(readme.text.contains(name), "README.md", 1, format!("say what `{name}` does"))
}

/// Names that belong to no function: left behind by a rename or written too early.
fn strays(files: &Files, functions: &BTreeSet<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for folder in files.folders("events/").difference(functions) {
        findings.push(Finding::new(
            &format!("events/{folder}/"),
            1,
            "no function has this name; rename or delete the samples",
        ));
    }
    let defaults = files.iter().find(|file| file.path == DEFAULTS);
    for name in defaults.and_then(|file| read(&file.text)).unwrap_or_default().keys() {
        if name != SHARED_TABLE && !functions.contains(name.as_str()) {
            findings.push(Finding::new(
                DEFAULTS,
                1,
                format!("no function is called `{name}`; rename or delete the table"),
            ));
        }
    }
    let template = files.iter().find(|file| file.path == TEMPLATE).map_or("", |file| file.text.as_str());
    for (index, line) in template.lines().enumerate() {
        if let Some(name) = line.trim().strip_prefix("Binary: ").filter(|name| !functions.contains(name)) {
            findings.push(Finding::new(
                TEMPLATE,
                index + 1,
                format!("no function is called `{name}`; correct the name"),
            ));
        }
    }
    findings
}

/// The blocks under `Resources:`, each with the line it starts at.
fn resources(template: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let numbered = template.lines().enumerate().skip_while(|(_, line)| !line.starts_with("Resources:")).skip(1);
    let inside = numbered.take_while(|(_, line)| line.is_empty() || line.starts_with([' ', '#']));
    for (index, line) in inside {
        if line.starts_with("  ") && !line.starts_with("   ") && !line.trim_start().starts_with('#') {
            blocks.push((index + 1, String::new()));
        }
        if let Some((_, block)) = blocks.last_mut() {
            block.push_str(line);
            block.push('\n');
        }
    }
    blocks
}

fn has_line(block: &str, wanted: &str) -> bool {
    block.lines().any(|line| line.split(" #").next().is_some_and(|line| line.trim() == wanted))
}

fn read(text: &str) -> Option<Table> {
    toml::from_str(text).ok()
}

fn ensure(holds: bool, path: &str, line: usize, advice: String) -> Result<(), Finding> {
    if holds { Ok(()) } else { Err(Finding::new(path, line, advice)) }
}

const GOOD: [(&str, &str); 6] = [
    ("functions/a-b/Cargo.toml", "[package]\nname = \"a-b\"\n"),
    ("functions/a-b/src/main.rs", ""),
    (DEFAULTS, "[shared]\n[a-b]\n"),
    (
        TEMPLATE,
        "Resources:\n  Other:\n    Type: T\n  AB:\n    Metadata:\n      Binary: a-b\n    Properties:\n      FunctionName: !Sub ${AWS::StackName}-a-b\nOutputs:\n",
    ),
    ("events/a-b/schedule.json", "{}"),
    ("README.md", "`a-b` does things"),
];

/// The good sample with one file replaced.
fn with(path: &'static str, text: &'static str) -> Vec<String> {
    let replaced = GOOD.map(|(known, good)| if known == path { (known, text) } else { (known, good) });
    found(unequal_names, &replaced)
}

#[test]
fn equal_names_pass() {
    assert!(found(unequal_names, &GOOD).is_empty());
}

#[test]
fn each_place_that_lacks_the_name_is_found() {
    assert_eq!(with("functions/a-b/Cargo.toml", "[package]\nname = \"ab\"\n"), ["functions/a-b/Cargo.toml:2"]);
    assert_eq!(
        with("functions/a-b/Cargo.toml", "[package]\nname = \"a-b\"\n[[bin]]\nname = \"bootstrap\"\n"),
        ["functions/a-b/Cargo.toml:3"]
    );
    assert_eq!(with(DEFAULTS, "[shared]\n[a_b]\n"), ["infra/config/default.toml:1", "infra/config/default.toml:1"]);
    assert_eq!(
        with(TEMPLATE, "Resources:\n  AB:\n    Binary: a-b\n    FunctionName: a-b\n"),
        ["infra/template.yaml:2"]
    );
    assert_eq!(with("README.md", "nothing"), ["README.md:1"]);
}

#[test]
fn a_function_that_does_not_run_yet_has_its_name_and_samples() {
    let manifest = ("functions/a-b/Cargo.toml", "[package]\nname = \"a-b\"\n");
    let library = ("functions/a-b/src/lib.rs", "");
    assert_eq!(found(unequal_names, &[manifest, library]), ["events/a-b/:1"]);
    let deployed = (TEMPLATE, "Resources:\n  AB:\n    Binary: a-b\n");
    let findings = found(unequal_names, &[manifest, library, deployed]);
    assert!(findings.contains(&"functions/a-b/src/main.rs:1".to_owned()), "{findings:?}");
}

#[test]
fn missing_files_and_strays_are_found() {
    let lone = [("functions/a-b/src/lib.rs", ""), ("events/old/x.json", "{}")];
    let expected = [
        "functions/a-b/Cargo.toml:1",
        "functions/a-b/Cargo.toml:1",
        "infra/config/default.toml:1",
        "infra/template.yaml:1",
        "events/a-b/:1",
        "README.md:1",
        "events/old/:1",
    ];
    assert_eq!(found(unequal_names, &lone), expected);
}

#[test]
fn names_are_equal_from_folder_to_template() {
    keep(unequal_names);
}
