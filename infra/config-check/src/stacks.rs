//! What the stages' stacks are given: the parameters in samconfig.toml.

use anyhow::Context;
use toml::Value;

/// The stack parameters of all stages, as `sam deploy` reads them.
pub struct Stacks {
    pub(crate) name: String,
    content: toml::Table,
}

impl Stacks {
    /// Reads the text of samconfig.toml; `name` is what messages call it.
    ///
    /// # Errors
    /// The text is not TOML.
    pub fn read(text: &str, name: &str) -> anyhow::Result<Self> {
        let content = text.parse().with_context(|| format!("{name} is not TOML"))?;
        Ok(Self { name: name.to_owned(), content })
    }

    /// Whether the stage has a stack of its own. The defaults and `local` have none.
    pub(crate) fn has(&self, stage: &str) -> bool {
        self.content.contains_key(stage)
    }

    /// What the stack of `stage` is given as `parameter`.
    pub(crate) fn value(&self, stage: &str, parameter: &str) -> Option<String> {
        let overrides = self.overrides(stage);
        // Of several the last one counts.
        let mut pairs = overrides.iter().rev().filter_map(|entry| entry.split_once('='));
        pairs.find(|(key, _)| *key == parameter).map(|(_, value)| value.trim_matches(['"', '\'']).to_owned())
    }

    /// `parameter_overrides` of a stage: a list, or one text with blanks between the entries.
    fn overrides(&self, stage: &str) -> Vec<String> {
        let steps = ["deploy", "parameters", "parameter_overrides"];
        let found = steps.iter().try_fold(self.content.get(stage), |place, step| Some(place?.get(step)));
        match found.flatten() {
            Some(Value::Array(entries)) => entries.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }
}
