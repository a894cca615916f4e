//! The text of a function's parameter in Parameter Store: what its stage sets, no more.

use anyhow::{Context, ensure};
use platform::config::PARAMETER_BYTES_MAX;

/// `[shared]` and the function's own table of a stage's text.
///
/// Defaults are not repeated: the function carries them, and a parameter that left them out cannot contradict them.
///
/// # Errors
/// The text is not TOML, or the result does not fit into a parameter.
pub fn parameter_text(stage: &str, function: &str, text: &str) -> anyhow::Result<String> {
    let mut all: toml::Table = text.parse().context("the stage's file is not TOML; run config-check")?;
    let own: toml::Table =
        ["shared", function].into_iter().filter_map(|name| Some((name.to_owned(), all.remove(name)?))).collect();
    let body = toml::to_string(&own)?;
    // A parameter may not be empty; this line also tells whoever opens it where to change it.
    let parameter = format!(
        "# {function} in {stage}: what differs from the defaults. Written by the deployment from infra/config/{stage}.toml.\n{body}"
    );
    ensure!(
        parameter.len() <= PARAMETER_BYTES_MAX,
        "the configuration of {function} in {stage} has {} bytes, Parameter Store takes {PARAMETER_BYTES_MAX}: shorten its lists",
        parameter.len()
    );
    Ok(parameter)
}
