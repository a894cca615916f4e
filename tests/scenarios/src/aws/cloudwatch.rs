//! CloudWatch: `GetMetricData`, of an account in which nothing was ever throttled.

use axum::body::Body;
use axum::response::Response;

/// An empty map, in CBOR.
const NOTHING: [u8; 1] = [0xa0];

/// CloudWatch speaks CBOR, which is why its answer is not text as those of the others are.
pub(crate) fn get_metric_data() -> Response {
    let answer = Response::builder().header("content-type", "application/cbor").header("smithy-protocol", "rpc-v2-cbor");
    answer.body(Body::from(NOTHING.to_vec())).expect("an answer")
}
