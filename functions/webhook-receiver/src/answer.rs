//! Everything that a sender can be answered.
//!
//! | status | when | does the sender repeat? |
//! |---|---|---|
//! | 200 | SQS has confirmed the event, now or at an earlier delivery (`"duplicate":true`) | no |
//! | 400 | verified, and yet not to be understood, or an id that was used for something else | no |
//! | 401 | not verified, for whatever reason: one text for all of them | no |
//! | 404 | no such source | no |
//! | 413 | the body is larger than the source may send | no |
//! | 415 | not plain JSON | no |
//! | 503 | nothing is known to be accepted: come back after `Retry-After` seconds | yes |
//!
//! A refusal before the signature is proven says nothing that the sender did not know.

use std::time::Duration;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::scheme::Forged;

/// Why a delivery was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// What arrived is no HTTP request of an HTTP API.
    #[error("the request cannot be read: {0}")]
    Request(&'static str),
    /// No source is configured for this path, or the method is not POST.
    #[error("there is no webhook at this path")]
    NotFound,
    /// More bytes than the source may send.
    #[error("the body is larger than {bytes_max} bytes")]
    TooLarge {
        /// The source's limit.
        bytes_max: usize,
    },
    /// Another content type, or an encoding such as gzip.
    #[error("the content type has to be application/json without content encoding")]
    NotJson,
    /// The signature does not prove who sent it. The reason is for our log and not for the sender.
    #[error("Unauthorized")]
    Unauthorized(Forged),
    /// Verified, but not an event.
    #[error("{0}")]
    Malformed(#[from] Malformed),
    /// The id was used before with another payload.
    #[error("this event id was used before with another payload")]
    OtherPayload,
    /// Another invocation is at this event just now.
    #[error("this event is being taken in; come back")]
    ComeBack(Duration),
    /// Something that we need did not answer; the log says what.
    #[error("not available now; come back")]
    Unavailable,
}

/// Why a verified body is no event. Names the part, never its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not JSON, or not an object.
    #[error("the body is not a JSON object")]
    Body,
    /// A part is not a short printable text (or, for a time, none that is understood).
    #[error("the event's {0} is not usable")]
    Part(&'static str),
    /// A part that this type of event needs is not there.
    #[error("the event has no {0}")]
    Missing(&'static str),
    /// No queue takes this type.
    #[error("no queue is configured for this type of event")]
    NoQueue,
    /// The event's own time is later than clocks can differ.
    #[error("the event's time lies in the future")]
    Future,
}

/// When to come back after a failure that passes. Genesys repeats after five seconds.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// An answer, in the form of an HTTP API (payload format 2.0).
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: Value,
    /// Seconds for the header `Retry-After`.
    pub retry_after: Option<u64>,
}

impl Answer {
    /// SQS has confirmed the event.
    pub fn accepted(id: &str) -> Self {
        Self { status: 200, body: json!({"accepted": true, "id": id}), retry_after: None }
    }

    /// The event was accepted before, with this answer's text.
    pub fn duplicate(id: &str, stored: &str) -> Self {
        let body = serde_json::from_str(stored).ok().filter(Value::is_object);
        let mut answer = Self { body: body.unwrap_or_else(|| Self::accepted(id).body), ..Self::accepted(id) };
        answer.body["duplicate"] = true.into();
        answer
    }
}

impl Refusal {
    /// The one place where a refusal becomes a status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Request(_) | Self::Malformed(_) | Self::OtherPayload => 400,
            Self::Unauthorized(_) => 401,
            Self::NotFound => 404,
            Self::TooLarge { .. } => 413,
            Self::NotJson => 415,
            Self::ComeBack(_) | Self::Unavailable => 503,
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::ComeBack(wait) => Some(wait.as_secs() + 1),
            Self::Unavailable => Some(RETRY_AFTER.as_secs()),
            _ => None,
        }
    }
}

impl From<&Refusal> for Answer {
    fn from(refusal: &Refusal) -> Self {
        Self {
            status: refusal.status(),
            body: json!({"error": refusal.to_string()}),
            retry_after: refusal.retry_after(),
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut headers = json!({"content-type": "application/json", "cache-control": "no-store"});
        if let Some(seconds) = self.retry_after {
            headers["retry-after"] = seconds.to_string().into();
        }
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("statusCode", &self.status)?;
        map.serialize_entry("headers", &headers)?;
        map.serialize_entry("body", &self.body.to_string())?;
        map.serialize_entry("isBase64Encoded", &false)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refused_signature_is_answered_alike() {
        let answers: Vec<Answer> =
            [Forged::NoKey, Forged::Missing, Forged::Unreadable, Forged::Different, Forged::Stale]
                .map(|forged| Answer::from(&Refusal::Unauthorized(forged)))
                .into();
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
        assert_eq!((answers[0].status, &answers[0].body), (401, &json!({"error": "Unauthorized"})));
    }

    #[test]
    fn a_repeat_gets_the_answer_of_the_first_time_with_one_word_more() {
        let first = Answer::accepted("e-1").body.to_string();
        assert_eq!(first, r#"{"accepted":true,"id":"e-1"}"#);
        let repeat = Answer::duplicate("e-1", &first);
        assert_eq!(repeat.body, json!({"accepted": true, "id": "e-1", "duplicate": true}));
        assert_eq!(Answer::duplicate("e-1", "of an older version").body, repeat.body);
    }

    #[test]
    fn who_is_told_to_come_back_is_told_when() {
        let answer = serde_json::to_value(Answer::from(&Refusal::ComeBack(Duration::from_millis(2_300)))).unwrap();
        assert_eq!((&answer["statusCode"], &answer["headers"]["retry-after"]), (&503.into(), &"3".into()));
        assert_eq!(Answer::from(&Refusal::Unavailable).retry_after, Some(5));
    }
}
