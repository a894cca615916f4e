//! A delivery, and what is known of it in its type.
//!
//! `Delivery<Unverified>` is what a stranger sent. Only [`Delivery::verify`] makes a `Delivery<Verified>` of it, and only
//! that can be read as an event and published:
//!
//! ```
//! use webhook_receiver::delivery::{Delivery, Verified};
//! async fn publish(
//!     publisher: &webhook_receiver::publish::Publisher,
//!     delivery: &Delivery<Verified>,
//!     event: &webhook_receiver::event::Event,
//! ) {
//!     let _ = publisher.publish(delivery, event).await;
//! }
//! ```
//!
//! Forgetting the check is a mistake that does not compile:
//!
//! ```compile_fail
//! use webhook_receiver::delivery::{Delivery, Unverified};
//! async fn publish(
//!     publisher: &webhook_receiver::publish::Publisher,
//!     delivery: &Delivery<Unverified>,
//!     event: &webhook_receiver::event::Event,
//! ) {
//!     let _ = publisher.publish(delivery, event).await; // expected a verified one
//! }
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::answer::Refusal;
use crate::request::{Headers, Request};
use crate::scheme::{Forged, Presented, Signed};
use crate::source::Source;

/// Nothing is known yet.
#[derive(Debug)]
pub struct Unverified(());

/// The signature holds and is not stale.
#[derive(Debug)]
pub struct Verified(Signed);

/// One delivery of a source. Prints without headers' values and body.
pub struct Delivery<State> {
    source: Arc<Source>,
    headers: Headers,
    body: Vec<u8>,
    state: State,
}

/// A delivery that was not verified, given back so that it can be tried with other keys.
#[derive(Debug)]
pub struct NotVerified {
    /// The delivery as it was.
    pub delivery: Delivery<Unverified>,
    /// Why.
    pub forged: Forged,
}

impl Delivery<Unverified> {
    /// Takes a request for `source`, if its size and content type are allowed.
    ///
    /// # Errors
    /// 413, 415, or 400 for a body that is not in the encoding it claims.
    pub fn of(source: Arc<Source>, request: Request) -> Result<Self, Refusal> {
        let (headers, body) = request.into_body(source.body_bytes_max)?;
        if !headers.announce_json() {
            return Err(Refusal::NotJson);
        }
        Ok(Self { source, headers, body, state: Unverified(()) })
    }

    /// Checks the signature over the raw bytes against each of `keys`, then its age at `now`.
    ///
    /// # Errors
    /// [`NotVerified`].
    pub fn verify(self, keys: &[SecretString], now: Timestamp) -> Result<Delivery<Verified>, Box<NotVerified>> {
        let presented = Presented { headers: &self.headers, body: &self.body };
        let proven = self.source.scheme.verify(&self.source.header_names, presented, keys);
        let is_fresh = |signed: &Signed| signed.at.is_none_or(|at| self.source.window.contains(at, now));
        match proven {
            Ok(signed) if is_fresh(&signed) => {
                let Self { source, headers, body, .. } = self;
                Ok(Delivery { source, headers, body, state: Verified(signed) })
            }
            Ok(_) => Err(Box::new(NotVerified { delivery: self, forged: Forged::Stale })),
            Err(forged) => Err(Box::new(NotVerified { delivery: self, forged })),
        }
    }
}

impl<State> Delivery<State> {
    /// Who is said to have sent it.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The bytes that arrived.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl Delivery<Verified> {
    /// What the signature says.
    pub fn signed(&self) -> &Signed {
        &self.state.0
    }

    /// The headers that belong to the signature, for whoever checks it again. Printable ASCII only: queues refuse more.
    pub fn kept_headers(&self) -> BTreeMap<String, String> {
        let names = self.source.scheme.kept_headers(&self.source.header_names);
        let is_plain = |value: &&str| value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        let kept = names
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), self.headers.get(name).filter(is_plain)?.to_owned())));
        kept.collect()
    }
}

impl<State> std::fmt::Debug for Delivery<State> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery")
            .field("source", &self.source.name)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
