//! The function with its clients: what one execution environment keeps between invocations.

use std::time::Duration;

use genesys::{Genesys, GenesysOptions};
use platform::Platform;
use platform::archive::Archive;
use platform::config::ConfigError;
use platform::lock::Locks;
use platform::mail::Mailer;
use platform::mail::fate::MailFates;
use platform::report_ledger::ReportLedger;
use platform::settings::{Settings as Environment, SettingsError};

use crate::NAME;
use crate::config::{Config, MailBy};
use crate::settings::{ConfigFault, Settings};
use crate::typeset::Typesetter;

/// Requests to Genesys at once: they go one after the other, so this only bounds accidents.
const IN_FLIGHT_MAX: usize = 2;

/// The function, connected: built once per execution environment.
pub struct NightlyReport {
    pub(crate) platform: Platform,
    pub(crate) genesys: Genesys,
    pub(crate) locks: Locks,
    pub(crate) ledger: ReportLedger,
    pub(crate) fates: MailFates,
    pub(crate) archive: Archive,
    pub(crate) mailer: Mailer,
    pub(crate) typesetter: Typesetter,
    pub(crate) lease: Duration,
    pub(crate) settings: Settings,
    pub(crate) config_warnings: Vec<String>,
}

/// Why the function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A setting that this function needs is not there.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The configuration could not be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration was read and is wrong.
    #[error(transparent)]
    Fault(#[from] ConfigFault),
}

impl NightlyReport {
    /// Builds the clients and reads the configuration. Secrets and token are read by the first run that needs them.
    ///
    /// # Errors
    /// [`ConnectError`], one line that names what to change.
    pub async fn connect(environment: &Environment, typesetter: Typesetter) -> Result<Self, ConnectError> {
        let (secret_id, bucket) = (environment.genesys_secret_id()?, environment.archive_bucket()?);
        let platform = Platform::connect(environment).await;
        let loaded = platform.config::<Config>(environment).await?;
        let (config, settings) = (&loaded.function, loaded.function.settings()?);
        let mailer = match settings.mail {
            MailBy::Ses => platform.ses_mailer(environment.mail_configuration_set()?),
            MailBy::Smtp => platform.smtp_mailer(environment.smtp_secret_id()?),
        };
        let (table, clock) = (platform.table.clone(), platform.clock.clone());
        Ok(Self {
            genesys: genesys_client(environment, secret_id, &platform, config),
            locks: Locks::new(table.clone(), clock.clone()),
            ledger: ReportLedger::new(table.clone(), NAME),
            fates: MailFates::new(table, clock),
            archive: platform.archive(bucket),
            mailer,
            typesetter,
            lease: Duration::from_secs(config.lease_seconds.into()),
            config_warnings: loaded.warnings,
            platform,
            settings,
        })
    }
}

fn genesys_client(environment: &Environment, secret_id: &str, platform: &Platform, config: &Config) -> Genesys {
    let options = GenesysOptions {
        api_url: environment.genesys_api_url.clone(),
        login_url: environment.genesys_login_url.clone(),
        timeout: Duration::from_secs(config.vendor_timeout_seconds.into()),
        budget_share: config.genesys_api_share,
        in_flight_max: IN_FLIGHT_MAX,
    };
    Genesys::new(options, platform.secrets.clone(), secret_id, platform.table.clone(), platform.clock.clone())
}
