//! Checks `infra/config` as strictly as possible before anything is deployed.
//!
//! Every file is held against the documented defaults (unknown keys, wrong types), read into the types of the functions
//! and asked whether its values are in range; queues and senders are held against the stack's parameters. The functions
//! themselves are tolerant at run time, so that one rolled back to an older version still starts; this is the place where a
//! slip is found.

mod functions;
mod observed;
mod parameter;
mod senders;
mod stacks;

use std::path::Path;

use anyhow::Context;
use platform::config::{Fault, strict_check};

pub use functions::FUNCTIONS;
pub use parameter::parameter_text;
pub use stacks::Stacks;

/// Checks every `.toml` file of `folder`, each with its stage's parameters in `samconfig`; the faults of all files, in the
/// order of their names.
///
/// # Errors
/// The folder or a file cannot be read.
pub fn check_folder(folder: &Path, samconfig: &Path) -> anyhow::Result<Vec<Fault>> {
    let stacks = Stacks::read(&read(samconfig)?, &samconfig.display().to_string())?;
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
        let stage = path.file_stem().unwrap_or_default().to_string_lossy();
        faults.extend(check_stage(&stacks, &stage, &read(&path)?, &path.display().to_string()));
    }
    Ok(faults)
}

/// Checks one stage's text together with the parameters of its stack; `name` is what messages call it.
pub fn check_stage(stacks: &Stacks, stage: &str, text: &str, name: &str) -> Vec<Fault> {
    let faults = check_text(text, name);
    if !faults.is_empty() {
        return faults;
    }
    [stacks.missing_queues(stage, text, name), stacks.forbidden_senders(stage, text, name)].concat()
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

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}
