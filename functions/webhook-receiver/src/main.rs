//! Wires webhook-receiver to its settings, clients and runtime. Nothing is decided here.

use std::process::ExitCode;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use platform::deadline::Deadline;
use platform::settings::Settings;
use platform::telemetry;
use serde_json::value::RawValue;
use webhook_receiver::{NAME, WebhookReceiver};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Err(error) = serve().await else { return ExitCode::SUCCESS };
    telemetry::say_why_it_cannot_start(&error);
    ExitCode::FAILURE
}

async fn serve() -> Result<(), Error> {
    let settings = Settings::from_env(NAME)?;
    telemetry::init(&settings);
    let receiver = &WebhookReceiver::connect(&settings).await?;
    run(service_fn(move |event: LambdaEvent<Box<RawValue>>| async move {
        let (event, context) = event.into_parts();
        receiver.receive(event.get(), &context.request_id, Deadline::from(&context)).await
    }))
    .await
}
