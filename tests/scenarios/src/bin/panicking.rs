//! A function with a defect: it panics, and quotes its whole event in doing so.
//!
//! It is wired like the real ones, so that a test can look for the event in everything such a function leaves behind.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use platform::settings::Settings;
use platform::telemetry::{self, caught};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init(&Settings::from_env("contact-sync")?);
    run(service_fn(|event: LambdaEvent<Value>| async move { Ok::<Value, Error>(caught(defect(event.payload)).await?) }))
        .await
}

#[expect(clippy::panic, reason = "the defect")]
async fn defect(event: Value) -> Value {
    panic!("this cannot be: {event}")
}
