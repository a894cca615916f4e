//! The Lambda Runtime API: the desk where a function fetches its next event and hands in the result.
//!
//! One desk serves one process, as one execution environment does in Lambda. The test puts an event in and waits for
//! what the function makes of it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use platform::clock::Clock;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Why an invocation brought no result.
#[derive(Clone, Debug, PartialEq)]
pub struct LambdaError {
    /// The error type as the function named it; `Runtime.ExitError` when the process ended.
    pub kind: String,
    /// The message.
    pub message: String,
}

impl LambdaError {
    /// The process ended before it handed in a result.
    pub fn is_exit(&self) -> bool {
        self.kind == "Runtime.ExitError"
    }
}

type Outcome = Result<Value, LambdaError>;

struct Event {
    id: String,
    body: String,
    deadline_ms: i64,
}

struct Shared {
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Event>>,
    waiting: Mutex<HashMap<String, oneshot::Sender<Outcome>>>,
    polled: tokio::sync::watch::Sender<bool>,
}

/// A running desk.
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    events: mpsc::UnboundedSender<Event>,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
    invocations: Mutex<u64>,
}

impl RuntimeApi {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port's number");
        let (events, receiver) = mpsc::unbounded_channel();
        let polled = tokio::sync::watch::Sender::new(false);
        let shared = Arc::new(Shared { events: tokio::sync::Mutex::new(receiver), waiting: Mutex::default(), polled });
        let app = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(|| async { StatusCode::ACCEPTED }))
            .with_state(shared.clone());
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, app).await; // Ends with its process.
        });
        Self { address, events, shared, task, invocations: Mutex::default() }
    }

    /// `host:port`, the value of `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Waits until the function asks for its first event, which is when its start is over.
    pub(crate) async fn ready(&self) {
        let _ = self.shared.polled.subscribe().wait_for(|polled| *polled).await; // The sender lives in `self`.
    }

    /// Hands an event in; the receiver gets what the function makes of it. Nothing comes when the function dies.
    pub(crate) fn invoke(&self, event: &str, time_limit: Duration) -> oneshot::Receiver<Outcome> {
        let number = {
            let mut count = self.invocations.lock().unwrap_or_else(PoisonError::into_inner);
            *count += 1;
            *count
        };
        let id = format!("00000000-0000-4000-8000-{number:012}");
        let (sender, receiver) = oneshot::channel();
        self.shared.waiting().insert(id.clone(), sender);
        let limit_ms = i64::try_from(time_limit.as_millis()).expect("a time limit that Lambda knows");
        let deadline_ms = Clock::system().now_ms() + limit_ms; // Lambda's deadline is the machine's time.
        self.events.send(Event { id, body: event.to_owned(), deadline_ms }).expect("the desk is open");
        receiver
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<String, oneshot::Sender<Outcome>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hand_in(&self, id: &str, outcome: Outcome) -> StatusCode {
        if let Some(sender) = self.waiting().remove(id) {
            let _ = sender.send(outcome); // The test may have stopped waiting.
        }
        StatusCode::ACCEPTED
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    shared.polled.send_replace(true);
    let Some(event) = shared.events.lock().await.recv().await else {
        return Response::builder().status(StatusCode::GONE).body(Body::empty()).expect("an answer");
    };
    Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", event.id)
        .header("lambda-runtime-deadline-ms", event.deadline_ms)
        .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:contact-sync")
        .header("lambda-runtime-trace-id", "Root=1-00000000-000000000000000000000000;Sampled=0")
        .body(Body::from(event.body))
        .expect("an answer")
}

async fn response(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    shared.hand_in(&id, Ok(serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

async fn error(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let told: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let header = headers.get("lambda-runtime-function-error-type").and_then(|value| value.to_str().ok());
    let kind = told["errorType"].as_str().or(header).unwrap_or_default().to_owned();
    let message = told["errorMessage"].as_str().unwrap_or_default().to_owned();
    shared.hand_in(&id, Err(LambdaError { kind, message }))
}
