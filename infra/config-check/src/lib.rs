//! Checks `infra/config` as strictly as possible before anything is deployed.
//!
//! Every file is held against the documented defaults (unknown keys, wrong types), read into the types of the functions
//! and asked whether its values are in range. The functions themselves are tolerant at run time, so that one rolled
//! back to an older version still starts; this is the place where a slip is found.

mod functions;
mod parameter;

use std::path::Path;

use anyhow::Context;
use platform::config::{Fault, strict_check};

pub use functions::FUNCTIONS;
pub use parameter::parameter_text;

/// Checks every `.toml` file of `folder`; the faults of all files, in the order of their names.
///
/// # Errors
/// The folder or a file cannot be read.
pub fn check_folder(folder: &Path) -> anyhow::Result<Vec<Fault>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("folder {} cannot be read", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    anyhow::ensure!(
        !paths.is_empty(),
        "folder {} has no .toml file; run this from the top of the repository",
        folder.display()
    );
    let mut faults = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        faults.extend(check_text(&text, &path.display().to_string()));
    }
    Ok(faults)
}

/// Checks one stage's text; `name` is what messages call it.
pub fn check_text(text: &str, name: &str) -> Vec<Fault> {
    let faults = strict_check(text, name);
    if !faults.is_empty() {
        // Their types and ranges would only repeat the same mistakes in other words.
        return faults;
    }
    FUNCTIONS.iter().flat_map(|function| function.faults(text, name)).collect()
}
