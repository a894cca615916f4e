//! The settings of webhook-receiver: its table in `infra/config/<stage>.toml`.
//!
//! Every key has a default and an explanation in `infra/config/default.toml`; this file says their types and ranges
//! and builds the [`Routes`] from them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use garde::Validate;
use serde::Deserialize;

use crate::event::is_name;
use crate::scheme::{HeaderNames, Scheme};
use crate::source::{ANY_TYPE, Parts, QueueName, Route, Routes, Source};
use crate::stamp::Window;

/// The largest body that still fits: base64 makes 720 KiB into 960 KiB, and the queues take 1 MiB with the envelope.
pub const BODY_BYTES_LIMIT: usize = 720 * 1024;
/// So that source and event id fit into one name of a FIFO queue.
const SOURCE_CHARS_MAX: usize = 40;
/// Memory ends after four days and an hour; a delivery that is older could be taken in twice.
const AGE_PAST_SECONDS_MAX: u32 = 4 * 24 * 3600;

/// The `[webhook-receiver]` table.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct Config {
    /// Seconds for which the keys are used before the secret is read again.
    #[garde(range(min = 1, max = 3600))]
    pub key_cache_seconds: u32,
    /// Most bytes of a body.
    #[garde(range(min = 1024, max = BODY_BYTES_LIMIT))]
    pub body_bytes_max: usize,
    /// Seconds that a signature may be old.
    #[garde(range(min = 1, max = AGE_PAST_SECONDS_MAX))]
    pub age_past_seconds: u32,
    /// Seconds that a signature may be ahead.
    #[garde(range(min = 0, max = 300))]
    pub age_future_seconds: u32,
    /// Further paths.
    #[garde(skip)]
    pub aliases: BTreeMap<String, Alias>,
    /// Who may send.
    #[garde(dive)]
    pub sources: BTreeMap<String, SourceRow>,
}

/// A path that leads to a source and stands for a type.
#[derive(Clone, Debug, Deserialize)]
pub struct Alias {
    /// Name of the source.
    pub source: String,
    /// The type of events that say none.
    #[serde(default, rename = "type")]
    pub event_type: String,
}

/// One row of `sources`. What it leaves out is as in the function's own table, or as the scheme has it.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct SourceRow {
    /// Whether it may send: there is nothing at the path of a source that is off.
    #[serde(default = "on")]
    #[garde(skip)]
    pub enabled: bool,
    /// How it proves who it is.
    #[garde(skip)]
    pub scheme: Scheme,
    /// Header of the signature or token.
    #[serde(default)]
    #[garde(skip)]
    pub signature_header: String,
    /// Header of the signed moment.
    #[serde(default)]
    #[garde(skip)]
    pub timestamp_header: String,
    /// As in the function's table.
    #[serde(default)]
    #[garde(inner(range(min = 1024, max = BODY_BYTES_LIMIT)))]
    pub body_bytes_max: Option<usize>,
    /// As in the function's table.
    #[serde(default)]
    #[garde(inner(range(min = 1, max = AGE_PAST_SECONDS_MAX)))]
    pub age_past_seconds: Option<u32>,
    /// As in the function's table.
    #[serde(default)]
    #[garde(inner(range(min = 0, max = 300)))]
    pub age_future_seconds: Option<u32>,
    /// JSON pointers.
    #[serde(default)]
    #[garde(skip)]
    pub id: Vec<String>,
    /// JSON pointers.
    #[serde(default, rename = "type")]
    #[garde(skip)]
    pub event_type: Vec<String>,
    /// JSON pointers.
    #[serde(default)]
    #[garde(skip)]
    pub time: Vec<String>,
    /// JSON pointers.
    #[serde(default)]
    #[garde(skip)]
    pub entity: Vec<String>,
    /// The type where nothing else says one.
    #[serde(default)]
    #[garde(skip)]
    pub default_type: String,
    /// The entity where the body says none.
    #[serde(default)]
    #[garde(skip)]
    pub default_entity: String,
    /// Type → queue.
    #[serde(default)]
    #[garde(skip)]
    pub queues: BTreeMap<String, QueueName>,
}

/// Why a configuration is refused: every mistake as `path: what is wrong`.
#[derive(Debug, thiserror::Error)]
#[error("[webhook-receiver] {0}")]
pub struct ConfigFault(String);

impl Config {
    /// Checks everything and builds the routes.
    ///
    /// # Errors
    /// [`ConfigFault`], naming the keys to change.
    pub fn routes(&self) -> Result<Routes, ConfigFault> {
        let mut faults: Vec<String> = match self.validate() {
            Ok(()) => Vec::new(),
            Err(report) => report.iter().map(|(path, fault)| format!("{path}: {fault}")).collect(),
        };
        for (name, row) in &self.sources {
            faults.extend(row.faults(name));
        }
        for (path, alias) in &self.aliases {
            faults.extend(alias.faults(path, &self.sources));
        }
        if !faults.is_empty() {
            return Err(ConfigFault(faults.join("; ")));
        }
        let enabled = self.sources.iter().filter(|(_, row)| row.enabled);
        let sources: BTreeMap<_, _> =
            enabled.map(|(name, row)| (name.clone(), Arc::new(self.source(name, row)))).collect();
        let aliases = self.aliases.iter().filter_map(|(path, alias)| {
            let source = sources.get(&alias.source)?.clone();
            Some((path.clone(), Route { source, event_type: set(&alias.event_type) }))
        });
        Ok(Routes { aliases: aliases.collect(), sources })
    }

    fn source(&self, name: &str, row: &SourceRow) -> Source {
        let seconds = |own: Option<u32>, shared: u32| Duration::from_secs(own.unwrap_or(shared).into());
        Source {
            name: name.to_owned(),
            scheme: row.scheme,
            header_names: HeaderNames::of(row.scheme, &row.signature_header, &row.timestamp_header),
            window: Window {
                past: seconds(row.age_past_seconds, self.age_past_seconds),
                future: seconds(row.age_future_seconds, self.age_future_seconds),
            },
            body_bytes_max: row.body_bytes_max.unwrap_or(self.body_bytes_max),
            parts: Parts {
                id: row.id.clone(),
                event_type: row.event_type.clone(),
                time: row.time.clone(),
                entity: row.entity.clone(),
                default_type: set(&row.default_type),
                default_entity: set(&row.default_entity),
            },
            queues: row.queues.clone(),
        }
    }
}

impl SourceRow {
    fn faults(&self, name: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let at = |key: &str| format!("sources.{name}.{key}");
        let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_plain || name.is_empty() || name.len() > SOURCE_CHARS_MAX {
            faults.push(format!("sources.{name}: a source is called by 1 to {SOURCE_CHARS_MAX} of a-z, 0-9 and -"));
        }
        let pointers = [("id", &self.id), ("type", &self.event_type), ("time", &self.time), ("entity", &self.entity)];
        for (key, list) in pointers {
            if list.iter().any(|pointer| !pointer.starts_with('/')) {
                faults.push(format!("{}: a JSON pointer starts with / (such as /queue/id)", at(key)));
            }
        }
        for (key, header) in
            [("signature_header", &self.signature_header), ("timestamp_header", &self.timestamp_header)]
        {
            if header.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii_graphic()) {
                faults.push(format!("{}: headers are named in lower case", at(key)));
            }
        }
        for (key, text) in [("default_type", &self.default_type), ("default_entity", &self.default_entity)] {
            if !text.is_empty() && !is_name(text) {
                faults.push(format!("{}: at most 128 printable ASCII characters without spaces", at(key)));
            }
        }
        if self.queues.is_empty() {
            faults.push(format!("{}: name a queue for at least one type ({ANY_TYPE} for all)", at("queues")));
        }
        let is_ordered = self.queues.values().any(|queue| *queue == QueueName::Capacity);
        if is_ordered && self.entity.is_empty() && self.default_entity.is_empty() {
            faults.push(format!(
                "{}: the queue capacity keeps an order for each entity, so say where it stands",
                at("entity")
            ));
        }
        faults
    }
}

impl Alias {
    fn faults(&self, path: &str, sources: &BTreeMap<String, SourceRow>) -> Vec<String> {
        let mut faults = Vec::new();
        if !path.starts_with('/') || path.starts_with("/webhooks/") {
            faults.push(format!("aliases.{path}: a path starts with / and is not below /webhooks/"));
        }
        if !sources.contains_key(&self.source) {
            faults.push(format!("aliases.{path}.source: there is no source `{}`", self.source));
        }
        if !self.event_type.is_empty() && !is_name(&self.event_type) {
            faults.push(format!("aliases.{path}.type: at most 128 printable ASCII characters without spaces"));
        }
        faults
    }
}

const fn on() -> bool {
    true
}

fn set(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
