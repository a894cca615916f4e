//! Wires nightly-report to its settings, clients and runtime. Nothing is decided here.

use std::process::ExitCode;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use nightly_report::typeset::{self, Typesetter};
use nightly_report::{NAME, NightlyReport};
use platform::deadline::Deadline;
use platform::settings::Settings;
use platform::telemetry;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(typeset::VERB) {
        return typeset::be_the_child();
    }
    let Err(error) = serve() else { return ExitCode::SUCCESS };
    telemetry::say_why_it_cannot_start(&error);
    ExitCode::FAILURE
}

#[tokio::main(flavor = "current_thread")]
async fn serve() -> Result<(), Error> {
    let settings = Settings::from_env(NAME)?;
    telemetry::init(&settings);
    let typesetter = Typesetter::new(std::env::current_exe()?, settings.memory_mib);
    let job = &NightlyReport::connect(&settings, typesetter).await?;
    run(service_fn(move |event: LambdaEvent<serde_json::Value>| async move {
        let (event, context) = event.into_parts();
        job.run(event, &context.request_id, Deadline::from(&context)).await
    }))
    .await
}
