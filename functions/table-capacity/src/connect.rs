//! The function with its clients: what one execution environment keeps between invocations.

use std::time::Duration;

use platform::Platform;
use platform::capacity::CapacityControl;
use platform::config::ConfigError;
use platform::lock::Locks;
use platform::mark::Marks;
use platform::order::Orders;
use platform::settings::Settings;

use crate::NAME;
use crate::config::{Config, ConfigFault};
use crate::read::Reader;

/// The function, connected: built once per execution environment.
pub struct TableCapacity {
    pub(crate) platform: Platform,
    pub(crate) control: CapacityControl,
    pub(crate) locks: Locks,
    pub(crate) marks: Marks,
    pub(crate) orders: Orders,
    pub(crate) lease: Duration,
    pub(crate) config: Config,
    pub(crate) config_warnings: Vec<String>,
}

/// Why the function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The configuration could not be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration was read and is wrong.
    #[error(transparent)]
    Fault(#[from] ConfigFault),
}

impl TableCapacity {
    /// Builds the clients and reads the configuration.
    ///
    /// # Errors
    /// [`ConnectError`], one line that names what to change.
    pub async fn connect(settings: &Settings) -> Result<Self, ConnectError> {
        let platform = Platform::connect(settings).await;
        let loaded = platform.config::<Config>(settings).await?;
        Self::new(platform, loaded.function, loaded.warnings)
    }

    /// The function with these clients and this configuration; `warnings` go into each result.
    ///
    /// # Errors
    /// [`ConnectError::Fault`], one line that names the key to change.
    pub fn new(platform: Platform, config: Config, warnings: Vec<String>) -> Result<Self, ConnectError> {
        config.check()?;
        let (table, clock) = (platform.table.clone(), platform.clock.clone());
        Ok(Self {
            control: platform.capacity(),
            locks: Locks::new(table.clone(), clock.clone()),
            marks: Marks::new(table.clone()),
            orders: Orders::new(table, clock, NAME),
            lease: Duration::from_secs(config.lease_seconds.into()),
            config_warnings: warnings,
            platform,
            config,
        })
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader {
            control: &self.control,
            orders: &self.orders,
            marks: &self.marks,
            clock: &self.platform.clock,
            config: &self.config,
        }
    }
}
