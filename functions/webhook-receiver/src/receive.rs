//! One delivery from arrival to answer, in the order that decides who pays for what.
//!
//! Path → size → content type → signature → age → JSON → replay memory → SQS → answer. What is cheap comes before
//! what is dear, and nothing that a stranger sent is hashed, parsed or stored further than its step. Whatever fails
//! after the signature ends as "come back", and SQS has confirmed the event before the sender hears that it was
//! accepted.

use std::time::Duration;

use lambda_runtime::Diagnostic;
use platform::deadline::Deadline;
use platform::idempotency::{Begun, Claim, MemoryError, Sighting};
use platform::queue::SendError;
use platform::telemetry::{self, Panicked, caught};
use tracing::Instrument;

use crate::answer::{Answer, Refusal};
use crate::connect::WebhookReceiver;
use crate::delivery::{Delivery, Unverified, Verified};
use crate::event::{self, Event};
use crate::request::Request;
use crate::scheme::Forged;

/// Kept back at the end of the invocation for the answer itself.
const ANSWERING_TIME: Duration = Duration::from_millis(300);

/// A defect ended the invocation: returned as a Lambda error, so that the function's Errors metric moves.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ReceiveFailed(#[from] Panicked);

impl From<ReceiveFailed> for Diagnostic {
    fn from(failed: ReceiveFailed) -> Self {
        Self { error_type: "ReceiveFailed".to_owned(), error_message: failed.to_string() }
    }
}

impl WebhookReceiver {
    /// One invocation.
    ///
    /// # Errors
    /// [`ReceiveFailed`] when a defect stopped it; everything else is an [`Answer`].
    pub async fn receive(&self, event: &str, request_id: &str, deadline: Deadline) -> Result<Answer, ReceiveFailed> {
        let work = async {
            let time_left = deadline.remaining().saturating_sub(ANSWERING_TIME);
            // Boxed: the clients' futures inside are large and deeply nested.
            let taken_in = tokio::time::timeout(time_left, Box::pin(self.take_in(event, deadline))).await;
            match taken_in.unwrap_or_else(|_| Err(out_of_time())) {
                Ok(answer) => answer,
                Err(refusal) => {
                    log(&refusal);
                    Answer::from(&refusal)
                }
            }
        };
        Ok(caught(work.instrument(telemetry::run_span(request_id, request_id))).await?)
    }

    async fn take_in(&self, event: &str, deadline: Deadline) -> Result<Answer, Refusal> {
        let request = Request::decode(event)?;
        let route = self.routes.find(&request.path).filter(|_| request.method == "POST").ok_or(Refusal::NotFound)?;
        let delivery = self.verified(Delivery::of(route.source, request)?).await?;
        let event = event::read(&delivery, route.event_type.as_deref(), self.clock.now())?;
        let sighting = Sighting { source: &delivery.source().name, event_id: &event.id };
        let claim = match self.memory.begin(sighting, delivery.body(), deadline).await {
            Ok(Begun::New(claim)) => claim,
            Ok(Begun::Done(stored)) => return Ok(repeated(&delivery, &event, &stored)),
            Ok(Begun::InProgress(left)) => return Err(Refusal::ComeBack(left)),
            Err(MemoryError::OtherPayload) => return Err(Refusal::OtherPayload),
            Err(MemoryError::State(error)) => return Err(unavailable(&error)),
        };
        if let Err(error) = self.publisher.publish(&delivery, &event).await {
            self.give_back(sighting, &claim, &error).await;
            return Err(unavailable(&error));
        }
        let answer = Answer::accepted(&event.id);
        if let Err(error) = self.memory.done(sighting, &claim, &answer.body.to_string()).await {
            // It is in the queue, so it is accepted; a repeat may put it there once more.
            tracing::warn!(%error, id = event.id, "accepted, but not remembered");
        }
        tell(&delivery, &event, "accepted");
        Ok(answer)
    }

    /// The delivery, verified by the known keys or by keys that are newer.
    async fn verified(&self, delivery: Delivery<Unverified>) -> Result<Delivery<Verified>, Refusal> {
        let ring = self.keys.current().await.map_err(|error| unavailable(&error))?;
        let source = delivery.source().name.clone();
        let not_verified = match delivery.verify(ring.of(&source), self.clock.now()) {
            Ok(verified) => return Ok(verified),
            Err(not_verified) => not_verified,
        };
        if !matches!(not_verified.forged, Forged::Different | Forged::NoKey) {
            return Err(Refusal::Unauthorized(not_verified.forged));
        }
        let Some(newer) = self.keys.read_early().await else {
            return Err(Refusal::Unauthorized(not_verified.forged));
        };
        let again = not_verified.delivery.verify(newer.of(&source), self.clock.now());
        again.map_err(|not_verified| Refusal::Unauthorized(not_verified.forged))
    }

    /// Where nothing was stored, the next try need not wait for this invocation's deadline.
    async fn give_back(&self, sighting: Sighting<'_>, claim: &Claim, error: &SendError) {
        if matches!(error, SendError::NoAnswer { .. }) {
            return;
        }
        if let Err(error) = self.memory.release(sighting, claim).await {
            tracing::warn!(%error, "a claim ends at its deadline only");
        }
    }
}

fn repeated(delivery: &Delivery<Verified>, event: &Event, stored: &str) -> Answer {
    tell(delivery, event, "seen before");
    Answer::duplicate(&event.id, stored)
}

fn tell(delivery: &Delivery<Verified>, event: &Event, what: &'static str) {
    tracing::info!(
        source = delivery.source().name,
        id = event.id,
        r#type = event.event_type,
        queue = ?event.queue,
        bytes = delivery.body().len(),
        "{what}"
    );
}

/// Logged where it happened, because the refusal that follows is the same for all of them.
fn unavailable(error: &dyn std::error::Error) -> Refusal {
    tracing::error!(%error, "a delivery was not taken in; the sender has to come back");
    Refusal::Unavailable
}

fn out_of_time() -> Refusal {
    tracing::error!("a delivery was not taken in before the function's time ended; the sender has to come back");
    Refusal::Unavailable
}

fn log(refusal: &Refusal) {
    let status = refusal.status();
    match refusal {
        Refusal::Unavailable => {}
        Refusal::Unauthorized(forged) => tracing::warn!(status, reason = %forged, "a delivery was refused"),
        other => tracing::warn!(status, reason = %other, "a delivery was refused"),
    }
}
