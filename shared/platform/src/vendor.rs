//! Calls to Genesys Cloud and Salesforce: the one way out of the bundle.
//!
//! The order of a call *is* the contract: deadline → breaker → request budget → place in flight → token → lease →
//! request → classify → a fresh token once after 401 / a retry / back to the queue. Each vendor's crate says how its
//! login looks and how its refusals read ([`Vendor`]); the order is the same for both and stands in `send`.

mod breaker;
mod budget;
mod fault;
mod hosts;
mod in_flight;
mod request;
mod send;

pub use budget::Rate;
pub use fault::{CallError, Failure, safe_code};
pub use hosts::Hosts;
pub use request::{Answer, Body, Request};
pub use send::{Api, ApiOptions};

use secrecy::SecretString;

use crate::token::Token;

/// The most bytes an answer may have: a Salesforce page of 2,000 contacts with every mapped field stays below 8 MiB.
pub const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What differs between the vendors. No input or output happens here.
pub trait Vendor: Send + Sync + 'static {
    /// The vendor's name in errors, logs and state keys.
    const NAME: &'static str;
    /// The JSON of its secret.
    type Credentials: serde::de::DeserializeOwned + Send + Sync + 'static;

    /// The client id: names the token's row in the state table.
    fn client_id(credentials: &Self::Credentials) -> &str;
    /// The client secret: the key of the token's row is derived from it.
    fn client_secret(credentials: &Self::Credentials) -> &SecretString;
    /// The request for a new token.
    ///
    /// # Errors
    /// A secret whose values cannot be used, named.
    fn login(&self, credentials: &Self::Credentials) -> Result<Request, Failure>;
    /// The token in the login's answer, at `now`.
    ///
    /// # Errors
    /// An answer that holds no usable token.
    fn token(&self, answer: &Answer, now: jiff::Timestamp) -> Result<Token, Failure>;
    /// What a refusal (any status but 2xx) of a login or of a call means.
    fn refusal(&self, answer: &Answer) -> Failure;
    /// The request limit, as far as the answer's headers tell.
    fn rate(&self, answer: &Answer) -> Option<Rate>;
    /// The vendor's id of the request.
    fn correlation_id(&self, answer: &Answer) -> Option<String>;
}
