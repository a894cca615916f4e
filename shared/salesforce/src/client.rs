//! The client itself: where it sends to, and what all calls have in common.
//!
//! The instance is named by the login, so it is known once there is a token. An override replaces it for every call.

use std::fmt;
use std::time::Duration;

use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::secret::Secrets;
use platform::table::StateTable;
use platform::token::TokenCache;
use platform::vendor::{Api, ApiOptions, CallError, Failure, Hosts, Request};
use reqwest::Url;

use crate::vendor::{SalesforceVendor, below};

/// How the client behaves.
#[derive(Clone, Debug)]
pub struct SalesforceOptions {
    /// Replaces My Domain for login and data (`SALESFORCE_API_URL`).
    pub api_url: Option<Url>,
    /// The REST API version, such as `66.0`.
    pub api_version: String,
    /// Time-out of one request.
    pub timeout: Duration,
    /// Share of the daily request quota at which background work stops, 0 to 1.
    pub stop_at: f64,
    /// Rows in a page; Salesforce takes 200 to 2,000 and treats it as a hint.
    pub page_size: u32,
    /// Requests in flight at once.
    pub in_flight_max: usize,
}

/// One organisation's Salesforce, as one function sees it.
pub struct Salesforce {
    pub(crate) api: Api<SalesforceVendor>,
    pub(crate) api_version: String,
    pub(crate) page_size: u32,
    pub(crate) clock: Clock,
    api_url: Option<Url>,
}

/// The instance that an organisation lives on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance(String);

impl Salesforce {
    /// A client that logs in with the app in the secret `secret_id`. Reads nothing yet.
    pub fn new(options: SalesforceOptions, secrets: Secrets, secret_id: &str, table: StateTable, clock: Clock) -> Self {
        let SalesforceOptions { api_url, api_version, timeout, stop_at, page_size, in_flight_max } = options;
        let hosts = api_url.iter().fold(Hosts::under(["salesforce.com"]), Hosts::and_override);
        let tokens = TokenCache::new(secrets, secret_id.to_owned(), table, clock.clone());
        let vendor = SalesforceVendor { api_url: api_url.clone(), hosts: hosts.clone(), clock: clock.clone() };
        let api_options = ApiOptions { hosts, timeout, in_flight_max, budget_share: stop_at };
        let api = Api::new(vendor, api_options, tokens, clock.clone());
        Self { api, api_version, page_size, clock, api_url }
    }

    /// Requests sent since this client was made, logins included.
    pub fn requests(&self) -> u64 {
        self.api.requests()
    }

    /// The instance, for links to records. Costs a login when there is no token yet, otherwise nothing.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn instance(&self, deadline: Deadline) -> Result<Instance, CallError> {
        let token = self.api.token(deadline).await?;
        let missing =
            || self.api.error("find the instance", Failure::Unexpected("the login named no instance".to_owned()));
        token.base_url.map(Instance).ok_or_else(missing)
    }

    /// The URL of `path` at the instance.
    pub(crate) async fn url(&self, operation: &'static str, path: &str, deadline: Deadline) -> Result<Url, CallError> {
        if let Some(url) = &self.api_url {
            return Ok(below(url, path));
        }
        let Instance(instance) = self.instance(deadline).await?;
        let unreadable = |_| self.api.error(operation, Failure::Unexpected("the login named no instance".to_owned()));
        Url::parse(&instance).map(|url| below(&url, path)).map_err(unreadable)
    }

    /// The URL of `path` in the data API of the configured version.
    pub(crate) async fn data_url(
        &self,
        operation: &'static str,
        path: &str,
        deadline: Deadline,
    ) -> Result<Url, CallError> {
        self.url(operation, &format!("/services/data/v{}/{path}", self.api_version), deadline).await
    }

    /// A read, marked with our name as Salesforce's event logs show it.
    pub(crate) fn read(&self, operation: &'static str, url: Url) -> Request {
        let page_size = self.page_size.clamp(200, 2_000);
        let headers = vec![
            ("Sforce-Call-Options", "client=cx-bridge".to_owned()),
            ("Sforce-Query-Options", format!("batchSize={page_size}")),
        ];
        Request { headers, ..Request::get(operation, url) }
    }
}

impl Instance {
    /// The address at which a person sees a record.
    pub fn record_url(&self, id: &str) -> String {
        format!("{}/{id}", self.0.trim_end_matches('/'))
    }
}

impl fmt::Debug for Salesforce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Salesforce").field("api_version", &self.api_version).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_linked_at_its_instance() {
        let instance = Instance("https://acme.my.salesforce.com/".to_owned());
        assert_eq!(instance.record_url("003000000000001AAA"), "https://acme.my.salesforce.com/003000000000001AAA");
    }
}
