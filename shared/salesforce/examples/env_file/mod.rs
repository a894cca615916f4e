//! The file `.env`, which git ignores, as the examples of both vendors read it.

use std::collections::HashMap;
use std::path::Path;

/// The names and values of `.env`. Has no `Debug`: the values are credentials.
pub(crate) struct EnvFile {
    values: HashMap<String, String>,
}

/// The root of the repository, from a crate under `shared/`.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Reads the file at the root of the repository.
///
/// # Errors
/// A sentence for a person, without values.
pub(crate) fn read() -> Result<EnvFile, String> {
    let text = std::fs::read_to_string(Path::new(ROOT).join(".env"))
        .map_err(|_| "there is no .env at the root of the repository: copy .env.example to .env and fill it in")?;
    let pairs =
        text.lines().map(str::trim).filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    let plain = |text: &str| text.trim().trim_matches(['\'', '"']).to_owned();
    let values = pairs.map(|(name, value)| (plain(name.trim_start_matches("export ")), plain(value))).collect();
    Ok(EnvFile { values })
}

impl EnvFile {
    /// A value that has to be there.
    ///
    /// # Errors
    /// The name, when it is missing or empty.
    pub(crate) fn value(&self, name: &str) -> Result<&str, String> {
        self.optional(name).ok_or_else(|| format!("{name} is missing or empty in .env, see .env.example"))
    }

    /// A value that may be missing.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
