//! What the receiver talks to, in this process: the state table, a queue desk and a secret desk behind one address.
//!
//! The table is a real one. The other desks keep what they were told and can be closed for a number of calls.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use platform::Platform;
use platform::cloud_event::CloudEvent;
use platform::deadline::Deadline;
use platform::settings::Settings;
use serde_json::{Value, json};
use webhook_receiver::{NAME, WebhookReceiver};

use crate::sender::{self, KEY};

const JSON: &str = "application/x-amz-json-1.0";

/// Everything the receiver talks to.
pub struct Desk {
    pub address: String,
    pub known: Known,
    clock: PathBuf,
}

/// What the desks hold, shared with their server.
#[derive(Clone)]
pub struct Known(Arc<Mutex<Drawers>>);

/// The contents.
pub struct Drawers {
    /// Messages that were confirmed, oldest first.
    pub messages: Vec<Message>,
    /// Answers for the next sends in place of a confirmation; `stored` says whether the message is kept all the same.
    pub faults: VecDeque<Fault>,
    /// The webhook secret.
    pub secret: Value,
    /// How often it was read.
    pub secret_reads: usize,
    /// The next calls of the state table are answered with 500.
    pub state_down: bool,
    upstream: String,
    http: reqwest::Client,
}

/// A message on a queue.
#[derive(Clone, Debug)]
pub struct Message {
    pub queue: String,
    pub group: Option<String>,
    pub deduplication: Option<String>,
    pub event: CloudEvent,
    pub bytes: usize,
}

/// What goes wrong with one send.
#[derive(Clone, Copy)]
pub enum Fault {
    /// 503: not stored.
    Busy,
    /// 500: stored, and the answer is lost.
    AnswerLost,
}

/// What the receiver answered.
#[derive(Debug)]
pub struct Answered {
    pub status: u64,
    pub body: Value,
    pub retry_after: Option<String>,
}

impl Known {
    pub fn open(&self) -> MutexGuard<'_, Drawers> {
        self.0.lock().unwrap()
    }
}

impl Desk {
    /// Empty desks, and [`KEY`] for each source.
    pub async fn open() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let upstream = serve_dynamodb().await;
        let keys = json!({"genesys": [KEY], "open-messaging": [KEY], "relay": [KEY], "salesforce": [KEY]});
        let drawers = Drawers {
            messages: Vec::new(),
            faults: VecDeque::new(),
            secret: keys,
            secret_reads: 0,
            state_down: false,
            upstream,
            http: reqwest::Client::new(),
        };
        let known = Known(Arc::new(Mutex::new(drawers)));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let routes = axum::Router::new().fallback(answer).with_state(known.clone());
        tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let clock = std::env::temp_dir().join(format!("cx-bridge-webhook-clock-{}-{number}", std::process::id()));
        std::fs::write(&clock, "0 1").unwrap();
        let desk = Self { address, known, clock };
        create_table(&aws_sdk_dynamodb::Client::new(&desk.sdk())).await;
        desk
    }

    /// The receiver's environment.
    pub fn variables(&self) -> Vec<(String, String)> {
        [
            ("STAGE", "dev"),
            ("CONFIG", concat!("file:", env!("CARGO_MANIFEST_DIR"), "/../../infra/config/dev.toml")),
            ("STATE_TABLE", "state"),
            ("AUDIT_LOG_GROUP", "/cx-bridge/dev/audit"),
            ("WEBHOOK_SECRET_ID", "dev/webhooks/keys"),
            ("QUEUE_URL_CAPACITY", "http://sqs/123456789012/capacity.fifo"),
            ("QUEUE_URL_CONVERSATIONS", "http://sqs/123456789012/conversations"),
            ("CONTACT_SYNC_QUEUE_URL", "http://sqs/123456789012/contact-sync"),
            ("CLOCK_FILE", self.clock.to_str().unwrap()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// A new execution environment, in this process.
    pub async fn receiver(&self) -> WebhookReceiver {
        self.receiver_of(self.variables()).await
    }

    /// The same with this configuration in place of the stage's.
    pub async fn receiver_configured(&self, text: &str) -> WebhookReceiver {
        let file = self.clock.with_extension("toml");
        std::fs::write(&file, text).unwrap();
        let mut variables = self.variables();
        variables.retain(|(name, _)| name != "CONFIG");
        variables.push(("CONFIG".to_owned(), format!("file:{}", file.display())));
        let receiver = self.receiver_of(variables).await;
        std::fs::remove_file(file).unwrap();
        receiver
    }

    async fn receiver_of(&self, variables: Vec<(String, String)>) -> WebhookReceiver {
        let settings = Settings::from_vars(NAME, variables).unwrap();
        WebhookReceiver::on(Platform::with_sdk(&settings, self.sdk()), &settings).await.unwrap()
    }

    /// Moves the receiver's clock to `seconds` ahead of the machine's.
    pub fn ahead(&self, seconds: i64) {
        std::fs::write(&self.clock, format!("{seconds} 1")).unwrap();
    }

    /// Everything confirmed on `queue`.
    pub fn messages(&self, queue: &str) -> Vec<Message> {
        self.known.open().messages.iter().filter(|message| message.queue == queue).cloned().collect()
    }

    fn sdk(&self) -> SdkConfig {
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(2));
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(&self.address)
            .retry_config(retries)
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "test")))
            .build()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // Left behind in the temporary folder at worst.
        std::fs::remove_file(&self.clock).ok();
    }
}

/// Hands one event in, with the time of an ordinary invocation.
pub async fn hand_in(receiver: &WebhookReceiver, event: &Value) -> Answered {
    hand_in_text(receiver, &event.to_string(), Duration::from_secs(10)).await
}

/// The same with any text and any time.
pub async fn hand_in_text(receiver: &WebhookReceiver, event: &str, time: Duration) -> Answered {
    let answer = receiver.receive(event, "request-1", Deadline::after(time)).await.unwrap();
    answered(&serde_json::to_value(answer).unwrap())
}

/// A load of a queue, signed now, by way of `path`.
pub async fn hand_in_load(receiver: &WebhookReceiver, path: &str, body: &[u8]) -> Answered {
    let moment = now().as_second().to_string();
    hand_in(receiver, &sender::event(path, &sender::timestamped(KEY, &moment, body), body)).await
}

/// The answer as API Gateway reads it.
pub fn answered(answer: &Value) -> Answered {
    Answered {
        status: answer["statusCode"].as_u64().unwrap(),
        body: serde_json::from_str(answer["body"].as_str().unwrap()).unwrap(),
        retry_after: answer["headers"]["retry-after"].as_str().map(str::to_owned),
    }
}

/// The machine's time.
pub fn now() -> jiff::Timestamp {
    platform::clock::Clock::system().now()
}

async fn answer(State(known): State<Known>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap().to_owned();
    match target.split_once('.').unwrap() {
        ("secretsmanager", "GetSecretValue") => {
            let mut drawers = known.open();
            drawers.secret_reads += 1;
            match &drawers.secret {
                Value::Null => refusal(500, "InternalServiceError"),
                secret => told(json!({"Name": "dev/webhooks/keys", "SecretString": secret.to_string()})),
            }
        }
        ("AmazonSQS", "SendMessage") => send(&mut known.open(), &serde_json::from_slice(&body).unwrap()),
        _ => state(&known, &target, body).await,
    }
}

fn send(drawers: &mut Drawers, request: &Value) -> Response {
    let fault = drawers.faults.pop_front();
    if matches!(fault, Some(Fault::Busy)) {
        return refusal(503, "ServiceUnavailable");
    }
    let text = |name: &str| request[name].as_str().map(str::to_owned);
    let (url, body) = (text("QueueUrl").unwrap(), text("MessageBody").unwrap());
    let message = Message {
        queue: url.rsplit('/').next().unwrap().to_owned(),
        group: text("MessageGroupId"),
        deduplication: text("MessageDeduplicationId"),
        event: CloudEvent::decode(&body).unwrap(),
        bytes: body.len(),
    };
    assert_eq!(message.queue.ends_with(".fifo"), message.group.is_some(), "as SQS demands it");
    drawers.messages.push(message);
    match fault {
        Some(_) => refusal(500, "InternalFailure"),
        None => told(json!({"MessageId": "m-1"})),
    }
}

async fn state(known: &Known, target: &str, body: Bytes) -> Response {
    let (down, upstream, http) = {
        let drawers = known.open();
        (drawers.state_down, drawers.upstream.clone(), drawers.http.clone())
    };
    if down {
        return refusal(500, "InternalServerError");
    }
    let request = http.post(&upstream).header("x-amz-target", target).header("content-type", JSON);
    let request = request.header(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    );
    let answer = request.header("x-amz-date", "20260101T000000Z").body(body).send().await.unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    (status, [("content-type", JSON)], answer.bytes().await.unwrap()).into_response()
}

fn told(body: Value) -> Response {
    ([("content-type", JSON)], body.to_string()).into_response()
}

fn refusal(status: u16, code: &str) -> Response {
    let body = json!({"__type": code, "message": "no"}).to_string();
    (StatusCode::from_u16(status).unwrap(), [("content-type", JSON)], body).into_response()
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

async fn create_table(client: &aws_sdk_dynamodb::Client) {
    let part = |name, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let text = |name| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build().unwrap()
    };
    let create = client.create_table().table_name("state").billing_mode(BillingMode::PayPerRequest);
    let create = create.key_schema(part("pk", KeyType::Hash)).key_schema(part("sk", KeyType::Range));
    create.attribute_definitions(text("pk")).attribute_definitions(text("sk")).send().await.unwrap();
}
