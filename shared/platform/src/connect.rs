//! The AWS side of a function, connected once per execution environment.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use serde::de::DeserializeOwned;

use crate::alert::Alerts;
use crate::archive::Archive;
use crate::audit::Audit;
use crate::capacity::CapacityControl;
use crate::clock::Clock;
use crate::config::{self, ConfigError, Loaded};
use crate::group::ScalingGroups;
use crate::history::History;
use crate::mail::{Mailer, Ses, Smtp};
use crate::queue::Queue;
use crate::secret::Secrets;
use crate::settings::Settings;
use crate::table::StateTable;

/// Time-out of one try of one AWS call. All of them answer in milliseconds; the SDK tries three times.
const AWS_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// What every function has.
pub struct Platform {
    /// Where time comes from.
    pub clock: Clock,
    /// The state table.
    pub table: StateTable,
    /// Vendor credentials and keys.
    pub secrets: Secrets,
    /// Who did what to whom.
    pub audit: Audit,
    /// Messages to people.
    pub alerts: Alerts,
    /// Results of past runs.
    pub history: History,
    sdk: SdkConfig,
}

impl Platform {
    /// Builds the clients. Nothing is sent yet, except for credentials where the environment holds none.
    pub async fn connect(settings: &Settings) -> Self {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(AWS_ATTEMPT_TIMEOUT).build();
        let sdk = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts).load().await;
        Self::with_sdk(settings, sdk)
    }

    /// The same with given credentials, region and endpoints: whoever embeds the bundle, or tests it, brings their own.
    pub fn with_sdk(settings: &Settings, sdk: SdkConfig) -> Self {
        let clock = settings.clock.clone();
        let table = StateTable::new(aws_sdk_dynamodb::Client::new(&sdk), settings.state_table.as_str(), clock.clone());
        let logs = aws_sdk_cloudwatchlogs::Client::new(&sdk);
        Self {
            secrets: Secrets::new(aws_sdk_secretsmanager::Client::new(&sdk), settings.stage.as_str()),
            audit: Audit::new(logs, settings.audit_log_group.clone(), settings.function, clock.clone()),
            alerts: Alerts::new(aws_sdk_sns::Client::new(&sdk), settings.alerts_topic_arn.clone()),
            history: History::new(table.clone()),
            table,
            clock,
            sdk,
        }
    }

    /// The function's configuration.
    ///
    /// # Errors
    /// [`ConfigError`]: the function must not start.
    pub async fn config<T: DeserializeOwned>(&self, settings: &Settings) -> Result<Loaded<T>, ConfigError> {
        config::load(settings, &self.sdk).await
    }

    /// The queue at `url`, to send to.
    pub fn queue(&self, url: &str) -> Queue {
        Queue::new(&self.sdk, self.clock.clone(), url)
    }

    /// Capacity of DynamoDB tables, for the one function that sets it.
    pub fn capacity(&self) -> CapacityControl {
        CapacityControl::new(&self.sdk)
    }

    /// Sizes of Auto Scaling groups, for the one function that asks for them.
    pub fn scaling_groups(&self) -> ScalingGroups {
        ScalingGroups::new(&self.sdk)
    }

    /// Mail through SES, with the events of `configuration_set`.
    pub fn ses_mailer(&self, configuration_set: &str) -> Mailer {
        Mailer::Ses(Ses::new(&self.sdk, configuration_set))
    }

    /// Mail through the server that the secret names.
    pub fn smtp_mailer(&self, secret_id: &str) -> Mailer {
        Mailer::Smtp(Smtp::new(self.secrets.clone(), secret_id, self.clock.clone()))
    }

    /// The archive in `bucket`.
    pub fn archive(&self, bucket: &str) -> Archive {
        Archive::new(&self.sdk, bucket)
    }
}
