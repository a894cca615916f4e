//! How an answer becomes bytes on a connection.
//!
//! Usually all at once. Faults send half of it, break off in the middle, or let it drip. The `Date` is the simulator's, as
//! both vendors send their own.

use std::time::Duration;

use axum::body::{Body as Bytes, Bytes as Piece};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use crate::faults::Delivery;
use crate::wire::{Answer, Body};

/// An answer on its way to the client.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) answer: Answer,
    pub(crate) delivery: Delivery,
    pub(crate) skew_date_s: i64,
}

impl Sent {
    /// As it is, all at once.
    pub(crate) fn plain(answer: Answer) -> Self {
        Self { answer, delivery: Delivery::Whole, skew_date_s: 0 }
    }
}

/// Puts an answer into HTTP.
pub(crate) fn respond(sent: Sent, now: Timestamp) -> Response {
    let Sent { answer, delivery, skew_date_s } = sent;
    let (kind, text) = match answer.body {
        Body::Html(text) => ("text/html; charset=utf-8", text),
        Body::Json(value) => ("application/json", value.to_string()),
        Body::Text(text) => ("application/json", text),
    };
    let length = text.len();
    let mut response = Response::new(body(text.into_bytes(), delivery));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let date = now.saturating_add(SignedDuration::from_secs(skew_date_s)).unwrap_or(now);
    let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let headers = response.headers_mut();
    if length > 0 {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    if delivery == Delivery::Broken {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    for (name, value) in
        answer.headers.iter().map(|(name, value)| (*name, value.as_str())).chain([("date", date.as_str())])
    {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

fn body(mut bytes: Vec<u8>, delivery: Delivery) -> Bytes {
    match delivery {
        Delivery::Whole => Bytes::from(bytes),
        Delivery::Half => {
            bytes.truncate(bytes.len() / 2);
            Bytes::from(bytes)
        }
        Delivery::Broken => {
            bytes.truncate(bytes.len() / 2);
            let cut = std::io::Error::from(std::io::ErrorKind::ConnectionAborted);
            Bytes::from_stream(stream::iter([Ok(Piece::from(bytes)), Err(cut)]).then(written))
        }
        Delivery::Drip(size, pause) => {
            let pieces: Vec<Piece> = bytes.chunks(size).map(Piece::copy_from_slice).collect();
            Bytes::from_stream(stream::iter(pieces).then(move |piece| dripped(piece, pause)))
        }
    }
}

/// Gives the server time to write what came before.
async fn written<T>(piece: T) -> T {
    tokio::task::yield_now().await;
    piece
}

#[expect(clippy::disallowed_methods, reason = "a slow connection is slow in the machine's time")]
async fn dripped(piece: Piece, pause: Duration) -> std::io::Result<Piece> {
    tokio::time::sleep(pause).await;
    Ok(piece)
}
