//! The functions whose configuration is checked, each with its own type.

use platform::config::{ConfigError, Fault, from_text};

/// A function with a table in the configuration.
pub struct Function {
    /// Its name: folder, binary and table.
    pub name: &'static str,
    typed: fn(&str, &str) -> Result<Vec<Fault>, ConfigError>,
}

/// Every function of the bundle.
pub const FUNCTIONS: [Function; 1] = [Function { name: contact_sync::NAME, typed: contact_sync_faults }];

impl Function {
    /// What the function itself would not accept.
    pub fn faults(&self, text: &str, name: &str) -> Vec<Fault> {
        match (self.typed)(text, name) {
            Ok(faults) => faults,
            Err(ConfigError::Broken(fault)) => vec![*fault],
            // Only a broken text can go wrong where nothing is fetched.
            Err(_) => Vec::new(),
        }
    }
}

fn contact_sync_faults(text: &str, name: &str) -> Result<Vec<Fault>, ConfigError> {
    let loaded = from_text::<contact_sync::config::Config>(contact_sync::NAME, text, name)?;
    let refused = loaded.function.field_map().err().map(|fault| fault.to_string());
    Ok(refused
        .iter()
        .flat_map(|lines| split(lines))
        .map(|(path, problem)| loaded.refuse(contact_sync::NAME, path, problem))
        .collect())
}

/// `[function] path: problem; path: problem` as pairs, so that each gets its own line and caret.
fn split(lines: &str) -> Vec<(&str, &str)> {
    let lines = lines.split_once("] ").map_or(lines, |(_, rest)| rest);
    let is_start = |line: &str| line.split_once(": ").is_some_and(|(path, _)| !path.contains(' '));
    match lines.split("; ").all(is_start) {
        true => lines.split("; ").filter_map(|line| line.split_once(": ")).collect(),
        false => lines.split_once(": ").into_iter().collect(),
    }
}
