//! The way of a request: read it, ask the faults, do it, write it down, answer or not.
//!
//! The order is the point. An operation is carried out in one piece under the lock and recorded before the client can
//! hear of it, so a journal read after an answer always holds that answer's entry, and a lost answer leaves the effect.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::clock::Clock;
use crate::connection::{Cut, Ending};
use crate::delivery::{Sent, respond};
use crate::faults::{self, Delivery, Line, Stop, Verdict};
use crate::journal::{Entry, Outcome, Recorded, recorded_request, recorded_response};
use crate::operations::{self, Kind, Operation, Vendor};
use crate::wire::{Answer, Body, Call, Pairs, Refusal, Reply};
use crate::world::{SharedWorld, World, iso};
use crate::{contract, control, genesys, page, salesforce};

/// Above this a request is not read: ten times the largest body the vendors take.
const BODY_BYTES_MAX: usize = 5_120_000;
/// Files of imports may be this large.
const FILE_BYTES_MAX: usize = 60_000_000;

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
    let most = if parts.uri.path().starts_with("/uploads/") { FILE_BYTES_MAX } else { BODY_BYTES_MAX };
    let Ok(body) = axum::body::to_bytes(body, most).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let body = String::from_utf8_lossy(&body).into_owned();
    let path = parts.uri.path();
    let query = Pairs::parse(parts.uri.query().unwrap_or(""));
    let Some(vendor) = operations::vendor_of(path) else {
        let answer = own(&simulation, parts.method.as_str(), path, &query, &body);
        return respond(Sent::plain(answer), simulation.clock.now());
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
        Ok(sent) => respond(sent, simulation.clock.now()),
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
    async fn carry_out(&self, simulation: &Simulation, mut call: Call) -> Result<Sent, Ending> {
        let mut verdict = simulation.world.lock().faults.verdict(self.line(&call));
        wait(verdict.wait).await;
        call.now = simulation.clock.now();
        call.bends = std::mem::take(&mut verdict.bends);
        let mut world = simulation.world.lock();
        let world = &mut *world;
        let stop = verdict.stop.take();
        if let Some(Stop::Cut(ending)) = stop {
            self.record(world, &call, None, (Outcome::CutBefore, &verdict, simulation.elapsed_us()));
            return Err(ending);
        }
        if verdict.twice && stop.is_none() {
            let first = self.answer(world, &call, None, &mut verdict);
            self.record(world, &call, Some(&first), (Outcome::CutAfter, &verdict, simulation.elapsed_us()));
        }
        let answer = self.answer(world, &call, stop, &mut verdict);
        let answer = self.bent(world, answer, &mut verdict);
        let outcome = match (verdict.cut_after, verdict.delivery) {
            (Some(_), _) => Outcome::CutAfter,
            (None, Delivery::Broken) => Outcome::CutMidway,
            (None, _) => Outcome::Answered,
        };
        self.record(world, &call, Some(&answer), (outcome, &verdict, simulation.elapsed_us()));
        match verdict.cut_after {
            Some(ending) => Err(ending),
            None => Ok(Sent { answer, delivery: verdict.delivery, skew_date_s: verdict.skew_date_s }),
        }
    }

    /// What faults make of an answer after everything was done.
    fn bent(&self, world: &mut World, mut answer: Answer, verdict: &mut Verdict) -> Answer {
        if let (true, Body::Json(body)) = (verdict.kill_issued_token, &answer.body) {
            self.revoke(world, body["access_token"].as_str().unwrap_or(""));
        }
        for change in &verdict.row_changes {
            if let Body::Json(body) = &mut answer.body {
                faults::change_rows(body, *change);
            }
        }
        match verdict.answer_after.take() {
            Some(other) => other.items(answer.items),
            None => answer,
        }
    }

    fn revoke(&self, world: &mut World, token: &str) {
        match self.vendor {
            Vendor::Genesys => world.genesys.tokens.revoke(token),
            Vendor::Salesforce => world.salesforce.sessions.revoke(token),
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

    fn answer(&self, world: &mut World, call: &Call, stop: Option<Stop>, verdict: &mut Verdict) -> Answer {
        if verdict.revoke_token {
            self.revoke(world, call.bearer().unwrap_or(""));
        }
        if verdict.use_up_quota {
            world.salesforce.api_used = world.settings.salesforce.api_allowed;
        }
        let of_a_fault = stop.is_some();
        let reply = match stop {
            Some(Stop::Answer(answer)) => return answer,
            Some(Stop::Refuse(refusal)) => Err(refusal),
            Some(Stop::Cut(_)) | None => self.reply(world, call),
        };
        let was_taken = reply.as_ref().is_ok_and(|answer| answer.status < 400);
        let answer = self.finished(world, call, reply);
        verdict.not_simulated = !of_a_fault && answer.status == 501;
        let Some(operation) = self.operation else { return answer };
        let taken = was_taken.then(|| contract::request(operation, call)).flatten();
        let taken = taken.map(|violation| format!("it took a request that its vendor refuses: {violation}"));
        let broken = taken.or_else(|| contract::answer(operation, &answer, of_a_fault).map(|found| found.to_string()));
        let Some(sentence) = broken else { return answer };
        let sentence = format!("The simulator's {} breaks its contract: {sentence}", operation.name);
        verdict.violation = Some(sentence.clone());
        self.finished(world, call, Err(Refusal::new(500, "contract.violation", sentence)))
    }

    /// A reply in the vendor's form.
    fn finished(&self, world: &World, call: &Call, reply: Reply) -> Answer {
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
        let refused = contract::request(operation, call);
        match refused.and_then(|violation| contract::refusal(operation, &violation)) {
            Some(refusal) => Err(refusal),
            None => (operation.run)(world, call),
        }
    }

    fn record(&self, world: &mut World, call: &Call, answer: Option<&Answer>, end: (Outcome, &Verdict, u64)) {
        let (outcome, verdict, ended_us) = end;
        let kind = self.operation.map_or(Kind::Read, |row| row.kind);
        let bodies = world.settings.journal.bodies;
        let response = answer.filter(|_| bodies).map(|answer| recorded_response(kind, &answer.body));
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
            faults: verdict.names.clone(),
            violation: verdict.violation.clone(),
            not_simulated: verdict.not_simulated,
            items: answer.map_or(0, |answer| answer.items),
            correlation: call.correlation.clone(),
            request: if bodies { recorded_request(kind, &call.body) } else { Recorded::nothing() },
            response: response.unwrap_or_else(Recorded::nothing),
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
