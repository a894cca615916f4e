//! The function with its clients: what one execution environment keeps between invocations.

use std::time::Duration;

use platform::Platform;
use platform::clock::Clock;
use platform::config::ConfigError;
use platform::idempotency::Memory;
use platform::settings::{Settings, SettingsError};

use crate::config::{Config, ConfigFault};
use crate::keys::Keys;
use crate::publish::Publisher;
use crate::source::Routes;

/// The function, connected: built once per execution environment.
#[derive(Debug)]
pub struct WebhookReceiver {
    pub(crate) clock: Clock,
    pub(crate) routes: Routes,
    pub(crate) keys: Keys,
    pub(crate) memory: Memory,
    pub(crate) publisher: Publisher,
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

impl WebhookReceiver {
    /// Builds the clients and reads the configuration. The keys are read by the first delivery.
    ///
    /// # Errors
    /// [`ConnectError`], one line that names what to change.
    pub async fn connect(settings: &Settings) -> Result<Self, ConnectError> {
        Self::on(Platform::connect(settings).await, settings).await
    }

    /// The same on a platform that is already there.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn on(platform: Platform, settings: &Settings) -> Result<Self, ConnectError> {
        let publisher = Publisher {
            capacity: platform.queue(settings.queue_url_capacity()?),
            conversations: platform.queue(settings.queue_url_conversations()?),
            contact_sync: platform.queue(settings.contact_sync_queue_url()?),
        };
        let secret_id = settings.webhook_secret_id()?;
        let config = platform.config::<Config>(settings).await?.function;
        let clock = platform.clock.clone();
        let cached_for = Duration::from_secs(config.key_cache_seconds.into());
        Ok(Self {
            routes: config.routes()?,
            keys: Keys::new(platform.secrets.clone(), secret_id, clock.clone(), cached_for),
            memory: Memory::new(platform.table.clone(), clock.clone()),
            publisher,
            clock,
        })
    }
}
