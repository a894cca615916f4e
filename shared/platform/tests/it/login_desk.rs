//! Secrets Manager and a vendor with OAuth, in this process.
//!
//! The vendor accepts one client secret, gives a new token for each login, and knows which of its tokens are revoked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Credentials as AwsCredentials, Region};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use platform::clock::Clock;
use platform::retry::Repeat;
use platform::secret::Secrets;
use platform::table::StateTable;
use platform::token::{Token, TokenCache};
use platform::vendor::{Answer, Api, ApiOptions, Body, Failure, Hosts, Rate, Request, Vendor};
use reqwest::{Method, Url};
use secrecy::SecretString;
use serde_json::{Value, json};

/// Where the credentials are.
pub(crate) const SECRET_ID: &str = "dev/test/creds";

/// What both stand-ins know.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// What Secrets Manager answers; `None` with an error code and text.
    pub(crate) secret: Option<String>,
    pub(crate) secret_error: (String, String),
    pub(crate) secret_reads: u32,
    /// The client secret that the vendor accepts.
    pub(crate) client_secret: String,
    pub(crate) expires_in: i64,
    pub(crate) logins: u32,
    pub(crate) revoked: Vec<String>,
}

/// Both stand-ins at one address.
pub(crate) struct LoginDesk {
    address: Url,
    known: Arc<Mutex<Known>>,
}

impl LoginDesk {
    /// A vendor that accepts `secret-1`, which is also what the secret holds.
    pub(crate) async fn open() -> Self {
        let known = Known {
            client_secret: "secret-1".to_owned(),
            secret: Some(credentials("secret-1")),
            expires_in: 3600,
            ..Known::default()
        };
        let known = Arc::new(Mutex::new(known));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let routes =
            Router::new().route("/", post(get_secret)).route("/login", post(log_in)).route("/resource", get(resource));
        let routes = routes.with_state(known.clone());
        tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        Self { address, known }
    }

    /// Looks at or changes what the stand-ins know.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Known) -> T) -> T {
        look(&mut self.known.lock().unwrap())
    }

    /// Rotates the client secret on both sides.
    pub(crate) fn rotate(&self, client_secret: &str) {
        self.with(|known| {
            known.client_secret = client_secret.to_owned();
            known.secret = Some(credentials(client_secret));
        });
    }

    /// The secrets as a new execution environment sees them.
    pub(crate) fn secrets(&self) -> Secrets {
        let config = aws_sdk_secretsmanager::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(AwsCredentials::new("key", "secret", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .endpoint_url(self.address.as_str());
        Secrets::new(aws_sdk_secretsmanager::Client::from_conf(config.build()), "dev")
    }

    /// The vendor as a new execution environment sees it.
    pub(crate) fn api(&self, table: StateTable, clock: Clock) -> Api<Desk> {
        let tokens = TokenCache::new(self.secrets(), SECRET_ID.to_owned(), table, clock.clone());
        let hosts = Hosts::under(["example.com"]).and_override(&self.address);
        let options = ApiOptions { hosts, timeout: Duration::from_secs(5), in_flight_max: 8, budget_share: 1.0 };
        Api::new(Desk { address: self.address.clone() }, options, tokens, clock)
    }

    /// A request that the vendor answers only to a valid token.
    pub(crate) fn resource(&self) -> Request {
        Request::get("read the resource", self.address.join("resource").unwrap())
    }
}

fn credentials(client_secret: &str) -> String {
    json!({ "client_id": "client-1", "client_secret": client_secret }).to_string()
}

type Shared = State<Arc<Mutex<Known>>>;

async fn get_secret(State(known): Shared) -> (StatusCode, Json<Value>) {
    let mut known = known.lock().unwrap();
    known.secret_reads += 1;
    match &known.secret {
        Some(secret) => (StatusCode::OK, Json(json!({ "Name": SECRET_ID, "SecretString": secret }))),
        None => {
            (StatusCode::BAD_REQUEST, Json(json!({ "__type": known.secret_error.0, "Message": known.secret_error.1 })))
        }
    }
}

async fn log_in(State(known): Shared, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let mut known = known.lock().unwrap();
    known.logins += 1;
    let expected = format!("Basic {}", STANDARD.encode(format!("client-1:{}", known.client_secret)));
    if headers["authorization"] != expected.as_str() {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" })));
    }
    (StatusCode::OK, Json(json!({ "access_token": format!("token-{}", known.logins), "expires_in": known.expires_in })))
}

async fn resource(State(known): Shared, headers: HeaderMap) -> StatusCode {
    let known = known.lock().unwrap();
    let bearer = headers["authorization"].to_str().unwrap().trim_start_matches("Bearer ");
    if known.revoked.iter().any(|revoked| revoked == bearer) { StatusCode::UNAUTHORIZED } else { StatusCode::OK }
}

/// The vendor.
pub(crate) struct Desk {
    address: Url,
}

/// Its credentials.
#[derive(serde::Deserialize)]
pub(crate) struct DeskCredentials {
    client_id: String,
    client_secret: SecretText,
}

#[derive(serde::Deserialize)]
#[serde(from = "String")]
struct SecretText(SecretString);

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(SecretString::from(text))
    }
}

impl Vendor for Desk {
    const NAME: &'static str = "desk";
    type Credentials = DeskCredentials;

    fn client_id(credentials: &DeskCredentials) -> &str {
        &credentials.client_id
    }

    fn client_secret(credentials: &DeskCredentials) -> &SecretString {
        &credentials.client_secret.0
    }

    fn login(&self, credentials: &DeskCredentials) -> Result<Request, Failure> {
        let url = self.address.join("login").map_err(|_| Failure::Misconfigured("address".to_owned()))?;
        let basic = Some((credentials.client_id.clone(), credentials.client_secret.0.clone()));
        let body = Body::Login { form: vec![("grant_type", "client_credentials".to_owned())], basic };
        Ok(Request {
            operation: "log in",
            method: Method::POST,
            url,
            body,
            repeat: Repeat::Safe,
            headers: Vec::new(),
            lease: None,
        })
    }

    fn token(&self, answer: &Answer, now: Timestamp) -> Result<Token, Failure> {
        let answer: Value = answer.json()?;
        let expires_in = SignedDuration::from_secs(answer["expires_in"].as_i64().unwrap_or(0));
        let bearer = SecretString::from(answer["access_token"].as_str().unwrap_or_default());
        Ok(Token {
            bearer,
            expires_at: now + expires_in,
            base_url: Some("https://instance".to_owned()),
            organization: Some("org".to_owned()),
        })
    }

    fn refusal(&self, answer: &Answer) -> Failure {
        Failure::from_status(answer, "refused")
    }

    fn rate(&self, _: &Answer) -> Option<Rate> {
        None
    }

    fn correlation_id(&self, _: &Answer) -> Option<String> {
        None
    }
}
