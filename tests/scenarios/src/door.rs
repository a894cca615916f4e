//! The one door through which a function reaches the outside world.
//!
//! Both vendors and every AWS service have this address. The door numbers the calls, writes down what each one was,
//! forwards it, and can do harm at a chosen call: kill the function before it or right after its effect, lose the
//! call or its answer, delay it, or answer something else.

mod cut;
mod kind;
mod units;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use cut::{Cut, CuttableListener};
pub use kind::Kind;
use platform::clock::Clock;

use crate::aws::{Desk, cloudwatch};
use crate::process::Victim;

/// Longer than any call takes to come; only a function that ended without it gets here.
const PATIENCE: Duration = Duration::from_secs(60);

/// One call that came through the door.
#[derive(Clone, Debug)]
pub struct Call {
    /// Counted from 1 since [`Door::forget`].
    pub number: usize,
    /// What it was.
    pub kind: Kind,
    /// Counted from 1 among calls of the same kind.
    pub nth: usize,
    /// The status it was answered with; `None` while under way, or when nobody got an answer.
    pub status: Option<u16>,
    /// Bytes of the request's body and, once answered, of the answer's.
    pub bytes: u64,
    /// Capacity units of the state table, once answered.
    pub units: f64,
}

/// Which call to do harm at.
#[derive(Clone, Debug)]
pub enum Point {
    /// The nth call of a kind, counted from 1 since [`Door::forget`].
    Nth(Kind, usize),
    /// The call of this number, whatever it is, counted from 1 since [`Door::forget`].
    Number(usize),
    /// Every call whose `service operation` text contains this.
    Every(&'static str),
}

/// What happens at a chosen call.
#[derive(Clone, Debug, PartialEq)]
pub enum Harm {
    /// The function dies before the call has an effect.
    KillBefore,
    /// The call is carried out; the function dies before it learns of it.
    KillAfter,
    /// The call is carried out; the connection closes without an answer.
    LoseAnswer,
    /// The call is not carried out; the connection closes without an answer.
    LoseCall,
    /// The answer comes this much later, in machine time.
    Delay(Duration),
    /// The call is not carried out; this is the answer.
    Answer(u16, String),
    /// The call is carried out; its answer's entity tag is weak, as after a proxy that compresses.
    WeakenTag,
}

impl Harm {
    /// How a function may lose a call. Where nothing is changed, dying before it and dying after it are the same.
    pub fn of_losing(kind: &Kind) -> &'static [Self] {
        const ALL: [Harm; 3] = [Harm::KillBefore, Harm::LoseAnswer, Harm::KillAfter];
        if kind.only_reads() { &ALL[..2] } else { &ALL }
    }
}

/// Where calls go that pass the door.
#[derive(Clone)]
pub(crate) struct Beyond {
    pub(crate) simulator: String,
    pub(crate) table: String,
    pub(crate) desk: Arc<Desk>,
}

struct Shared {
    url: String,
    beyond: Beyond,
    victim: Victim,
    client: reqwest::Client,
    book: Mutex<Book>,
    arrived: watch::Sender<()>,
}

#[derive(Default)]
struct Book {
    calls: Vec<Call>,
    seen: BTreeMap<Kind, usize>,
    harms: Vec<(Point, Harm)>,
    done: Vec<Call>,
}

/// A running door.
pub struct Door {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Door {
    /// Opens a door on a free port. `victim` is the process that a harm kills.
    pub(crate) async fn open(beyond: Beyond, victim: Victim) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port's number");
        let client = reqwest::Client::builder()
            .no_proxy()
            .no_gzip()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only([]) // everything beyond is plain HTTP on this machine
            .build();
        let url = format!("http://{address}");
        let shared = Arc::new(Shared {
            url,
            beyond,
            victim,
            client: client.expect("an HTTP client"),
            book: Mutex::default(),
            arrived: watch::Sender::new(()),
        });
        let app = axum::Router::new().fallback(pass).with_state(shared.clone());
        let service = app.into_make_service_with_connect_info::<Cut>();
        let task = tokio::spawn(async move {
            let _ = axum::serve(CuttableListener(listener), service).await; // Ends when the world ends.
        });
        Self { shared, task }
    }

    /// The door's address, for every `*_URL` of the function.
    pub fn url(&self) -> String {
        self.shared.url.clone()
    }

    /// Does `harm` at `point`, once; at every matching call for [`Point::Every`].
    pub fn harm(&self, point: Point, harm: Harm) {
        self.book().harms.push((point, harm));
    }

    /// No more harm.
    pub fn calm(&self) {
        self.book().harms.clear();
    }

    /// The calls since the last [`Self::forget`], in order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.book().calls.clone()
    }

    /// The calls at which harm was done.
    pub fn harmed(&self) -> Vec<Call> {
        self.book().done.clone()
    }

    /// Forgets the calls and starts to count each kind from 1 again.
    pub fn forget(&self) {
        let mut book = self.book();
        book.calls.clear();
        book.seen.clear();
    }

    /// How many calls since the last [`Self::forget`] satisfy `which`.
    pub fn count(&self, which: impl Fn(&Kind) -> bool) -> usize {
        self.book().calls.iter().filter(|call| which(&call.kind)).count()
    }

    /// Waits until a call has arrived whose `service operation` text contains `text`.
    pub async fn seen(&self, text: &str) {
        self.until(|calls| calls.iter().any(|call| call.kind.to_string().contains(text)), text).await;
    }

    /// Waits until so many calls have arrived since the last [`Self::forget`].
    pub async fn reached(&self, number: usize) {
        self.until(|calls| calls.len() >= number, &format!("number {number}")).await;
    }

    async fn until(&self, is_there: impl Fn(&[Call]) -> bool, what: &str) {
        let mut arrivals = self.shared.arrived.subscribe();
        let machine = Clock::system();
        let too_late = machine.sleep(PATIENCE);
        tokio::pin!(too_late);
        while !is_there(&self.book().calls) {
            tokio::select! {
                _ = arrivals.changed() => {} // The sender lives in `self`.
                () = &mut too_late => panic!("no call {what} within {PATIENCE:?}, but {:?}", self.calls()),
            }
        }
    }

    /// Another door to the same places, through which nobody is killed.
    pub(crate) async fn another(&self) -> Self {
        Self::open(self.shared.beyond.clone(), Victim::default()).await
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.shared.book()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the call down; its number, and the harm to be done at it.
    fn enter(&self, kind: Kind, bytes: usize) -> (usize, Option<Harm>) {
        let mut book = self.book();
        let seen = book.seen.entry(kind.clone()).or_default();
        *seen += 1;
        let (number, nth) = (book.calls.len() + 1, book.seen[&kind]);
        let call = Call { number, nth, kind, status: None, bytes: bytes as u64, units: 0.0 };
        let position = book.harms.iter().position(|(point, _)| point.matches(&call));
        let harm = position.map(|position| match &book.harms[position] {
            (Point::Every(_), harm) => harm.clone(),
            (Point::Nth(..) | Point::Number(_), _) => book.harms.remove(position).1,
        });
        if harm.is_some() {
            book.done.push(call.clone());
        }
        book.calls.push(call);
        drop(book);
        self.arrived.send_replace(());
        (number, harm)
    }

    fn leave(&self, number: usize, status: StatusCode, bytes: u64) {
        if let Some(call) = self.book().calls.get_mut(number - 1) {
            call.status = Some(status.as_u16());
            call.bytes += bytes;
        }
    }

    fn spend(&self, number: usize, units: f64) {
        if let Some(call) = self.book().calls.get_mut(number - 1) {
            call.units = units;
        }
    }
}

impl Point {
    fn matches(&self, call: &Call) -> bool {
        match self {
            Self::Nth(kind, nth) => *kind == call.kind && *nth == call.nth,
            Self::Number(number) => *number == call.number,
            Self::Every(text) => call.kind.to_string().contains(text),
        }
    }
}

async fn pass(State(shared): State<Arc<Shared>>, ConnectInfo(cut): ConnectInfo<Cut>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return plain(StatusCode::BAD_REQUEST, "") };
    let kind = Kind::of(&parts, &body);
    let (number, harm) = shared.enter(kind.clone(), body.len());
    match harm {
        Some(Harm::KillBefore) => {
            shared.victim.kill().await;
            return vanish(&cut);
        }
        Some(Harm::LoseCall) => return vanish(&cut),
        Some(Harm::Answer(status, text)) => {
            let status = StatusCode::from_u16(status).expect("a status");
            shared.leave(number, status, text.len() as u64);
            return json(status, text);
        }
        _ => {}
    }
    // In a task of its own: an effect that has begun is finished, also when the caller dies meanwhile.
    let through = {
        let shared = shared.clone();
        tokio::spawn(async move { forward(&shared, number, &kind, &parts, body).await })
    };
    let answer = through.await.unwrap_or_else(|error| plain(StatusCode::BAD_GATEWAY, &error.to_string()));
    match harm {
        Some(Harm::KillAfter) => {
            shared.victim.kill().await;
            return vanish(&cut);
        }
        Some(Harm::LoseAnswer) => return vanish(&cut),
        Some(Harm::Delay(length)) => Clock::system().sleep(length).await,
        _ => {}
    }
    shared.leave(number, answer.status(), answer.body().size_hint().exact().unwrap_or(0));
    if harm == Some(Harm::WeakenTag) { weakened(answer) } else { answer }
}

fn weakened(mut answer: Response) -> Response {
    let tag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(|tag| format!("W/{tag}"));
    if let Some(tag) = tag.and_then(|tag| tag.parse().ok()) {
        answer.headers_mut().insert("etag", tag);
    }
    answer
}

/// Ends the connection: what is returned here is never sent.
fn vanish(cut: &Cut) -> Response {
    cut.throw();
    plain(StatusCode::BAD_GATEWAY, "")
}

async fn forward(shared: &Shared, number: usize, kind: &Kind, parts: &Parts, body: Bytes) -> Response {
    let base = match (kind.service.as_str(), kind.operation.as_str()) {
        ("genesys" | "salesforce", _) => &shared.beyond.simulator,
        ("dynamodb", operation) if !["DescribeTable", "UpdateTable"].contains(&operation) => &shared.beyond.table,
        ("s3", operation) => return object(shared, operation, parts, &body),
        ("monitoring", "GetMetricData") => return cloudwatch::get_metric_data(shared.beyond.desk.open().is_throttled),
        (service, operation) => {
            let (status, text) = shared.beyond.desk.answer(service, operation, &body);
            return json(StatusCode::from_u16(status).expect("a status"), text);
        }
    };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let is_table = kind.service == "dynamodb";
    let body = if is_table { units::asked(&kind.operation, &body) } else { body };
    let mut outgoing = shared.client.request(parts.method.clone(), format!("{base}{path}")).body(body);
    for (name, value) in &parts.headers {
        if !is_hop_by_hop(name) {
            outgoing = outgoing.header(name, value); // Host too: what a vendor hands out leads back to the door.
        }
    }
    match outgoing.send().await {
        Ok(answer) => {
            copied(answer, base, &shared.url, |body| {
                if is_table {
                    shared.spend(number, units::told(body));
                }
            })
            .await
        }
        Err(error) => plain(StatusCode::BAD_GATEWAY, &format!("beyond the door: {error}")),
    }
}

/// What the archive answers.
fn object(shared: &Shared, operation: &str, parts: &Parts, body: &[u8]) -> Response {
    let kind = parts.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let (status, kind, body) = shared.beyond.desk.object(operation, parts.uri.path(), kind, body);
    let answer = Response::builder().status(status).header("content-type", kind).body(Body::from(body));
    answer.expect("an answer")
}

/// The answer as it came, except that addresses beyond the door become the door's: an instance leads back to it.
async fn copied(answer: reqwest::Response, beyond: &str, door: &str, look: impl FnOnce(&[u8])) -> Response {
    let mut copy = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if !is_hop_by_hop(name) {
            copy = copy.header(name, value);
        }
    }
    let Ok(body) = answer.bytes().await else {
        return plain(StatusCode::BAD_GATEWAY, "cut beyond the door");
    };
    look(&body);
    let body = match std::str::from_utf8(&body) {
        Ok(text) if text.contains(beyond) => Body::from(text.replace(beyond, door)),
        _ => Body::from(body),
    };
    copy.body(body).expect("a copied answer is an answer")
}

fn is_hop_by_hop(name: &HeaderName) -> bool {
    ["connection", "transfer-encoding", "content-length", "keep-alive"].contains(&name.as_str())
}

fn plain(status: StatusCode, text: &str) -> Response {
    Response::builder().status(status).body(Body::from(text.to_owned())).expect("an answer")
}

fn json(status: StatusCode, text: String) -> Response {
    let kind = if text.starts_with('<') { "text/xml" } else { "application/x-amz-json-1.1" };
    Response::builder().status(status).header("content-type", kind).body(Body::from(text)).expect("an answer")
}
