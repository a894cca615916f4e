//! What an operator can set: one TOML table per function plus `[shared]`.
//!
//! Every key and its default stand in `infra/config/default.toml`, which is carried inside the functions, so that the
//! documentation is the behaviour. A stage's file holds what differs: tables merge key by key, arrays replace. Before
//! a deployment the check is strict ([`strict_check`]): a key that the default file does not have is an error with its
//! line. At run time reading is tolerant: such a key is a warning, so that a function rolled back to an older version
//! still starts; a value of the wrong kind stops the start.

mod fault;
mod merge;
mod shape;

use aws_config::SdkConfig;
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use crate::nearest::nearest;
pub use fault::{Fault, FaultKind};

use crate::aws;
use crate::settings::{ConfigSource, Settings};

/// The documented defaults, as they are in the repository.
pub const DEFAULT_TOML: &str = include_str!("../../../infra/config/default.toml");

/// Name of the file with the defaults, in messages.
const DEFAULT_NAME: &str = "infra/config/default.toml";

/// Parameter Store's limit for a standard parameter, in bytes.
pub const PARAMETER_BYTES_MAX: usize = 4096;

/// Settings that all functions have in common: the table `[shared]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Shared {
    /// Share of the learned Genesys request limit that this bundle may use, 0 to 1.
    pub genesys_api_share: f64,
    /// Part of Salesforce's daily requests at which background work stops, 0 to 1.
    pub salesforce_stop_at: f64,
}

/// A function's configuration, defaults filled in.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// The table `[shared]`.
    pub shared: Shared,
    /// The function's own table.
    pub function: T,
    /// What the operator should know, one line each. For the result's `warnings` too.
    pub warnings: Vec<String>,
    /// The text it was read from, to find lines in.
    source: Source,
}

/// A configuration text and where it came from.
#[derive(Clone, Debug)]
struct Source {
    name: String,
    text: String,
}

/// Why a function's configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The text is broken, or a value is of the wrong kind or out of its range.
    #[error("{0}")]
    Broken(#[from] Box<Fault>),
    /// The file cannot be read.
    #[error("configuration file {path} cannot be read ({reason}); correct CONFIG")]
    NoFile {
        /// The path in `CONFIG`.
        path: String,
        /// Why.
        reason: std::io::ErrorKind,
    },
    /// The role may not read the parameter.
    #[error("parameter {name}: not permitted; allow ssm:GetParameter on it")]
    Denied {
        /// The parameter.
        name: String,
    },
    /// Parameter Store did not answer, or refused.
    #[error("parameter {name} could not be read ({code})")]
    Unavailable {
        /// The parameter.
        name: String,
        /// The service's code.
        code: String,
    },
}

/// Reads the configuration of the function in `settings`. Warnings are logged here and returned.
///
/// # Errors
/// [`ConfigError`]; each stops the start.
pub async fn load<T: DeserializeOwned>(settings: &Settings, aws: &SdkConfig) -> Result<Loaded<T>, ConfigError> {
    let name = settings.config.to_string();
    let (text, absent) = match &settings.config {
        ConfigSource::File(path) => (read_file(path)?, None),
        ConfigSource::Ssm(parameter) => match read_parameter(parameter, aws).await? {
            Some(text) => (text, None),
            None => (String::new(), Some(format!("parameter {parameter} does not exist: the defaults are used"))),
        },
    };
    let mut loaded = from_text(settings.function, &text, &name)?;
    loaded.warnings.extend(absent);
    for warning in &loaded.warnings {
        tracing::warn!(config = name, "{warning}");
    }
    Ok(loaded)
}

/// Reads a stage's `text` for `function`; `name` is what messages call it.
///
/// # Errors
/// [`ConfigError::Broken`] with line and caret.
pub fn from_text<T: DeserializeOwned>(function: &str, text: &str, name: &str) -> Result<Loaded<T>, ConfigError> {
    let stage = merge::parse(text, name)?;
    let defaults = merge::parse(DEFAULT_TOML, DEFAULT_NAME)?;
    // Tables of other functions are none of this function's business.
    let faults = shape::faults(defaults.get_ref(), stage.get_ref(), shape::Scope::Function(function), DEFAULT_TOML);
    let mut warnings = Vec::new();
    for fault in faults {
        let fault = fault.into_fault(text, name);
        match fault.kind {
            FaultKind::UnknownKey => warnings.push(fault.line_text()),
            FaultKind::WrongType | FaultKind::Broken | FaultKind::Refused => return Err(Box::new(fault).into()),
        }
    }
    let loaded = Loaded {
        shared: merge::table("shared", text, name)?,
        function: merge::table(function, text, name)?,
        warnings,
        source: Source { name: name.to_owned(), text: text.to_owned() },
    };
    loaded.check_shared()?;
    Ok(loaded)
}

/// Everything in a stage's text that the documented defaults do not know, or know as another type.
pub fn strict_check(text: &str, file_name: &str) -> Vec<Fault> {
    check_against(DEFAULT_TOML, text, file_name)
}

/// The same against given defaults.
pub fn check_against(default: &str, text: &str, file_name: &str) -> Vec<Fault> {
    let parsed =
        merge::parse(default, DEFAULT_NAME).and_then(|defaults| Ok((defaults, merge::parse(text, file_name)?)));
    let (defaults, stage) = match parsed {
        Ok(parsed) => parsed,
        Err(fault) => return vec![*fault],
    };
    let found = shape::faults(defaults.get_ref(), stage.get_ref(), shape::Scope::All, default);
    found.into_iter().map(|fault| fault.into_fault(text, file_name)).collect()
}

impl<T> Loaded<T> {
    /// A fault for a value that is out of its range, with the line where the stage sets it, if it does.
    ///
    /// `path` is the key inside the function's table, such as `page_size` or `fields[2].salesforce`.
    pub fn refuse(&self, function: &str, path: &str, problem: &str) -> Fault {
        let full = format!("{function}.{path}");
        let span = merge::parse(&self.source.text, &self.source.name)
            .ok()
            .and_then(|root| shape::locate(root.get_ref(), &full));
        Fault::new(FaultKind::Refused, format!("`{full}`: {problem}"), span, &self.source.text, &self.source.name)
    }

    /// A share of zero would stop the vendor calls in silence, one above 1 would take what others need.
    fn check_shared(&self) -> Result<(), Box<Fault>> {
        let Shared { genesys_api_share, salesforce_stop_at } = self.shared;
        for (key, share) in [("genesys_api_share", genesys_api_share), ("salesforce_stop_at", salesforce_stop_at)] {
            if !(share > 0.0 && share <= 1.0) {
                return Err(Box::new(self.refuse("shared", key, "must be above 0 and at most 1")));
            }
        }
        Ok(())
    }
}

fn read_file(path: &std::path::Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|error| ConfigError::NoFile { path: path.display().to_string(), reason: error.kind() })
}

/// `None` when there is no such parameter.
async fn read_parameter(name: &str, aws: &SdkConfig) -> Result<Option<String>, ConfigError> {
    let answer = aws_sdk_ssm::Client::new(aws).get_parameter().name(name).send().await;
    let error = match answer {
        Ok(answer) => return Ok(Some(answer.parameter.and_then(|parameter| parameter.value).unwrap_or_default())),
        Err(error) => error,
    };
    let name = name.to_owned();
    match aws::code(&error) {
        "ParameterNotFound" => Ok(None),
        code if aws::is_denied(code) => Err(ConfigError::Denied { name }),
        code => Err(ConfigError::Unavailable { name, code: code.to_owned() }),
    }
}
