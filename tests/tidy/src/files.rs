//! The texts that the rules read: every tracked file of the repository, or a handful of samples in a unit test.
//!
//! "Tracked" includes new files that git does not ignore, so a rule speaks before the commit and not after it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{fs, io};

use crate::{Finding, Tokens};

/// One tracked text file.
#[derive(Debug)]
pub struct File {
    /// Path from the root of the repository, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
    tokens: OnceLock<Tokens>,
}

impl File {
    fn new(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), text, tokens: OnceLock::new() }
    }

    /// The tokens of a Rust file, read once.
    pub fn tokens(&self) -> &Tokens {
        self.tokens.get_or_init(|| Tokens::read(&self.text))
    }

    /// Whether the whole file is a test, a benchmark or an example, judged by its path.
    #[must_use]
    pub fn is_test(&self) -> bool {
        let folders = ["tests", "benches", "examples"];
        self.path.split('/').any(|part| folders.contains(&part.trim_end_matches(".rs")))
    }

    /// The file's name without folder and ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split('.').next().unwrap_or_default()
    }

    /// The line, from 1, of the first line that starts with `start`; 1 when there is none.
    #[must_use]
    pub fn line_starting(&self, start: &str) -> usize {
        self.text.lines().position(|line| line.trim_start().starts_with(start)).map_or(1, |index| index + 1)
    }
}

/// Every text that a rule may look at.
#[derive(Debug)]
pub struct Files(Vec<File>);

impl Files {
    /// Samples for the unit test of a rule: pairs of path and text.
    #[must_use]
    pub fn of(samples: &[(&str, &str)]) -> Self {
        Self(samples.iter().map(|(path, text)| File::new(path, (*text).to_owned())).collect())
    }

    /// The tracked text files of this repository. Files that are not UTF-8, such as pictures, are left out.
    ///
    /// # Errors
    /// When git is missing or refuses, or a file cannot be read.
    pub fn repository() -> io::Result<Self> {
        let root = Self::root();
        let mut files = Vec::new();
        for path in tracked_paths(&root)? {
            match fs::read(root.join(&path)) {
                Ok(bytes) => files.extend(String::from_utf8(bytes).ok().map(|text| File::new(&path, text))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {} // Deleted, not yet committed.
                Err(error) => return Err(io::Error::new(error.kind(), format!("{path}: {error}"))),
            }
        }
        Ok(Self(files))
    }

    /// The folder that holds the workspace.
    #[must_use]
    pub fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    /// All files.
    pub fn iter(&self) -> impl Iterator<Item = &File> {
        self.0.iter()
    }

    /// The files with this ending, such as `rs`.
    pub fn ending(&self, ending: &str) -> impl Iterator<Item = &File> {
        let ending = format!(".{ending}");
        self.iter().filter(move |file| file.path.ends_with(&ending))
    }

    /// Rust files that go into a function: `functions/` and `shared/`, without their tests, benchmarks and examples.
    pub fn product(&self) -> impl Iterator<Item = &File> {
        let inside = |file: &&File| file.path.starts_with("functions/") || file.path.starts_with("shared/");
        self.ending("rs").filter(inside).filter(|file| !file.is_test())
    }

    /// One file by its path.
    ///
    /// # Errors
    /// A finding that says why the file has to be there.
    pub fn get(&self, path: &str, why: &str) -> Result<&File, Finding> {
        let missing = || Finding::new(path, 1, format!("is missing; add it: {why}"));
        self.iter().find(|file| file.path == path).ok_or_else(missing)
    }

    /// The names of the folders directly under `parent` (which ends with `/`).
    #[must_use]
    pub fn folders(&self, parent: &str) -> BTreeSet<&str> {
        let inside = self.iter().filter_map(|file| file.path.strip_prefix(parent));
        inside.filter_map(|rest| rest.split_once('/')).map(|(folder, _)| folder).collect()
    }

    /// The names of all tests: Rust functions with a test attribute, Python functions called `test_…`.
    #[must_use]
    pub fn test_names(&self) -> BTreeSet<String> {
        let rust = self.ending("rs").flat_map(|file| file.tokens().functions());
        let mut names: BTreeSet<String> =
            rust.filter(|function| function.is_test).map(|function| function.name).collect();
        for line in self.ending("py").flat_map(|file| file.text.lines()) {
            let line = line.trim_start().trim_start_matches("async ");
            let name = line.strip_prefix("def ").and_then(|rest| rest.split('(').next());
            names.extend(name.filter(|name| name.starts_with("test_")).map(ToOwned::to_owned));
        }
        names
    }
}

fn tracked_paths(root: &Path) -> io::Result<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").current_dir(root).args(arguments).output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let listing = String::from_utf8_lossy(&output.stdout);
    let paths: BTreeSet<&str> = listing.split('\0').filter(|path| !path.is_empty()).collect();
    Ok(paths.into_iter().map(ToOwned::to_owned).collect())
}
