//! The bootstrap as a process: it starts with its settings, serves, says in one line what it lacks, and tells no secret.

use std::process::Stdio;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::{Mutex, mpsc};

use crate::bad_input::relayed;
use crate::desk::{Desk, answered, now};
use crate::sender::{KEY, event, headers, load, timestamped};

/// Stands for everything that must not be told: in bodies, headers and paths.
const SENTINEL: &str = "hunter2-ana@example.com";
const BOOTSTRAP: &str = env!("CARGO_BIN_EXE_webhook-receiver");

/// The Lambda Runtime API for one process.
struct Runtime {
    address: String,
    events: mpsc::UnboundedSender<String>,
    answers: mpsc::UnboundedReceiver<Value>,
}

struct Ends {
    events: Mutex<mpsc::UnboundedReceiver<String>>,
    answers: mpsc::UnboundedSender<Value>,
}

impl Runtime {
    async fn open() -> Self {
        let (events, to_serve) = mpsc::unbounded_channel();
        let (told, answers) = mpsc::unbounded_channel();
        let ends = Arc::new(Ends { events: Mutex::new(to_serve), answers: told });
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{outcome}", post(take))
            .with_state(ends);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        Self { address, events, answers }
    }

    async fn invoke(&mut self, event: &Value) -> Value {
        self.events.send(event.to_string()).unwrap();
        self.answers.recv().await.unwrap()
    }
}

async fn next(State(ends): State<Arc<Ends>>) -> impl IntoResponse {
    let event = ends.events.lock().await.recv().await.unwrap();
    let deadline = (now().as_millisecond() + 10_000).to_string();
    let headers = [
        ("lambda-runtime-aws-request-id", "request-1".to_owned()),
        ("lambda-runtime-deadline-ms", deadline),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:000000000000:function:webhook-receiver".to_owned(),
        ),
    ];
    (headers, event)
}

async fn take(State(ends): State<Arc<Ends>>, Path(_): Path<(String, String)>, body: String) -> StatusCode {
    ends.answers.send(serde_json::from_str(&body).unwrap()).unwrap();
    StatusCode::ACCEPTED
}

fn bootstrap(desk: &Desk, without: &str, runtime: &str) -> Command {
    let mut command = Command::new(BOOTSTRAP);
    command.env_clear().envs(desk.variables().into_iter().filter(|(name, _)| name != without));
    command.envs([
        ("AWS_LAMBDA_RUNTIME_API", runtime),
        ("AWS_LAMBDA_FUNCTION_NAME", "webhook-receiver"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_ENDPOINT_URL", &desk.address),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    command
}

#[tokio::test]
async fn the_bootstrap_serves_what_api_gateway_sends() {
    let desk = Desk::open().await;
    let mut runtime = Runtime::open().await;
    let process = bootstrap(&desk, "", &runtime.address).spawn().unwrap();
    let body = load("queue-456", 150, now());
    let signed = event("/webhook", &timestamped(KEY, &now().as_second().to_string(), &body), &body);
    let first = answered(&runtime.invoke(&signed).await);
    assert_eq!((first.status, desk.messages("capacity.fifo").len()), (200, 1));
    assert_eq!(answered(&runtime.invoke(&signed).await).body["duplicate"], true);
    assert_eq!(answered(&runtime.invoke(&json!({})).await).status, 400);
    drop(process);
}

#[tokio::test]
async fn a_setting_that_is_missing_is_named_in_the_one_line_of_a_failed_start() {
    let desk = Desk::open().await;
    for name in
        ["WEBHOOK_SECRET_ID", "QUEUE_URL_CAPACITY", "QUEUE_URL_CONVERSATIONS", "CONTACT_SYNC_QUEUE_URL", "STATE_TABLE"]
    {
        let output = bootstrap(&desk, name, "127.0.0.1:1").output().await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!output.status.success() && text.contains(&format!("setting {name} is missing")), "{text}");
    }
}

#[tokio::test]
async fn s01_nothing_secret_or_personal_is_logged_at_any_level() {
    let desk = Desk::open().await;
    let mut runtime = Runtime::open().await;
    let log = std::env::temp_dir().join(format!("cx-bridge-webhook-log-{}", std::process::id()));
    let mut command = bootstrap(&desk, "", &runtime.address);
    let file = std::fs::File::create(&log).unwrap();
    command.env("RUST_LOG", "trace").stderr(file.try_clone().unwrap()).stdout(file);
    let mut process = command.spawn().unwrap();
    for (event, status) in telling_events() {
        assert_eq!(answered(&runtime.invoke(&event).await).status, status, "{event}");
    }
    desk.known.open().state_down = true;
    let unlucky = relayed(&json!({"id": "relay-9", "type": "conversation.ended", "note": SENTINEL}).to_string());
    assert_eq!(answered(&runtime.invoke(&unlucky).await).status, 503);
    process.kill().await.unwrap();
    let text = std::fs::read_to_string(&log).unwrap();
    std::fs::remove_file(&log).unwrap();
    assert!(text.contains("accepted") && text.contains("seen before") && text.contains("was refused"), "{text}");
    for secret in [SENTINEL, KEY, "callerId"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// Deliveries that carry the sentinel in every place, each with its answer.
fn telling_events() -> Vec<(Value, u64)> {
    let body = json!({"event": "routing.queue.stats", "queue": {"id": "q"}, "callerId": SENTINEL}).to_string();
    let moment = now().as_second().to_string();
    let good = event("/webhook", &timestamped(KEY, &moment, body.as_bytes()), body.as_bytes());
    let mut forged = good.clone();
    forged["headers"]["x-genesys-webhook-signature"] = SENTINEL.into();
    forged["headers"]["authorization"] = SENTINEL.into();
    vec![
        (good.clone(), 200),
        (good, 200),
        (forged, 401),
        (relayed(&json!({"id": "relay-1", "type": SENTINEL}).to_string()), 400),
        (relayed(SENTINEL), 400),
        (event(&format!("/{SENTINEL}"), &headers(&[]), b""), 404),
        (json!({"requestContext": SENTINEL}), 400),
    ]
}
