//! The order of a vendor call.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::sync::OnceCell;

use super::breaker::Breaker;
use super::budget::{Budget, Room};
use super::in_flight::{InFlight, Place};
use super::{Answer, BODY_BYTES_MAX, Body, CallError, Failure, Hosts, Request, Vendor};
use crate::clock::Clock;
use crate::deadline::Deadline;
use crate::next::Next;
use crate::retry::{self, RETRY_AFTER_DEFAULT, Repeat, WAIT_MAX};
use crate::token::{Token, TokenCache};

/// How a vendor client behaves.
#[derive(Clone, Debug)]
pub struct ApiOptions {
    /// Hosts it may talk to.
    pub hosts: Hosts,
    /// Time-out of one request.
    pub timeout: Duration,
    /// Requests in flight at once; fewer while the vendor says that it is too much.
    pub in_flight_max: usize,
    /// Share of the vendor's request limit that this function may use, 0 to 1.
    pub budget_share: f64,
}

/// A vendor's API, as one function sees it.
pub struct Api<V: Vendor> {
    vendor: V,
    options: ApiOptions,
    clock: Clock,
    tokens: TokenCache<V>,
    http: OnceCell<reqwest::Client>,
    in_flight: InFlight,
    breaker: Mutex<Breaker>,
    budget: Mutex<Budget>,
    requests: AtomicU64,
}

impl<V: Vendor> Api<V> {
    /// A client of `vendor` that takes its tokens from `tokens`.
    pub fn new(vendor: V, options: ApiOptions, tokens: TokenCache<V>, clock: Clock) -> Self {
        Self {
            vendor,
            in_flight: InFlight::new(options.in_flight_max),
            budget: Mutex::new(Budget::new(options.budget_share)),
            breaker: Mutex::default(),
            requests: AtomicU64::new(0),
            http: OnceCell::new(),
            options,
            clock,
            tokens,
        }
    }

    /// Requests sent since this client was made, logins included.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// How many requests may be under way at once, by the answers so far: whoever has many to send need not begin more.
    pub fn places(&self) -> usize {
        self.in_flight.places()
    }

    /// The vendor this client talks to.
    pub fn vendor(&self) -> &V {
        &self.vendor
    }

    /// A valid token, for its base URL or organisation.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn token(&self, deadline: Deadline) -> Result<Token, CallError> {
        // Boxed: the way to a new token is long and rarely taken, and would make every caller's future as large.
        Box::pin(self.tokens.token(self, deadline)).await
    }

    /// Sends `request` and returns its successful answer.
    ///
    /// # Errors
    /// [`CallError`], after the retries that its kind, the remaining time and the lease allow.
    pub async fn send(&self, request: &Request, deadline: Deadline) -> Result<Answer, CallError> {
        let mut failures = 0;
        let mut token_renewed = false;
        let mut was_sent = false;
        loop {
            let token = self.token(deadline).await.map_err(|error| CallError { was_sent, ..error })?;
            let error = match self.attempt(request, Some(&token), &self.options.hosts, deadline).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            was_sent |= error.was_sent;
            let error = CallError { was_sent, ..error };
            if matches!(error.failure, Failure::Unauthorized { .. }) && !token_renewed {
                token_renewed = true;
                self.tokens.discard(&token).await;
                if request.repeat == Repeat::ReadFirst {
                    // Nothing was written; and what the request was made from grew old over the login.
                    let failure = Failure::Busy { retry_after: Duration::ZERO };
                    return Err(CallError { was_sent, ..self.error(request.operation, failure) });
                }
                continue;
            }
            failures += 1;
            self.pause_before_retry(failures, request, &error, deadline).await.ok_or(error)?;
        }
    }

    /// Sends a login. Retried like any call; needs no token.
    pub(crate) async fn log_in(&self, request: &Request, deadline: Deadline) -> Result<Answer, CallError> {
        self.send_openly(request, &self.options.hosts, deadline).await
    }

    /// Sends `request` to one of `hosts` without a token: the address a vendor hands out for an upload carries its own
    /// permission, and the token is nobody's business there.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn send_openly(&self, request: &Request, hosts: &Hosts, deadline: Deadline) -> Result<Answer, CallError> {
        let mut failures = 0;
        let mut was_sent = false;
        loop {
            let error = match self.attempt(request, None, hosts, deadline).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            was_sent |= error.was_sent;
            let error = CallError { was_sent, ..error };
            failures += 1;
            self.pause_before_retry(failures, request, &error, deadline).await.ok_or(error)?;
        }
    }

    /// An error about `operation` for which nothing was sent.
    pub fn error(&self, operation: &'static str, failure: Failure) -> CallError {
        CallError { vendor: V::NAME, operation, correlation_id: None, was_sent: false, failure }
    }

    async fn pause_before_retry(
        &self,
        failures: usize,
        request: &Request,
        error: &CallError,
        deadline: Deadline,
    ) -> Option<()> {
        let wait = retry::wait(failures, error.next(), request.repeat, deadline.before_closing(), fastrand::f64())?;
        if request.lease.as_ref().is_some_and(|lease| !lease.covers(wait + self.options.timeout)) {
            return None; // It could not be sent any more.
        }
        tracing::info!(
            vendor = V::NAME,
            operation = request.operation,
            reason = error.reason(),
            wait_ms = wait.as_millis(),
            "repeating a call"
        );
        self.clock.sleep(wait).await;
        Some(())
    }

    /// One try: everything that may hold a request back, then the request, then what its answer means.
    async fn attempt(
        &self,
        request: &Request,
        token: Option<&Token>,
        hosts: &Hosts,
        deadline: Deadline,
    ) -> Result<Answer, CallError> {
        let fail = |failure| self.error(request.operation, failure);
        hosts.check(&request.url).map_err(fail)?;
        lock(&self.breaker).admit(self.clock.now()).map_err(|retry_after| fail(Failure::Busy { retry_after }))?;
        let place = self.place(request, deadline).await.map_err(fail)?;
        let timeout = deadline.request_timeout(self.options.timeout).ok_or_else(|| fail(Failure::OutOfTime))?;
        if request.lease.as_ref().is_some_and(|lease| !lease.covers(timeout)) {
            return Err(fail(Failure::OutOfTime));
        }
        // Boxed: what the HTTP client keeps for a request is large, and every caller's future would carry it.
        let outcome = Box::pin(self.exchange(request, token, timeout)).await;
        self.remember(&outcome, &place);
        drop(place);
        let fail = |failure| CallError { was_sent: true, ..fail(failure) };
        let answer = outcome.map_err(fail)?;
        if answer.is_success() {
            return Ok(answer);
        }
        let failure = self.vendor.refusal(&answer);
        Err(CallError { correlation_id: self.vendor.correlation_id(&answer), ..fail(failure) })
    }

    /// A place among the requests under way, while there is budget: others may use it up while one waits for its place.
    async fn place(&self, request: &Request, deadline: Deadline) -> Result<Place<'_>, Failure> {
        loop {
            self.wait_for_budget(request, deadline).await?;
            let place = self.in_flight.place().await;
            if lock(&self.budget).room(self.clock.now()) == Room::Free {
                return Ok(place);
            }
        }
    }

    /// What was made from what was read does not wait: it would be old by then. A window renews within a minute; a
    /// vendor that says to come back later than that is left to the next run, because no heartbeat beats meanwhile.
    /// Whether the lease still covers the request is looked at behind the wait: whoever sends it can renew it then.
    async fn wait_for_budget(&self, request: &Request, deadline: Deadline) -> Result<(), Failure> {
        let (since, room) = {
            let budget = lock(&self.budget);
            let now = self.clock.now();
            (now, budget.room(now))
        };
        let wait = match room {
            Room::Free => return Ok(()),
            Room::Exhausted(used, allowed) => return Err(Failure::Budget { used, allowed }),
            Room::Held(wait) if wait > WAIT_MAX => return Err(Failure::Busy { retry_after: wait }),
            Room::Held(wait) | Room::After(wait) => wait,
        };
        if request.repeat == Repeat::ReadFirst || wait >= deadline.before_closing() {
            return Err(Failure::Busy { retry_after: wait });
        }
        self.clock.sleep(wait).await;
        lock(&self.budget).waited(wait, since, self.clock.now());
        Ok(())
    }

    /// Breaker, budget and the requests under way learn from every exchange. A refusal of the request's content is a healthy vendor.
    fn remember(&self, outcome: &Result<Answer, Failure>, place: &Place<'_>) {
        let now = self.clock.now();
        if let Ok(answer) = outcome {
            match (self.vendor.rate(answer), answer.retry_after()) {
                (Some(rate), _) => lock(&self.budget).learn(rate, now),
                (None, Some(retry_after)) if answer.status == 429 => lock(&self.budget).refused(retry_after, now),
                (None, _) => {}
            }
        }
        let unhealthy = outcome.as_ref().map_or(true, |answer| answer.status == 429 || answer.status >= 500);
        place.learn(!unhealthy);
        let mut breaker = lock(&self.breaker);
        if unhealthy { breaker.failed(now) } else { breaker.succeeded() }
    }

    fn count(&self, is_told_of_the_limit: bool) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut budget = lock(&self.budget);
        let now = self.clock.now();
        budget.spend(now);
        if is_told_of_the_limit {
            budget.find_out(now);
        }
    }

    async fn exchange(&self, request: &Request, token: Option<&Token>, timeout: Duration) -> Result<Answer, Failure> {
        let client = self.http.get_or_try_init(|| async { http_client() }).await?;
        let mut outgoing = client.request(request.method.clone(), request.url.clone()).timeout(timeout);
        for (name, value) in &request.headers {
            outgoing = outgoing.header(*name, value);
        }
        if let Some(token) = token {
            outgoing = outgoing.bearer_auth(token.bearer.expose_secret());
        }
        outgoing = match &request.body {
            Body::Empty => outgoing,
            Body::Json(json) => outgoing.header("content-type", "application/json").body(json.clone()),
            Body::Upload { content, headers } => {
                let named = headers.iter().fold(outgoing, |outgoing, (name, value)| outgoing.header(name, value));
                named.body(content.clone())
            }
            Body::Login { form, basic: None } => outgoing.form(form),
            Body::Login { form, basic: Some((id, secret)) } => {
                outgoing.form(form).basic_auth(id, Some(secret.expose_secret()))
            }
        };
        self.count(token.is_some());
        let response = outgoing.send().await.map_err(|error| transport_failure(&error))?;
        read_answer(response).await
    }
}

async fn read_answer(mut response: reqwest::Response) -> Result<Answer, Failure> {
    let (status, headers) = (response.status().as_u16(), std::mem::take(response.headers_mut()));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Failure::NoAnswer)? {
        if body.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(Failure::Unexpected(format!("answer larger than {BODY_BYTES_MAX} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body })
}

/// A connection that was never made wrote nothing; anything later may have.
fn transport_failure(error: &reqwest::Error) -> Failure {
    if error.is_connect() { Failure::Busy { retry_after: RETRY_AFTER_DEFAULT } } else { Failure::NoAnswer }
}

fn http_client() -> Result<reqwest::Client, Failure> {
    /// Lambda freezes the process between invocations; a connection older than this may be dead without our knowing.
    const IDLE_MAX: Duration = Duration::from_secs(20);
    reqwest::Client::builder()
        .user_agent(concat!("cx-bridge/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(Duration::from_secs(5))
        .pool_idle_timeout(IDLE_MAX)
        .build()
        .map_err(|_| Failure::Misconfigured("the TLS library could not be set up".to_owned()))
}

/// What a refused status means where a vendor says nothing better. Shared by both vendors' `refusal`.
impl Failure {
    /// The meaning of `status` with the vendor's `code`.
    pub fn from_status(answer: &Answer, code: &str) -> Self {
        let code = super::safe_code(code);
        match answer.status {
            429 | 503 => Self::Busy { retry_after: answer.retry_after().unwrap_or(RETRY_AFTER_DEFAULT) },
            500 | 502 | 504 | 408 => Self::NoAnswer,
            401 => Self::Unauthorized { code },
            403 => Self::Forbidden { code, permission: None },
            404 => Self::NotFound { code },
            409 => Self::Conflict { code },
            400 | 422 => Self::Rejected { code, field: None },
            status => Self::Unexpected(format!("status {status} ({code})")),
        }
    }

    /// Whether a later record can fare no better.
    pub fn stops_the_job(&self) -> bool {
        self.next() == Next::StopAndAlert
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
