//! Wires nightly-report to its settings, clients and runtime. Nothing is decided here.

use std::process::ExitCode;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use nightly_report::{NAME, NightlyReport};
use platform::deadline::Deadline;
use platform::settings::Settings;
use platform::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Err(error) = serve().await else { return ExitCode::SUCCESS };
    telemetry::say_why_it_cannot_start(&error);
    ExitCode::FAILURE
}

async fn serve() -> Result<(), Error> {
    let settings = Settings::from_env(NAME)?;
    telemetry::init(&settings);
    let job = &NightlyReport::connect(&settings).await?;
    run(service_fn(move |event: LambdaEvent<serde_json::Value>| async move {
        let (event, context) = event.into_parts();
        job.run(event, &context.request_id, Deadline::from(&context)).await
    }))
    .await
}
