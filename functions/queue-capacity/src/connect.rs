//! The function with its clients: what one execution environment keeps between invocations.

use std::time::Duration;

use genesys::{Genesys, GenesysOptions, Organization};
use platform::Platform;
use platform::config::ConfigError;
use platform::group::ScalingGroups;
use platform::lock::Locks;
use platform::settings::{Settings, SettingsError};
use platform::target::Targets;
use tokio::sync::OnceCell;

use crate::config::Config;
use crate::mapping::{ConfigFault, Mapping, mappings};

/// The function, connected: built once per execution environment.
pub struct QueueCapacity {
    pub(crate) platform: Platform,
    pub(crate) genesys: Genesys,
    pub(crate) groups: ScalingGroups,
    pub(crate) locks: Locks,
    pub(crate) targets: Targets,
    pub(crate) lease: Duration,
    pub(crate) config: Config,
    /// All that the configuration has, also those that are not enabled.
    pub(crate) mappings: Vec<Mapping>,
    pub(crate) config_warnings: Vec<String>,
    /// The organisation, once it was found to be the one that the secret names.
    pub(crate) organization: OnceCell<Organization>,
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

impl QueueCapacity {
    /// Builds the clients and reads the configuration. Secret and token are read by the first run that needs them.
    ///
    /// # Errors
    /// [`ConnectError`], one line that names what to change.
    pub async fn connect(settings: &Settings) -> Result<Self, ConnectError> {
        let secret_id = settings.genesys_secret_id()?;
        let platform = Platform::connect(settings).await;
        let loaded = platform.config::<Config>(settings).await?;
        let config = loaded.function;
        let (table, clock) = (platform.table.clone(), platform.clock.clone());
        Ok(Self {
            genesys: genesys_client(settings, secret_id, &platform, &config),
            groups: platform.scaling_groups(),
            locks: Locks::new(table.clone(), clock),
            targets: Targets::new(table),
            lease: Duration::from_secs(config.lease_seconds.into()),
            mappings: mappings(&config)?,
            config_warnings: loaded.warnings,
            organization: OnceCell::new(),
            platform,
            config,
        })
    }
}

impl QueueCapacity {
    /// The mappings that are carried out.
    pub(crate) fn enabled(&self) -> impl Iterator<Item = &Mapping> {
        self.mappings.iter().filter(|mapping| mapping.enabled)
    }
}

fn genesys_client(settings: &Settings, secret_id: &str, platform: &Platform, config: &Config) -> Genesys {
    let options = GenesysOptions {
        api_url: settings.genesys_api_url.clone(),
        login_url: settings.genesys_login_url.clone(),
        timeout: Duration::from_secs(config.vendor_timeout_seconds.into()),
        budget_share: config.genesys_api_share,
        in_flight_max: config.in_flight,
    };
    Genesys::new(options, platform.secrets.clone(), secret_id, platform.table.clone(), platform.clock.clone())
}
