//! The functions whose configuration is checked, each with its own type.

use platform::config::{ConfigError, Fault, Loaded, from_text};

/// A function with a table in the configuration.
pub struct Function {
    /// Its name: folder, binary and table.
    pub name: &'static str,
    typed: fn(&str, &str) -> Result<Vec<Fault>, ConfigError>,
}

/// Every function of the bundle.
pub const FUNCTIONS: &[Function] = &[
    Function { name: contact_sync::NAME, typed: contact_sync_faults },
    Function { name: nightly_report::NAME, typed: nightly_report_faults },
    Function { name: queue_capacity::NAME, typed: queue_capacity_faults },
    Function { name: table_capacity::NAME, typed: table_capacity_faults },
    Function { name: webhook_receiver::NAME, typed: webhook_receiver_faults },
];

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
    Ok(refusals(&loaded, contact_sync::NAME, loaded.function.field_map().err()))
}

fn nightly_report_faults(text: &str, name: &str) -> Result<Vec<Fault>, ConfigError> {
    let loaded = from_text::<nightly_report::config::Config>(nightly_report::NAME, text, name)?;
    Ok(refusals(&loaded, nightly_report::NAME, loaded.function.settings().err()))
}

fn queue_capacity_faults(text: &str, name: &str) -> Result<Vec<Fault>, ConfigError> {
    let loaded = from_text::<queue_capacity::config::Config>(queue_capacity::NAME, text, name)?;
    Ok(refusals(&loaded, queue_capacity::NAME, queue_capacity::mapping::mappings(&loaded.function).err()))
}

fn table_capacity_faults(text: &str, name: &str) -> Result<Vec<Fault>, ConfigError> {
    let loaded = from_text::<table_capacity::config::Config>(table_capacity::NAME, text, name)?;
    Ok(refusals(&loaded, table_capacity::NAME, loaded.function.check().err()))
}

fn webhook_receiver_faults(text: &str, name: &str) -> Result<Vec<Fault>, ConfigError> {
    let loaded = from_text::<webhook_receiver::config::Config>(webhook_receiver::NAME, text, name)?;
    Ok(refusals(&loaded, webhook_receiver::NAME, loaded.function.routes().err()))
}

/// What the function says when it refuses its table, each with the line where the stage sets it.
fn refusals<T, E: std::fmt::Display>(loaded: &Loaded<T>, function: &str, refused: Option<E>) -> Vec<Fault> {
    let lines = refused.map(|fault| fault.to_string()).unwrap_or_default();
    split(&lines).into_iter().map(|(path, problem)| loaded.refuse(function, path, problem)).collect()
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
