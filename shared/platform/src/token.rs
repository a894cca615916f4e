//! OAuth tokens: one login for all execution environments together.
//!
//! ```text
//!  environment ──▶ sealed row token#<client id> ──▶ claim (10 s) ──▶ OAuth ──▶ row, environment
//!                                                     └ refused: another one refreshes; use the token that is
//!                                                       still valid, or read the row again every 100–300 ms,
//!                                                       take over when the claim ran out, give up after 15 s
//!
//!  a token's life ──────────────────────────────┬── 60 s ──┬── 300 s ──┤ expires_at
//!                                     fresh     │  ageing  │   spent
//!                              everybody uses it│          └ nobody uses it
//!                                               └ one caller refreshes it, the others still use it
//! ```
//!
//! The rules about the row are in `token/row.rs`, those about a token's age in [`Age`]. A failed login leaves its
//! claim to run out: so a wrong secret costs two logins in fifteen seconds and not one per environment.

mod row;

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::change::{Outcome, Row};
use crate::clock::Clock;
use crate::deadline::Deadline;
use crate::key::Key;
use crate::next::Next;
use crate::retry::RETRY_AFTER_DEFAULT;
use crate::secret::{SecretError, Secrets};
use crate::table::{StateError, StateTable};
use crate::vendor::{Api, CallError, Failure, Request, Vendor};
use row::{Kept, TokenRow};

/// A token with less life left than this is not used: a request that starts now must not outlive it on its way.
const SPENT_BELOW: Duration = Duration::from_secs(300);
/// A token is refreshed ahead while it has this much left above [`SPENT_BELOW`], so that nobody has to wait.
const AHEAD: Duration = Duration::from_secs(60);
/// A token whose whole life is shorter than both together is used as long as it lasts; otherwise each call would log in.
const SHORT_LIVED: Duration = Duration::from_secs(360);
/// How long a caller waits for another one's refresh: one claim that runs out, and half as long for a second try.
const PATIENCE: Duration = Duration::from_secs(15);

/// A bearer token and what came with it.
#[derive(Clone)]
pub struct Token {
    /// The token.
    pub bearer: SecretString,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The instance it is for, where the login says so (Salesforce).
    pub base_url: Option<String>,
    /// The organisation it is for, where the login says so.
    pub organization: Option<String>,
}

/// How a token stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// To be used.
    Fresh,
    /// Still to be used, and to be refreshed by one caller.
    Ageing,
    /// Not to be used.
    Spent,
}

/// The age, at `now`, of a token that lives from `obtained_at` until `expires_at`.
pub fn age(obtained_at: Timestamp, expires_at: Timestamp, now: Timestamp) -> Age {
    let between = |from: Timestamp, to: Timestamp| Duration::try_from(to.duration_since(from)).unwrap_or_default();
    let left = between(now, expires_at);
    let is_short_lived = between(obtained_at, expires_at) < SHORT_LIVED;
    match left {
        Duration::ZERO => Age::Spent,
        _ if is_short_lived || left >= SPENT_BELOW + AHEAD => Age::Fresh,
        _ if left >= SPENT_BELOW => Age::Ageing,
        _ => Age::Spent,
    }
}

/// The token of one OAuth client, as one execution environment sees it.
pub struct TokenCache<V: Vendor> {
    secrets: Secrets,
    secret_id: String,
    table: StateTable,
    clock: Clock,
    /// Names this environment in claims.
    owner: String,
    kept: Mutex<Option<Kept>>,
    /// Held by the one caller of this environment who refreshes.
    refreshing: tokio::sync::Mutex<()>,
    vendor: PhantomData<fn() -> V>,
}

impl<V: Vendor> TokenCache<V> {
    /// The token of the OAuth client in the secret `secret_id`, shared through `table`.
    pub fn new(secrets: Secrets, secret_id: String, table: StateTable, clock: Clock) -> Self {
        let owner = uuid::Uuid::now_v7().to_string();
        Self {
            secrets,
            secret_id,
            table,
            clock,
            owner,
            kept: Mutex::default(),
            refreshing: tokio::sync::Mutex::default(),
            vendor: PhantomData,
        }
    }

    /// A token to be used now. Costs nothing while this environment knows a fresh one.
    ///
    /// # Errors
    /// [`Failure::Busy`] when another environment has been refreshing for too long or the state table does not answer;
    /// [`Failure::Misconfigured`] for a secret that cannot be used; whatever the login fails with.
    pub async fn token(&self, api: &Api<V>, deadline: Deadline) -> Result<Token, CallError> {
        let _only_refresher = match self.usable() {
            Some((token, Age::Fresh)) => return Ok(token),
            Some((token, _)) => match self.refreshing.try_lock() {
                Ok(only_refresher) => only_refresher,
                Err(_) => return Ok(token),
            },
            None => self.turn(deadline).await.map_err(|failure| api.error(LOGIN, failure))?,
        };
        if let Some((token, Age::Fresh)) = self.usable() {
            return Ok(token);
        }
        let obtained = self.obtain(api, deadline).await;
        obtained.or_else(|error| self.usable().map(|(token, _)| token).ok_or(error))
    }

    /// Drops a token that was refused with 401: here, and in the row if the row still holds this one. The secret is
    /// forgotten too, so that a rotated one is read.
    pub async fn discard(&self, token: &Token) {
        let is_refused = |kept: &Kept| kept.token.bearer.expose_secret() == token.bearer.expose_secret();
        let Some(kept) = self.lock_kept().take_if(|kept| is_refused(kept)) else { return };
        self.secrets.forget(&self.secret_id);
        let dropped = self.table.change(Key::Token { client_id: &kept.client_id }, &row::discard(&kept.version)).await;
        if let Err(error) = dropped {
            tracing::warn!(vendor = V::NAME, reason = %error, "a refused token could not be dropped from the state table");
        }
    }

    fn usable(&self) -> Option<(Token, Age)> {
        let kept = self.lock_kept();
        let kept = kept.as_ref()?;
        let age = kept.age(self.clock.now());
        (age != Age::Spent).then(|| (kept.token.clone(), age))
    }

    /// This caller's turn to refresh, after the others of this environment.
    async fn turn(&self, deadline: Deadline) -> Result<tokio::sync::MutexGuard<'_, ()>, Failure> {
        tokio::time::timeout(deadline.remaining(), self.refreshing.lock()).await.map_err(|_| Failure::OutOfTime)
    }

    /// A token by the secret as this environment knows it; once more by the secret read anew, when the login was refused
    /// and the secret has been rotated since.
    async fn obtain(&self, api: &Api<V>, deadline: Deadline) -> Result<Token, CallError> {
        let known = self.credentials(api).await?;
        let refusal = match self.shared_or_new(api, &known, deadline).await {
            Err(error) if matches!(error.next(), Next::Quarantine | Next::StopAndAlert) => error,
            outcome => return outcome,
        };
        self.secrets.forget(&self.secret_id);
        let current = self.credentials(api).await?;
        if is_same_client::<V>(&known, &current) {
            return Err(refusal);
        }
        self.shared_or_new(api, &current, deadline).await
    }

    async fn credentials(&self, api: &Api<V>) -> Result<Arc<V::Credentials>, CallError> {
        self.secrets.get(&self.secret_id).await.map_err(|error| api.error(LOGIN, of_secret(&error)))
    }

    async fn shared_or_new(
        &self,
        api: &Api<V>,
        credentials: &V::Credentials,
        deadline: Deadline,
    ) -> Result<Token, CallError> {
        let fail = |failure| api.error(LOGIN, failure);
        // Built before the claim, so that credentials that cannot be used keep nobody waiting.
        let login = api.vendor().login(credentials).map_err(fail)?;
        let place = TokenRow::new(V::client_id(credentials), V::client_secret(credentials)).map_err(fail)?;
        let mut row = self.table.row(place.key()).await.map_err(|error| fail(of_state(&error)))?;
        let mut waited = Duration::ZERO;
        loop {
            if let Some(token) = self.adopt(&place, row.as_ref(), Age::Fresh) {
                return Ok(token);
            }
            row = match self.claim(&place, row).await.map_err(|error| fail(of_state(&error)))? {
                Claim::Mine => return self.log_in(api, &place, &login, deadline).await,
                Claim::Others(row) => row,
            };
            if let Some(token) = self.adopt(&place, row.as_ref(), Age::Ageing).or_else(|| Some(self.usable()?.0)) {
                return Ok(token);
            }
            waited += self.pause(waited, deadline).await.map_err(fail)?;
            row = self.table.row(place.key()).await.map_err(|error| fail(of_state(&error)))?;
        }
    }

    /// Keeps and returns the row's token if it opens and is no older than `oldest`.
    fn adopt(&self, place: &TokenRow, row: Option<&Row>, oldest: Age) -> Option<Token> {
        let kept = place.open(row?)?;
        let age = kept.age(self.clock.now());
        (age == Age::Fresh || age == oldest).then(|| self.keep(kept))
    }

    /// Claims the refresh. Somebody else's running claim is seen in the row already and costs no write.
    async fn claim(&self, place: &TokenRow, row: Option<Row>) -> Result<Claim, StateError> {
        let claim = row::claim(&self.owner, row.as_ref(), self.clock.now_ms());
        if !claim.when.holds(row.as_ref()) {
            return Ok(Claim::Others(row));
        }
        Ok(match self.table.change(place.key(), &claim).await? {
            Outcome::Changed(_) => Claim::Mine,
            Outcome::Refused(row) => Claim::Others(row),
        })
    }

    async fn log_in(
        &self,
        api: &Api<V>,
        place: &TokenRow,
        login: &Request,
        deadline: Deadline,
    ) -> Result<Token, CallError> {
        // The life is counted from before the request: what the request takes is lost, never gained.
        let obtained_at = self.clock.now();
        let answer = api.log_in(login, deadline).await?;
        let token = api.vendor().token(&answer, obtained_at).map_err(|failure| api.error(LOGIN, failure))?;
        let kept = place.keep(token, obtained_at);
        if kept.age(self.clock.now()) == Age::Spent {
            return Err(api.error(LOGIN, Failure::Unexpected("a token that has already expired".to_owned())));
        }
        self.share(place, &kept).await;
        Ok(self.keep(kept))
    }

    /// Puts a new token into the row for the others. It is good for this environment even when that fails.
    async fn share(&self, place: &TokenRow, kept: &Kept) {
        let Some(sealed) = place.seal(kept) else { return };
        let stored = self.table.change(place.key(), &row::store(&self.owner, &sealed, kept)).await;
        if let Err(error) = stored {
            tracing::warn!(vendor = V::NAME, reason = %error, "a new token could not be shared through the state table");
        }
    }

    async fn pause(&self, waited: Duration, deadline: Deadline) -> Result<Duration, Failure> {
        let pause = Duration::from_millis(fastrand::u64(100..=300));
        if waited + pause > PATIENCE {
            return Err(Failure::Busy { retry_after: RETRY_AFTER_DEFAULT });
        }
        if pause >= deadline.remaining() {
            return Err(Failure::OutOfTime);
        }
        self.clock.sleep(pause).await;
        Ok(pause)
    }

    fn keep(&self, kept: Kept) -> Token {
        let token = kept.token.clone();
        *self.lock_kept() = Some(kept);
        token
    }

    fn lock_kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const LOGIN: &str = "log in";

fn is_same_client<V: Vendor>(one: &V::Credentials, other: &V::Credentials) -> bool {
    let secret = |credentials| V::client_secret(credentials).expose_secret();
    V::client_id(one) == V::client_id(other) && secret(one) == secret(other)
}

enum Claim {
    Mine,
    Others(Option<Row>),
}

fn of_secret(error: &SecretError) -> Failure {
    match error.next() {
        Next::RetryAfter(retry_after) => Failure::Busy { retry_after },
        _ => Failure::Misconfigured(error.to_string()),
    }
}

fn of_state(error: &StateError) -> Failure {
    match error {
        StateError::Unavailable { .. } => Failure::Busy { retry_after: RETRY_AFTER_DEFAULT },
        _ => Failure::Misconfigured(error.to_string()),
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age_of(life: i64, left: i64) -> Age {
        let at = |seconds: i64| Timestamp::from_second(seconds).unwrap();
        age(at(1000), at(1000 + life), at(1000 + life - left))
    }

    #[test]
    fn a_token_is_never_used_with_under_300_seconds_left() {
        assert_eq!(age_of(3600, 360), Age::Fresh);
        assert_eq!(age_of(3600, 359), Age::Ageing);
        assert_eq!(age_of(3600, 300), Age::Ageing);
        assert_eq!(age_of(3600, 299), Age::Spent);
        assert_eq!(age_of(3600, -1), Age::Spent);
    }

    #[test]
    fn a_short_lived_token_is_used_while_it_lasts() {
        assert_eq!(age_of(200, 200), Age::Fresh);
        assert_eq!(age_of(200, 1), Age::Fresh);
        assert_eq!(age_of(200, 0), Age::Spent);
    }

    #[test]
    fn a_token_prints_without_itself() {
        let token = Token {
            bearer: SecretString::from("hunter2"),
            expires_at: Timestamp::UNIX_EPOCH,
            base_url: None,
            organization: None,
        };
        assert!(!format!("{token:?}").contains("hunter2"));
    }
}
