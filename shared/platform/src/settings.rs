//! What the environment tells a function: the only reader of environment variables in the bundle.
//!
//! The template sets every variable; whoever starts a function by hand sets the same ones. A variable that is missing,
//! unusable or misspelt stops the start with one line that names it and says what to change. What all functions need is
//! a field and is checked at once; what only some need is asked for by its name ([`Settings::genesys_secret_id`] and
//! its like), so that no function has to be given what it does not use.

use std::collections::BTreeMap;
use std::path::PathBuf;

use reqwest::Url;

use crate::clock::Clock;
use crate::nearest::nearest;

/// Which environment this is: part of the names of secrets, parameters and log groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// For development; the only stage that accepts a clock file.
    Dev,
    /// For trying out a release.
    Staging,
    /// The real one; accepts no other vendor hosts unless told so twice.
    Prod,
}

/// Where the function's configuration stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigSource {
    /// A TOML file: `file:<path>`.
    File(PathBuf),
    /// A parameter in Parameter Store: `ssm:<path>`.
    Ssm(String),
}

/// Everything a function knows before its first call.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `STAGE`
    pub stage: Stage,
    /// The function's name: binary, folder, config table and metric dimension.
    pub function: &'static str,
    /// `CONFIG`
    pub config: ConfigSource,
    /// `STATE_TABLE`: name of the DynamoDB table.
    pub state_table: String,
    /// `ALERTS_TOPIC_ARN`; without it alerts are log lines only.
    pub alerts_topic_arn: Option<String>,
    /// `AUDIT_LOG_GROUP`
    pub audit_log_group: String,
    /// `GENESYS_API_URL`: replaces the region's API host.
    pub genesys_api_url: Option<Url>,
    /// `GENESYS_LOGIN_URL`: replaces the region's login host.
    pub genesys_login_url: Option<Url>,
    /// `SALESFORCE_API_URL`: replaces both login and data host.
    pub salesforce_api_url: Option<Url>,
    /// The machine's clock, or the one in `CLOCK_FILE`.
    pub clock: Clock,
    /// `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`: what Lambda gives the function, in MiB; unknown outside of Lambda.
    pub memory_mib: Option<u64>,
    /// `RUST_LOG`: least important log line that is kept, `info` when absent.
    pub log: String,
    /// What only some functions need, as far as it is set.
    by_function: BTreeMap<&'static str, String>,
}

/// Why a function does not start: one line that names the variable.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not there, or empty.
    #[error("setting {name} is missing: set it to {meaning}")]
    Missing {
        /// The variable.
        name: &'static str,
        /// What belongs there.
        meaning: &'static str,
    },
    /// There, but of no use.
    #[error("setting {name} cannot be used: {problem}")]
    Unusable {
        /// The variable.
        name: &'static str,
        /// What is wrong and what belongs there.
        problem: String,
    },
    /// A variable that nobody reads and that looks like one of ours.
    #[error("setting {name} is unknown: rename it to {nearest}, or remove it")]
    Unknown {
        /// The variable as found.
        name: String,
        /// The variable that was probably meant.
        nearest: &'static str,
    },
}

/// Every variable of the bundle. `.env` names are here because a shell that is used for `make secrets` holds them.
const KNOWN: [&str; 28] = [
    "STAGE",
    "CONFIG",
    "STATE_TABLE",
    "GENESYS_SECRET_ID",
    "SALESFORCE_SECRET_ID",
    "WEBHOOK_SECRET_ID",
    "DIGEST_SECRET_ID",
    "QUEUE_URL_CAPACITY",
    "QUEUE_URL_CONVERSATIONS",
    "CONTACT_SYNC_QUEUE_URL",
    "ARCHIVE_BUCKET",
    "MAIL_CONFIGURATION_SET",
    "SMTP_SECRET_ID",
    "ALERTS_TOPIC_ARN",
    "AUDIT_LOG_GROUP",
    "RUST_LOG",
    "GENESYS_API_URL",
    "GENESYS_LOGIN_URL",
    "SALESFORCE_API_URL",
    "CLOCK_FILE",
    "ALLOW_VENDOR_OVERRIDES",
    "GENESYS_CLIENT_ID",
    "GENESYS_CLIENT_SECRET",
    "GENESYS_ORG_ID",
    "GENESYS_REGION",
    "SALESFORCE_LOGIN_URL",
    "SALESFORCE_CLIENT_ID",
    "SALESFORCE_CLIENT_SECRET",
];

/// What only some functions need, each with its meaning for the one line of a missing one.
const BY_FUNCTION: [(&str, &str); 10] = [
    (GENESYS_SECRET_ID, "the id of the secret that holds the Genesys client"),
    (SALESFORCE_SECRET_ID, "the id of the secret that holds the Salesforce client"),
    (WEBHOOK_SECRET_ID, "the id of the secret that holds the webhook keys"),
    (DIGEST_SECRET_ID, "the id of the stack's digest secret"),
    (QUEUE_URL_CAPACITY, "the URL of the FIFO queue for queue loads"),
    (QUEUE_URL_CONVERSATIONS, "the URL of the queue for conversation events"),
    (CONTACT_SYNC_QUEUE_URL, "the URL of the queue of contact-sync"),
    (ARCHIVE_BUCKET, "the name of the bucket for reports"),
    (MAIL_CONFIGURATION_SET, "the name of the SES configuration set that publishes events"),
    (SMTP_SECRET_ID, "the id of the secret that holds the mail server"),
];
const GENESYS_SECRET_ID: &str = "GENESYS_SECRET_ID";
const SALESFORCE_SECRET_ID: &str = "SALESFORCE_SECRET_ID";
const WEBHOOK_SECRET_ID: &str = "WEBHOOK_SECRET_ID";
const DIGEST_SECRET_ID: &str = "DIGEST_SECRET_ID";
const QUEUE_URL_CAPACITY: &str = "QUEUE_URL_CAPACITY";
const QUEUE_URL_CONVERSATIONS: &str = "QUEUE_URL_CONVERSATIONS";
const CONTACT_SYNC_QUEUE_URL: &str = "CONTACT_SYNC_QUEUE_URL";
const ARCHIVE_BUCKET: &str = "ARCHIVE_BUCKET";
const MAIL_CONFIGURATION_SET: &str = "MAIL_CONFIGURATION_SET";
const SMTP_SECRET_ID: &str = "SMTP_SECRET_ID";

/// A name this close to one of ours, in single-letter edits, is a slip and not somebody else's variable.
const SLIP_EDITS_MAX: usize = 2;

impl Stage {
    /// `dev`, `staging` or `prod`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Staging => "staging",
            Self::Prod => "prod",
        }
    }

    /// The stage of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Dev, Self::Staging, Self::Prod].into_iter().find(|stage| stage.as_str() == name)
    }
}

impl std::fmt::Display for ConfigSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Ssm(path) => write!(f, "ssm:{path}"),
        }
    }
}

impl Settings {
    /// Reads the process's environment for the function named `function`.
    ///
    /// # Errors
    /// The first setting that is missing, unusable or misspelt.
    pub fn from_env(function: &'static str) -> Result<Self, SettingsError> {
        // Not `vars`: it panics on a variable that is not text.
        let text = |value: std::ffi::OsString| value.into_string().ok();
        Self::from_vars(function, std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?))))
    }

    /// The same from given variables.
    ///
    /// # Errors
    /// As [`Self::from_env`].
    pub fn from_vars(
        function: &'static str,
        vars: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let vars = Vars(vars.into_iter().map(|(name, value)| (name, value.trim().to_owned())).collect());
        vars.refuse_slips()?;
        let stage = vars.stage()?;
        Ok(Self {
            stage,
            function,
            config: vars.config()?,
            state_table: vars.required("STATE_TABLE", "the name of the state table")?,
            alerts_topic_arn: vars.get("ALERTS_TOPIC_ARN").map(str::to_owned),
            audit_log_group: vars.required("AUDIT_LOG_GROUP", "the audit log group, /cx-bridge/<stage>/audit")?,
            genesys_api_url: vars.override_url("GENESYS_API_URL", stage)?,
            genesys_login_url: vars.override_url("GENESYS_LOGIN_URL", stage)?,
            salesforce_api_url: vars.override_url("SALESFORCE_API_URL", stage)?,
            clock: vars.clock(stage)?,
            memory_mib: vars.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").and_then(|size| size.parse().ok()),
            log: vars.log()?,
            by_function: vars.by_function(),
        })
    }

    /// `GENESYS_SECRET_ID`.
    ///
    /// # Errors
    /// It is not set.
    pub fn genesys_secret_id(&self) -> Result<&str, SettingsError> {
        self.required(GENESYS_SECRET_ID)
    }

    /// `SALESFORCE_SECRET_ID`.
    ///
    /// # Errors
    /// It is not set.
    pub fn salesforce_secret_id(&self) -> Result<&str, SettingsError> {
        self.required(SALESFORCE_SECRET_ID)
    }

    /// `WEBHOOK_SECRET_ID`.
    ///
    /// # Errors
    /// It is not set.
    pub fn webhook_secret_id(&self) -> Result<&str, SettingsError> {
        self.required(WEBHOOK_SECRET_ID)
    }

    /// `DIGEST_SECRET_ID`.
    ///
    /// # Errors
    /// It is not set.
    pub fn digest_secret_id(&self) -> Result<&str, SettingsError> {
        self.required(DIGEST_SECRET_ID)
    }

    /// `QUEUE_URL_CAPACITY`: the FIFO queue for queue loads.
    ///
    /// # Errors
    /// It is not set.
    pub fn queue_url_capacity(&self) -> Result<&str, SettingsError> {
        self.required(QUEUE_URL_CAPACITY)
    }

    /// `QUEUE_URL_CONVERSATIONS`: the standard queue for conversation events.
    ///
    /// # Errors
    /// It is not set.
    pub fn queue_url_conversations(&self) -> Result<&str, SettingsError> {
        self.required(QUEUE_URL_CONVERSATIONS)
    }

    /// `CONTACT_SYNC_QUEUE_URL`: the standard queue that contact-sync consumes. Whoever sends to it may work without one.
    ///
    /// # Errors
    /// It is not set.
    pub fn contact_sync_queue_url(&self) -> Result<&str, SettingsError> {
        self.required(CONTACT_SYNC_QUEUE_URL)
    }

    /// `ARCHIVE_BUCKET`: where reports are kept.
    ///
    /// # Errors
    /// It is not set.
    pub fn archive_bucket(&self) -> Result<&str, SettingsError> {
        self.required(ARCHIVE_BUCKET)
    }

    /// `MAIL_CONFIGURATION_SET`: needed where mail goes through SES.
    ///
    /// # Errors
    /// It is not set.
    pub fn mail_configuration_set(&self) -> Result<&str, SettingsError> {
        self.required(MAIL_CONFIGURATION_SET)
    }

    /// `SMTP_SECRET_ID`: needed where mail goes through a mail server.
    ///
    /// # Errors
    /// It is not set.
    pub fn smtp_secret_id(&self) -> Result<&str, SettingsError> {
        self.required(SMTP_SECRET_ID)
    }

    fn required(&self, name: &'static str) -> Result<&str, SettingsError> {
        let meaning = BY_FUNCTION.iter().find(|(known, _)| *known == name).map_or("", |(_, meaning)| meaning);
        self.by_function.get(name).map(String::as_str).ok_or(SettingsError::Missing { name, meaning })
    }
}

/// The environment, trimmed; an empty variable counts as absent.
struct Vars(BTreeMap<String, String>);

impl Vars {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &'static str, meaning: &'static str) -> Result<String, SettingsError> {
        self.get(name).map(str::to_owned).ok_or(SettingsError::Missing { name, meaning })
    }

    fn by_function(&self) -> BTreeMap<&'static str, String> {
        BY_FUNCTION.iter().filter_map(|(name, _)| Some((*name, self.get(name)?.to_owned()))).collect()
    }

    /// A slip would otherwise pass in silence wherever the setting has a default.
    fn refuse_slips(&self) -> Result<(), SettingsError> {
        for name in self.0.keys().filter(|name| name.len() >= 8 && !KNOWN.contains(&name.as_str())) {
            if let Some(nearest) = nearest(name, KNOWN, SLIP_EDITS_MAX) {
                return Err(SettingsError::Unknown { name: name.clone(), nearest });
            }
        }
        Ok(())
    }

    fn stage(&self) -> Result<Stage, SettingsError> {
        let name = self.required("STAGE", "dev, staging or prod")?;
        Stage::parse(&name).ok_or_else(|| unusable("STAGE", format!("`{name}` is none of dev, staging, prod")))
    }

    fn config(&self) -> Result<ConfigSource, SettingsError> {
        let text = self.required("CONFIG", "ssm:/cx-bridge/<stage>/<function> or file:<path>")?;
        match text.split_once(':') {
            Some(("file", path)) if !path.is_empty() => Ok(ConfigSource::File(path.into())),
            Some(("ssm", path)) if path.starts_with('/') => Ok(ConfigSource::Ssm(path.to_owned())),
            _ => Err(unusable("CONFIG", format!("`{text}` is neither ssm:/<parameter> nor file:<path>"))),
        }
    }

    fn override_url(&self, name: &'static str, stage: Stage) -> Result<Option<Url>, SettingsError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        if stage == Stage::Prod && self.get("ALLOW_VENDOR_OVERRIDES") != Some("true") {
            return Err(unusable(
                name,
                "other vendor hosts are refused in prod unless ALLOW_VENDOR_OVERRIDES=true".to_owned(),
            ));
        }
        // The text is not repeated: somebody may have put a password into it.
        let url = Url::parse(text).map_err(|error| unusable(name, format!("not a URL ({error})")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(unusable(name, "a URL with a user name or password is refused".to_owned()));
        }
        let allowed = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        if allowed {
            Ok(Some(url))
        } else {
            Err(unusable(name, "https is needed, or http to this machine (127.0.0.1)".to_owned()))
        }
    }

    fn clock(&self, stage: Stage) -> Result<Clock, SettingsError> {
        match self.get("CLOCK_FILE") {
            None => Ok(Clock::system()),
            Some(path) if stage == Stage::Dev => Ok(Clock::from_file(path.into())),
            Some(_) => Err(unusable("CLOCK_FILE", "a moved clock is for STAGE=dev only; remove it".to_owned())),
        }
    }

    fn log(&self) -> Result<String, SettingsError> {
        let text = self.get("RUST_LOG").unwrap_or("info");
        crate::telemetry::check_filter(text).map_err(|problem| unusable("RUST_LOG", problem))?;
        Ok(text.to_owned())
    }
}

fn unusable(name: &'static str, problem: String) -> SettingsError {
    SettingsError::Unusable { name, problem }
}

fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}
