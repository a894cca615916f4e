//! The client itself: where it sends to, and what all calls have in common.
//!
//! The region stands in the secret, so the host is known only once the secret was read. That happens at the first
//! call: a run with nothing to do reads no secret.

use std::fmt;
use std::time::Duration;

use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::next::Next;
use platform::secret::{SecretError, Secrets};
use platform::table::StateTable;
use platform::token::TokenCache;
use platform::vendor::{Answer, Api, ApiOptions, CallError, Failure, Hosts, Request};
use reqwest::Url;
use serde::de::DeserializeOwned;

use crate::credentials::Credentials;
use crate::region::REGIONS;
use crate::vendor::{GenesysVendor, below};

/// How the client behaves.
#[derive(Clone, Debug)]
pub struct GenesysOptions {
    /// Replaces the region's API host (`GENESYS_API_URL`).
    pub api_url: Option<Url>,
    /// Replaces the region's login host (`GENESYS_LOGIN_URL`).
    pub login_url: Option<Url>,
    /// Time-out of one request.
    pub timeout: Duration,
    /// Share of Genesys' request limit that this function may use, 0 to 1.
    pub budget_share: f64,
    /// Requests in flight at once.
    pub in_flight_max: usize,
}

/// One organisation's Genesys Cloud, as one function sees it.
pub struct Genesys {
    pub(crate) api: Api<GenesysVendor>,
    /// Hosts that may be given a file. Where Genesys takes files is not published; seen are its own and those of AWS.
    pub(crate) upload_hosts: Hosts,
    secrets: Secrets,
    secret_id: String,
    api_url: Option<Url>,
}

impl Genesys {
    /// A client that logs in with the OAuth client in the secret `secret_id`. Reads nothing yet.
    pub fn new(options: GenesysOptions, secrets: Secrets, secret_id: &str, table: StateTable, clock: Clock) -> Self {
        let GenesysOptions { api_url, login_url, timeout, budget_share, in_flight_max } = options;
        let domains = Hosts::under(REGIONS.map(|(_, domain)| domain));
        let overrides = || [&api_url, &login_url].into_iter().flatten();
        let upload_domains = REGIONS.map(|(_, domain)| domain).into_iter().chain(["amazonaws.com"]);
        let upload_hosts = overrides().fold(Hosts::under(upload_domains), Hosts::and_override);
        let hosts = overrides().fold(domains, Hosts::and_override);
        let tokens = TokenCache::new(secrets.clone(), secret_id.to_owned(), table, clock.clone());
        let api_options = ApiOptions { hosts, timeout, in_flight_max, budget_share };
        let api = Api::new(GenesysVendor { login_url }, api_options, tokens, clock);
        Self { api, upload_hosts, secrets, secret_id: secret_id.to_owned(), api_url }
    }

    /// Requests sent since this client was made, logins included.
    pub fn requests(&self) -> u64 {
        self.api.requests()
    }

    /// How many requests may be under way at once, by the answers so far.
    pub fn places(&self) -> usize {
        self.api.places()
    }

    /// The OAuth client this client logs in with.
    pub(crate) async fn credentials(&self, operation: &'static str) -> Result<std::sync::Arc<Credentials>, CallError> {
        let read = self.secrets.get::<Credentials>(&self.secret_id).await;
        read.map_err(|error| self.api.error(operation, unusable_secret(&error)))
    }

    /// The URL of `path` at the API host.
    pub(crate) async fn url(&self, operation: &'static str, path: &str) -> Result<Url, CallError> {
        let host = match &self.api_url {
            Some(url) => url.clone(),
            None => {
                self.credentials(operation).await?.api_url().map_err(|failure| self.api.error(operation, failure))?
            }
        };
        Ok(below(&host, path))
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, request: &Request, deadline: Deadline) -> Result<T, CallError> {
        let answer = self.api.send(request, deadline).await?;
        self.read(request.operation, &answer)
    }

    /// Reads an answer; an error names the operation and the correlation id.
    pub(crate) fn read<T: DeserializeOwned>(&self, operation: &'static str, answer: &Answer) -> Result<T, CallError> {
        use platform::vendor::Vendor;
        answer.json().map_err(|failure| {
            let correlation_id = self.api.vendor().correlation_id(answer);
            CallError { correlation_id, was_sent: true, ..self.api.error(operation, failure) }
        })
    }
}

impl fmt::Debug for Genesys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Genesys").field("secret_id", &self.secret_id).finish_non_exhaustive()
    }
}

fn unusable_secret(error: &SecretError) -> Failure {
    match error.next() {
        Next::RetryAfter(retry_after) => Failure::Busy { retry_after },
        _ => Failure::Misconfigured(error.to_string()),
    }
}
