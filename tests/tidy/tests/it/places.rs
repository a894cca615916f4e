//! The repository speaks of no particular machine and of no package registry: it works on anybody's.

use tidy::{File, Files, Finding};

use crate::{found, keep};

/// In pieces, so that this file does not carry them itself.
const MACHINE_PATHS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp/", "bash_jobs")];
const REGISTRY_HOSTS: [&str; 3] = [concat!("crates", ".io"), concat!("pypi", ".org"), concat!("npm", "js")];
/// Written by cargo, with the registry on every entry.
const GENERATED: &str = "Cargo.lock";

fn machine_paths(files: &Files) -> Vec<Finding> {
    lines_with(
        files,
        |line| MACHINE_PATHS.iter().find(|path| names_path(line, path)),
        "use a path relative to the repository, or a variable",
    )
}

fn registry_hosts(files: &Files) -> Vec<Finding> {
    lines_with(
        files,
        |line| REGISTRY_HOSTS.iter().find(|host| line.contains(**host)),
        "leave the host out; the package manager's default is meant",
    )
}

fn lines_with(files: &Files, names: impl Fn(&str) -> Option<&'static &'static str>, advice: &str) -> Vec<Finding> {
    let written = files.iter().filter(|file| !is_generated(&file.path));
    let lines =
        written.flat_map(|file: &File| file.text.lines().enumerate().map(move |(index, line)| (file, index + 1, line)));
    let naming = lines.filter_map(|(file, number, line)| Some((file, number, names(line)?)));
    naming.map(|(file, number, what)| Finding::new(&file.path, number, format!("names `{what}`; {advice}"))).collect()
}

/// Lock files.
fn is_generated(path: &str) -> bool {
    path.rsplit('/').next() == Some(GENERATED)
}

/// Whether the line names this path from the root, and not a folder of that name somewhere else.
fn names_path(line: &str, path: &str) -> bool {
    let continues = |before: char| before.is_alphanumeric() || "_-.}$~".contains(before);
    line.match_indices(path).any(|(at, _)| !line[..at].ends_with(continues))
}

#[test]
fn a_path_of_one_machine_is_found() {
    let text = format!("cd target{0}x\ncd {0}x\nfile://{1}.cargo\n", MACHINE_PATHS[0], MACHINE_PATHS[1]);
    assert_eq!(found(machine_paths, &[("a.sh", &text), (GENERATED, &text)]), ["a.sh:2", "a.sh:3"]);
}

#[test]
fn a_registry_host_is_found() {
    let text = format!("requests==2\n--index-url https://{}/simple\n", REGISTRY_HOSTS[1]);
    assert_eq!(found(registry_hosts, &[("a.txt", &text), (GENERATED, &text)]), ["a.txt:2"]);
}

#[test]
fn no_machine_path_is_named() {
    keep(machine_paths);
}

#[test]
fn no_registry_host_is_named() {
    keep(registry_hosts);
}
