//! A vendor of a few lines, for answers that the simulator does not give on request.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) bearer: Option<String>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// The vendor. Its login always succeeds.
pub(crate) struct StandIn {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl StandIn {
    /// A vendor that answers each request but the login by `answer`, which is given the vendor's own address too.
    pub(crate) async fn answering(answer: impl Fn(&str, &Seen) -> (u16, Value) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let (known, own, answer) = (seen.clone(), url.clone(), Arc::new(answer));
        let router = axum::Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let request = read(&method, &uri, &headers, &body);
            let (status, answer) = if request.path.ends_with("/token") {
                (200, json!({ "access_token": "token", "expires_in": 3600, "instance_url": own }))
            } else {
                answer(&own, &request)
            };
            known.lock().unwrap().push(request);
            let date = [("date", "Sun, 22 Nov 2026 04:00:00 GMT")];
            std::future::ready((StatusCode::from_u16(status).unwrap(), date, axum::Json(answer)))
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    /// The requests so far whose path contains `part`.
    pub(crate) fn seen(&self, part: &str) -> Vec<Seen> {
        self.seen.lock().unwrap().iter().filter(|seen| seen.path.contains(part)).cloned().collect()
    }
}

fn read(method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Seen {
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    Seen {
        method: method.to_string(),
        path: uri.to_string(),
        bearer: bearer.map(str::to_owned),
        body: String::from_utf8_lossy(body).into_owned(),
    }
}
