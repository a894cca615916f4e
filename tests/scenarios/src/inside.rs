//! contact-sync inside the test's own process, for scenarios that need thousands of runs.
//!
//! The same job with the same clients over the same door: only the process around it is missing, and with it the
//! start, the Runtime API and the log. Killing it drops the job between two of its steps together with everything that
//! it remembers. What a process adds to that, the other scenarios test.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use contact_sync::{ContactSync, NAME};
use platform::Platform;
use platform::deadline::Deadline;
use platform::settings::Settings;
use serde_json::{Value, json};

use crate::environment::{Invocation, exit};
use crate::function::Function;
use crate::process::Victim;
use crate::runtime_api::LambdaError;
use crate::world::World;

/// One execution environment in this process.
pub struct Inside {
    settings: Settings,
    sdk: SdkConfig,
    victim: Victim,
    time_limit: Duration,
    warm: tokio::sync::Mutex<Option<ContactSync>>,
}

impl World {
    /// contact-sync in this process. A door's harm kills it as it would kill the process.
    pub fn inside(&self) -> Inside {
        Inside::of(self.function(NAME))
    }
}

impl Inside {
    fn of(function: &Function) -> Self {
        let (setup, victim) = function.to_be();
        let settings = Settings::from_vars(NAME, setup.variables.iter().cloned()).expect("a function's settings");
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(2));
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(function.door.url())
            .retry_config(retries)
            // Without TLS, which the door has not: reading the machine's certificates would take most of a start.
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "test")))
            .build();
        Self { settings, sdk, victim, time_limit: setup.time_limit, warm: tokio::sync::Mutex::new(None) }
    }

    /// Gives the job one event, in the environment that is warm, or in a new one when none is.
    pub async fn invoke(&self, event: Value) -> Invocation {
        let invocation = Invocation::of((self.ask(event).await, String::new()));
        if let Ok(report) = &invocation.result {
            assert_eq!(report.invariant(), Ok(()), "{report:?}");
        }
        invocation
    }

    /// The same, and the answer as it is: also a batch's, and one to a person.
    pub async fn ask(&self, event: Value) -> Result<Value, LambdaError> {
        let mut warm = self.warm.lock().await;
        let stand_in = self.victim.stand_in();
        let answer = tokio::select! {
            biased;
            () = stand_in.killed() => Err(exit("signal: 9")),
            answer = self.answer(&mut warm, event) => answer,
        };
        if answer.as_ref().is_err_and(LambdaError::is_exit) {
            *warm = None;
        }
        stand_in.end();
        answer
    }

    /// Forgets everything that a warm environment remembers.
    pub async fn restart(&self) {
        *self.warm.lock().await = None;
    }

    async fn answer(&self, warm: &mut Option<ContactSync>, event: Value) -> Result<Value, LambdaError> {
        if warm.is_none() {
            let platform = Platform::with_sdk(&self.settings, self.sdk.clone());
            let connected = Box::pin(ContactSync::on(platform, &self.settings)).await;
            *warm = Some(connected.map_err(|error| exit(&error.to_string()))?);
        }
        let job = warm.as_ref().expect("it was connected above");
        let deadline = Deadline::after(self.time_limit);
        // Boxed: unoptimised, the job's future is larger than what a test's thread has.
        let answer = Box::pin(job.run(event, "00000000-0000-4000-8000-000000000000", deadline)).await;
        answer
            .map(|report| json!(report))
            .map_err(|error| LambdaError { kind: "RunFailed".to_owned(), message: error.to_string() })
    }
}
