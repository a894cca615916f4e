//! CloudWatch: `GetMetricData`, of an account whose tables turned requests away just now, or never.
//!
//! CloudWatch speaks CBOR, which is why its answer is not text as those of the others are.

use axum::body::Body;
use axum::response::Response;

/// `{}`: no metric has a value.
const NOTHING: [u8; 1] = [0xa0];

/// `1.0`.
const ONE: [u8; 9] = [0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0];

pub(crate) fn get_metric_data(is_throttled: bool) -> Response {
    let body = if is_throttled { one_refused_request() } else { NOTHING.to_vec() };
    let answer =
        Response::builder().header("content-type", "application/cbor").header("smithy-protocol", "rpc-v2-cbor");
    answer.body(Body::from(body)).expect("an answer")
}

/// `{"MetricDataResults": [{"Id": "m0", "Values": [1.0]}]}`
fn one_refused_request() -> Vec<u8> {
    const MAP_OF_ONE: u8 = 0xa1;
    const MAP_OF_TWO: u8 = 0xa2;
    const LIST_OF_ONE: u8 = 0x81;
    let parts: [&[u8]; 8] = [
        &[MAP_OF_ONE],
        &text("MetricDataResults"),
        &[LIST_OF_ONE, MAP_OF_TWO],
        &text("Id"),
        &text("m0"),
        &text("Values"),
        &[LIST_OF_ONE],
        &ONE,
    ];
    parts.concat()
}

/// A text of fewer than 24 bytes: its length stands in the first byte.
fn text(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("a short text");
    [&[0x60 + length], text.as_bytes()].concat()
}
