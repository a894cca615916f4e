//! The way of a request: read it, ask the faults, do it, write it down, answer or not.
//!
//! The order is the point. An operation is carried out in one piece under the lock and recorded before the client can
//! hear of it, so a journal read after an answer always holds that answer's entry, and a lost answer leaves the effect.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::clock::Clock;
use crate::connection::Cut;
use crate::faults::{Line, Stop, Verdict};
use crate::journal::{Entry, Outcome, recorded_request, recorded_response};
use crate::operations::{self, Kind, Operation, Vendor};
use crate::wire::{Answer, Body, Call, Pairs, Refusal, Reply};
use crate::world::{SharedWorld, World, iso};
use crate::{control, genesys, page, salesforce};

/// Above this a request is not read: ten times the largest body the vendors take.
const BODY_BYTES_MAX: usize = 5_120_000;

/// One running simulator, as its requests share it.
pub(crate) struct Simulation {
    pub(crate) world: SharedWorld,
    pub(crate) clock: Clock,
    pub(crate) base: String,
    pub(crate) started: std::time::Instant,
}

impl Simulation {
    /// Microseconds of the machine since the start: spans of requests do not move with the simulator's clock.
    fn elapsed_us(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// Answers any request.
pub(crate) async fn answer(
    State(simulation): State<Arc<Simulation>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    let began_us = simulation.elapsed_us();
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let body = String::from_utf8_lossy(&body).into_owned();
    let path = parts.uri.path();
    let query = Pairs::parse(parts.uri.query().unwrap_or(""));
    let Some(vendor) = operations::vendor_of(path) else {
        return respond(own(&simulation, parts.method.as_str(), path, &query, &body), &simulation);
    };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: HashMap<_, _> =
        parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let found = operations::find(parts.method.as_str(), path);
    let (operation, parameters) = found.map_or((None, Vec::new()), |(row, found)| (Some(row), found));
    let call = Call {
        method: parts.method.to_string(),
        path: path.to_owned(),
        uri: parts.uri.path_and_query().map_or(path, |whole| whole.as_str()).to_owned(),
        query,
        headers,
        body,
        parameters,
        now: simulation.clock.now(),
        began_us,
        speed: simulation.clock.shift().speed,
        base: simulation.base.clone(),
        correlation: simulation.world.lock().new_uuid(),
        bends: Default::default(),
    };
    let visit = Visit { vendor, operation };
    match visit.carry_out(&simulation, call).await {
        Ok(answer) => respond(answer, &simulation),
        Err(ending) => {
            cut.throw(ending);
            StatusCode::SERVICE_UNAVAILABLE.into_response() // Never written: the connection ends first.
        }
    }
}

/// Requests to the simulator itself.
fn own(simulation: &Simulation, method: &str, path: &str, query: &Pairs, body: &str) -> Answer {
    if path == "/" {
        return page::answer();
    }
    control::answer(simulation, method, path, query, body)
}

/// One vendor request on its way.
struct Visit {
    vendor: Vendor,
    operation: Option<&'static Operation>,
}

impl Visit {
    /// The answer, or how the connection ends without one.
    async fn carry_out(&self, simulation: &Simulation, mut call: Call) -> Result<Answer, crate::connection::Ending> {
        let mut verdict = simulation.world.lock().faults.verdict(self.line(&call));
        wait(verdict.wait).await;
        call.now = simulation.clock.now();
        call.bends = std::mem::take(&mut verdict.bends);
        let mut world = simulation.world.lock();
        let stop = verdict.stop.take();
        let (answer, before) = match stop {
            Some(Stop::Cut(ending)) => (None, Some(ending)),
            stop => (Some(self.answer(&mut world, &call, stop, &verdict)), None),
        };
        let outcome = match (before, verdict.cut_after) {
            (Some(_), _) => Outcome::CutBefore,
            (None, Some(_)) => Outcome::CutAfter,
            (None, None) => Outcome::Answered,
        };
        self.record(&mut world, &call, answer.as_ref(), (outcome, simulation.elapsed_us()));
        match before.or(verdict.cut_after) {
            Some(ending) => Err(ending),
            None => Ok(answer.unwrap_or_else(|| Answer::ok(serde_json::Value::Null))),
        }
    }

    fn line<'a>(&self, call: &'a Call) -> Line<'a> {
        Line {
            vendor: self.vendor,
            method: &call.method,
            path: &call.path,
            operation: self.operation.map_or("unknown", |row| row.name),
        }
    }

    fn answer(&self, world: &mut World, call: &Call, stop: Option<Stop>, verdict: &Verdict) -> Answer {
        if verdict.revoke_token {
            let token = call.bearer().unwrap_or("");
            match self.vendor {
                Vendor::Genesys => world.genesys.tokens.revoke(token),
                Vendor::Salesforce => world.salesforce.sessions.revoke(token),
            }
        }
        let reply = match stop {
            Some(Stop::Answer(answer)) => return answer,
            Some(Stop::Refuse(refusal)) => Err(refusal),
            Some(Stop::Cut(_)) | None => self.reply(world, call),
        };
        match self.vendor {
            Vendor::Genesys => genesys::finish(world, call, reply),
            Vendor::Salesforce => salesforce::finish(world, call, reply),
        }
    }

    fn reply(&self, world: &mut World, call: &Call) -> Reply {
        let Some(operation) = self.operation else {
            let sentence = format!(
                "The simulator does not know {} {}; GET /_sim/about lists what it does.",
                call.method, call.path
            );
            return Err(Refusal::new(501, "not.simulated", sentence));
        };
        match self.vendor {
            Vendor::Genesys => genesys::admit(world, call, operation)?,
            Vendor::Salesforce => salesforce::admit(world, call, operation)?,
        }
        (operation.run)(world, call)
    }

    fn record(&self, world: &mut World, call: &Call, answer: Option<&Answer>, (outcome, ended_us): (Outcome, u64)) {
        let kind = self.operation.map_or(Kind::Read, |row| row.kind);
        let bodies = world.settings.journal.bodies;
        let response = answer.map_or(serde_json::Value::Null, |answer| recorded_response(kind, &answer.body));
        let entry = Entry {
            number: world.journal.next_number(),
            at: iso(call.now),
            began_us: call.began_us,
            ended_us,
            vendor: self.vendor,
            method: call.method.clone(),
            path: call.uri.clone(),
            operation: self.operation.map_or("unknown", |row| row.name),
            kind,
            status: answer.map_or(0, |answer| answer.status),
            outcome,
            items: answer.map_or(0, |answer| answer.items),
            correlation: call.correlation.clone(),
            request: if bodies { recorded_request(kind, &call.body) } else { serde_json::Value::Null },
            response: if bodies { response } else { serde_json::Value::Null },
        };
        world.journal.record(entry);
    }
}

#[expect(clippy::disallowed_methods, reason = "a slow vendor is slow in the machine's time")]
async fn wait(length: Duration) {
    if !length.is_zero() {
        tokio::time::sleep(length).await;
    }
}

/// Puts an answer into HTTP. The `Date` is the simulator's, as both vendors send their own.
fn respond(answer: Answer, simulation: &Simulation) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match answer.body {
        Body::Html(text) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
        Body::Json(value) => (status, axum::Json(value)).into_response(),
        Body::Text(text) => (status, [(header::CONTENT_TYPE, "application/json")], text).into_response(),
    };
    let date = simulation.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let headers = response.headers_mut();
    for (name, value) in
        answer.headers.iter().map(|(name, value)| (*name, value.as_str())).chain([("date", date.as_str())])
    {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}
