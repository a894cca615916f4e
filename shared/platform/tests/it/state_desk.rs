//! A state table in this process, with a clock that a test moves and a door that loses answers.
//!
//! The door stands between the SDK and DynamoDB. It names every call in a journal and can, for the next calls of one
//! action, let DynamoDB do the work and then answer "internal error": to the SDK that is a lost answer, and it repeats.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use platform::clock::Clock;
use platform::table::StateTable;

/// The name of the table.
const TABLE: &str = "state";

/// One state table and its clock.
pub(crate) struct StateDesk {
    /// A client past the door, for looking at rows and for damage done on purpose.
    pub(crate) direct: Client,
    through_door: Client,
    door: Door,
    clock: ClockFile,
}

#[derive(Clone)]
struct Door {
    upstream: String,
    http: reqwest::Client,
    journal: Arc<Mutex<Vec<String>>>,
    lost: Arc<Mutex<HashMap<String, u32>>>,
}

/// The file that moves a test's clock.
struct ClockFile {
    path: PathBuf,
    ahead: Mutex<u64>,
    speed: u64,
}

impl StateDesk {
    /// An empty table; waits pass in real time.
    pub(crate) async fn open() -> Self {
        Self::open_at_speed(1).await
    }

    /// An empty table; waits pass `speed` times as fast.
    pub(crate) async fn open_at_speed(speed: u64) -> Self {
        let upstream = serve_dynamodb().await;
        let door = Door {
            upstream: upstream.clone(),
            http: reqwest::Client::new(),
            journal: Arc::default(),
            lost: Arc::default(),
        };
        let desk = Self {
            direct: client(&upstream),
            through_door: client(&serve_door(door.clone()).await),
            door,
            clock: ClockFile::new(speed),
        };
        create_table(&desk.direct).await;
        desk
    }

    /// The table as a new execution environment sees it.
    pub(crate) fn table(&self) -> StateTable {
        StateTable::new(self.through_door.clone(), TABLE, self.clock())
    }

    /// The clock of all environments.
    pub(crate) fn clock(&self) -> Clock {
        Clock::from_file(self.clock.path.clone())
    }

    /// Moves the clock forward.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.pass(time);
    }

    /// Loses the answers of the next `times` calls of `action`, after their effect.
    pub(crate) fn lose_answers(&self, action: &str, times: u32) {
        self.door.lost.lock().unwrap().insert(action.to_owned(), times);
    }

    /// The actions that came through the door since the last look.
    pub(crate) fn journal(&self) -> Vec<String> {
        std::mem::take(&mut self.door.journal.lock().unwrap())
    }

    /// Every row of the table, by its key.
    pub(crate) async fn rows(&self) -> HashMap<String, HashMap<String, AttributeValue>> {
        let all = self.direct.scan().table_name(TABLE).send().await.unwrap();
        all.items.unwrap().into_iter().map(|row| (format!("{}/{}", text(&row, "pk"), text(&row, "sk")), row)).collect()
    }

    /// Writes an attribute of a row without asking anybody.
    pub(crate) async fn overwrite(&self, pk: &str, sk: &str, attribute: &str, value: AttributeValue) {
        let write = self
            .direct
            .update_item()
            .table_name(TABLE)
            .key("pk", AttributeValue::S(pk.to_owned()))
            .key("sk", AttributeValue::S(sk.to_owned()));
        let write = write
            .update_expression("SET #a = :v")
            .expression_attribute_names("#a", attribute)
            .expression_attribute_values(":v", value);
        write.send().await.unwrap();
    }
}

/// A row's text.
pub(crate) fn text(row: &HashMap<String, AttributeValue>, attribute: &str) -> String {
    row[attribute].as_s().unwrap().clone()
}

impl ClockFile {
    fn new(speed: u64) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("cx-bridge-state-clock-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let clock = Self { path: std::env::temp_dir().join(name), ahead: Mutex::default(), speed };
        clock.pass(Duration::ZERO);
        clock
    }

    fn pass(&self, time: Duration) {
        let mut ahead = self.ahead.lock().unwrap();
        *ahead += time.as_secs();
        std::fs::write(&self.path, format!("{ahead} {}", self.speed)).unwrap();
    }
}

impl Drop for ClockFile {
    fn drop(&mut self) {
        // Left behind in the temporary folder at worst.
        std::fs::remove_file(&self.path).ok();
    }
}

async fn serve_dynamodb() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let database = dynoxide::Database::memory().unwrap();
    tokio::spawn(async {
        dynoxide::server::serve_with_shutdown(listener, database, std::future::pending::<()>()).await.unwrap();
    });
    endpoint
}

async fn serve_door(door: Door) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let routes = axum::Router::new().fallback(pass_on).with_state(door);
    tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
    endpoint
}

async fn pass_on(State(door): State<Door>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap().to_owned();
    let action = target.rsplit('.').next().unwrap().to_owned();
    door.journal.lock().unwrap().push(action.clone());
    let mut request = door.http.post(&door.upstream).body(body);
    for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
        request = request.header(name, headers[name].as_bytes());
    }
    let answer = request.send().await.unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    let body = answer.bytes().await.unwrap();
    if door.loses(&action) {
        let lost = r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"lost"}"#;
        return (StatusCode::INTERNAL_SERVER_ERROR, [("content-type", "application/x-amz-json-1.0")], lost)
            .into_response();
    }
    (status, [("content-type", "application/x-amz-json-1.0")], body).into_response()
}

impl Door {
    fn loses(&self, action: &str) -> bool {
        let mut lost = self.lost.lock().unwrap();
        let left = lost.entry(action.to_owned()).or_default();
        let loses = *left > 0;
        *left = left.saturating_sub(1);
        loses
    }
}

fn client(endpoint: &str) -> Client {
    let quick_repeats = RetryConfig::standard().with_initial_backoff(Duration::from_millis(5));
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .retry_config(quick_repeats)
        .endpoint_url(endpoint);
    Client::from_conf(config.build())
}

async fn create_table(client: &Client) {
    let part = |name, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let text = |name| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build().unwrap()
    };
    let create = client.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    let create = create.key_schema(part("pk", KeyType::Hash)).key_schema(part("sk", KeyType::Range));
    create.attribute_definitions(text("pk")).attribute_definitions(text("sk")).send().await.unwrap();
}
