//! The function with its clients: what one execution environment keeps between invocations.

use std::time::Duration;

use genesys::{Genesys, GenesysOptions};
use identity::FieldMap;
use jiff::tz::TimeZone;
use platform::Platform;
use platform::aside::Asides;
use platform::checkpoint::Checkpoints;
use platform::config::{ConfigError, Shared};
use platform::digest::fingerprint;
use platform::link::Links;
use platform::lock::Locks;
use platform::mark::Marks;
use platform::memory::Memories;
use platform::notice::Notices;
use platform::organization::Organizations;
use platform::queue::Queue;
use platform::settings::{Settings, SettingsError};
use salesforce::{Filter, Salesforce, SalesforceOptions};
use tokio::sync::OnceCell;

use crate::NAME;
use crate::config::{Config, ConfigFault};
use crate::digest_mail::{self, Postbox};
use crate::read::GenesysSide;
use crate::reconcile::seen::Seen;

/// Requests to one vendor at once, as long as it keeps up. A bulk request takes Genesys a second or two: with four under way a
/// first load uses its share of the minute's requests, and more would only wait for the next minute.
const IN_FLIGHT_MAX: usize = 4;

/// The function, connected: built once per execution environment.
pub struct ContactSync {
    pub(crate) platform: Platform,
    pub(crate) genesys: Genesys,
    pub(crate) salesforce: Salesforce,
    pub(crate) locks: Locks,
    pub(crate) marks: Marks,
    pub(crate) checkpoints: Checkpoints,
    pub(crate) memories: Memories,
    pub(crate) links: Links,
    /// Which organization belongs to which account.
    pub(crate) organizations: Organizations,
    pub(crate) asides: Asides,
    pub(crate) config: Config,
    pub(crate) config_warnings: Vec<String>,
    pub(crate) map: FieldMap,
    pub(crate) filter: Option<Filter>,
    /// What of the configuration decides which values are sent for whom.
    pub(crate) map_version: String,
    /// Where a run hands over to the next invocation; without it the next tick goes on.
    pub(crate) queue: Option<Queue>,
    pub(crate) digest_secret_id: String,
    pub(crate) side: OnceCell<GenesysSide>,
    /// What the scan of an unfinished reconcile has shown.
    pub(crate) seen: Seen,
    pub(crate) stage: &'static str,
    pub(crate) zone: TimeZone,
    pub(crate) notices: Notices,
    pub(crate) postbox: Option<Postbox>,
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

impl ContactSync {
    /// Builds the clients and reads the configuration. Secrets and tokens are read by the first run that needs them.
    ///
    /// # Errors
    /// [`ConnectError`], one line that names what to change.
    pub async fn connect(settings: &Settings) -> Result<Self, ConnectError> {
        Self::on(Platform::connect(settings).await, settings).await
    }

    /// The same on an AWS side that the caller brings.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub async fn on(platform: Platform, settings: &Settings) -> Result<Self, ConnectError> {
        let digest_secret_id = settings.digest_secret_id()?.to_owned();
        let (genesys_secret_id, salesforce_secret_id) =
            (settings.genesys_secret_id()?, settings.salesforce_secret_id()?);
        let loaded = platform.config::<Config>(settings).await?;
        let (config, shared) = (loaded.function, loaded.shared);
        let (map, zone) = (config.field_map()?, digest_mail::zone(&config.zone)?);
        let postbox = Postbox::of(&config, &zone, settings, &platform)?;
        let filter = config.filter()?;
        let queue = settings.contact_sync_queue_url().ok().map(|url| platform.queue(url));
        let (table, clock) = (platform.table.clone(), platform.clock.clone());
        Ok(Self {
            genesys: genesys_client(settings, genesys_secret_id, &platform, &config, &shared),
            salesforce: salesforce_client(settings, salesforce_secret_id, &platform, &config, &shared),
            locks: Locks::new(table.clone(), clock),
            marks: Marks::new(table.clone()),
            checkpoints: Checkpoints::new(table.clone()),
            memories: Memories::new(table.clone()),
            links: Links::new(table.clone(), NAME),
            organizations: Organizations::new(table.clone(), NAME),
            asides: Asides::new(table, NAME),
            config_warnings: loaded.warnings,
            digest_secret_id,
            side: OnceCell::new(),
            seen: Seen::default(),
            stage: settings.stage.as_str(),
            notices: Notices::new(platform.table.clone(), NAME),
            zone,
            postbox,
            platform,
            config,
            map_version: map_version(&map, filter.as_ref()),
            map,
            filter,
            queue,
        })
    }
}

/// A short text that changes when the field map, the default country or the filter does.
fn map_version(map: &FieldMap, filter: Option<&Filter>) -> String {
    match filter {
        Some(filter) => fingerprint(&format!("{} {}", map.version(), filter.text())),
        None => map.version(),
    }
}

fn genesys_client(
    settings: &Settings,
    secret_id: &str,
    platform: &Platform,
    config: &Config,
    shared: &Shared,
) -> Genesys {
    let options = GenesysOptions {
        api_url: settings.genesys_api_url.clone(),
        login_url: settings.genesys_login_url.clone(),
        timeout: Duration::from_secs(config.vendor_timeout_seconds.into()),
        budget_share: shared.genesys_api_share,
        in_flight_max: IN_FLIGHT_MAX,
    };
    Genesys::new(options, platform.secrets.clone(), secret_id, platform.table.clone(), platform.clock.clone())
}

fn salesforce_client(
    settings: &Settings,
    secret_id: &str,
    platform: &Platform,
    config: &Config,
    shared: &Shared,
) -> Salesforce {
    let options = SalesforceOptions {
        api_url: settings.salesforce_api_url.clone(),
        api_version: config.salesforce_api_version.clone(),
        timeout: Duration::from_secs(config.vendor_timeout_seconds.into()),
        stop_at: shared.salesforce_stop_at,
        page_size: config.page_size,
        in_flight_max: IN_FLIGHT_MAX,
    };
    Salesforce::new(options, platform.secrets.clone(), secret_id, platform.table.clone(), platform.clock.clone())
}
